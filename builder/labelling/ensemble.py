"""What a committee of CRFs makes of a page's lines: tags, and the probability of belonging to any story.

Most lines are those of a menu, on which all members agree and are sure: these are told by one marginal probability, the others by the mean of all.
"""

from collections.abc import Sequence
from typing import Final

from builder.labelling.committee import Committee, is_agreed
from builder.labelling.tags import NOISE_TAGS, STORY_TAGS, kind_of

_NOISE: Final = frozenset(NOISE_TAGS)
_SURE: Final = 0.05
"""Probability left over by a noise tag on which all members agree, below which it is not asked which other tags it falls to."""
_CERTAIN: Final = 0.01
"""The same where one member is asked alone: most lines of a menu."""


class Ensemble:
    """Reads pages by the CRFs whose weights `members` holds. Keeps the marginals of the last page; `read` another and they are gone."""

    def __init__(self, members: Sequence[bytes]) -> None:
        self._committee = Committee(members)
        self._noise_tags = [tag for tag in NOISE_TAGS if tag in self._committee.labels]
        self._story_tags = [tag for tag in STORY_TAGS if tag in self._committee.labels]

    def read(self, rows: Sequence[Sequence[str]]) -> tuple[list[str], list[float]]:
        """For each line, given its features, its tag and its probability of belonging to any story."""
        read = [self._line(line, tags) for line, tags in enumerate(self._committee.paths(rows))]
        return [tag for tag, _ in read], [probability for _, probability in read]

    def likeliest_noise(self, line: int) -> str:
        """The noise kind that the line has if it is noise."""
        return kind_of(max(self._noise_tags, key=lambda tag: self._committee.marginal(tag, line)))

    def state_weights(self) -> list[dict[tuple[str, str], float]]:
        """For each member its weight of a feature for a tag."""
        return self._committee.state_weights()

    def _line(self, line: int, tags: tuple[str, ...]) -> tuple[str, float]:
        """The line's tag and story probability, given each member's tag. Where a tag leaves little, the rest is not shared out."""
        agreed = is_agreed(tags)
        if agreed:
            is_noise = tags[0] in _NOISE
            rest = 1.0 - self._committee.first_marginal(tags[0], line)
            if rest >= _CERTAIN:
                rest = 1.0 - self._committee.marginal(tags[0], line)
            if rest < (_SURE if is_noise else _CERTAIN):
                return tags[0], rest if is_noise else 1.0 - rest
        chances = {tag: self._committee.marginal(tag, line) for tag in self._story_tags}
        probability = min(1.0, sum(chances.values()))
        if agreed:
            return tags[0], probability
        among = self._story_tags if probability > 0.5 else self._noise_tags
        return max(among, key=lambda tag: chances.get(tag) or self._committee.marginal(tag, line)), probability

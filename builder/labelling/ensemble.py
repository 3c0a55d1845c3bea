"""What a committee of CRFs makes of a page's lines: tags, and the probability of belonging to any story.

Most lines are those of a menu, of which one member is sure. The others are asked only for the stretches that hold a line of which it is not.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from builder.labelling.committee import Committee, is_agreed
from builder.labelling.tags import NOISE_TAGS, STORY_TAGS, kind_of

_NOISE: Final = frozenset(NOISE_TAGS)
_SURE: Final = 0.05
"""Probability left over by a noise tag on which all members agree, below which it is not asked which other tags it falls to."""
_CERTAIN: Final = 0.003
"""The same where one member is asked alone, and its story probability from which the others are asked."""
_MARGIN: Final = 6
"""Lines on either side of a doubtful one that the other members read with it. With fewer, or a larger `_CERTAIN`, more of the related
stories of composed pages leak into the page's own."""


class Ensemble:
    """Reads pages by the CRFs whose weights `members` holds. The first keeps the marginals of the last page; `read` another and they are gone."""

    def __init__(self, members: Sequence[bytes]) -> None:
        self._first, self._others = Committee(members[:1]), Committee(members[1:])
        self._weight = 1 / len(members)
        labels = {*self._first.labels, *self._others.labels}
        self._noise_tags = [tag for tag in NOISE_TAGS if tag in labels]
        self._story_tags = [tag for tag in STORY_TAGS if tag in labels]

    def read(self, rows: Sequence[Sequence[str]]) -> tuple[list[str], list[float]]:
        """For each line, given its features, its tag and its probability of belonging to any story."""
        tags = self._first.tag(rows)
        alone = [self._alone(tag, line) for line, tag in enumerate(tags)]
        told = list(zip(tags, alone, strict=True))
        for start, end in _doubtful(alone):
            for line, others in enumerate(self._others.paths(rows[start:end]), start):
                told[line] = self._line(line, line - start, (tags[line], *others))
        return [tag for tag, _ in told], [chance for _, chance in told]

    def _alone(self, tag: str, line: int) -> float:
        """The story probability by the first member. Where its tag leaves little, the rest is not shared out."""
        rest = 1.0 - self._first.marginal(tag, line)
        if rest < _CERTAIN:
            return rest if tag in _NOISE else 1.0 - rest
        return self._first.any_of(self._story_tags, line)

    def likeliest_noise(self, line: int) -> str:
        """The noise kind that the line has, by the first member, if it is noise."""
        return kind_of(max(self._noise_tags, key=lambda tag: self._first.marginal(tag, line)))

    def state_weights(self) -> list[dict[tuple[str, str], float]]:
        """For each member its weight of a feature for a tag."""
        return [*self._first.state_weights(), *self._others.state_weights()]

    def _line(self, line: int, place: int, tags: tuple[str, ...]) -> tuple[str, float]:
        """The tag and story probability of the page's `line`, which is the stretch's at `place`, given each member's tag.

        Where a tag leaves little, the rest is not shared out.
        """
        agreed = is_agreed(tags)
        if agreed:
            is_noise = tags[0] in _NOISE
            rest = 1.0 - self._chance(tags[0], line, place)
            if rest < (_SURE if is_noise else _CERTAIN):
                return tags[0], rest if is_noise else 1.0 - rest
        chances = {tag: self._chance(tag, line, place) for tag in self._story_tags}
        probability = min(1.0, sum(chances.values()))
        if agreed:
            return tags[0], probability
        among = self._story_tags if probability > 0.5 else self._noise_tags
        return max(among, key=lambda tag: chances.get(tag) or self._chance(tag, line, place)), probability

    def _chance(self, tag: str, line: int, place: int) -> float:
        """The mean of the members' probabilities that the line has the tag."""
        first, others = self._first.marginal(tag, line), self._others.marginal(tag, place)
        return first * self._weight + others * (1 - self._weight)


def _doubtful(chances: Sequence[float]) -> Iterator[tuple[int, int]]:
    """The stretches of lines around those of which one member is not sure, given its story probabilities."""
    start = end = 0
    for line, chance in enumerate(chances):
        if chance < _CERTAIN or chance > 1 - _CERTAIN:
            continue
        if line - _MARGIN > end:
            if end:
                yield start, end
            start = line - _MARGIN
        end = min(line + 1 + _MARGIN, len(chances))
    if end:
        yield start, end

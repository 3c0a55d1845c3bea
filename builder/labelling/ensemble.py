"""Several CRFs as one: each reads the page by itself, and where they differ their marginal probabilities are averaged.

The members differ in the pages that were composed for their training, so that what one of them learned by chance is outvoted by the others
(bagging; Breiman, "Bagging predictors", Machine Learning 24, 1996). The features, most of the cost, are worked out once.
"""

from collections.abc import Sequence
from typing import Final

import pycrfsuite

from builder.labelling.tags import NOISE_TAGS, STORY_TAGS, kind_of

_NOISE: Final = frozenset(NOISE_TAGS)
_SURE: Final = 0.05
"""Probability left over by a noise tag on which all members agree, below which it is not asked which other tags it falls to."""
_CERTAIN: Final = 0.01
"""The same where one member is asked alone: most lines of a menu."""


class Ensemble:
    """The CRFs whose weights `members` holds. Keeps the marginals of the last page read; `read` another page and they are gone."""

    def __init__(self, members: Sequence[bytes]) -> None:
        self._members = members  # the taggers read this memory as long as they live
        self._taggers = [pycrfsuite.Tagger() for _ in members]
        for tagger, content in zip(self._taggers, members, strict=True):
            tagger.open_inmemory(content)
        self._known = [frozenset(tagger.labels()) for tagger in self._taggers]
        self._noise_tags = [tag for tag in NOISE_TAGS if any(tag in known for known in self._known)]
        self._story_tags = [tag for tag in STORY_TAGS if any(tag in known for known in self._known)]

    def read(self, rows: Sequence[Sequence[str]]) -> tuple[list[str], list[float]]:
        """For each line, given its features, its tag and its probability of belonging to any story."""
        items = pycrfsuite.ItemSequence(rows)
        paths = []
        for tagger in self._taggers:
            tagger.set(items)
            paths.append(tagger.tag())
        read = [self._line(line, tags) for line, tags in enumerate(zip(*paths, strict=True))]
        return [tag for tag, _ in read], [probability for _, probability in read]

    def likeliest_noise(self, line: int) -> str:
        """The noise kind that the line has if it is noise."""
        return kind_of(max(self._noise_tags, key=lambda tag: self._mean(tag, line)))

    def state_weights(self) -> list[dict[tuple[str, str], float]]:
        """For each member its weight of a feature for a tag."""
        return [dict(tagger.info().state_features) for tagger in self._taggers]

    def _line(self, line: int, tags: tuple[str, ...]) -> tuple[str, float]:
        """The line's tag and story probability, given each member's tag. Where a tag leaves little, the rest is not shared out."""
        agreed = tags.count(tags[0]) == len(tags)
        if agreed:
            is_noise = tags[0] in _NOISE
            rest = 1.0 - self._taggers[0].marginal(tags[0], line)
            if rest >= _CERTAIN:
                rest = 1.0 - self._mean(tags[0], line)
            if rest < (_SURE if is_noise else _CERTAIN):
                return tags[0], rest if is_noise else 1.0 - rest
        chances = {tag: self._mean(tag, line) for tag in self._story_tags}
        probability = min(1.0, sum(chances.values()))
        if agreed:
            return tags[0], probability
        among = self._story_tags if probability > 0.5 else self._noise_tags
        return max(among, key=lambda tag: chances.get(tag) or self._mean(tag, line)), probability

    def _mean(self, tag: str, line: int) -> float:
        """The mean of the members' marginal probabilities of a tag."""
        known = zip(self._taggers, self._known, strict=True)
        return sum(float(tagger.marginal(tag, line)) for tagger, tags in known if tag in tags) / len(self._taggers)

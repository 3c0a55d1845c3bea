"""Several CRFs of one task as one tagger: where they agree their tag stands, elsewhere the tag with the highest mean probability.

They differ in the pages composed for their training, so that what one learned by chance is outvoted (bagging; Breiman, "Bagging predictors",
Machine Learning 24, 1996).
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import pycrfsuite


class Committee:
    """The CRFs whose weights `members` holds; as `pycrfsuite.Tagger` it keeps the marginals of the last page read."""

    def __init__(self, members: Sequence[bytes]) -> None:
        self._members = members  # the taggers read this memory as long as they live
        self._taggers = [pycrfsuite.Tagger() for _ in members]
        for tagger, content in zip(self._taggers, members, strict=True):
            tagger.open_inmemory(content)
        knowing = [(tagger.marginal, frozenset(tagger.labels())) for tagger in self._taggers]
        self.labels: list[str] = sorted(frozenset[str]().union(*(labels for _, labels in knowing)))
        self._marginals = {label: [marginal for marginal, labels in knowing if label in labels] for label in self.labels}

    def paths(self, rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        """For each line, given its features, the tag that each member gives it."""
        items = pycrfsuite.ItemSequence(rows)
        paths = []
        for tagger in self._taggers:
            tagger.set(items)
            paths.append(tagger.tag())
        return list(zip(*paths, strict=True))

    def tag(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """The tag of each line, given its features."""
        return [
            tags[0] if is_agreed(tags) else max(dict.fromkeys(tags), key=lambda tag: self.marginal(tag, line))
            for line, tags in enumerate(self.paths(rows))
        ]

    def state_weights(self) -> list[dict[tuple[str, str], float]]:
        """For each member its weight of a feature for a tag. Takes a second; made for looking at."""
        return [dict(tagger.info().state_features) for tagger in self._taggers]

    def marginal(self, tag: str, line: int) -> float:
        """The mean of the members' probabilities that the line has the tag."""
        return self.any_of((tag,), line)

    def any_of(self, tags: Sequence[str], line: int) -> float:
        """The mean of the members' probabilities that the line has one of the tags."""
        known = self._marginals
        total: float = sum([marginal(tag, line) for tag in tags for marginal in known.get(tag, ())])
        return min(1.0, total / len(self._taggers))


def is_agreed(tags: Sequence[str]) -> bool:
    """Whether all members give the same tag."""
    return tags.count(tags[0]) == len(tags)


def members_of(content: bytes, sizes: Sequence[int]) -> list[bytes]:
    """The weights of each member, which stand one after the other in a file."""
    return [content[start:end] for start, end in pairwise([0, *accumulate(sizes)])]

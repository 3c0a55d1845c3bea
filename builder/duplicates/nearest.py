"""How near each of many segments comes to a few: exact, by an index of the shingles of the few."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from builder.duplicates.segments import Segment
from builder.duplicates.shingles import shingles


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two stories that are near-duplicates, and the Jaccard index of their shingles."""

    target: Segment
    other: Segment
    similarity: float


@dataclass(frozen=True, slots=True)
class _Index:
    """All shingles of all targets, sorted, and whose each is."""

    values: NDArray[np.uint64]
    owners: NDArray[np.int64]
    sizes: NDArray[np.int64]


def nearest(targets: Mapping[str, Iterable[Segment]], others: Iterable[Segment], key: str) -> dict[str, NDArray[np.float64]]:
    """By group of targets, for each that holds a word, in order, the highest Jaccard index of its shingles with any of the others; 0 for none.

    No candidates are guessed: every pair that shares a shingle is counted. Memory: 16 bytes a word of the targets.
    """
    if not targets:
        return {}
    groups = {name: [found for one in group if len(found := shingles(one.text, key))] for name, group in targets.items()}
    index = _index([found for group in groups.values() for found in group])
    best = np.zeros(len(index.sizes))
    for other in others:
        near, similarity = _similar(index, shingles(other.text, key))
        best[near] = np.maximum(best[near], similarity)
    ends = np.cumsum([len(group) for group in groups.values()])
    return dict(zip(groups, np.split(best, ends[:-1]), strict=True))


def likenesses(targets: Sequence[Segment], others: Iterable[Segment], key: str, threshold: float) -> Iterator[Likeness]:
    """Every pair of a target and another segment whose Jaccard index is at least the threshold, in the order of the others.

    A segment without a word is like none. Memory: 16 bytes a word of the targets.
    """
    index = _index([shingles(target.text, key) for target in targets])
    for other in others:
        near, similarity = _similar(index, shingles(other.text, key))
        for number, value in zip(near.tolist(), similarity.tolist(), strict=True):
            if value >= threshold:
                yield Likeness(targets[number], other, value)


def _similar(index: _Index, found: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The targets that share a shingle with `found`, and the Jaccard index of each."""
    near, shared = np.unique(_owners(index, found), return_counts=True)
    return near, shared / (index.sizes[near] + len(found) - shared)


def _index(sets: list[NDArray[np.uint64]]) -> _Index:
    sizes = np.array([len(one) for one in sets], np.int64)
    values = np.concatenate([np.empty(0, np.uint64), *sets])
    order = np.argsort(values, kind='stable')
    return _Index(values[order], np.repeat(np.arange(len(sets)), sizes)[order], sizes)


def _owners(index: _Index, found: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The target of every equal pair of a shingle of the index and one of `found`."""
    first, last = (np.searchsorted(index.values, found, side) for side in ('left', 'right'))
    counts = last - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    owners: NDArray[np.int64] = index.owners[np.repeat(first, counts) + within]
    return owners

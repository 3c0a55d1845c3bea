"""Clusters of near-duplicate stories: candidates from bands, each verified by its exact Jaccard index, joined into components.

The components do not depend on the order in which pairs are verified: one whose segments are joined already would change nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from builder.duplicates.minhash import banding
from builder.duplicates.segments import Segment
from builder.duplicates.shingles import jaccard
from builder.duplicates.sketches import Sketches, sketch

_NEIGHBOURS: Final = 32
"""Earlier segments of a bucket that one is compared with: ten thousand stories of one template, alike but not near, cost no square of that."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """The component of every segment that holds a word."""

    pages: tuple[str, ...]
    """Id of each segment's page."""
    stories: NDArray[np.int64]
    components: NDArray[np.int64]
    """The number of the first segment in the component of each."""


def find_clusters(segments: Iterable[Segment], threshold: float, key: str, folder: Path) -> Clusters:
    """The components of segments whose Jaccard index of shingles under `key` is at least `threshold`.

    Memory: some 450 bytes a segment; their shingles lie in a temporary file in `folder`, 8 bytes a word. Raises OSError.
    """
    with TemporaryFile(dir=folder) as spool:
        sketches = sketch(segments, banding(threshold), key, spool)
        roots = list(range(len(sketches.pages)))
        for one, other in _candidates(sketches, roots):
            first, second = sorted((_root(roots, one), _root(roots, other)))
            if first != second and jaccard(sketches.shingles(one), sketches.shingles(other)) >= threshold:
                roots[second] = first
    components = np.array([_root(roots, number) for number in range(len(roots))], np.int64)
    return Clusters(sketches.pages, sketches.stories, components)


def _root(roots: list[int], number: int) -> int:
    while roots[number] != number:
        roots[number] = roots[roots[number]]
        number = roots[number]
    return number


def _candidates(sketches: Sketches, roots: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs to verify: equal sets with the first of them, then those of one bucket that are not such copies."""
    for bucket in _buckets(sketches.digests):
        yield from ((bucket[0], copy) for copy in bucket[1:])
    originals = np.flatnonzero(np.array(roots, np.int64) == np.arange(len(roots)))
    for band in range(sketches.bands.shape[1]):
        for bucket in _buckets(sketches.bands[originals, band]):
            members = originals[bucket].tolist()
            for place, member in enumerate(members):
                yield from ((earlier, member) for earlier in members[max(place - _NEIGHBOURS, 0) : place])


def _buckets(column: NDArray[np.int64] | NDArray[np.uint64]) -> Iterator[list[int]]:
    """The numbers, rising, of the rows of each value that stands in the column more than once."""
    order = np.argsort(column, kind='stable')
    cuts = np.flatnonzero(np.diff(column[order])) + 1
    starts, ends = np.concatenate([[0], cuts]), np.concatenate([cuts, [len(order)]])
    for start, end in np.column_stack([starts, ends])[ends - starts > 1].tolist():
        yield order[start:end].tolist()


def page_clusters(clusters: Clusters, keep: Iterable[str], story: int = 0) -> dict[str, str]:
    """The cluster of each kept page whose main story another kept page tells too, as main or as related story.

    Its id is the smallest id of the kept pages whose main story is in it.
    """
    kept = set(keep)
    members: dict[int, list[tuple[str, int]]] = {}
    for page, number, component in zip(clusters.pages, clusters.stories.tolist(), clusters.components.tolist(), strict=True):
        if page in kept:
            members.setdefault(component, []).append((page, number))
    found: dict[str, str] = {}
    for told in members.values():
        own = sorted(page for page, number in told if number == story)
        if len({page for page, _ in told}) > 1:
            found.update((page, own[0]) for page in own)
    return found

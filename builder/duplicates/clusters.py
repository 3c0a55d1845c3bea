"""Clusters of near-duplicate stories: candidates from bands, each verified by its exact Jaccard index, joined into components.

The components depend neither on the order of the segments nor on that in which pairs are verified: one whose segments are joined
already would change nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from builder.duplicates.minhash import banding
from builder.duplicates.segments import MAIN_STORY, Segment
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
    firsts: NDArray[np.int64]
    """The number of the segment in it that tells the story first: as its page's own before as a related one, then by day of
    publication (undated ones last), then by id of the page."""
    similarities: NDArray[np.float64]
    """Jaccard index of each with that one."""


def find_clusters(segments: Iterable[Segment], threshold: float, key: str, folder: Path) -> Clusters:
    """The components of segments whose Jaccard index of shingles under `key` is at least `threshold`.

    Memory: some 500 bytes a segment; their shingles lie in a temporary file in `folder`, 8 bytes a word. Raises OSError.
    """
    with TemporaryFile(dir=folder) as spool:
        sketches = sketch(segments, banding(threshold), key, spool)
        roots = list(range(len(sketches.pages)))
        for one, other in _candidates(sketches, roots):
            first, second = sorted((_root(roots, one), _root(roots, other)))
            if first != second and jaccard(sketches.shingles(one), sketches.shingles(other)) >= threshold:
                roots[second] = first
        components = np.array([_root(roots, number) for number in range(len(roots))], np.int64)
        firsts = _firsts(sketches, components)
        near = np.ones(len(roots))
        for number in np.flatnonzero(firsts != np.arange(len(roots))).tolist():
            near[number] = jaccard(sketches.shingles(number), sketches.shingles(int(firsts[number])))
    return Clusters(sketches.pages, sketches.stories, components, firsts, near)


def _firsts(sketches: Sketches, components: NDArray[np.int64]) -> NDArray[np.int64]:
    """See `Clusters.firsts`."""
    firsts = np.arange(len(components))
    shared = np.flatnonzero(np.bincount(components)[components] > 1)
    ids = np.array([sketches.pages[number] for number in shared.tolist()], 'S')
    stories, days = sketches.stories[shared], sketches.days[shared]
    order = shared[np.lexsort((stories, ids, days, stories > MAIN_STORY, components[shared]))]
    starts = np.flatnonzero(np.diff(components[order], prepend=-1))
    firsts[order] = np.repeat(order[starts], np.diff(starts, append=len(order)))
    return firsts


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
    originals = originals[np.argsort(sketches.digests[originals])]  # so that who is whose neighbour does not depend on the input's order
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


def page_clusters(clusters: Clusters, keep: Iterable[str], rank: Mapping[str, int] | None = None) -> dict[str, str]:
    """The cluster of each kept page whose main story another kept page tells too, as main or as related story; or that has an exact
    copy, where it tells none.

    Its id is the smallest id of the kept pages whose main story is in it, of those of the lowest rank (0 if a page has none).
    """
    kept, ranks = set(keep), rank or {}
    members: dict[int, list[tuple[str, int]]] = {}
    for number in np.flatnonzero(np.bincount(clusters.components)[clusters.components] > 1).tolist():
        if clusters.pages[number] in kept:
            members.setdefault(int(clusters.components[number]), []).append((clusters.pages[number], int(clusters.stories[number])))
    found: dict[str, str] = {}
    for told in members.values():
        own = sorted((ranks.get(page, 0), page) for page, story in told if story <= MAIN_STORY)
        if len({page for page, _ in told}) > 1:
            found.update((page, own[0][1]) for _, page in own)
    return found

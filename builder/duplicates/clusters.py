"""Clusters of near-duplicate stories, as data: the component of each, who tells it first, and how near the others come to that."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray

from builder.duplicates.joining import Joining
from builder.duplicates.minhash import banding
from builder.duplicates.segments import MAIN_STORY, Segment
from builder.duplicates.sketches import Sketches, sketch


@dataclass(frozen=True, slots=True)
class Clusters:
    """The component of every segment that holds a word."""

    pages: tuple[str, ...]
    """Id of each segment's page."""
    stories: NDArray[np.int64]
    components: NDArray[np.int64]
    """The number of one segment of the component of each."""
    firsts: NDArray[np.int64]
    """The number of the segment in it that tells the story first: as its page's own before as a related one, then by day of
    publication (undated ones last), then by id of the page."""
    similarities: NDArray[np.float64]
    """Jaccard index of each with that one."""
    apart: tuple[tuple[int, ...], ...]
    """Groups of segments that are near to one another and were not joined: they are of different components."""
    beside: 'Beside'


@dataclass(frozen=True, slots=True)
class Beside:
    """Segments of these groups with every component of their group but their own."""

    segments: NDArray[np.int64]
    components: NDArray[np.int64]
    similarities: NDArray[np.float64]
    """With the first of that component."""


@contextmanager
def sketched(segments: Iterable[Segment], threshold: float, key: str, folder: Path) -> Iterator[Sketches]:
    """What clusters are found from, as often as is needed.

    Memory: some 500 bytes a segment; their shingles lie in a temporary file in `folder`, 8 bytes a word. Raises OSError.
    """
    with TemporaryFile(dir=folder) as spool:
        yield sketch(segments, banding(threshold), key, spool)


def find_clusters(sketches: Sketches, threshold: float, held: Mapping[str, int] | None = None) -> Clusters:
    """The components of segments whose Jaccard index is at least `threshold`.

    `held` has for some pages a number (of the split that they cannot leave, say): segments of pages with different numbers are never
    joined, however they are linked, so that one page between two others does not make these one. What was not joined for it is `apart`.
    """
    joining = Joining(sketches, threshold, held or {})
    joining.run()
    components = np.array([joining.root(number) for number in range(len(sketches.pages))], np.int64)
    firsts = _firsts(sketches, components)
    similarities = np.ones(len(components))
    for number in np.flatnonzero(firsts != np.arange(len(components))).tolist():
        similarities[number] = sketches.jaccard(number, int(firsts[number]))
    apart = joining.apart()
    beside = _beside(sketches, apart, components, firsts)
    return Clusters(sketches.pages, sketches.stories, components, firsts, similarities, apart, beside)


def _beside(sketches: Sketches, apart: Iterable[tuple[int, ...]], components: NDArray[np.int64], firsts: NDArray[np.int64]) -> Beside:
    """Each segment of a group with every component of the group but its own."""
    found: set[tuple[int, int]] = set()
    for group in apart:
        others = {int(component) for component in components[list(group)]}
        found.update((segment, component) for segment in group for component in others - {int(components[segment])})
    rows = sorted(found)
    near = [sketches.jaccard(segment, int(firsts[component])) for segment, component in rows]
    columns = np.array(rows, np.int64).reshape(-1, 2)
    return Beside(columns[:, 0], columns[:, 1], np.array(near, np.float64))


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

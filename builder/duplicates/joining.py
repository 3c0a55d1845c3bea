"""Which segments are of one component: candidates from bands, each verified by its exact Jaccard index, joined one pair after another.

The components do not depend on the order of the segments. Without numbers to keep apart they do not depend on the order of pairs
either: one whose segments are joined already would change nothing. With them it counts, and is one of ids and hashes.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from builder.duplicates.sketches import Sketches

_FREE: Final = -1
_NEIGHBOURS: Final = 32
"""Earlier segments of a bucket that one is compared with: ten thousand stories of one template, alike but not near, cost no square of that."""


class Joining:
    """The state of it. Segments of pages that hold different numbers are never joined, however they are linked."""

    def __init__(self, sketches: Sketches, threshold: float, held: Mapping[str, int]) -> None:
        self._refused: dict[tuple[int, ...], None] = {}  # near, and not joined: buckets of copies, and pairs
        self._copies: dict[int, list[int]] = {}  # of a segment that stands for its copies
        self._sketches = sketches
        self._threshold = threshold
        self._roots = list(range(len(sketches.pages)))
        self._held = [held.get(page, _FREE) for page in sketches.pages]  # of a root: the number that its component holds
        ids = np.array(sketches.pages, 'S')
        self._ranks = np.empty(len(ids), np.int64)
        self._ranks[np.lexsort((sketches.stories, ids))] = np.arange(len(ids))

    def run(self) -> None:
        """Join equal sets first, then those of one bucket that are not such copies and are near."""
        for bucket in self._buckets(self._sketches.digests, np.arange(len(self._roots))):
            self._join_copies(bucket)
        originals = np.flatnonzero(np.array(self._roots, np.int64) == np.arange(len(self._roots)))
        for band in range(self._sketches.bands.shape[1]):
            for bucket in self._buckets(self._sketches.bands[originals, band], originals):
                for place, member in enumerate(bucket):
                    for earlier in bucket[max(place - _NEIGHBOURS, 0) : place]:
                        self._compare(earlier, member)

    def root(self, number: int) -> int:
        """One segment of the component of each."""
        roots = self._roots
        while roots[number] != number:
            roots[number] = roots[roots[number]]
            number = roots[number]
        return number

    def apart(self) -> tuple[tuple[int, ...], ...]:
        """Groups of segments that are near to one another and in different components; copies of the same are in the group of each."""
        groups = ({copy for number in refused for copy in self._copies.get(number, (number,))} for refused in self._refused)
        return tuple(dict.fromkeys(tuple(sorted(group)) for group in groups))

    def _join_copies(self, bucket: list[int]) -> None:
        originals: list[int] = []
        for copy in bucket:
            if not any(self._join(one, copy) for one in originals):
                originals.append(copy)
        self._copies.update((one, bucket) for one in originals)
        if len(originals) > 1:
            self._refused[tuple(bucket)] = None

    def _compare(self, one: int, other: int) -> None:
        if self.root(one) == self.root(other) or (one, other) in self._refused:
            return
        if self._sketches.jaccard(one, other) >= self._threshold and not self._join(one, other):
            self._refused[one, other] = None

    def _join(self, one: int, other: int) -> bool:
        """Whether the two are in one component now."""
        first, second = sorted((self.root(one), self.root(other)), key=self._ranks.__getitem__)
        numbers = {self._held[first], self._held[second]} - {_FREE}
        if len(numbers) > 1:
            return False
        self._roots[second] = first
        self._held[first] = numbers.pop() if numbers else _FREE
        return True

    def _buckets(self, column: NDArray[Any], numbers: NDArray[np.int64]) -> Iterator[list[int]]:
        """The segments of each value that stands in the column more than once, by rank; `numbers` are those of its rows."""
        order = np.argsort(column, kind='stable')
        cuts = np.flatnonzero(np.diff(column[order])) + 1
        starts, ends = np.concatenate([[0], cuts]), np.concatenate([cuts, [len(order)]])
        for start, end in np.column_stack([starts, ends])[ends - starts > 1].tolist():
            members = numbers[order[start:end]]
            yield members[np.argsort(self._ranks[members])].tolist()

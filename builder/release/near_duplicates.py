"""What an assignment does about pages that share a story, or another key of the split policy: who moves, and who is dropped.

The special leak of news pages: the related story under page A is the main story of page B. So any story on a page counts, and a
page labelled by machine leaves train and validation as soon as one on it is in one component with any story on a page of a test split.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.duplicates.clusters import Clusters, find_clusters, page_clusters, sketched
from builder.duplicates.segments import released_segments, staged_segments
from builder.duplicates.sketches import Sketches
from builder.plan import Duplicates
from builder.release.assignment import LEAK, Assignment, released
from builder.release.earlier import Earlier
from builder.release.grouping import LEAK as LEAKING
from builder.release.grouping import Members, joined, settle
from builder.release.page_keys import members
from builder.release.placing import EARLIER, FIXED, FREE
from builder.release.relations import Told, relations
from builder.split_policy import SplitPolicy
from builder.splits import PRECEDENCE, is_test

NEAR_DUPLICATE: Final = 'near_duplicate'
_RANKS: Final = {EARLIER: 0, FIXED: 1, FREE: 2}
"""Who of a cluster is kept where one is."""
_DROPPED: Final = len(PRECEDENCE)
"""In place of a split, so that what was dropped links nothing."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it."""

    assignment: Assignment
    """With other fates and splits, and a column `cluster`."""
    relations: pa.Table | None
    """Rows of `schemas/cluster.schema.json`; None where the plan says not to look."""


@dataclass(frozen=True, slots=True)
class _Pages:
    """The released pages and those of the release whose rejects are tried again, in the order of their ids."""

    ids: tuple[str, ...]
    numbers: Mapping[str, int]
    splits: NDArray[np.int64]
    """As numbers of PRECEDENCE."""
    standings: NDArray[np.int64]
    apart: NDArray[np.bool_]

    def rows(self) -> Iterator[tuple[str, int, int]]:
        """(id, split, standing) of each."""
        return zip(self.ids, self.splits.tolist(), self.standings.tolist(), strict=True)


def settle_pages(
    assignment: Assignment, shards: Sequence[Path], rules: Duplicates, policy: SplitPolicy, folder: Path, earlier: Earlier | None = None
) -> Settled:
    """The assignment with pages dropped or moved between train and validation, as `rules` and `policy` say.

    Shingles lie in a temporary file in `folder`. Raises OSError.
    """
    earlier = earlier or Earlier()
    pages = _pages(assignment, earlier)
    kinds = [kind for kind in policy.group_by if kind != 'cluster']
    bound = 'cluster' in policy.group_by and rules.policy in {'keep_all', 'keep_one'}
    keys = {kind: members(kind, pages.numbers, assignment, shards, earlier) for kind in (*kinds, *(['text'] if bound else []))}
    if 'site' in keys:  # `test` is made of sites that may stand in train
        keys['site'] = keys['site'].limited(np.array([not is_test(split) for split in PRECEDENCE])[pages.splits])
    if rules.policy == 'off':
        settled = _settle(pages, keys)
        return Settled(_with_columns(assignment, pages, settled, _fates(settled), {}), None)
    segments = chain(released_segments(earlier.files), staged_segments(shards, released(assignment, len(shards))))
    with sketched(segments, rules.threshold, rules.key, folder) as sketches:
        settled, clusters = _settle_stories(pages, keys, sketches, rules.threshold, bound=bound)
    fates = _fates(settled)
    if rules.policy == 'keep_one':
        for number in _copies(clusters, pages, settled):
            fates[number] = NEAR_DUPLICATE
    kept = {page for page, fate in zip(pages.ids, fates, strict=True) if fate == 'kept'}
    first = {page: -1 for page, rank in _ranks(pages).items() if rank == _RANKS[EARLIER]}
    told = Told(pages.numbers, _names_of(settled), fates, pages.apart, first)
    return Settled(_with_columns(assignment, pages, settled, fates, page_clusters(clusters, kept, first)), relations(clusters, told))


def _settle_stories(
    pages: _Pages, keys: Mapping[str, Members], sketches: Sketches, threshold: float, *, bound: bool
) -> tuple[NDArray[np.int64], Clusters]:
    """(splits, clusters); where stories bind pages, clusters are found anew without the pages that were dropped, which may have linked others."""
    if not bound:
        return _settle(pages, keys), find_clusters(sketches, threshold)
    held = {page: split for page, split, standing in pages.rows() if standing != _RANKS[FREE]}
    draft = find_clusters(sketches, threshold, held)
    of_segments = np.array([pages.numbers[page] for page in draft.pages], np.int64)
    groups = np.repeat(np.arange(len(draft.apart)), [len(group) for group in draft.apart])
    apart = of_segments[[number for group in draft.apart for number in group]]
    settled = _settle(pages, {**keys, 'cluster': Members(of_segments, draft.components), 'apart': Members(apart, groups)})
    if not draft.apart and LEAKING not in settled:
        return settled, draft
    after = np.where(settled == LEAKING, _DROPPED, settled).tolist()
    return settled, find_clusters(sketches, threshold, dict(zip(pages.ids, after, strict=True)))


def _settle(pages: _Pages, keys: Mapping[str, Members]) -> NDArray[np.int64]:
    return settle(pages.splits, pages.standings == _RANKS[EARLIER], pages.standings == _RANKS[FREE], joined(list(keys.values())))


def _fates(settled: NDArray[np.int64]) -> list[str]:
    return [LEAK if split == LEAKING else 'kept' for split in settled.tolist()]


def _pages(assignment: Assignment, earlier: Earlier) -> _Pages:
    table = assignment.table.filter(pc.is_valid(assignment.table['split'])).select(('id', 'split', 'standing'))
    rows = [(page, split, _RANKS[standing], False) for page, split, standing in zip(*table.to_pydict().values(), strict=True)]
    apart = (earlier.apart[name].to_pylist() for name in ('id', 'placed'))
    rows += [(page, split, _RANKS[EARLIER], True) for page, split in zip(*apart, strict=True)]
    rows.sort()
    return _Pages(
        ids=tuple(row[0] for row in rows),
        numbers={row[0]: number for number, row in enumerate(rows)},
        splits=np.array([PRECEDENCE.index(row[1]) for row in rows], np.int64),
        standings=np.array([row[2] for row in rows], np.int64),
        apart=np.array([row[3] for row in rows], bool),
    )


def _ranks(pages: _Pages) -> dict[str, int]:
    return dict(zip(pages.ids, pages.standings.tolist(), strict=True))


def _names_of(settled: NDArray[np.int64]) -> list[str | None]:
    return [None if split == LEAKING else PRECEDENCE[split] for split in settled.tolist()]


def _copies(clusters: Clusters, pages: _Pages, settled: NDArray[np.int64]) -> Iterator[int]:
    """Of the clusters outside the test splits, the pages that are free to go, but the one that names the cluster."""
    kept = [page for page, split in zip(pages.ids, settled.tolist(), strict=True) if split != LEAKING]
    for page, cluster in page_clusters(clusters, kept, _ranks(pages)).items():
        number = pages.numbers[page]
        if page != cluster and pages.standings[number] == _RANKS[FREE]:
            yield number


def _with_columns(
    assignment: Assignment, pages: _Pages, settled: NDArray[np.int64], fates: Sequence[str], clusters: Mapping[str, str]
) -> Assignment:
    """The assignment with other splits, fates and clusters for its released pages; the other rows are as they were."""
    table = assignment.table
    columns: dict[str, list[Any]] = {name: table[name].to_pylist() for name in ('id', 'split', 'group', 'fate', 'reason')}
    of_row: list[str | None] = [None] * table.num_rows
    names = _names_of(settled)
    for row in (row for row, split in enumerate(columns['split']) if split):
        page = columns['id'][row]
        number = pages.numbers[page]
        of_row[row] = clusters.get(page)
        columns['split'][row] = names[number]
        if fates[number] != 'kept':
            columns['fate'][row], columns['reason'][row] = (LEAK, None) if fates[number] == LEAK else ('filtered', fates[number])
            columns['split'][row] = columns['group'][row] = None
    changed = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    arrays = {name: changed.get(name, table[name]) for name in table.column_names}
    return Assignment(pa.table({**arrays, 'cluster': pa.array(of_row, pa.string())}))

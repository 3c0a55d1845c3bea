"""What an assignment does about stories that stand on more than one page: who is dropped, and who must stay together.

The special leak of news pages: the related story under page A is the main story of page B. So a page labelled by machine leaves
train and validation as soon as any story on it is in one component with any story on a page of a test split.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.duplicates.clusters import Clusters, find_clusters, page_clusters
from builder.duplicates.segments import staged_segments
from builder.plan import Duplicates, SplitPolicy
from builder.release.assignment import LEAK, Assignment
from builder.splits import machine_split

NEAR_DUPLICATE: Final = 'near_duplicate'


def settle_duplicates(assignment: Assignment, shards: Sequence[Path], rules: Duplicates, policy: SplitPolicy, folder: Path) -> Assignment:
    """The assignment with a column `cluster`, and as `rules` say with pages dropped or moved between train and validation.

    Shingles lie in a temporary file in `folder`. Raises OSError.
    """
    if rules.policy == 'off':
        return _with_columns(assignment, {}, {}, {})
    segments = staged_segments(shards, released_rows(assignment, len(shards)))
    clusters = find_clusters(segments, rules.threshold, rules.key, folder)
    placed = _placed(assignment)
    if rules.policy == 'mark':
        return _with_columns(assignment, placed, {}, page_clusters(clusters, placed))
    leaks = _leaks(clusters, placed)
    kept = [page for page in placed if page not in leaks]
    found = page_clusters(clusters, kept)
    copies = _copies(found, placed) if rules.policy == 'keep_one' else set[str]()
    moved = {page: machine_split(cluster, policy) for page, cluster in found.items() if not _is_test(placed[page])}
    dropped = {**dict.fromkeys(leaks, (LEAK, None)), **dict.fromkeys(copies, ('filtered', NEAR_DUPLICATE))}
    return _with_columns(assignment, {**placed, **moved}, dropped, page_clusters(clusters, (page for page in kept if page not in copies)))


def released_rows(assignment: Assignment, shards: int) -> list[NDArray[np.int64]]:
    """For each of `shards` shards the rising row numbers of its staged records that are in a split."""
    released = assignment.table.filter(pc.is_valid(assignment.table['split']))
    numbers, rows = released['shard'].to_numpy(), released['row'].to_numpy()
    order = np.lexsort((rows, numbers))
    cuts = np.searchsorted(numbers[order], np.arange(1, shards))
    return np.split(rows[order], cuts)


def _placed(assignment: Assignment) -> dict[str, str]:
    """The split of each page that has one. Ids of these are distinct."""
    columns = (assignment.table[name].to_pylist() for name in ('id', 'split'))
    return {page: split for page, split in zip(*columns, strict=True) if split}


def _is_test(split: str) -> bool:
    return split.startswith('test')


def _leaks(clusters: Clusters, placed: dict[str, str]) -> set[str]:
    """The pages of train and validation that share a component with a page of a test split."""
    from_test = np.array([_is_test(placed[page]) for page in clusters.pages], bool)
    told = np.isin(clusters.components, clusters.components[from_test]) & ~from_test
    return {clusters.pages[number] for number in np.flatnonzero(told).tolist()}


def _copies(found: dict[str, str], placed: dict[str, str]) -> set[str]:
    """Of the clusters outside the test splits, the pages but the one that names the cluster."""
    return {page for page, cluster in found.items() if page != cluster and not _is_test(placed[page])}


def _with_columns(
    assignment: Assignment, splits: dict[str, str], dropped: dict[str, tuple[str, str | None]], clusters: dict[str, str]
) -> Assignment:
    """The assignment with other splits, fates and clusters for its released pages; the other rows are as they were."""
    table = assignment.table
    columns: dict[str, list[Any]] = {name: table[name].to_pylist() for name in ('id', 'split', 'group', 'fate', 'reason')}
    of_row: list[str | None] = [None] * table.num_rows
    for row in _released(columns['split']):
        page = columns['id'][row]
        of_row[row] = clusters.get(page)
        if page in dropped:
            columns['fate'][row], columns['reason'][row] = dropped[page]
            columns['split'][row] = columns['group'][row] = None
        else:
            columns['split'][row] = splits.get(page, columns['split'][row])
    changed = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    arrays = {name: changed.get(name, table[name]) for name in table.column_names}
    return Assignment(pa.table({**arrays, 'cluster': pa.array(of_row, pa.string())}))


def _released(splits: Sequence[str | None]) -> Iterable[int]:
    return (row for row, split in enumerate(splits) if split)

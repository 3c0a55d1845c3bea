"""The small global step: from the ledgers of all shards to the split of every page, and what is dropped on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.release.earlier import Earlier
from builder.release.placing import Page, place_pages
from builder.split_policy import SplitPolicy
from builder.splits import SPLITS
from builder.tables import read_columns

DUPLICATE: Final = 'duplicate'
ID_CONFLICT: Final = 'id_conflict'
LEAK: Final = 'leak'
_IDENTITY: Final = ('id', 'text_sha256')
_IDENTITY_SCHEMA: Final = pa.schema([(name, pa.string()) for name in _IDENTITY])


@dataclass(frozen=True, slots=True)
class Assignment:
    """Every piece of input with its last fate, one row each, in the order of the shards.

    Columns: those of the ledger, with final `fate` and `reason`; `shard`, the number of its shard; `row`, its number
    among the staged records of that shard (-1 if it has none); `split`, `group` and `standing` where it is in the release.
    """

    table: pa.Table

    def pages(self, split: str) -> pa.Table:
        """The rows of the pages of one split."""
        return self.table.filter(pc.equal(self.table['split'], split))

    def dropped(self, reason: str) -> pa.Table:
        """The rows that the assignment itself took out for a reason."""
        return self.table.filter(pc.and_(pc.equal(self.table['reason'], reason), pc.greater_equal(self.table['row'], 0)))


def assign_pages(shards: Sequence[Path], policy: SplitPolicy, earlier: Earlier | None = None) -> Assignment:
    """The assignment of all staged shards, given in their order.

    Of pages with one id and one text the first counts, before it one with the text that the previous release has; a page with the
    same id and another text is rejected. Pages of the release whose rejects are tried again came before all of them.
    Raises InputError where a frozen list contradicts the data or an earlier release.
    """
    earlier = earlier or Earlier()
    ledger = pa.concat_tables(_numbered(number, folder) for number, folder in enumerate(shards))
    staged = np.flatnonzero(ledger['row'].to_numpy() >= 0)
    pages = _staged_pages(ledger.take(staged), shards, policy)
    repeated = _repeated(pages, earlier)
    rows = map(Page._make, zip(*(pages[name].to_pylist() for name in Page._fields), strict=True))
    placed = place_pages([page for page, repeat in zip(rows, repeated, strict=True) if not repeat], policy, earlier)
    columns: dict[str, list[Any]] = {name: ledger[name].to_pylist() for name in ('fate', 'reason')}
    columns.update((name, [None] * ledger.num_rows) for name in ('split', 'group', 'standing'))
    for position, repeat in zip(staged.tolist(), repeated, strict=True):
        if repeat:
            columns['fate'][position], columns['reason'][position] = (DUPLICATE, None) if repeat == DUPLICATE else ('rejected', ID_CONFLICT)
            continue
        place, standing = next(placed)
        if place.split is None:
            columns['fate'][position], columns['reason'][position] = 'filtered', place.reason
        else:
            columns['split'][position], columns['group'][position], columns['standing'][position] = place.split, place.group, standing
    changed = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    arrays = {name: ledger[name] for name in ledger.column_names}
    return Assignment(pa.table({**arrays, **changed}))


def _staged_pages(ledger: pa.Table, shards: Sequence[Path], policy: SplitPolicy) -> pa.Table:
    """What decides where the staged pages go, in the order of their rows in the ledger, which is that of the records."""
    pages = ledger.select((*_IDENTITY, 'site', 'gold'))
    names = ('published', 'crawled')
    if not policy.temporal_from:
        dates = [pa.nulls(pages.num_rows, pa.string())] * 2
    else:
        table = pa.concat_tables(read_columns(folder / 'records.parquet', names) for folder in shards)
        dates = [table[name] for name in names]
    return pages.append_column(names[0], dates[0]).append_column(names[1], dates[1])


def _numbered(number: int, folder: Path) -> pa.Table:
    table = read_columns(folder / 'ledger.parquet')
    kept = pc.equal(table['fate'], 'kept').to_numpy()
    rows = np.where(kept, np.cumsum(kept) - 1, -1)
    shard = np.full(table.num_rows, number)
    return table.append_column('shard', pa.array(shard, pa.int64())).append_column('row', pa.array(rows, pa.int64()))


def _repeated(pages: pa.Table, earlier: Earlier) -> list[str | None]:
    """For each page: None if it is the first with its id, else what it is to that one. Those of `earlier.apart` are before all of `pages`."""
    if not pages.num_rows:
        return []
    tables = [table.select(_IDENTITY).cast(_IDENTITY_SCHEMA) for table in (earlier.apart, pages)]
    before = tables[0].num_rows
    both = pa.concat_tables(tables)
    ids, texts = _fixed(both['id'], 32), _fixed(both['text_sha256'], 64)
    released = np.isin(
        np.char.add(ids, texts), np.char.add(_fixed(earlier.previous['id'], 32), _fixed(earlier.previous['text_sha256'], 64))
    )
    numbers = np.arange(len(ids))
    order = np.lexsort((numbers, ~released & (numbers >= before)))
    _, first, inverse = np.unique(ids[order], return_index=True, return_inverse=True)
    earliest = np.empty_like(order)
    earliest[order] = order[first[inverse]]
    is_new = earliest == numbers
    same_text = texts == texts[earliest]
    found = [None if new else DUPLICATE if same else ID_CONFLICT for new, same in zip(is_new.tolist(), same_text.tolist(), strict=True)]
    return found[before:]


def _fixed(column: pa.ChunkedArray, width: int) -> NDArray[np.bytes_]:
    return np.asarray(column.to_pylist(), dtype=f'S{width}')


def released(assignment: Assignment, shards: int) -> list[NDArray[np.int64]]:
    """For each of `shards` shards the rising row numbers of its staged records that are in a split."""
    pages = assignment.table.filter(pc.is_valid(assignment.table['split']))
    numbers, rows = pages['shard'].to_numpy(), pages['row'].to_numpy()
    order = np.lexsort((rows, numbers))
    cuts = np.searchsorted(numbers[order], np.arange(1, shards))
    return np.split(rows[order], cuts)


def bucket_count(pages: pa.Table, file_bytes: int) -> int:
    """Into how many files a split goes, so that each stays near `file_bytes` Arrow bytes by the ledger's estimate."""
    total = pc.sum(pages['row_bytes']).as_py() or 0
    return max(1, -(-total // file_bytes))


@dataclass(frozen=True, slots=True)
class Rows:
    """Some released records of one shard, by row number in rising order, with the policy group and the cluster of each."""

    shard: int
    rows: list[int] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    clusters: list[str | None] = field(default_factory=list)


def bucket_rows(pages: pa.Table, count: int) -> list[list[Rows]]:
    """For each of `count` buckets: its pages by shard, in one pass; ids of one bucket are one range."""
    buckets: list[dict[int, Rows]] = [{} for _ in range(count)]
    columns = (pages[name].to_pylist() for name in ('id', 'shard', 'row', 'group', 'cluster'))
    for identifier, shard, row, group, cluster in zip(*columns, strict=True):
        held = buckets[int(identifier[:8], 16) * count >> 32].setdefault(shard, Rows(shard))
        held.rows.append(row)
        held.groups.append(group)
        held.clusters.append(cluster)
    return [[found[shard] for shard in sorted(found)] for found in buckets]


def present_splits(assignment: Assignment) -> list[str]:
    """The splits that have a page, in their fixed order."""
    there = set(assignment.table['split'].to_pylist())
    return [split for split in SPLITS if split in there]

"""The small global step: from the ledgers of all shards to the split of every page, and what is dropped on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.plan import SplitPolicy
from builder.splits import RESERVED_SITE, SPLITS, assign
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
    among the staged records of that shard (-1 if it has none); `split` and `group` where it is in the release.
    """

    table: pa.Table

    def pages(self, split: str) -> pa.Table:
        """The rows of the pages of one split."""
        return self.table.filter(pc.equal(self.table['split'], split))

    def dropped(self, reason: str) -> pa.Table:
        """The rows that the assignment itself took out for a reason."""
        return self.table.filter(pc.and_(pc.equal(self.table['reason'], reason), pc.greater_equal(self.table['row'], 0)))


def assign_pages(shards: Sequence[Path], policy: SplitPolicy, earlier: Path | None = None) -> Assignment:
    """The assignment of all staged shards, given in their order.

    Of pages with one id and one text the first counts; a later page with the same id and another text is rejected. The pages of
    the release `earlier` came before all of them.
    """
    ledger = pa.concat_tables(_numbered(number, folder) for number, folder in enumerate(shards))
    staged = np.flatnonzero(ledger['row'].to_numpy() >= 0)
    before = _released(earlier) if earlier else None
    repeated = _repeated(ledger.take(staged).select(_IDENTITY), before)
    columns: Mapping[str, list[Any]] = {name: ledger[name].to_pylist() for name in ('fate', 'reason', 'id', 'site', 'gold')}
    splits: list[str | None] = [None] * ledger.num_rows
    groups: list[str | None] = [None] * ledger.num_rows
    for position, repeat in zip(staged.tolist(), repeated, strict=True):
        if repeat:
            columns['fate'][position], columns['reason'][position] = (DUPLICATE, None) if repeat == DUPLICATE else ('rejected', ID_CONFLICT)
            continue
        placed = assign(columns['id'][position], columns['site'][position], policy, gold=columns['gold'][position])
        if placed:
            splits[position], groups[position] = placed
        else:
            columns['fate'][position], columns['reason'][position] = 'filtered', RESERVED_SITE
    changed = {name: pa.array(columns[name], pa.string()) for name in ('fate', 'reason')}
    added = {'split': pa.array(splits, pa.string()), 'group': pa.array(groups, pa.string())}
    arrays = {name: ledger[name] for name in ledger.column_names}
    return Assignment(pa.table({**arrays, **changed, **added}))


def _numbered(number: int, folder: Path) -> pa.Table:
    table = read_columns(folder / 'ledger.parquet')
    kept = pc.equal(table['fate'], 'kept').to_numpy()
    rows = np.where(kept, np.cumsum(kept) - 1, -1)
    shard = np.full(table.num_rows, number)
    return table.append_column('shard', pa.array(shard, pa.int64())).append_column('row', pa.array(rows, pa.int64()))


def _released(release: Path) -> pa.Table:
    """Id and digest of the text of every page of a release."""
    return pa.concat_tables(read_columns(path, _IDENTITY) for path in sorted((release / 'pages').glob('*.parquet')))


def _repeated(pages: pa.Table, before: pa.Table | None) -> list[str | None]:
    """For each page: None if its id is new, else what it is to the first page with that id, of all of `before` and then `pages`."""
    if not pages.num_rows:
        return []
    first_page = before.num_rows if before is not None else 0
    pages = pa.concat_tables([table.cast(_IDENTITY_SCHEMA) for table in (before, pages) if table is not None])
    ids = _fixed(pages['id'], 32)
    texts = _fixed(pages['text_sha256'], 64)
    _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    earliest = first[inverse]
    is_new = earliest == np.arange(len(ids))
    same_text = texts == texts[earliest]
    found = [None if new else DUPLICATE if same else ID_CONFLICT for new, same in zip(is_new.tolist(), same_text.tolist(), strict=True)]
    return found[first_page:]


def _fixed(column: pa.ChunkedArray, width: int) -> NDArray[np.bytes_]:
    return np.asarray(column.to_pylist(), dtype=f'S{width}')


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

"""Does a release hold what comes of its shards when they are built again?

Compared is what a shard alone decides, by content: counts of what was read and left out, and every column of every page. Splits, clusters
and `seen_in_train`, which other pages decide, are taken from the release.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.release.assignment import ID_CONFLICT
from builder.release.columns import leaf_columns
from builder.release.comparison import Contents
from builder.release.fingerprints import Source, differences
from builder.release.near_duplicates import NEAR_DUPLICATE
from builder.release.parquet import write_parquet
from builder.release.rows import config_tables, released_path
from builder.splits import RESERVED_SITE
from builder.staging.folder import RECORDS, read_manifest
from builder.tables import read_columns

_BY_ASSIGNMENT: Final = frozenset({ID_CONFLICT, RESERVED_SITE, NEAR_DUPLICATE})
"""Reasons to leave a page out that do not come of its shard."""
_PLACED: Final = ('id', 'split', 'cluster', 'path', 'source')
_BY_OTHERS: Final = 'seen_in_train'

Placed = Mapping[str, Mapping[str, Any]]
"""What the release says of a page: its policy group, its cluster, and where it was read."""


def compare_shards(
    release: Contents, shards: Sequence[Path], conservation: Sequence[Mapping[str, Any]], folder: Path
) -> tuple[int, list[str]]:
    """How many pages of these staged shards were compared with the release, and what differs, one line each.

    `conservation` is the table of the release's manifest; rows are written into `folder` on the way. Raises InputError, OSError.
    """
    rows = {row['shard']: row for row in conservation}
    placed = _placed(release, shards)
    shard_of: dict[str, str] = {}
    faults: list[str] = []
    for number, shard in enumerate(shards):
        staged = read_manifest(shard)
        name = staged['shard']
        pages = _write_pages(shard, {page: told for page, told in placed.items() if page not in shard_of}, folder, f'{number:05d}')
        shard_of |= dict.fromkeys(pages, name)
        faults += _count_faults(name, rows.get(name), staged, len(pages))
    return len(shard_of), [*faults, *_row_faults(release, folder, shard_of)]


def _placed(release: Contents, shards: Sequence[Path]) -> Placed:
    ids = pa.concat_arrays(
        [chunk for shard in shards for chunk in read_columns(shard / RECORDS, ['id'])['id'].chunks] or [pa.array([], pa.string())]
    )
    found: dict[str, Mapping[str, Any]] = {}
    for source in release.sources('pages'):
        table = read_columns(source.path, _PLACED)
        found |= {row['id']: row for row in table.filter(pc.is_in(table['id'], ids)).to_pylist()}
    return found


def _write_pages(shard: Path, placed: Placed, folder: Path, name: str) -> set[str]:
    """Write the rows of the shard's pages that the release has from it; returns their ids."""
    written: set[str] = set()
    with pq.ParquetFile(shard / RECORDS) as file:
        for number in range(file.num_row_groups):
            records = file.read_row_group(number)
            chosen = _from_here(records, placed, written)
            pages = records['id'].take(chosen).to_pylist()
            written.update(pages)
            taken = records.take(chosen)
            for column, said in (('group', 'split'), ('cluster', 'cluster')):
                taken = taken.append_column(column, pa.array([placed[page][said] for page in pages], pa.string()))
            for config, table in config_tables(taken, None).items():
                if table.num_rows:
                    write_parquet(folder, f'{config}/{name}-{number:05d}.parquet', config, '', table)
    return written


def _from_here(records: pa.Table, placed: Placed, before: set[str]) -> list[int]:
    """The numbers of the records that the release took from here: of pages with one id the first."""
    source = records['source'].combine_chunks()
    found: dict[str, int] = {}
    columns = (records['id'].to_pylist(), released_path(source).to_pylist(), pc.struct_field(source, 'sha256').to_pylist())
    for number, (page, path, digest) in enumerate(zip(*columns, strict=True)):
        told = placed.get(page)
        if told and page not in before and (told['path'], told['source']) == (path, digest):
            found.setdefault(page, number)
    return list(found.values())


def _count_faults(name: str, row: Mapping[str, Any] | None, staged: Mapping[str, Any], pages: int) -> Iterator[str]:
    """Counts of a shard against its row in the table of conservation."""
    if row is None:
        yield f'shard {name}: the release has none of that name'
        return
    there = {
        f'{fate}:{reason}': count
        for fate in ('filtered', 'rejected')
        for reason, count in row[fate].items()
        if reason not in _BY_ASSIGNMENT
    }
    again = {fate: count for fate, count in staged['fates'].items() if ':' in fate}
    if (row['read'], there) != (staged['read'], again):
        yield f'shard {name}: {_counted(row["read"], there)} when the release was built, but {_counted(staged["read"], again)} now'
    if pages < row['kept']:
        yield f'shard {name}: the release has {row["kept"]} pages of it, of which only {pages} came again'


def _counted(read: int, fates: Mapping[str, int]) -> str:
    return ', '.join([f'read {read}', *(f'{fate} {count}' for fate, count in sorted(fates.items()))])


def _row_faults(release: Contents, folder: Path, shard_of: Mapping[str, str]) -> Iterator[str]:
    """For each shard and column that differs: how many pages, and one of them."""
    for config in dict.fromkeys(file.config for file in release.files):
        there = release.sources(config)
        again = [Source(path, '') for path in sorted((folder / config).glob('*.parquet'))]
        found = differences(there, again, [leaf for leaf in leaf_columns(there[0].path) if leaf != _BY_OTHERS])
        rows = {**found.changed, 'rows': [page for pages in found.added.values() for page in pages]}
        rows['rows'] += [page for pages in found.removed.values() for page in pages if page in shard_of]
        for column, pages in rows.items():
            for shard in sorted({shard_of[page] for page in pages}):
                of_shard = sorted(page for page in pages if shard_of[page] == shard)
                yield f'shard {shard}: {config}.{column} of {len(of_shard)} pages is not what the release holds, the first {of_shard[0]}'

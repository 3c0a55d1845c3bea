"""Nothing is lost silently: what was read stands somewhere, and what was kept stands in the release.

Two proofs, independent of one another. Counting: for every shard, read = kept + filtered + duplicate + leak + rejected.
Tiling: the places of staged records, rejects, filtered pages and framing cover each input file without gap or overlap.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.converters.inputs import InputFile
from builder.errors import BalanceError
from builder.release.assignment import DUPLICATE, Assignment
from builder.staging import read_manifest, read_rejects
from builder.tables import read_columns

Range = tuple[int, int, str]
"""Start, end, unit."""


def require_tiling(files: Sequence[InputFile], shards: Sequence[Path]) -> None:
    """Raises BalanceError that names file, range and, if known, the record that is missing or stands twice."""
    ranges: dict[tuple[str, str], list[Range]] = defaultdict(list)
    for folder in shards:
        for dump, path, start, end, unit in _places(folder):
            ranges[dump, path].append((start, end, unit))
    for file in files:
        found = sorted(ranges[file.dump, file.path])
        reached = 0
        for start, end, unit in found:
            if start != reached:
                raise BalanceError(_broken(file, unit, reached, start, shards))
            reached = end
        size = _size(file, found)
        if reached != size:
            raise BalanceError(_broken(file, found[0][2] if found else 'byte', reached, size, shards))


def _places(folder: Path) -> Iterator[tuple[str, str, int, int, str]]:
    """(dump, path, start, end, unit) of everything in a staged shard, from the files that hold it, not from the counts."""
    source = read_columns(folder / 'records.parquet', ['source'])['source']
    for record in source.to_pylist():
        yield record['dump'], record['path'], record['start'], record['end'], record['unit']
    for reject in read_rejects(folder):
        yield reject['dump'], reject['path'], reject['start'], reject['end'], reject['unit']
    ledger = read_columns(folder / 'ledger.parquet', ['dump', 'path', 'start', 'end', 'unit', 'fate'])
    for row in ledger.filter(pc.is_in(ledger['fate'], pa.array(['filtered', 'framing']))).to_pylist():
        yield row['dump'], row['path'], row['start'], row['end'], row['unit']


def _size(file: InputFile, found: Sequence[Range]) -> int:
    """What the places must add up to: the file's bytes or rows; for a compressed file, whose length nothing else tells, what was read."""
    reached = max((end for _, end, _ in found), default=0)
    unit = found[0][2] if found else 'byte'
    if file.compression:
        return reached
    return file.bytes if unit == 'byte' else int(pq.read_metadata(file.location).num_rows)


def _broken(file: InputFile, unit: str, reached: int, start: int, shards: Sequence[Path]) -> str:
    if start < reached:
        return f'{file.dump}/{file.path}: {unit}s {start}-{reached} stand in two records or rejects; please report this'
    lost = [
        row['id'] for folder in shards for row in _ledger_rows(folder, file) if row['fate'] == 'kept' and reached <= row['start'] < start
    ]
    names = f' (record {", ".join(lost)})' if lost else ''
    return (
        f'{file.dump}/{file.path}: {unit}s {reached}-{start}{names} were lost between two stages; delete the .work folder and build again'
    )


def _ledger_rows(folder: Path, file: InputFile) -> list[dict[str, Any]]:
    ledger = read_columns(folder / 'ledger.parquet')
    mine = pc.and_(pc.equal(ledger['dump'], file.dump), pc.equal(ledger['path'], file.path))
    rows: list[dict[str, Any]] = ledger.filter(mine).to_pylist()
    return rows


def conservation(shards: Sequence[Path], assignment: Assignment) -> list[dict[str, Any]]:
    """The conservation table: one row a shard. Raises BalanceError for a shard that does not balance."""
    table = assignment.table
    rows: list[dict[str, Any]] = []
    for number, folder in enumerate(shards):
        mine = table.filter(pc.equal(table['shard'], number))
        fates = Counter(zip(mine['fate'].to_pylist(), mine['reason'].to_pylist(), strict=True))
        manifest = read_manifest(folder)
        row = {
            'shard': manifest['shard'],
            'read': manifest['read'],
            'kept': fates['kept', None],
            'filtered': {reason: count for (fate, reason), count in sorted(fates.items(), key=str) if fate == 'filtered'},
            'duplicate': fates[DUPLICATE, None],
            'leak': 0,
            'rejected': {reason: count for (fate, reason), count in sorted(fates.items(), key=str) if fate == 'rejected'},
        }
        settled = row['kept'] + sum(row['filtered'].values()) + row['duplicate'] + row['leak'] + sum(row['rejected'].values())
        if settled != row['read']:
            raise BalanceError(f'shard {row["shard"]}: read {row["read"]} pieces, but {settled} have a fate; please report this')
        rows.append(row)
    return rows


def require_release(assignment: Assignment, folder: Path) -> None:
    """Raises BalanceError that names a page which was kept and is not in the release's `pages`, or the other way round."""
    splits = assignment.table['split'].to_pylist()
    kept = {(page, split) for page, split in zip(assignment.table['id'].to_pylist(), splits, strict=True) if split}
    written: set[tuple[str, str]] = set()
    for path in sorted((folder / 'pages').glob('*.parquet')):
        split = path.name.split('-')[0]
        written |= {(page, split) for page in read_columns(path, ['id'])['id'].to_pylist()}
    for page, split in sorted(kept ^ written):
        where = 'was kept but is not in' if (page, split) in kept else 'was not kept but is in'
        raise BalanceError(f'record {page} {where} split {split} of the release; delete the .work folder and build again')

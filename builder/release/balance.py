"""Nothing is lost silently: what was read stands somewhere, and what was kept stands in the release.

Two proofs, independent of one another. Counting: for every shard, read = kept + filtered + duplicate + leak + rejected.
Tiling: the places of staged records, rejects, filtered pages and framing cover each input file without gap or overlap.
Where a compressed input ends nothing but its pieces tells; so before tiling is judged, the staged records of every shard
must be those that its ledger says were kept, one by one.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.converters.compression import sniff_compression
from builder.converters.inputs import InputFile
from builder.errors import BalanceError
from builder.model import Place
from builder.release.assignment import DUPLICATE, LEAK, Assignment
from builder.staging.folder import read_manifest, read_rejects
from builder.tables import read_columns

Range = tuple[int, int, str]
"""Start, end, unit."""
_PLACE: Final = ('dump', 'path', 'member', 'unit', 'start', 'end')
"""The columns of a place, in the ledger and in a record's source."""


def require_tiling(files: Sequence[InputFile], shards: Sequence[Path]) -> None:
    """Raises BalanceError that names file, range and, if known, the record that is missing or stands twice.

    Before that, BalanceError for a shard whose staged records are not those of its ledger (`require_staged`).
    """
    for folder in shards:
        require_staged(folder)
    streams: dict[tuple[str, str], dict[str | None, list[Range]]] = defaultdict(lambda: defaultdict(list))
    for folder in shards:
        for dump, path, member, start, end, unit in _places(folder):
            streams[dump, path][member].append((start, end, unit))
    for file in files:
        for member, ranges in {None: [], **streams[file.dump, file.path]}.items():
            _require_stream(file, member, sorted(ranges), shards)


def require_retried(rejects: Path, shards: Sequence[Path]) -> None:
    """Raises BalanceError unless what was staged covers the places of all rejects, each byte or row as often as they do."""
    for folder in shards:
        require_staged(folder)
    with rejects.open(encoding='utf-8') as stream:
        wanted = _covered(
            (row['dump'], row['path'], row['member'], row['start'], row['end'], row['unit']) for row in map(json.loads, stream)
        )
    found = _covered(place for folder in shards for place in _places(folder))
    for stream_name in sorted(wanted.keys() | found.keys(), key=str):
        if wanted.get(stream_name) != found.get(stream_name):
            name = '/'.join(filter(None, stream_name))
            raise BalanceError(f'{name}: what came of its rejects does not cover them; please report this')


def _covered(places: Iterable[tuple[str, str, str | None, int, int, str]]) -> dict[tuple[str, str, str | None, str], list[tuple[int, int]]]:
    """For each stream, where its cover changes, and by how much: equal for equal cover, however it is cut."""
    changes: defaultdict[tuple[str, str, str | None, str], Counter[int]] = defaultdict(Counter)
    for dump, path, member, start, end, unit in places:
        changes[dump, path, member, unit][start] += 1
        changes[dump, path, member, unit][end] -= 1
    return {stream: [(at, change) for at, change in sorted(counts.items()) if change] for stream, counts in changes.items()}


def require_staged(folder: Path) -> None:
    """Raises BalanceError that names shard, id and place of the first record that was kept and is not staged, or the other way round."""
    records = read_columns(folder / 'records.parquet', ['id', 'source'])
    ledger = read_columns(folder / 'ledger.parquet', ['id', *_PLACE, 'fate'])
    source = records['source'].combine_chunks()
    staged = pa.table({'id': records['id'], **{name: pc.struct_field(source, name) for name in _PLACE}})
    kept = ledger.filter(pc.equal(ledger['fate'], 'kept')).select(['id', *_PLACE])
    if staged.equals(kept):
        return
    pairs = zip_longest(kept.to_pylist(), staged.to_pylist())
    row, other = next((wanted, found) for wanted, found in pairs if wanted != found)
    where = 'was kept but is not among'
    if staged.num_rows > kept.num_rows:
        row, where = other, 'was not kept but is among'
    place = Place(**{name: row[name] for name in _PLACE})
    named = f'shard {read_manifest(folder)["shard"]}: record {row["id"]} ({place.dump}/{place})'
    raise BalanceError(f'{named} {where} its staged records; delete the .work folder and build again')


def _require_stream(file: InputFile, member: str | None, found: Sequence[Range], shards: Sequence[Path]) -> None:
    where = f'{file.dump}/{file.path}' + (f' ({member})' if member else '')
    reached = 0
    for start, end, unit in found:
        if start != reached:
            raise BalanceError(_broken(where, unit, (reached, start), _kept(file, member, shards)))
        reached = end
    size = reached if member else _size(file, found)
    if reached != size:
        raise BalanceError(_broken(where, found[0][2] if found else 'byte', (reached, size), _kept(file, member, shards)))


def _places(folder: Path) -> Iterator[tuple[str, str, str | None, int, int, str]]:
    """(dump, path, member, start, end, unit) of everything in a staged shard, from the files that hold it, not from the counts."""
    source = read_columns(folder / 'records.parquet', ['source'])['source']
    for record in source.to_pylist():
        yield record['dump'], record['path'], record['member'], record['start'], record['end'], record['unit']
    for reject in read_rejects(folder):
        yield reject['dump'], reject['path'], reject['member'], reject['start'], reject['end'], reject['unit']
    ledger = read_columns(folder / 'ledger.parquet', ['dump', 'path', 'member', 'start', 'end', 'unit', 'fate'])
    for row in ledger.filter(pc.is_in(ledger['fate'], pa.array(['filtered', 'framing']))).to_pylist():
        yield row['dump'], row['path'], row['member'], row['start'], row['end'], row['unit']


def _size(file: InputFile, found: Sequence[Range]) -> int:
    """What the places must add up to: the file's bytes or rows; for a compressed file, whose length nothing else tells, what was read."""
    reached = max((end for _, end, _ in found), default=0)
    if file.link or (found and found[0][2] == 'row'):
        return reached if file.link or not _is_parquet(file) else int(pq.read_metadata(file.location).num_rows)
    return reached if found and sniff_compression(_first_bytes(file)) else file.bytes


def _is_parquet(file: InputFile) -> bool:
    return _first_bytes(file).startswith(b'PAR1')


def _first_bytes(file: InputFile) -> bytes:
    with file.location.open('rb') as stream:
        return stream.read(6)


def _kept(file: InputFile, member: str | None, shards: Sequence[Path]) -> list[dict[str, Any]]:
    """The ledger's rows of records that were kept of a stream."""
    rows: list[dict[str, Any]] = []
    for folder in shards:
        ledger = read_columns(folder / 'ledger.parquet')
        mine = pc.and_(pc.equal(ledger['dump'], file.dump), pc.equal(ledger['path'], file.path))
        rows += [row for row in ledger.filter(mine).to_pylist() if row['fate'] == 'kept' and row['member'] == member]
    return rows


def _broken(where: str, unit: str, gap: tuple[int, int], kept: Sequence[Mapping[str, Any]]) -> str:
    reached, start = gap
    if start < reached:
        return f'{where}: {unit}s {start}-{reached} stand in two records or rejects; please report this'
    lost = [row['id'] for row in kept if reached <= row['start'] < start]
    names = f' (record {", ".join(lost)})' if lost else ''
    return f'{where}: {unit}s {reached}-{start}{names} were lost between two stages; delete the .work folder and build again'


def conservation(shards: Sequence[Path], assignment: Assignment) -> list[dict[str, Any]]:
    """The conservation table: one row a shard. Raises BalanceError for a shard that does not balance."""
    rows: list[dict[str, Any]] = []
    counted = _fates(assignment.table)
    for number, folder in enumerate(shards):
        fates = counted[number]
        manifest = read_manifest(folder)
        row = {
            'shard': manifest['shard'],
            'read': manifest['read'],
            'kept': fates['kept', None],
            'filtered': {reason: count for (fate, reason), count in sorted(fates.items(), key=str) if fate == 'filtered'},
            'duplicate': fates[DUPLICATE, None],
            'leak': fates[LEAK, None],
            'rejected': {reason: count for (fate, reason), count in sorted(fates.items(), key=str) if fate == 'rejected'},
        }
        settled = row['kept'] + sum(row['filtered'].values()) + row['duplicate'] + row['leak'] + sum(row['rejected'].values())
        if settled != row['read']:
            raise BalanceError(f'shard {row["shard"]}: read {row["read"]} pieces, but {settled} have a fate; please report this')
        rows.append(row)
    return rows


def _fates(table: pa.Table) -> defaultdict[int, Counter[tuple[str, str | None]]]:
    """For each shard: how often each (fate, reason) stands in it, from one pass over the table."""
    fates: defaultdict[int, Counter[tuple[str, str | None]]] = defaultdict(Counter)
    for row in table.group_by(['shard', 'fate', 'reason']).aggregate([([], 'count_all')]).to_pylist():
        fates[row['shard']][row['fate'], row['reason']] = row['count_all']
    return fates


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

"""One shard, from bytes to staged records: a pure function of the shard, the plan and the program.

A staged shard is a folder with four files. `records.parquet` holds the records; `ledger.parquet` one row for each piece
of input with its fate; `rejects.jsonl` the rejects; `manifest.json`, written last, the counts and the digests of the other
three. The folder appears by one rename, so a shard is there whole or not at all; and one that was damaged since is told
by its digests and made again.
"""

import base64
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from builder.converters.convert import convert
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.errors import BalanceError
from builder.identity import load_sidecar, with_sidecar
from builder.model import Framing, Page, Place, Reject, Skipped
from builder.plan import Plan
from builder.records import Annotators, build_record, load_annotators
from builder.schema.arrow import staged_schema
from builder.schema.validation import validator
from builder.shards import Shard
from builder.text.normalization import match_key

_BATCH: Final = 8 << 20  # code points staged at a time, with lines counted as below: the memory of a shard, and a row group of its records
# A line costs memory whatever its length: its dictionaries take about 1.5 kB in Python, as much as 512 code points of text, each
# of which is held in the page and again in its line, in one or two bytes. Pages of two-letter lines would else fill the memory.
_LINE: Final = 512
# Arrow bytes in the largest config, measured on the example release and on pages of very short and very long lines: `pages` holds
# a text twice, `entities` up to five times where all of it is story; a line of `lines` takes some 190 bytes beside its text.
_ROW_BYTES_PER_TEXT_BYTE: Final = 3
_ROW_BYTES_PER_LINE: Final = 192
_BATCH_LEDGER: Final = 1 << 16  # ledger rows written at a time
STAGED_SCHEMA: Final = staged_schema('page').append(pa.field('line_keys', pa.list_(pa.int64())))
LEDGER_SCHEMA: Final = staged_schema('ledger')
_MANIFEST: Final = 'manifest.json'
_FILES: Final = ('records.parquet', 'ledger.parquet', 'rejects.jsonl')


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to stage a shard."""

    shard: Shard
    plan: Plan
    gold: tuple[Path, ...]
    folder: Path
    """Where the staged shard appears; its name is a digest of everything that decides what is in it."""


def stage(task: Task) -> None:
    """Stage the shard, unless it is there as it was written; one that was damaged since is deleted and made again.

    Raises BalanceError if a piece of input has no fate, ModelError, InputError, OSError.
    """
    if _is_as_written(task.folder):
        return
    shutil.rmtree(task.folder, ignore_errors=True)
    # A name of this process alone: the worker of a build that was killed may still be at work on the same shard.
    unfinished = task.folder.with_name(f'{task.folder.name}.{os.getpid()}.part')
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with ExitStack() as stack:
        writer = _Writer(unfinished, stack, task.plan.limits.reject_bytes)
        _fill(writer, task, load_annotators(task.gold))
        writer.flush()
    _require_balance(writer, task.shard)
    counts = {'shard': task.shard.name, 'read': writer.read, 'fates': dict(sorted(writer.fates.items()))}
    manifest = {**counts, 'files': {name: _size_and_digest(unfinished / name) for name in _FILES}}
    (unfinished / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + '\n', 'utf-8')
    try:
        unfinished.replace(task.folder)
    except OSError:
        if not _is_as_written(task.folder):  # such a worker was first, with the same bytes
            raise
        shutil.rmtree(unfinished)


def _is_as_written(folder: Path) -> bool:
    """Whether a staged shard is there and its files are those that its manifest lists."""
    try:
        listed = read_manifest(folder)['files']
        return bool(listed == {name: _size_and_digest(folder / name) for name in _FILES})
    except (OSError, ValueError, LookupError, TypeError):
        return False  # nothing there, or a manifest that is none: what is wrong with it makes no difference


def _size_and_digest(path: Path) -> dict[str, Any]:
    with path.open('rb') as stream:
        return {'sha256': hashlib.file_digest(stream, 'sha256').hexdigest(), 'bytes': stream.tell()}


def _fill(writer: '_Writer', task: Task, annotators: Annotators) -> None:
    plan = task.plan
    rules = Rules(plan.limits, field_mapping(dict(plan.fields)), plan.format)
    sidecar = load_sidecar(plan.sidecar) if plan.sidecar else {}
    for segment in task.shard.segments:
        for item in convert(segment, rules):
            if isinstance(item, Framing):
                writer.framing(item.place)
                continue
            writer.read += 1
            if isinstance(item, Skipped):
                writer.filter(item.place, {}, item.reason)
                continue
            made = build_record(with_sidecar(item, sidecar), annotators, plan.site_pattern) if isinstance(item, Page) else item
            if isinstance(made, Reject):
                writer.reject(made)
            elif not made['gold'] and made['language'] not in plan.languages:
                writer.filter(item.place, made, f'language_{made["language"]}')
            else:
                writer.keep(item.place, made)


def _require_balance(writer: '_Writer', shard: Shard) -> None:
    settled = writer.fates.total()
    if writer.read != settled:
        raise BalanceError(f'shard {shard.name}: read {writer.read} pieces, but {settled} have a fate; please report this')


@dataclass(slots=True)
class _Writer:
    """Writes the files of one staged shard and counts."""

    folder: Path
    stack: ExitStack
    reject_bytes: int
    read: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    records: list[dict[str, Any]] = field(default_factory=list)
    held: int = 0
    ledger: list[dict[str, Any]] = field(default_factory=list)
    parquet: pq.ParquetWriter = field(init=False)
    ledger_parquet: pq.ParquetWriter = field(init=False)
    rejects: IO[str] = field(init=False)

    def __post_init__(self) -> None:
        self.parquet = self.stack.enter_context(pq.ParquetWriter(self.folder / 'records.parquet', STAGED_SCHEMA, compression='zstd'))
        self.ledger_parquet = self.stack.enter_context(pq.ParquetWriter(self.folder / 'ledger.parquet', LEDGER_SCHEMA, compression='zstd'))
        self.rejects = self.stack.enter_context((self.folder / 'rejects.jsonl').open('w', encoding='utf-8', newline='\n'))

    def keep(self, place: Place, record: dict[str, Any]) -> None:
        self._enter(place, 'kept', None, record)
        record['line_keys'] = [line_key(line['text']) for line in record['lines']]
        self.records.append(record)
        self.held += len(record['text']) + _LINE * len(record['lines'])
        if self.held >= _BATCH:
            self._write_records()

    def filter(self, place: Place, record: Mapping[str, Any], reason: str) -> None:
        self._enter(place, 'filtered', reason, record)

    def reject(self, item: Reject) -> None:
        self._enter(item.place, 'rejected', item.reason, {})
        self.rejects.write(json.dumps(reject_row(item, self.reject_bytes), ensure_ascii=False) + '\n')

    def framing(self, place: Place) -> None:
        last = self.ledger[-1] if self.ledger else None
        here = (place.dump, place.path, place.member, place.start)
        if last and last['fate'] == 'framing' and (last['dump'], last['path'], last['member'], last['end']) == here:
            last['end'] = place.end
        else:
            self._enter(place, 'framing', None, {})

    def flush(self) -> None:
        self._write_records()
        self._write_ledger()

    def _enter(self, place: Place, fate: str, reason: str | None, record: Mapping[str, Any]) -> None:
        if fate != 'framing':
            self.fates[f'{fate}:{reason}' if reason else fate] += 1
        row = {**_place_row(place), 'fate': fate, 'reason': reason}
        known = {name: record.get(name) for name in ('id', 'text_sha256', 'site')}
        if len(self.ledger) >= _BATCH_LEDGER:
            self._write_ledger()
        self.ledger.append({**row, **known, 'gold': record.get('gold', False), 'row_bytes': row_bytes(record)})

    def _write_ledger(self) -> None:
        self.ledger_parquet.write_table(pa.Table.from_pylist(self.ledger, LEDGER_SCHEMA))
        self.ledger = []

    def _write_records(self) -> None:
        if self.records:
            self.parquet.write_table(pa.Table.from_pylist(self.records, STAGED_SCHEMA))
            self.records, self.held = [], 0


def _place_row(place: Place) -> dict[str, Any]:
    return {'dump': place.dump, 'path': place.path, 'member': place.member, 'unit': place.unit, 'start': place.start, 'end': place.end}


def reject_row(item: Reject, limit: int) -> dict[str, Any]:
    """The reject as a row of `schemas/reject.schema.json`, with at most `limit` of its raw bytes."""
    raw = item.raw[:limit]
    place = item.place
    row = {
        **_place_row(place),
        'step': item.step,
        'reason': item.reason,
        'message': item.message.encode('utf-8', 'backslashreplace').decode(),
        'pointer': item.pointer,
        'raw_base64': base64.b64encode(raw).decode('ascii'),
        'raw_bytes': len(raw),
    }
    validator('reject').require(row, f'reject of {place}')
    return row


def row_bytes(record: Mapping[str, Any]) -> int:
    """An estimate of the Arrow bytes of a record's rows in the largest config of a release; 0 for an empty record."""
    text, lines = record.get('text', ''), record.get('lines', ())
    return _ROW_BYTES_PER_TEXT_BYTE * len(text.encode()) + _ROW_BYTES_PER_LINE * len(lines)


def line_key(text: str) -> int:
    """64 bits of a hash of the line's match key, as a signed integer."""
    return int.from_bytes(hashlib.blake2b(match_key(text).encode(), digest_size=8).digest(), 'big', signed=True)


def read_rejects(folder: Path) -> Iterator[dict[str, Any]]:
    """The rejects of a staged shard."""
    with (folder / 'rejects.jsonl').open(encoding='utf-8') as stream:
        for line in stream:
            yield json.loads(line)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a staged shard: its name, what was read, the counts of fates, and size and digest of its files."""
    manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text('utf-8'))
    return manifest

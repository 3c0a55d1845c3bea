"""Writes the files of one staged shard, in batches that bound its memory, and counts what becomes of every piece."""

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from builder.model import Place, Reject
from builder.staging.folder import LEDGER, LEDGER_SCHEMA, RECORDS, REJECTS, STAGED_SCHEMA
from builder.staging.rows import line_key, place_row, reject_row, row_bytes

_BATCH: Final = 8 << 20  # code points staged at a time, with lines counted as below: the memory of a shard, and a row group of its records
# A line costs memory whatever its length: its dictionaries take about 1.5 kB in Python, as much as 512 code points of text, each
# of which is held in the page and again in its line, in one or two bytes. Pages of two-letter lines would else fill the memory.
_LINE: Final = 512
_BATCH_LEDGER: Final = 1 << 16  # ledger rows written at a time


@dataclass(slots=True)
class ShardWriter:
    """The files of a shard while they are written."""

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
        self.parquet = self.stack.enter_context(pq.ParquetWriter(self.folder / RECORDS, STAGED_SCHEMA, compression='zstd'))
        self.ledger_parquet = self.stack.enter_context(pq.ParquetWriter(self.folder / LEDGER, LEDGER_SCHEMA, compression='zstd'))
        self.rejects = self.stack.enter_context((self.folder / REJECTS).open('w', encoding='utf-8', newline='\n'))

    def keep(self, place: Place, record: dict[str, Any]) -> None:
        """The piece became a record."""
        self._enter(place, 'kept', None, record)
        record['line_keys'] = [line_key(line['text']) for line in record['lines']]
        self.records.append(record)
        self.held += len(record['text']) + _LINE * len(record['lines'])
        if self.held >= _BATCH:
            self._write_records()

    def filter(self, place: Place, record: Mapping[str, Any], reason: str) -> None:
        """The piece is whole and not wanted, for a reason."""
        self._enter(place, 'filtered', reason, record)

    def reject(self, item: Reject) -> None:
        """The piece could not become a record."""
        self._enter(item.place, 'rejected', item.reason, {})
        self.rejects.write(json.dumps(reject_row(item, self.reject_bytes), ensure_ascii=False) + '\n')

    def framing(self, place: Place) -> None:
        """The bytes hold no page; neighbours are told as one."""
        last = self.ledger[-1] if self.ledger else None
        here = (place.dump, place.path, place.member, place.start)
        if last and last['fate'] == 'framing' and (last['dump'], last['path'], last['member'], last['end']) == here:
            last['end'] = place.end
        else:
            self._enter(place, 'framing', None, {})

    def flush(self) -> None:
        """Write what is still held."""
        self._write_records()
        self._write_ledger()

    def _enter(self, place: Place, fate: str, reason: str | None, record: Mapping[str, Any]) -> None:
        if fate != 'framing':
            self.fates[f'{fate}:{reason}' if reason else fate] += 1
        row = {**place_row(place), 'fate': fate, 'reason': reason}
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

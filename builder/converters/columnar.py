"""Parquet and Arrow (also the files of a saved `datasets` folder): one page a row. Rows have no byte range, so places count rows."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.converters.containers import spool
from builder.converters.pieces import Piece, Rules, enter, reject
from builder.converters.record_pages import page_from_record
from builder.converters.streams import Stream
from builder.model import Page, Reject

_BATCH_ROWS: Final = 64
_FAULTS: Final = (pa.ArrowException, OSError)


def read_columnar(stream: Stream, rules: Rules, form: str) -> Iterator[Page | Reject]:
    """The pages of the rows; `form` is `parquet` or `arrow`. What is no such file is one reject; so are rows behind damage."""
    with ExitStack() as stack:
        row = 0
        try:
            source = stack.enter_context(stream.plain.open('rb')) if stream.plain else spool(stream.open(0), stack)
            for batch in _batches(source, form):
                for record in _records(batch):
                    yield _page(stream, row, record, rules, form)
                    row += 1
        except _FAULTS as error:
            told = ' '.join(str(error).split())[:200]
            if row:
                place = stream.place(row, _rows(stream, row), 'row')
                yield reject(Piece(place, b'', form), rules.limits, f'invalid_{form}', f'rows from {row} on cannot be read ({told})')
            else:
                yield _unread(stream, form, rules, f'invalid_{form}', f'no row can be read ({told})')
        else:
            if not row:
                yield _unread(stream, form, rules, 'empty_file', 'there are no rows')


def _unread(stream: Stream, form: str, rules: Rules, reason: str, message: str) -> Reject:
    size = stream.file.bytes if stream.plain else 0
    return reject(Piece(stream.place(0, size), stream.head, form), rules.limits, reason, message)


def _rows(stream: Stream, read: int) -> int:
    """How many rows the file says it has; at least those read."""
    try:
        return max(pq.read_metadata(stream.plain).num_rows, read) if stream.plain else read
    except _FAULTS:
        return read


def _batches(source: IO[bytes], form: str) -> Iterator[pa.RecordBatch]:
    if form == 'parquet':
        yield from pq.ParquetFile(source, page_checksum_verification=True).iter_batches(_BATCH_ROWS)
        return
    is_file = source.read(6) == b'ARROW1'
    source.seek(0)
    if is_file:
        reader = pa.ipc.open_file(source)
        batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
    else:
        batches = iter(pa.ipc.open_stream(source))
    for batch in batches:
        for start in range(0, batch.num_rows, _BATCH_ROWS):
            yield batch.slice(start, _BATCH_ROWS)


def _records(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows as plain values. A value that Python cannot hold costs its row alone: it becomes a `_Bad`."""
    try:
        batch.validate(full=True)  # the offsets of a damaged file lead out of its memory
        columns = {name: _plain(batch.column(number)).to_pylist() for number, name in enumerate(batch.schema.names)}
    except (ValueError, OverflowError, pa.ArrowException):  # UnicodeDecodeError is a ValueError
        yield from (
            {name: _value(batch.column(number), row) for number, name in enumerate(batch.schema.names)} for row in range(batch.num_rows)
        )
        return
    yield from (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _plain(column: pa.Array) -> pa.Array:
    """Times as text: Arrow knows years and zones that Python does not."""
    return pc.cast(column, pa.string()) if pa.types.is_temporal(column.type) else column


class _Bad:
    """A value that cannot be read; its text is what is wrong with it."""

    def __init__(self, error: Exception) -> None:
        self._told = f'<unreadable: {error}>'

    def __str__(self) -> str:
        return self._told


def _value(column: pa.Array, row: int) -> Any:  # noqa: ANN401 - any value of a column
    try:
        cell = column.slice(row, 1)
        cell.validate(full=True)
        return _plain(cell).to_pylist()[0]
    except (ValueError, OverflowError, pa.ArrowException) as error:
        return _Bad(error)


def _page(stream: Stream, row: int, record: Mapping[str, Any], rules: Rules, form: str) -> Page | Reject:
    raw = json.dumps(record, ensure_ascii=False, default=str).encode('utf-8', 'surrogatepass')
    piece = Piece(stream.place(row, row + 1, 'row'), raw, form)
    if barred := enter(piece, rules):
        return barred
    bad = next((name for name, value in record.items() if isinstance(value, _Bad) and name in rules.mapping.top_level()), None)
    if bad:
        return reject(piece, rules.limits, 'bad_field', f'the value of column {bad} cannot be read ({record[bad]})')
    return page_from_record(piece, record, rules)

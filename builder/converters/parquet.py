"""Parquet: one page a row. Rows have no byte range, so places count rows."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from builder.converters.inputs import InputFile
from builder.converters.pieces import Piece, Rules, page_from_record, reject
from builder.converters.streams import DamagedStreamError, read_blocks
from builder.converters.text import read_nothing
from builder.model import Page, Place, Reject

_BATCH_ROWS: Final = 64


def read_parquet(file: InputFile, rules: Rules) -> Iterator[Page | Reject]:
    """The pages of the file's rows. A file that is no Parquet is one reject; rows behind a damaged page of it are one reject."""
    with ExitStack() as stack:
        try:
            opened = pq.ParquetFile(_seekable(file, stack))
        except (pa.ArrowException, OSError, DamagedStreamError) as error:
            yield from read_nothing(file, rules, 'invalid_parquet', f'not a Parquet file ({" ".join(str(error).split())[:200]})')
            return
        if not opened.metadata.num_rows:
            yield from read_nothing(file, rules, 'empty_file', 'the Parquet file has no rows')
        yield from _rows(file, opened, rules)


def _seekable(file: InputFile, stack: ExitStack) -> IO[bytes]:
    """The file's bytes in a form that can be sought: a compressed one is unpacked to a temporary file, never into memory."""
    if file.compression is None:
        return stack.enter_context(file.location.open('rb'))
    unpacked: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    for block in read_blocks(file):
        unpacked.write(block)
    unpacked.seek(0)
    return unpacked


def _rows(file: InputFile, opened: pq.ParquetFile, rules: Rules) -> Iterator[Page | Reject]:
    wanted = rules.mapping.top_level()
    columns = [name for name in opened.schema_arrow.names if name in wanted]
    row, total = 0, opened.metadata.num_rows
    try:
        for batch in opened.iter_batches(_BATCH_ROWS, columns=columns):
            for record in batch.to_pylist():
                yield _page(file, row, record, rules)
                row += 1
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        place = Place(file.dump, file.path, 'row', row, total)
        yield reject(
            Piece(place, b'', 'parquet'),
            rules.limits,
            'invalid_parquet',
            f'rows from {row} on cannot be read ({" ".join(str(error).split())[:200]})',
        )


def _page(file: InputFile, row: int, record: dict[str, object], rules: Rules) -> Page | Reject:
    raw = json.dumps(record, ensure_ascii=False, default=str).encode('utf-8', 'surrogatepass')
    piece = Piece(Place(file.dump, file.path, 'row', row, row + 1), raw, 'parquet')
    size = len((rules.mapping.read(record, 'text') or '').encode('utf-8', 'surrogatepass'))
    if size > rules.limits.page_bytes:
        return reject(
            piece,
            rules.limits,
            'page_too_large',
            f'a text of {size} bytes, above the limit of {rules.limits.page_bytes} (limits.page_bytes)',
        )
    return page_from_record(piece, record, rules)

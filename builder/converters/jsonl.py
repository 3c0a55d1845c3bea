"""JSON lines: one page a line. A bad line costs itself and nothing else."""

import json
from collections.abc import Iterator
from typing import Any, Final

from builder.converters.inputs import InputFile
from builder.converters.pieces import BYTE_ORDER_MARK, Piece, Rules, decode, page_from_record, reject
from builder.converters.streams import RawLine, read_blocks, read_lines
from builder.model import Framing, Page, Place, Reject

# A page of the limit's size can take so many times its bytes in JSON, where each may be written as \u00XX.
_ESCAPED: Final = 6


def read_jsonl(file: InputFile, rules: Rules, start: int = 0, end: int | None = None) -> Iterator[Page | Reject | Framing]:
    """The pages of the lines that begin in bytes `[start, end)` of the file; blank lines and a byte-order mark are framing."""
    limit = rules.limits.page_bytes * _ESCAPED
    # A range that begins inside a line leaves that line to the range before it: look at the byte before.
    seek = max(start - 1, 0)
    lines = read_lines(read_blocks(file, seek), seek, limit)
    if start:
        next(lines, None)
    line = None
    for line in lines:
        if end is not None and line.start >= end:
            return
        yield from _convert(file, line, rules)
    if line is None and not start:
        yield reject(Piece(Place(file.dump, file.path, 'byte', 0, 0), b'', 'jsonl'), rules.limits, 'empty_file', 'the file is empty')


def _convert(file: InputFile, line: RawLine, rules: Rules) -> Iterator[Page | Reject | Framing]:
    content, start = line.content, line.start
    if start == 0 and content.startswith(BYTE_ORDER_MARK):
        yield Framing(Place(file.dump, file.path, 'byte', 0, len(BYTE_ORDER_MARK)))
        content, start = content.removeprefix(BYTE_ORDER_MARK), len(BYTE_ORDER_MARK)
    place = Place(file.dump, file.path, 'byte', start, line.end)
    piece = Piece(place, content, 'jsonl')
    if line.damage:
        yield reject(
            piece, rules.limits, 'damaged_stream', f'the compressed file breaks off here ({line.damage}); what comes after is lost'
        )
    elif not line.whole:
        yield reject(
            piece, rules.limits, 'page_too_large', f'a line of {line.end - line.start} bytes, above the limit of {len(line.content)}'
        )
    elif not content.strip():
        yield Framing(place)
    else:
        yield _page(piece, rules)


def _page(piece: Piece, rules: Rules) -> Page | Reject:
    text = decode(piece, rules.limits)
    if isinstance(text, Reject):
        return text
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = '; a JSON array is not JSON lines: write one object a line' if text.lstrip().startswith('[') else ''
        return reject(piece, rules.limits, 'invalid_json', f'not JSON ({error}){hint}')
    if not isinstance(record, dict):
        return reject(piece, rules.limits, 'not_an_object', f'a JSON {type(record).__name__}, but a page is an object')
    if len(piece.raw) > rules.limits.page_bytes:
        size = len((rules.mapping.read(record, 'text') or '').encode('utf-8', 'surrogatepass'))
        if size > rules.limits.page_bytes:
            return reject(
                piece,
                rules.limits,
                'page_too_large',
                f'a text of {size} bytes, above the limit of {rules.limits.page_bytes} (limits.page_bytes)',
            )
    return page_from_record(piece, record, rules)

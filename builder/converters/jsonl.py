"""JSON lines: one page a line. A bad line costs itself and nothing else."""

import json
from collections.abc import Iterator
from typing import Any, Final

from builder.converters.pieces import Piece, Rules, decode_utf8, reject
from builder.converters.record_pages import page_from_record
from builder.converters.sniffing import BYTE_ORDER_MARK
from builder.converters.streams import RawLine, Stream, read_lines
from builder.model import Framing, Page, Reject

ESCAPED: Final = 6
"""A page of the limit's size can take so many times its bytes in JSON, where each may be written as \\u00XX."""


def read_jsonl(stream: Stream, rules: Rules, start: int = 0, end: int | None = None) -> Iterator[Page | Reject | Framing]:
    """The pages of the lines that begin in bytes `[start, end)` of the stream; blank lines and a byte-order mark are framing."""
    # A range that begins inside a line leaves that line to the range before it: look at the byte before.
    seek = max(start - 1, 0)
    lines = read_lines(stream.open(seek), seek, rules.limits.page_bytes * ESCAPED)
    if start:
        next(lines, None)
    line = None
    for line in lines:
        if end is not None and line.start >= end:
            return
        yield from _convert(stream, line, rules)
    if line is None and not start:
        yield reject(Piece(stream.place(0, 0), b'', 'jsonl'), rules.limits, 'empty_file', 'the file is empty')


def _convert(stream: Stream, line: RawLine, rules: Rules) -> Iterator[Page | Reject | Framing]:
    content, start = line.content, line.start
    if start == 0 and content.startswith(BYTE_ORDER_MARK):
        yield Framing(stream.place(0, len(BYTE_ORDER_MARK)))
        content, start = content.removeprefix(BYTE_ORDER_MARK), len(BYTE_ORDER_MARK)
    place = stream.place(start, line.end)
    piece = Piece(place, content, 'jsonl')
    if line.damage:
        yield reject(piece, rules.limits, 'damaged_stream', f'something is lost here ({line.damage})')
    elif not line.whole:
        yield reject(
            piece, rules.limits, 'page_too_large', f'a line of {line.end - line.start} bytes, above the limit of {len(line.content)}'
        )
    elif not content.strip():
        yield Framing(place)
    else:
        yield page_of_json(piece, rules)


def page_of_json(piece: Piece, rules: Rules) -> Page | Reject:
    """The page of a piece that is one JSON object, or the reject that says what is wrong with it."""
    text = decode_utf8(piece, rules)
    if isinstance(text, Reject):
        return text
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        return reject(piece, rules.limits, 'invalid_json', f'not JSON ({error})')
    if not isinstance(record, dict):
        return reject(piece, rules.limits, 'not_an_object', f'a JSON {type(record).__name__}, but a page is an object')
    return page_from_record(piece, record, rules)

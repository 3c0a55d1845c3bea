"""CSV and TSV with a header: one page a row. A stray quote costs its row, and what it opens, and no more."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final

from builder.converters.jsonl import ESCAPED
from builder.converters.pieces import Piece, Rules, decode_utf8, reject
from builder.converters.record_pages import page_from_record
from builder.converters.sniffing import BYTE_ORDER_MARK
from builder.converters.streams import RawLine, Stream, read_lines
from builder.model import Framing, Page, Reject

_MOST_LINES: Final = 2_000
"""Lines that one quoted field may span; a quote that is still open then is taken for a stray one."""


def read_csv(stream: Stream, rules: Rules, form: str) -> Iterator[Page | Reject | Framing]:
    """The pages of the rows behind the header; `form` is `csv` (comma or semicolon, whichever the header has more of) or `tsv`."""
    lines = _Lines(read_lines(stream.open(0), 0, rules.limits.page_bytes * ESCAPED))
    table: _Table | None = None
    empty = True
    while group := lines.row():
        empty = False
        piece = _piece(stream, group, form)
        if not group[0].whole:
            yield _unreadable(piece, group[0], rules)
        elif not piece.raw.removeprefix(BYTE_ORDER_MARK).strip():
            yield Framing(piece.place)
        elif table is None:
            table = _Table(piece, form, rules)
            yield Framing(piece.place)
        elif isinstance(text := decode_utf8(piece, rules), Reject):
            yield text
        elif record := table.record(text):
            yield page_from_record(piece, record, rules)
        else:
            own = _own_lines(group)
            lines.take_back(group[len(own) :])
            message = f'not a row of this table of {len(table.header)} columns, or a quote is not closed'
            yield reject(_piece(stream, own, form), rules.limits, 'bad_row', message)
    if empty:
        yield reject(Piece(stream.place(0, 0), b'', form), rules.limits, 'empty_file', 'the file is empty')


def _piece(stream: Stream, lines: list[RawLine], form: str) -> Piece:
    return Piece(stream.place(lines[0].start, lines[-1].end), b''.join(line.content for line in lines), form)


def _own_lines(group: list[RawLine]) -> list[RawLine]:
    """Of lines that are no row together, those that belong to the first: itself, and what follows up to the next quote."""
    quoted = (number for number, line in enumerate(group) if number and b'"' in line.content)
    return group[: next(quoted, len(group) if len(group) < _MOST_LINES else 1)]


def _unreadable(piece: Piece, line: RawLine, rules: Rules) -> Reject:
    if line.damage:
        return reject(piece, rules.limits, 'damaged_stream', f'something is lost here ({line.damage})')
    return reject(piece, rules.limits, 'page_too_large', f'a line of {line.end - line.start} bytes, above the limit of {len(line.content)}')


class _Table:
    """The header of a table, and how its rows are read."""

    def __init__(self, piece: Piece, form: str, rules: Rules) -> None:
        semicolons = piece.raw.count(b';') > piece.raw.count(b',')
        self._delimiter = '\t' if form == 'tsv' else ';' if semicolons else ','
        self._field_limit = rules.limits.page_bytes * ESCAPED
        text = decode_utf8(piece, rules)
        self.header = [] if isinstance(text, Reject) else self._fields(text)

    def record(self, text: str) -> dict[str, str] | None:
        """The row as a record, or None if it is no row of this table."""
        fields = self._fields(text)
        return dict(zip(self.header, fields, strict=True)) if fields and len(fields) == len(self.header) else None

    def _fields(self, text: str) -> list[str]:
        csv.field_size_limit(self._field_limit)  # the only way to set it; the same value for every row of a build
        try:
            rows = list(csv.reader([text.removesuffix('\n').removesuffix('\r')], delimiter=self._delimiter, strict=True))
        except csv.Error:
            return []
        return rows[0] if len(rows) == 1 else []


class _Lines:
    """Physical lines as the rows they make up."""

    def __init__(self, lines: Iterator[RawLine]) -> None:
        self._lines = lines
        self._back: deque[RawLine] = deque()

    def _next(self) -> RawLine | None:
        return self._back.popleft() if self._back else next(self._lines, None)

    def take_back(self, lines: list[RawLine]) -> None:
        """Lines that were not of the row after all come again."""
        self._back.extendleft(reversed(lines))

    def row(self) -> list[RawLine]:
        """The lines up to the first at whose end no quote is open; a line that cannot be read stands alone. Empty at the end."""
        group: list[RawLine] = []
        quotes = 0
        while len(group) < _MOST_LINES and (line := self._next()):
            if not line.whole:
                if not group:
                    return [line]
                self._back.appendleft(line)
                break
            group.append(line)
            quotes += line.content.count(b'"')
            if quotes % 2 == 0:
                break
        return group

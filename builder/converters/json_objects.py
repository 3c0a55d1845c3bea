"""JSON arrays, and JSON objects one behind the other, over any number of lines: each object is a page.

The objects are found by their braces, not by a parser of the whole, so a missing bracket or comma costs nothing and a
broken object costs itself: reading goes on at the next line that begins with a brace.
"""

import re
from collections.abc import Iterator
from typing import Final

from builder.converters.compression import Damage
from builder.converters.jsonl import ESCAPED, page_of_json
from builder.converters.pieces import Piece, Rules, reject
from builder.converters.sniffing import BYTE_ORDER_MARK
from builder.converters.streams import Blocks, Stream
from builder.model import Framing, Page, Reject

# A string may not hold a raw line feed, so a quote that stays open shows at the end of its line.
_TOKEN = re.compile(rb'"(?:[^"\\\n]|\\[^\n])*+"|["{}]')
_NEXT_OBJECT = re.compile(rb'\n[ \t]*\{')
_TAIL: Final = 256
"""Bytes of white space that may lie between a line feed and a brace across two blocks."""
_NOT_SEPARATOR = re.compile(rb'[^ \t\r\n,\[\]]')


def read_json(stream: Stream, rules: Rules) -> Iterator[Page | Reject | Framing]:
    """The pages of all objects of the stream; brackets, commas and white space between them are framing."""
    window = _Window(stream.open(0))
    empty = window.ended() and not window.damages
    while True:
        yield from _between(stream, window, rules)
        if window.ended():
            break
        yield _object(stream, window, rules)
    yield from (_hole(stream, window, rules, damage) for damage in window.holes_before(None))
    if empty:
        yield reject(Piece(stream.place(0, 0), b'', 'json'), rules.limits, 'empty_file', 'the file is empty')


class _Window:
    """The bytes from the current place on, as many as were asked for."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self.data = b''
        self.start = 0
        self.damages: list[tuple[int, Damage]] = []
        """Holes in the stream that no reject speaks of yet, and the byte behind each."""

    def more(self) -> bool:
        """Read another block; False at the end."""
        for block in self._blocks:
            if isinstance(block, Damage):
                self.damages.append((self.start + len(self.data), block))
            else:
                self.data += block
                return True
        return False

    def ended(self) -> bool:
        """Whether no byte is left."""
        return not self.data and not self.more()

    def holes_before(self, end: int | None) -> list[Damage]:
        """The holes at or before byte `end`, or all; they are now spoken of."""
        found = [damage for at, damage in self.damages if end is None or at <= end]
        del self.damages[: len(found)]
        return found

    def take(self, count: int) -> bytes:
        """Go on by `count` bytes."""
        taken, self.data = self.data[:count], self.data[count:]
        self.start += count
        return taken


def _between(stream: Stream, window: _Window, rules: Rules) -> Iterator[Reject | Framing]:
    """Framing up to the next object, and rejects for what is neither framing nor object."""
    while not window.ended():
        yield from (_hole(stream, window, rules, damage) for damage in window.holes_before(window.start))
        if window.start == 0 and window.data.startswith(BYTE_ORDER_MARK):
            window.take(len(BYTE_ORDER_MARK))
            yield Framing(stream.place(0, len(BYTE_ORDER_MARK)))
            continue
        match = _NOT_SEPARATOR.search(window.data)
        length = match.start() if match else len(window.data)
        if length:
            start = window.start
            window.take(length)
            yield Framing(stream.place(start, window.start))
        elif window.data.startswith(b'{'):
            return
        else:
            yield _skip(stream, window, rules, 'not an object: a page is a JSON object in braces', 'not_an_object')


def _object(stream: Stream, window: _Window, rules: Rules) -> Page | Reject:
    """The object that begins here, as a page or a reject."""
    depth, place, limit = 0, 0, rules.limits.page_bytes * ESCAPED
    while True:
        token = _TOKEN.search(window.data, place)
        if token is None or (token.group() == b'"' and b'\n' not in window.data[token.start() :]):
            place = max(place, token.start() if token else len(window.data))
            if len(window.data) > limit:
                return _skip(stream, window, rules, f'an object of more than {limit} bytes', 'page_too_large')
            if not window.more():
                return _skip(stream, window, rules, 'the file ends inside an object', 'invalid_json')
            continue
        place = token.end()
        if token.group() == b'"':
            return _skip(stream, window, rules, 'not JSON: a string stays open at the end of its line', 'invalid_json')
        depth += (token.group() == b'{') - (token.group() == b'}')
        if not depth:
            start = window.start
            piece = Piece(stream.place(start, start + place), window.take(place), 'json')
            holes = window.holes_before(window.start - 1)
            return reject(piece, rules.limits, 'damaged_stream', f'a part is lost ({holes[0]})') if holes else page_of_json(piece, rules)


def _skip(stream: Stream, window: _Window, rules: Rules, message: str, reason: str) -> Reject:
    """A reject for everything up to the next line that begins with a brace, or to the end."""
    start, kept = window.start, b''
    while True:
        match = _NEXT_OBJECT.search(window.data)
        # The line feed may be the last byte read: keep a little for the next look.
        count = match.start() + 1 if match else max(len(window.data) - _TAIL, 0)
        taken = window.take(count)
        kept = (kept + taken)[: rules.limits.reject_bytes]
        if match:
            break
        if not window.more():
            kept = (kept + window.take(len(window.data)))[: rules.limits.reject_bytes]
            break
    holes = window.holes_before(window.start)
    lost = f' (a part is lost: {holes[0]})' if holes else ''
    return reject(Piece(stream.place(start, window.start), kept, 'json'), rules.limits, reason, message + lost)


def _hole(stream: Stream, window: _Window, rules: Rules, damage: Damage) -> Reject:
    piece = Piece(stream.place(window.start, window.start), b'', 'json')
    return reject(piece, rules.limits, 'damaged_stream', f'something is lost here ({damage})')

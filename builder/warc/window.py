"""The part of a stream of bytes that is held: filled at its end, dropped at its start, addressed by offsets in the stream."""

import re
from collections.abc import Iterator


class Window:
    """Bytes `[start, end)` of a stream whose first byte has the offset 0."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.start = 0
        self.ended = False
        self._blocks = blocks
        self._data = bytearray()

    @property
    def end(self) -> int:
        """The offset behind the last byte held."""
        return self.start + len(self._data)

    def more(self) -> bool:
        """Take one more block in; False at the stream's end."""
        block = next(self._blocks, None)
        self.ended = block is None
        self._data += block or b''
        return not self.ended

    def fill(self, end: int) -> bool:
        """Take in what is needed to hold bytes up to `end`; False if the stream ends before."""
        while self.end < end and not self.ended:
            self.more()
        return self.end >= end

    def drop(self, start: int) -> None:
        """Let go of the bytes before `start`."""
        start = min(start, self.end)
        if start > self.start:
            del self._data[: start - self.start]
            self.start = start

    def cut(self, start: int, end: int) -> bytes:
        """The bytes `[start, end)`, or as many of them as are held."""
        return bytes(self._data[max(start - self.start, 0) : max(end - self.start, 0)])

    def search(self, pattern: re.Pattern[bytes], start: int, end: int | None = None) -> int | None:
        """Where the pattern first matches within the held bytes of `[start, end)`; a look-behind sees the bytes before."""
        # A match object would pin the buffer, so it must not outlive this line.
        match = pattern.search(self._data, max(start - self.start, 0), len(self._data) if end is None else max(end - self.start, 0))
        return None if match is None else self.start + match.start()

    def match_end(self, pattern: re.Pattern[bytes], start: int) -> int | None:
        """Where the pattern's match that begins at `start` ends, within the held bytes."""
        match = pattern.match(self._data, start - self.start)
        return None if match is None else self.start + match.end()


def scan(window: Window, pattern: re.Pattern[bytes], start: int, reach: int, stop: int | None = None) -> int | None:
    """Where the pattern first matches from `start` on, in bytes before `stop`, or, without a `stop`, in the rest of the stream.

    `reach` is the longest match. With a `stop` the bytes stay held; without one those passed over are dropped.
    """
    while True:
        found = window.search(pattern, start, stop)
        # A match that touches the end of what is held may become another one with more bytes.
        if found is not None and (window.ended or found + reach <= window.end):
            return found
        if (stop is not None and window.end >= stop) or window.ended:
            return found
        start = max(start, (window.end if found is None else found) - reach)
        if stop is None:
            window.drop(start - 1)
        window.more()

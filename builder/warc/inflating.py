"""Inflation that keeps what comes before damage: `zlib` gives nothing of a call in which it meets any."""

import zlib
from typing import Final

GZIP: Final = 31
ZLIB: Final = 15
RAW_DEFLATE: Final = -15
PIECE_BYTES: Final = 4096
"""What to feed at a time: at most 4 MiB come out, since deflate's ratio ends at 1,032."""


class Inflater:
    """One stream of `GZIP`, `ZLIB` or `RAW_DEFLATE`."""

    def __init__(self, kind: int) -> None:
        self.fault: str | None = None
        self.unused = 0
        """How many of the last bytes fed stand behind the stream's end, or behind the byte at which it proved damaged."""
        self._stream = zlib.decompressobj(kind)

    @property
    def ended(self) -> bool:
        """Whether the stream has ended well, its checksum included."""
        return self.fault is None and self._stream.eof

    def feed(self, piece: bytes) -> bytes:
        """What comes out for the piece; sets `fault` where the stream is damaged, and then gives all that comes before the damaged byte."""
        before = self._stream.copy()
        try:
            output = self._stream.decompress(piece)
        except zlib.error as error:
            self.fault = str(error)
            output, self.unused = _until_fault(before, piece)
        else:
            self.unused = len(self._stream.unused_data)
        return output


def _until_fault(stream: 'zlib._Decompress', piece: bytes) -> tuple[bytes, int]:
    """What comes out before the fault, and how many bytes stand behind it."""
    parts: list[bytes] = []
    for place in range(len(piece)):
        try:
            parts.append(stream.decompress(piece[place : place + 1]))
        except zlib.error:
            return b''.join(parts), len(piece) - place - 1
    return b''.join(parts), 0


def peek(piece: bytes, kind: int, most: int) -> bytes | None:
    """The first `most` bytes, or fewer, that a stream beginning with `piece` inflates to; None if it is damaged, or the piece ends, before any."""
    stream = zlib.decompressobj(kind)
    try:
        head = stream.decompress(piece, most)
    except zlib.error:
        return None
    return head if head or stream.eof else None

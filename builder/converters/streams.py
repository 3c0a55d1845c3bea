"""The bytes of a file after decompression, block by block, so that no file is ever held whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from builder.converters.inputs import InputFile

_BLOCK: Final = 1 << 20
# A damaged stream takes down the read that meets the damage: small reads keep what lies before it.
_COMPRESSED_READ: Final = 1 << 12


class DamagedStreamError(Exception):
    """A compressed file breaks off or does not decompress. What came before the damage has been yielded."""


def read_blocks(file: InputFile, start: int = 0) -> Iterator[bytes]:
    """The file's bytes from `start`, decompressed, in blocks of up to 1 MiB. Raises DamagedStreamError after the last good block."""
    if file.compression is None:
        with file.location.open('rb') as stream:
            stream.seek(start)
            while block := stream.read(_BLOCK):
                yield block
        return
    with pa.OSFile(str(file.location)) as raw, pa.CompressedInputStream(raw, file.compression) as stream:
        yield from _gather(stream)


def _gather(stream: pa.CompressedInputStream) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    try:
        while part := stream.read(_COMPRESSED_READ):
            parts.append(part)
            size += len(part)
            if size >= _BLOCK:
                yield b''.join(parts)
                parts, size = [], 0
    except OSError as error:
        if parts:
            yield b''.join(parts)
        raise DamagedStreamError(str(error)) from error
    if parts:
        yield b''.join(parts)


@dataclass(frozen=True, slots=True)
class RawLine:
    """Bytes `[start, end)` of a stream, up to and with a line feed."""

    start: int
    end: int
    content: bytes
    """The bytes, or as many as the limit allows."""
    damage: str | None = None
    """What ended the stream here, where it did not end by itself."""

    @property
    def whole(self) -> bool:
        """Whether `content` is all of the line."""
        return len(self.content) == self.end - self.start and self.damage is None


def read_lines(blocks: Iterator[bytes], start: int, limit: int) -> Iterator[RawLine]:
    """The lines of a stream of blocks whose first byte is byte `start`; of a line above `limit` bytes only so many are held.

    A damaged stream ends with one line, possibly empty, that carries the damage.
    """
    pending = _Pending(start, limit)
    damage = None
    try:
        for block in blocks:
            *ended, open_end = block.split(b'\n')
            for part in ended:
                pending.add(part)
                pending.add(b'\n')
                yield pending.take()
            pending.add(open_end)
    except DamagedStreamError as error:
        damage = str(error)
    if pending.size or damage:
        yield pending.take(damage)


class _Pending:
    """The line that is being gathered."""

    def __init__(self, start: int, limit: int) -> None:
        self.start, self.limit = start, limit
        self.parts: list[bytes] = []
        self.size = self.held = 0

    def add(self, part: bytes) -> None:
        kept = part[: self.limit - self.held]
        if kept:
            self.parts.append(kept)
        self.held += len(kept)
        self.size += len(part)

    def take(self, damage: str | None = None) -> RawLine:
        line = RawLine(self.start, self.start + self.size, b''.join(self.parts), damage)
        self.start, self.parts, self.size, self.held = line.end, [], 0, 0
        return line

"""Streams: the bytes of a file, or of a member of an archive, after decompression and block by block, so that none is ever held whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from builder.converters.compression import Damage
from builder.converters.inputs import InputFile
from builder.model import Place

_BLOCK: Final = 1 << 20

Blocks = Iterator[bytes | Damage]
"""Bytes in order, with a `Damage` where some are lost."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes to convert, and where they are. `open` gives the blocks from a byte on; for a member of an archive only once, from 0."""

    file: InputFile
    member: str | None
    name: str
    """The name that tells the format: of the file or member, without the suffix of its compression."""
    head: bytes
    """The first bytes, up to 64 KiB."""
    open: Callable[[int], Blocks]
    plain: Path | None = None
    """The file, where the stream is just its bytes and can be sought."""
    origin: int = 0
    """Where the stream's first byte stands, if it is a piece cut out of a longer one."""

    def place(self, start: int, end: int, unit: str = 'byte') -> Place:
        """A place in the stream."""
        return Place(self.file.dump, self.file.path, unit, self.origin + start, self.origin + end, self.member)


def file_blocks(path: Path, start: int = 0) -> Iterator[bytes]:
    """A file's bytes from `start` on, in blocks of up to 1 MiB."""
    with path.open('rb') as stream:
        stream.seek(start)
        while block := stream.read(_BLOCK):
            yield block


@dataclass(frozen=True, slots=True)
class RawLine:
    """Bytes `[start, end)` of a stream, up to and with a line feed."""

    start: int
    end: int
    content: bytes
    """The bytes, or as many as the limit allows."""
    damage: str | None = None
    """What broke the line off, where something did."""

    @property
    def whole(self) -> bool:
        """Whether `content` is all of the line."""
        return len(self.content) == self.end - self.start and self.damage is None


def read_lines(blocks: Blocks, start: int, limit: int) -> Iterator[RawLine]:
    """The lines of a stream whose first byte is byte `start`; of a line above `limit` bytes only so many are held.

    Damage ends the line it falls into, which may be empty; the next begins behind the hole.
    """
    pending = _Pending(start, limit)
    for block in blocks:
        if isinstance(block, Damage):
            yield pending.take(str(block))
            continue
        *ended, open_end = block.split(b'\n')
        for part in ended:
            pending.add(part)
            pending.add(b'\n')
            yield pending.take()
        pending.add(open_end)
    if pending.size:
        yield pending.take()


class _Pending:
    """The line that is being gathered."""

    def __init__(self, start: int, limit: int) -> None:
        self.start, self.limit = start, limit
        self.parts: list[bytes] = []
        self.size = self.held = 0

    def add(self, part: bytes) -> None:
        """Add bytes to the line, and hold as many as the limit allows."""
        kept = part[: self.limit - self.held]
        if kept:
            self.parts.append(kept)
        self.held += len(kept)
        self.size += len(part)

    def take(self, damage: str | None = None) -> RawLine:
        """The line as it is; the next begins where it ends."""
        line = RawLine(self.start, self.start + self.size, b''.join(self.parts), damage)
        self.start, self.parts, self.size, self.held = line.end, [], 0, 0
        return line

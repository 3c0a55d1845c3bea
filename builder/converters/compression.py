"""Decompression that keeps what can be kept: output is bounded, and a damaged member of gzip, bzip2 or xz costs that member alone.

A zstd stream ends at its first damage: its reader cannot be taken up again.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

MAGIC: Final = {'gzip': b'\x1f\x8b\x08', 'bz2': b'BZh', 'xz': b'\xfd7zXZ\x00', 'zstd': b'\x28\xb5\x2f\xfd'}
"""The first bytes of each compression."""

_BREAKS_OFF: Final = 'the data breaks off inside a compressed member'
_NO_MEMORY: Final = 'Error -4'  # Z_MEM_ERROR: no damage of the data
_ZSTD_BREAKS_OFF: Final = 'Truncated compressed stream'  # as the reader of pyarrow words it
_SLICE: Final = 1 << 16
_OUTPUT: Final = 1 << 20  # bytes decompressed at a time: a bomb never gets further than this ahead of its limit
# The zstd reader drops what it has decoded in the read that meets damage: small reads keep what lies before it.
_ZSTD_READ: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class Damage:
    """A hole in a stream: what could not be decompressed, as bytes `[start, end)` of the compressed data."""

    start: int
    end: int
    message: str
    breaks_off: bool = False
    """Whether the data only ends too early: what came before it is right, as far as it goes."""

    def __str__(self) -> str:
        return f'compressed bytes {self.start}-{self.end}: {self.message}'


def sniff_compression(head: bytes) -> str | None:
    """The compression that the first bytes of some data show, or None."""
    return next((name for name, magic in MAGIC.items() if head.startswith(magic)), None)


def decompress(blocks: Iterator[bytes], compression: str) -> Iterator[bytes | Damage]:
    """The decompressed bytes in blocks of up to 1 MiB, with a `Damage` where some are lost; after the last bytes, the end."""
    match compression:
        case 'gzip':
            yield from _salvage(blocks, MAGIC['gzip'], _gzip_member)
        case 'bz2':
            yield from _salvage(blocks, MAGIC['bz2'], _bz2_member)
        case 'xz':
            yield from _salvage(blocks, MAGIC['xz'], _xz_member)
        case _:
            yield from _unzstd(blocks)


class _Slices:
    """Compressed bytes handed out in slices of up to 64 KiB, of which the last can be given back; `offset` counts those handed out."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = b''
        self.offset = 0

    def _hold(self, size: int) -> bytes:
        while len(self._held) < size:
            block = next(self._blocks, b'')
            if not block:
                break
            self._held += block
        return self._held[:size]

    def take(self) -> bytes:
        """The next slice; empty at the end."""
        taken = self._hold(_SLICE)
        self._held = self._held[len(taken) :]
        self.offset += len(taken)
        return taken

    def give_back(self, rest: bytes) -> None:
        """Let the next slice begin with `rest`, the end of the last one."""
        self._held = rest + self._held
        self.offset -= len(rest)

    def at(self, magic: bytes) -> bool:
        """Whether the next bytes are `magic`."""
        return self._hold(len(magic)) == magic

    def ended(self) -> bool:
        """Whether no byte is left."""
        return not self._hold(1)

    def skip_to(self, magic: bytes) -> bytes:
        """Take what lies before the next `magic` that is not the very next byte, but at most one slice; tells what was skipped."""
        skipped = self.take()
        found = skipped.find(magic, 1)
        # A magic may lie across the end of the slice.
        keep = skipped[found:] if found >= 0 else skipped[-len(magic) + 1 :] if len(skipped) == _SLICE else b''
        self.give_back(keep)
        return skipped[: len(skipped) - len(keep)]


Member = Callable[[_Slices], Generator[bytes, None, str | None]]


def _salvage(blocks: Iterator[bytes], magic: bytes, member: Member) -> Iterator[bytes | Damage]:
    """Members one behind the other; behind damage, on from the next `magic` that a member really begins with."""
    slices = _Slices(blocks)
    lost: tuple[int, str] | None = None
    while not slices.ended():
        start = slices.offset
        if not slices.at(magic) or (lost and lost[0] == start):
            # Zeros behind the last member are padding of a tape or disk, not a loss.
            if slices.skip_to(magic).strip(b'\0') and not lost:
                lost = start, 'no compressed member begins here'
            continue
        if lost:
            yield Damage(lost[0], start, lost[1])
        message = yield from member(slices)
        lost = (start, message) if message else None
    if lost:
        yield Damage(lost[0], slices.offset, lost[1], lost[1] == _BREAKS_OFF)


def _gzip_member(slices: _Slices) -> Generator[bytes, None, str | None]:
    """The bytes of the gzip member that begins here; returns what is wrong with it, having gone back to the slice that showed it."""
    decoder = zlib.decompressobj(wbits=31)
    while not decoder.eof:
        piece = slices.take()
        if not piece:
            return _BREAKS_OFF
        before, done = decoder.copy(), [0]
        try:
            yield from _inflate(decoder, piece, done)
        except zlib.error as error:
            if _NO_MEMORY in str(error):
                raise MemoryError(str(error)) from error
            yield from _inflate_what_can_be(before, piece, done[0])
            slices.give_back(piece)
            return f'a damaged gzip member ({error})'
    slices.give_back(decoder.unused_data)
    return None


def _inflate(decoder: 'zlib._Decompress', piece: bytes, done: list[int]) -> Iterator[bytes]:
    """What the piece unpacks to, in blocks of up to 1 MiB; `done` counts the bytes yielded."""
    while piece and not decoder.eof:
        if out := decoder.decompress(piece, _OUTPUT):
            done[0] += len(out)
            yield out
        piece = decoder.unconsumed_tail


def _inflate_what_can_be(decoder: 'zlib._Decompress', piece: bytes, done: int) -> Iterator[bytes]:
    """What a damaged piece unpacks to between the first `done` bytes, which were yielded already, and its damage, byte by byte."""
    try:
        for start in range(len(piece)):
            out = decoder.decompress(piece[start : start + 1])
            if new := out[done:]:
                yield new
            done = max(done - len(out), 0)
    except zlib.error:
        return


def _bz2_member(slices: _Slices) -> Generator[bytes, None, str | None]:
    """The same for bzip2."""
    return (yield from _stream_member(slices, bz2.BZ2Decompressor()))


def _xz_member(slices: _Slices) -> Generator[bytes, None, str | None]:
    """The same for xz."""
    return (yield from _stream_member(slices, lzma.LZMADecompressor(lzma.FORMAT_XZ)))


def _stream_member(slices: _Slices, decoder: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> Generator[bytes, None, str | None]:
    piece = b''
    try:
        while not decoder.eof:
            fed = slices.take() if decoder.needs_input else b''
            if decoder.needs_input and not fed:
                return _BREAKS_OFF
            piece = fed or piece
            if out := decoder.decompress(fed, _OUTPUT):
                yield out
    except (OSError, EOFError, lzma.LZMAError) as error:
        slices.give_back(piece)
        return f'a damaged member ({error})'
    slices.give_back(decoder.unused_data)
    return None


def _unzstd(blocks: Iterator[bytes]) -> Iterator[bytes | Damage]:
    source = _Reader(blocks)
    with pa.CompressedInputStream(pa.PythonFile(source, 'r'), 'zstd') as stream:
        try:
            while out := stream.read(_ZSTD_READ):
                yield out
        except OSError as error:
            if 'memory' in str(error):
                raise MemoryError(str(error)) from error
            yield Damage(0, source.offset, f'damaged data ({error})', _ZSTD_BREAKS_OFF in str(error))


class _Reader(io.RawIOBase):
    """Blocks as a file that can only be read onwards. The next block is asked for only when the last is used up: it may be an error."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks = blocks
        self._rest = b''
        self.offset = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer protocol cannot be indexed
        while not self._rest and (block := next(self._blocks, None)) is not None:
            self._rest = block
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        self.offset += len(taken)
        return len(taken)


def as_file(blocks: Iterator[bytes]) -> io.BufferedReader:
    """Blocks as a buffered binary file that can only be read onwards."""
    return io.BufferedReader(_Reader(blocks))

"""From a file to its streams: decompressed, and one for each member of an archive. Nothing is ever unpacked to a path.

Archives are read in their own order. A member may be compressed once more; an archive in an archive is not opened.
"""

import lzma
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import PurePosixPath
from typing import IO, Final

from builder.converters.compression import Damage, as_file, decompress, sniff_compression
from builder.converters.inputs import InputFile
from builder.converters.streams import Blocks, Stream, file_blocks
from builder.model import Framing, Place, Reject
from builder.plan import Limits

_HEAD: Final = 1 << 16
_COPY: Final = 1 << 20
_TAR_MAGIC: Final = (257, b'ustar')
_ZIP_MAGIC: Final = (b'PK\x03\x04', b'PK\x05\x06')
_SUFFIXES: Final = {'.gz', '.bz2', '.xz', '.zst', '.zstd'}
_TAR_SUFFIXES: Final = {'.tgz', '.tbz2', '.txz', '.tzst'}

# What reading a damaged archive raises, from its own module down to the decompressor's.
_FAULTS: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)

Opened = Stream | Reject | Framing


def open_streams(file: InputFile, limits: Limits) -> Iterator[Opened]:
    """The streams of a file; rejects for members that must not be read; for an archive a last item that covers the file itself."""
    if file.link:
        yield _reject(file, None, 'symbolic_link', 'a symbolic link, which is never followed; put the file itself into the dump')
        return
    compression, name, head, blocks = _uncompressed(file.path, file_blocks(file.location), limits)
    if head.startswith(_ZIP_MAGIC):
        yield from _archive(file, _zip_members(file, blocks if compression else None, limits))
    elif _is_tar(head) or (compression and name.endswith('.tar')):
        yield from _archive(file, _tar_members(file, blocks, limits))
    elif compression:
        yield Stream(file, None, name, head, lambda _: blocks)
    else:
        yield Stream(file, None, name, head, lambda start: file_blocks(file.location, start), plain=file.location)


def _uncompressed(name: str, raw: Blocks, limits: Limits) -> tuple[str | None, str, bytes, Blocks]:
    """Of data that may be compressed once: its compression, its name without the suffix of that, its first bytes, and its blocks."""
    first, blocks = _peek(raw)
    compression = sniff_compression(first)
    if compression is None:
        return None, name, first[:_HEAD], blocks
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    inner = str(path.with_suffix('')) if suffix in _SUFFIXES else str(path.with_suffix('.tar')) if suffix in _TAR_SUFFIXES else name
    head, opened = _peek(_bounded(_decompressed(blocks, compression), limits))
    return compression, inner, head[:_HEAD], opened


def _decompressed(blocks: Blocks, compression: str) -> Blocks:
    """What the blocks unpack to, and behind it whatever damage they had themselves."""
    damages: list[Damage] = []

    def sound() -> Iterator[bytes]:
        for block in blocks:
            if isinstance(block, Damage):
                damages.append(block)
            else:
                yield block

    yield from decompress(sound(), compression)
    yield from damages


def _peek(blocks: Blocks) -> tuple[bytes, Blocks]:
    """The first bytes of some blocks, and the blocks as if none had been taken."""
    taken: list[bytes | Damage] = []
    size = 0
    for block in blocks:
        taken.append(block)
        if isinstance(block, Damage):
            break
        size += len(block)
        if size >= _HEAD:
            break
    return b''.join(block for block in taken if isinstance(block, bytes)), chain(taken, blocks)


def _bounded(blocks: Blocks, limits: Limits) -> Blocks:
    """The blocks up to the limit on what one stream may unpack to; what lies beyond is damage."""
    size = 0
    for block in blocks:
        if isinstance(block, bytes):
            size += len(block)
            if size > limits.unpacked_bytes:
                yield Damage(0, 0, f'unpacks to more than {limits.unpacked_bytes} bytes (limits.unpacked_bytes): a bomb?')
                return
        yield block


def _archive(file: InputFile, members: Iterator[Opened]) -> Iterator[Opened]:
    """The members, then one item that covers the archive's own bytes: framing, or a reject if it broke off."""
    try:
        yield from members
    except _FAULTS as error:
        told = ' '.join(str(error).split())[:200]
        yield _reject(file, None, 'damaged_archive', f'the archive breaks off ({told}); members behind that place are lost', file.bytes)
        return
    yield Framing(Place(file.dump, file.path, 'byte', 0, file.bytes))


def _tar_members(file: InputFile, blocks: Blocks, limits: Limits) -> Iterator[Opened]:
    with as_file(_bytes_or_error(blocks)) as raw, tarfile.open(fileobj=raw, mode='r|') as archive:
        for count, member in enumerate(archive):
            if count >= limits.archive_members:
                raise ValueError(f'more than {limits.archive_members} members (limits.archive_members)')
            if member.isdir():
                continue
            content = archive.extractfile(member) if member.isreg() else None
            if content is None:
                yield _reject(file, member.name, 'no_regular_member', 'a link or device in the archive, which is never followed')
            else:
                yield from _member(file, member.name, _content(content), limits)
        # At a header that is none, `tarfile` stops as if the archive ended there.
        if any(block.strip(b'\0') for block in _copy(archive.fileobj)):  # type: ignore[arg-type]  # a stream with read()
            raise tarfile.ReadError('no header where the next member should begin')


def _bytes_or_error(blocks: Blocks) -> Iterator[bytes]:
    for block in blocks:
        if isinstance(block, Damage):
            raise OSError(str(block))
        yield block


def _zip_members(file: InputFile, compressed: Blocks | None, limits: Limits) -> Iterator[Opened]:
    with ExitStack() as stack, zipfile.ZipFile(_seekable(file, compressed, stack)) as archive:
        for count, member in enumerate(archive.infolist()):
            if count >= limits.archive_members:
                raise ValueError(f'more than {limits.archive_members} members (limits.archive_members)')
            if member.is_dir():
                continue
            if stat.S_ISLNK(member.external_attr >> 16):
                yield _reject(file, member.filename, 'no_regular_member', 'a link in the archive, which is never followed')
            elif member.flag_bits & 1:
                yield _reject(file, member.filename, 'encrypted_member', 'the member is encrypted; put it into the dump as it is')
            else:
                yield from _member(file, member.filename, _zip_blocks(archive, member), limits)


def _zip_blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Blocks:
    try:
        content = archive.open(member)
    except _FAULTS as error:
        yield Damage(0, 0, f'the member cannot be unpacked ({error})')
        return
    with content:
        yield from _content(content)


def _content(content: IO[bytes]) -> Blocks:
    """A member's bytes. They are read while the page is made, outside of `_archive`, so what breaks them off must be told in the blocks."""
    try:
        yield from _copy(content)
    except _FAULTS as error:
        yield Damage(0, 0, f'the member cannot be unpacked ({error})')


def _seekable(file: InputFile, compressed: Blocks | None, stack: ExitStack) -> IO[bytes]:
    return stack.enter_context(file.location.open('rb')) if compressed is None else spool(compressed, stack)


def spool(blocks: Blocks, stack: ExitStack) -> IO[bytes]:
    """The bytes in a nameless temporary file that can be sought, closed with `stack`. Raises OSError where the blocks are damaged."""
    unpacked: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    for block in _bytes_or_error(blocks):
        unpacked.write(block)
    unpacked.seek(0)
    return unpacked


def _copy(content: IO[bytes]) -> Iterator[bytes]:
    while block := content.read(_COPY):
        yield block


def _member(file: InputFile, name: str, raw: Blocks, limits: Limits) -> Iterator[Opened]:
    """The stream of a member, decompressed where it is compressed once more."""
    path = PurePosixPath(name.replace('\\', '/'))
    if path.is_absolute() or '..' in path.parts:
        yield _reject(file, name, 'unsafe_member_name', 'the name leads out of the archive; rename the member')
        return
    _, inner, head, opened = _uncompressed(name, _bounded(raw, limits), limits)
    if is_archive(head):
        yield _reject(file, name, 'nested_archive', 'an archive in an archive; unpack it and put it into the dump')
    else:
        yield Stream(file, _printable(name), inner, head, lambda _: opened)


def is_archive(head: bytes) -> bool:
    """Whether the first bytes are those of a zip or tar file."""
    return head.startswith(_ZIP_MAGIC) or _is_tar(head)


def _is_tar(head: bytes) -> bool:
    at, magic = _TAR_MAGIC
    return head[at : at + len(magic)] == magic


def _printable(name: str) -> str:
    """The name as text that can be written to JSON and Parquet."""
    return name.encode('utf-8', 'backslashreplace').decode()


def _reject(file: InputFile, member: str | None, reason: str, message: str, end: int = 0) -> Reject:
    place = Place(file.dump, file.path, 'byte', 0, end, _printable(member) if member else None)
    return Reject(place, b'', 'convert', reason, message)

"""Text dumps: one file is one page."""

from collections.abc import Iterator
from itertools import islice

from builder.converters.inputs import InputFile
from builder.converters.pieces import Piece, Rules, decode, page_from_text, reject
from builder.converters.streams import DamagedStreamError, read_blocks
from builder.model import Page, Place, Reject


def read_text(file: InputFile, rules: Rules) -> Iterator[Page | Reject]:
    """The file's page, or one reject that covers all of its bytes."""
    kept: list[bytes] = []
    size = 0
    damage = None
    try:
        for block in read_blocks(file):
            if size <= rules.limits.page_bytes:
                kept.append(block)
            size += len(block)
    except DamagedStreamError as error:
        damage = str(error)
    piece = Piece(Place(file.dump, file.path, 'byte', 0, size), b''.join(kept), 'text')
    if damage:
        yield reject(piece, rules.limits, 'damaged_stream', f'the compressed file breaks off after {size} bytes ({damage})')
    elif not size:
        yield reject(piece, rules.limits, 'empty_file', 'the file is empty')
    elif size > rules.limits.page_bytes:
        yield reject(
            piece, rules.limits, 'page_too_large', f'{size} bytes, above the limit of {rules.limits.page_bytes} (limits.page_bytes)'
        )
    else:
        text = decode(piece, rules.limits)
        yield text if isinstance(text, Reject) else page_from_text(piece, text, rules.limits)


def read_nothing(file: InputFile, rules: Rules, reason: str, message: str) -> Iterator[Reject]:
    """One reject for a file that no converter reads; its place covers the file as it lies on disk."""
    raw = b''.join(islice(read_blocks(file), 1)) if file.bytes and not file.compression else b''
    yield reject(Piece(Place(file.dump, file.path, 'byte', 0, file.bytes), raw, file.format), rules.limits, reason, message)

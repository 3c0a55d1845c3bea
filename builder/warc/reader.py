"""A WARC or WET file, as its bytes lie on disk, to records, losses and framing that tile it. Content never makes it raise.

`.warc` and `.warc.gz` are told apart by their bytes. A damaged beginning is passed over to the first record or gzip member
that can be read; where one kind follows the other without damage between, both are read. Zstandard is refused as a whole: members of `.warc.zst` need the dictionary that stands in the file's first frame,
which no package here decompresses with.
"""

import re
from collections.abc import Generator, Iterator
from typing import Final

from builder.warc.framing import FIRST_RECORD, FIRST_RECORD_REACH, RECORD_START, RECORD_START_REACH, Cut, Lost, split_records
from builder.warc.gzip_reader import read_gzip
from builder.warc.members import MEMBER_START, MEMBER_START_BYTES, Members
from builder.warc.model import WarcFraming, WarcLimits, WarcLoss, WarcRecord
from builder.warc.records import to_record
from builder.warc.window import Window, scan

_ZSTANDARD: Final = re.compile(rb'\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18')
# Either start; whichever comes first says what the file is.
_ANY_START: Final = re.compile(RECORD_START.pattern + rb'|' + MEMBER_START.pattern, re.DOTALL)


def read_records(blocks: Iterator[bytes], limits: WarcLimits) -> Iterator[WarcRecord | WarcLoss | WarcFraming]:
    """Everything in a file whose bytes are `blocks`, in order; the items' ranges tile it."""
    window = Window(blocks)
    window.fill(FIRST_RECORD_REACH)
    if window.match_end(_ZSTANDARD, 0) is not None:
        yield _refuse(window, limits)
        return
    window.fill(limits.reject_bytes)
    raw = window.cut(0, limits.reject_bytes)
    start = 0 if _opens_well(window, limits) else _first_start(window, limits)
    if start:
        yield WarcLoss(0, start, raw[:start], 'no_record', 'neither a WARC record nor a gzip member of one begins here')
    following: int | None = start
    while following is not None:
        # A file can be joined of plain and compressed ones.
        read = _read_plain if window.match_end(MEMBER_START, following) is None else read_gzip
        following = yield from read(window, following, limits)


def _opens_well(window: Window, limits: WarcLimits) -> bool:
    return window.match_end(FIRST_RECORD, 0) is not None or Members(window, limits).probe(0) is not None


def _first_start(window: Window, limits: WarcLimits) -> int:
    """Where the first record or gzip member that holds one begins; the file's end if there is none."""
    members, start = Members(window, limits), 0
    while (found := scan(window, _ANY_START, start, max(RECORD_START_REACH, MEMBER_START_BYTES))) is not None:
        if window.match_end(MEMBER_START, found) is None or (members.probe(found) or b'').startswith(b'WARC/'):
            return found
        start = found + 1
    return window.end


def _refuse(window: Window, limits: WarcLimits) -> WarcLoss:
    window.fill(limits.reject_bytes)
    raw = window.cut(0, limits.reject_bytes)
    while window.more():
        window.drop(window.end)
    message = 'Zstandard is not read here: decompress the file (zstd -d, or warcio recompress) first'
    return WarcLoss(0, window.end, raw, 'unsupported_compression', message)


def _read_plain(window: Window, start: int, limits: WarcLimits) -> Generator[WarcRecord | WarcLoss | WarcFraming, None, int | None]:
    """The records from byte `start` on; returns where a gzip member that holds a record follows a piece, if one does."""
    members = Members(window, limits)
    for piece in split_records(window, start, limits):
        if isinstance(piece, Cut):
            yield to_record(piece, piece.start, piece.end, limits)
            if piece.end < piece.next:
                yield WarcFraming(piece.end, piece.next)
        elif isinstance(piece, Lost):
            yield WarcLoss(piece.start, piece.next, piece.raw, piece.reason, piece.message)
        else:
            yield WarcFraming(piece.start, piece.next)
        if (members.probe(piece.next) or b'').startswith(b'WARC/'):
            return piece.next
    return None

"""The members of a gzip file (RFC 1952), as stretches of decompressed bytes in which records can be looked for.

A stretch is one member that begins with a record, with the members behind it that do not (a writer that compresses blocks,
not records). It ends where a member begins with a record again, and at damage. Behind damage reading steps back to
the start of the failed member and goes on at the next member header that decompresses to the start of a record.

Work is linear even on a file made of nested headers: what failed attempts may cost is a multiple of the bytes read so far.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from builder.warc.inflating import GZIP, PIECE_BYTES, Inflater, peek
from builder.warc.model import WarcLimits
from builder.warc.window import Window, scan

# Method 8 is deflate, the three high flag bits are reserved, then time, extra flags and operating system.
MEMBER_START: Final = re.compile(rb'\x1f\x8b\x08[\x00-\x1f].{4}[\x00-\x04][\x00-\x0d\xff]', re.DOTALL)
MEMBER_START_BYTES: Final = 10
_RECORD: Final = b'WARC/'
_PROBE_BYTES: Final = 2048
_MARKS: Final = 4096
_REWORK_PER_BYTE: Final = 8
_FAILURE_COST: Final = 1 << 10


class Members:
    """The members of a file whose bytes come through `window`."""

    def __init__(self, window: Window, limits: WarcLimits) -> None:
        self.window = window
        self.limits = limits
        self.aligned = True
        """Whether so far every member behind another began with a record."""
        self._rework = 0

    def find(self, start: int) -> int | None:
        """Where the next member that holds a record, or part of one, begins; bytes before it are dropped."""
        while (found := scan(self.window, MEMBER_START, start, MEMBER_START_BYTES)) is not None:
            head = self.probe(found)
            if head and (head.startswith(_RECORD) or not self.aligned):
                return found
            start = found + 1
        return None

    def probe(self, start: int) -> bytes | None:
        """The first bytes that the member at `start` decompresses to; None if no member begins there, or a damaged one."""
        self.window.fill(start + _PROBE_BYTES)
        piece = self.window.cut(start, start + _PROBE_BYTES)
        if MEMBER_START.match(piece) is None:
            return None
        return peek(piece, GZIP, len(_RECORD))

    def after_failure(self, member: int, reached: int, produced: int) -> int:
        """Where to look for the next member when the one at `member` failed, `reached` bytes into the file."""
        self._rework += reached - member + produced + _FAILURE_COST
        if self._rework > _REWORK_PER_BYTE * (self.window.end + self.limits.record_bytes):
            return reached
        return max(member + 1, self.window.start)


class Stretch:
    """Decompressed bytes without a break, from the member at `start` on."""

    def __init__(self, members: Members, start: int) -> None:
        self.resume = start
        """Once all blocks are taken: where to look for the next member."""
        self.failure: tuple[str, str] | None = None
        """Once all blocks are taken: reason and message, if a member failed."""
        self.failed_raw = b''
        self.verified = 0
        """Offset in the stretch up to which members have ended with a good checksum."""
        self._members = members
        self._size = 0
        self._marks = [(0, start)]

    def disk_at(self, offset: int) -> int:
        """Where on disk the last member boundary at or before the offset stands."""
        return self._marks[bisect_right(self._marks, offset, key=lambda mark: mark[0]) - 1][1]

    def blocks(self) -> Iterator[bytes]:
        """The decompressed bytes; the other attributes are up to date before a block is given out."""
        start: int | None = self.resume
        while start is not None:
            yield from self._member(start)
            start = self._continuation()

    def _continuation(self) -> int | None:
        if self.failure or self.verified < self._size:
            return None
        head = self._members.probe(self.resume)
        if head is None or head.startswith(_RECORD):
            return None
        self._members.aligned = self._members.aligned and not head
        return self.resume

    def _member(self, start: int) -> Iterator[bytes]:
        inflater, window, limits = Inflater(GZIP), self._members.window, self._members.limits
        window.fill(start + limits.reject_bytes)
        self.failed_raw = window.cut(start, start + limits.reject_bytes)
        reached, before = start, self._size
        while not (inflater.ended or self.failure):
            window.fill(reached + PIECE_BYTES)
            piece = window.cut(reached, reached + PIECE_BYTES)
            if not piece:
                self._break_off(start, before)
                return
            output = inflater.feed(piece)
            reached += len(piece) - inflater.unused
            self._size += len(output)
            self._judge(inflater, start, reached, self._size - before)
            window.drop(reached - limits.record_bytes)
            if output:
                yield output

    def _judge(self, inflater: Inflater, start: int, reached: int, produced: int) -> None:
        limits = self._members.limits
        if inflater.ended:
            self.verified, self.resume = self._size, reached
            self._mark(reached)
        elif inflater.fault:
            self._fail(
                start,
                reached,
                produced,
                ('damaged_member', f'the gzip member at byte {start} does not decompress beyond byte {reached} ({inflater.fault})'),
            )
        elif limits.is_bomb(reached - start, produced):
            message = f'the gzip member at byte {start} decompresses to more than {limits.ratio} times its size (ratio)'
            self._fail(start, reached, produced, ('bomb', message))

    def _fail(self, start: int, reached: int, produced: int, failure: tuple[str, str]) -> None:
        self.failure = failure
        self.resume = self._members.after_failure(start, reached, produced)

    def _break_off(self, start: int, before: int) -> None:
        """The file ends within the member: it is cut off, unless a later member says that it only ran on through damage."""
        reached = self._members.window.end
        message = f'the gzip member at byte {start} runs into later ones'
        later = self._members.find(self._members.after_failure(start, reached, self._size - before))
        if later is None and self._size == before:
            self.failure, self.resume = ('damaged_member', f'the file ends within the gzip member at byte {start}'), reached
        elif later is None:
            self.resume = reached
            self._mark(reached)
        else:
            self.failure, self.resume = ('damaged_member', message), later

    def _mark(self, disk: int) -> None:
        if self._marks[-1][0] == self._size:
            self._marks.pop()
        self._marks.append((self._size, disk))
        if len(self._marks) > _MARKS:
            # Many tiny members: a coarser map of them still tiles the file.
            del self._marks[1:-1:2]

"""Records of a gzip file: stretches of members cut into records, with ranges on disk."""

from collections.abc import Generator, Iterator

from builder.warc.framing import FIRST_RECORD, FIRST_RECORD_REACH, Cut, Lost, split_records
from builder.warc.members import Members, Stretch
from builder.warc.model import WarcFraming, WarcLimits, WarcLoss, WarcRecord
from builder.warc.records import to_record
from builder.warc.window import Window

_NO_MEMBER = ('damaged_member', 'no gzip member that holds a record begins here')


def read_gzip(window: Window, start: int, limits: WarcLimits) -> Generator[WarcRecord | WarcLoss | WarcFraming, None, int | None]:
    """What the file holds from byte `start` on, where a member begins; returns where a plain record follows a member, if one does."""
    members = Members(window, limits)
    reached, member = start, start
    while True:
        stretch = Stretch(members, member)
        for item in _read_stretch(stretch, reached, limits):
            yield item
            reached = item.end
        failure, raw = stretch.failure, stretch.failed_raw
        if failure is None and reached < stretch.resume:
            yield WarcFraming(reached, stretch.resume)
            reached = stretch.resume
        if failure is None:
            window.fill(reached + max(limits.reject_bytes, FIRST_RECORD_REACH))
            if window.match_end(FIRST_RECORD, reached) is not None:
                return reached
            raw = window.cut(reached, reached + limits.reject_bytes)
        found = members.find(stretch.resume)
        end = window.end if found is None else found
        if reached < end:
            yield WarcLoss(reached, end, raw[: end - reached], *(failure or _NO_MEMBER))
        if found is None:
            return None
        reached = member = end


def _read_stretch(stretch: Stretch, reached: int, limits: WarcLimits) -> Iterator[WarcRecord | WarcLoss | WarcFraming]:
    inner = Window(stretch.blocks())
    for piece in split_records(inner, 0, limits):
        # What touches the end of a failed stretch is damaged; the caller reports it with all of the lost range.
        if stretch.failure and piece.next >= inner.end and piece.next > stretch.verified:
            return
        start, reached = reached, stretch.disk_at(piece.next)
        if isinstance(piece, Cut):
            notes = ('unverified_member',) if piece.next > stretch.verified else ()
            yield to_record(piece, start, reached, limits, notes)
        elif isinstance(piece, Lost):
            yield WarcLoss(start, reached, piece.raw, piece.reason, piece.message)
        elif start < reached:
            yield WarcFraming(start, reached)

r"""Where the records of a decompressed stream begin and end.

A record is a version line, named fields, a blank line, as many bytes as `Content-Length` says, and two line ends (ISO 28500:2017).
Where the bytes after the content are not the next record, the length is wrong or what follows is damaged. Then the next version
line with a named field under it decides:

- it stands before the declared end: the record ends there, and is flagged `wrong_length`;
- it stands after it, and the declared end is borne out (it is at most eight bytes away, a blank line follows, the block digest
  holds, or the bytes between hold WARC fields, so are a damaged record): the record is as it says, and the bytes between are lost;
- otherwise the declared length is too small: the record ends at the next one, and is flagged `wrong_length`.

Work is linear: after each piece reading goes on behind it, and the search for a version line never starts over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from builder.warc.digests import check_digest
from builder.warc.fields import HEADER_END, read_fields, read_number
from builder.warc.model import WarcLimits
from builder.warc.window import Window, scan

_VERSION: Final = rb'WARC/\d\.\d{1,2}[ \t]{0,8}\r?\n'
# The look-ahead wants a named field; at a line's start any will do, in mid-line only one that WARC writers put first.
RECORD_START: Final = re.compile(
    rb'(?<=\n)'
    + _VERSION
    + rb'(?=[!-9;-~]{1,60}[ \t]{0,2}:)|'
    + _VERSION
    + rb'(?=(?:[Ww][Aa][Rr][Cc]|[Cc]ontent)-[A-Za-z-]{1,40}[ \t]{0,2}:)'
)
RECORD_START_REACH: Final = 96
FIRST_RECORD: Final = re.compile(rb'[\r\n]{0,16}' + _VERSION + rb'(?=[!-9;-~]{1,60}[ \t]{0,2}:)')
FIRST_RECORD_REACH: Final = RECORD_START_REACH + 16
_OPENING: Final = re.compile(rb'WARC/\d\.')
_OPENING_BYTES: Final = 7
_LINE_ENDS: Final = re.compile(rb'[\r\n]+')
_SEPARATOR_BYTES: Final = 16
_SEPARATOR: Final = re.compile(rb'[\r\n]{0,16}')
_BLANK_LINE: Final = re.compile(rb'\r\n\r\n|\n\n')
_LAST_SEPARATOR: Final = re.compile(rb'(?:\r\n){1,2}\Z|\n{1,2}\Z')
_WARC_FIELD: Final = re.compile(rb'(?i:^WARC-(?:Type|Record-ID|Date|Target-URI)[ \t]*:)', re.MULTILINE)
_HEADER_STOP: Final = re.compile(HEADER_END.pattern + rb'|' + RECORD_START.pattern)


@dataclass(frozen=True, slots=True)
class Cut:
    """A record cut out of the stream: its bytes are `[start, end)`, and line ends follow up to `next`."""

    start: int
    end: int
    next: int
    fields: dict[str, str]
    content: bytes
    truncated: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Bytes `[start, next)` of the stream that gave no record."""

    start: int
    next: int
    raw: bytes
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Blank:
    """Line ends `[start, next)`."""

    start: int
    next: int


@dataclass(frozen=True, slots=True)
class _Head:
    """A record's fields, where they end, and the length that they declare."""

    start: int
    end: int
    fields: dict[str, str]
    length: int | None
    odd: bool


def split_records(window: Window, start: int, limits: WarcLimits) -> Iterator[Cut | Lost | Blank]:
    """The pieces of the stream from `start` on; they tile it."""
    while window.fill(start + 1):
        window.drop(start - 1)
        piece = _piece(window, start, limits)
        yield piece
        start = piece.next


def _piece(window: Window, start: int, limits: WarcLimits) -> Cut | Lost | Blank:
    if window.match_end(_LINE_ENDS, start) is not None:
        return _blank(window, start)
    window.fill(start + _OPENING_BYTES)
    if window.match_end(_OPENING, start) is None:
        return _pass_over(window, start, limits, 'no_record', 'no WARC record begins here')
    head = _head(window, start, limits)
    return head if isinstance(head, Lost) else _record(window, head, limits)


def _blank(window: Window, start: int) -> Blank:
    end = start
    while window.fill(end + 1):
        run = window.match_end(_LINE_ENDS, end)
        if run is None:
            break
        end = run
        window.drop(end - 1)
    return Blank(start, end)


def _pass_over(window: Window, start: int, limits: WarcLimits, reason: str, message: str) -> Lost:
    """Go on to the next record, however far it is, holding nothing but the first bytes."""
    window.fill(start + limits.reject_bytes)
    raw = window.cut(start, start + limits.reject_bytes)
    found = scan(window, RECORD_START, start + 1, RECORD_START_REACH)
    end = window.end if found is None else found
    return Lost(start, end, raw[: end - start], reason, message)


def _head(window: Window, start: int, limits: WarcLimits) -> _Head | Lost:
    stop = start + limits.header_bytes
    found = scan(window, _HEADER_STOP, start + 1, RECORD_START_REACH, stop)
    if found is None and not window.fill(stop):
        return _pass_over(window, start, limits, 'short_record', 'the file ends within the header of the record')
    end = None if found is None else window.match_end(HEADER_END, found)
    if found is None or end is None:
        return _pass_over(
            window, start, limits, 'bad_header', f'the header has no end within {limits.header_bytes} bytes or before the next'
        )
    fields, odd = read_fields(window.cut(start, found))
    if not fields.get('warc-type'):
        return _pass_over(window, start, limits, 'bad_header', 'the header names no WARC-Type')
    return _Head(start, end, fields, read_number(fields.get('content-length')), odd)


def _record(window: Window, head: _Head, limits: WarcLimits) -> Cut | Lost:
    declared = None
    if head.length is not None and head.length <= limits.record_bytes:
        declared = head.end + head.length
        following = _following(window, declared)
        if following is not None:
            return _cut(window, head, declared, following)
    # The separator counts, so that a record at the limit is still found to end.
    stop = head.end + limits.record_bytes + _SEPARATOR_BYTES
    found = scan(window, RECORD_START, head.end, RECORD_START_REACH, stop + RECORD_START_REACH)
    if found is None and window.fill(stop + 1):
        return _without_end(window, head, declared, limits)
    if declared is not None and _holds(window, head, declared, found):
        return _cut(window, head, declared, declared + _line_ends(window, declared))
    if found is None:
        return _rest(window, head, limits)
    return _cut(window, head, max(_separator_start(window, found), head.end), found)


def _following(window: Window, end: int) -> int | None:
    """Where the next record begins, if a record can end at `end`: only line ends stand between, or nothing else comes."""
    window.fill(end + _SEPARATOR_BYTES + _OPENING_BYTES)
    if window.end < end:
        return None
    after = end + _line_ends(window, end)
    fits = after == window.end or after - end == _SEPARATOR_BYTES or window.match_end(_OPENING, after) is not None
    return after if fits else None


def _line_ends(window: Window, start: int) -> int:
    return (window.match_end(_SEPARATOR, start) or start) - start


def _holds(window: Window, head: _Head, declared: int, found: int | None) -> bool:
    """Whether the declared end is borne out, though no record follows it and the next one begins at `found`."""
    following = window.end if found is None else found
    if following < declared:
        return False
    if found is not None and following - declared <= _SEPARATOR_BYTES // 2:
        return True
    if window.match_end(_BLANK_LINE, declared) is not None or _WARC_FIELD.search(window.cut(declared, following)):
        return True
    digest = head.fields.get('warc-block-digest')
    return bool(digest and check_digest(digest, window.cut(head.end, declared)))


def _separator_start(window: Window, end: int) -> int:
    tail = window.cut(end - 4, end)
    match = _LAST_SEPARATOR.search(tail)
    return end - len(tail) + match.start() if match else end


def _cut(window: Window, head: _Head, end: int, following: int) -> Cut:
    content = window.cut(head.end, end)
    notes = ['odd_field'] if head.odd else []
    if head.length is None:
        notes.append('no_length')
    elif len(content) != head.length:
        notes.append('wrong_length')
    short = head.length is not None and len(content) < head.length
    return Cut(head.start, end, following, head.fields, content, short or 'warc-truncated' in head.fields, tuple(notes))


def _rest(window: Window, head: _Head, limits: WarcLimits) -> Cut | Lost:
    """The last record of the stream, which ends before the record does, or goes on behind it."""
    end = window.end
    if end == head.end:
        raw = window.cut(head.start, min(end, head.start + limits.reject_bytes))
        return Lost(head.start, end, raw, 'short_record', f'the file ends before the {head.length} bytes of the record')
    cut = _cut(window, head, max(_separator_start(window, end), head.end), end)
    return replace(cut, notes=(*cut.notes, 'cut_off')) if head.length is not None and end - head.end < head.length else cut


def _without_end(window: Window, head: _Head, declared: int | None, limits: WarcLimits) -> Cut | Lost:
    """A record behind which no other begins within the limit: as it says, if it says a length within the limit; otherwise too large."""
    if declared is not None:
        return _cut(window, head, declared, declared + _line_ends(window, declared))
    length = 'no length' if head.length is None else f'{head.length} bytes'
    message = f'a record of {length}, above the limit of {limits.record_bytes} (record_bytes)'
    return _pass_over(window, head.start, limits, 'record_too_large', message)

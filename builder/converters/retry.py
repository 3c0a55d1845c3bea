"""Rejects, tried again: from their own bytes where those are all there is to the piece, else from the file that they stand in.

What comes of a reject covers its place exactly. Where the pieces that the file falls into now do not end where the reject
does, what they leave of it is a reject as before; so nothing is read twice, and nothing that was kept the first time is touched.
"""

import base64
import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from builder.converters.convert import Segment, convert, convert_stream
from builder.converters.inputs import InputFile
from builder.converters.pieces import Rules
from builder.converters.streams import Stream, file_blocks, read_lines
from builder.errors import InputError
from builder.model import Framing, Page, Place, Reject, Skipped
from builder.schema.validation import validator

Item = Page | Reject | Framing | Skipped

ALONE: Final = frozenset({'text', 'html', 'jsonl', 'json'})
"""Formats of which a piece can be read without the rest of its file: no header, no framing."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The rejects in the lines that begin in bytes `[start, end)` of a file of rejects, and the files of the dump that are at hand."""

    file: InputFile
    start: int
    end: int
    dump: tuple[InputFile, ...] = ()


def retry(segment: Retry, rules: Rules) -> Iterator[Item]:
    """Everything that comes of the rejects. One that needs its file, which is not at hand, is a reject as before."""
    at_hand = {(file.dump, file.path): file for file in segment.dump}
    for (dump, path), rows in groupby(read_rows(segment), key=lambda row: (row['dump'], row['path'])):
        file = at_hand.get((dump, path))
        from_file: list[dict[str, Any]] = []
        for row in rows:
            if row['complete']:
                stream = _stream(row)
                yield from _within([row], convert_stream(stream, replace(rules, format=rules.format or row['format'])))
            elif file:
                from_file.append(row)
            else:
                yield _again(row, '; not tried again: its bytes are not all here, give its dump as well')
        if file and from_file:
            yield from _within(from_file, convert(Segment(file), rules))


def read_rows(segment: Retry) -> Iterator[dict[str, Any]]:
    """The rows of `schemas/reject.schema.json` in the segment. Raises InputError for a line that is none."""
    before = max(segment.start - 1, 0)
    lines = read_lines(file_blocks(segment.file.location, before), before, segment.file.bytes)
    if segment.start:
        next(lines, None)
    for line in lines:
        if line.start >= segment.end:
            return
        yield _row(line.content, f'{segment.file.location} byte {line.start}')


def _row(content: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(content)
    except ValueError as error:
        raise InputError(f'{where}: not a reject ({error}); restore the file that the build wrote') from error
    faults = validator('reject').faults(row)
    if faults:
        raise InputError(f'{where}: not a reject ({faults[0]}); restore the file that the build wrote, or build again')
    checked: dict[str, Any] = row
    return checked


def place_of(row: Mapping[str, Any]) -> Place:
    """The place of a reject's row."""
    return Place(row['dump'], row['path'], row['unit'], row['start'], row['end'], row['member'])


def _stream(row: Mapping[str, Any]) -> Stream:
    raw = base64.b64decode(row['raw_base64'])
    # Of the file itself nothing is needed but its name.
    file = InputFile(row['dump'], row['path'], location=Path(), bytes=len(raw), sha256='')
    return Stream(file, row['member'], row['member'] or row['path'], raw[: 1 << 16], lambda start: iter([raw[start:]]), origin=row['start'])


def _again(row: Mapping[str, Any], note: str = '') -> Reject:
    """The reject as it was."""
    raw = base64.b64decode(row['raw_base64'])
    return Reject(place_of(row), raw, row['step'], row['reason'], row['message'] + note, row['pointer'], row['format'])


def _within(rows: list[dict[str, Any]], items: Iterable[Item]) -> Iterator[Item]:
    """Of the items, which come in the order of each stream, those that lie within a row's place; and a reject for what they leave of it."""
    waiting: defaultdict[tuple[str | None, str], deque[_Gap]] = defaultdict(deque)
    for row in sorted(rows, key=lambda row: (row['start'], row['end'])):
        waiting[row['member'], row['unit']].append(_Gap(row, row['start']))
    for item in items:
        place = item.place
        gaps = waiting[place.member, place.unit]
        while gaps and gaps[0].is_behind(place):
            yield from gaps.popleft().rest()
        if gaps and gaps[0].takes(place):
            yield from gaps[0].rest(place.start)
            gaps[0].reached, gaps[0].touched = place.end, True
            yield item
    for gap in (gap for gaps in waiting.values() for gap in gaps):
        yield from gap.rest()


@dataclass(slots=True)
class _Gap:
    """A row's place, and how much of it is covered."""

    row: dict[str, Any]
    reached: int
    touched: bool = False

    def takes(self, place: Place) -> bool:
        """Whether the place lies in what is not covered yet; an empty place is covered by an empty one."""
        inside = self.reached <= place.start <= place.end <= int(self.row['end'])
        return inside and (place.start < place.end or (self.row['start'] == self.row['end'] and not self.touched))

    def is_behind(self, place: Place) -> bool:
        """Whether nothing from this place on can cover any of it."""
        return int(self.row['end']) <= place.start and not self.takes(place)

    def rest(self, end: int | None = None) -> Iterator[Reject]:
        """A reject for what is not covered, up to `end`."""
        stop = self.row['end'] if end is None else end
        if not self.touched and end is None:
            yield _again(self.row)
        elif self.reached < stop:
            place = replace(place_of(self.row), start=self.reached, end=stop)
            yield replace(_again(self.row, '; the pieces around it end elsewhere now: build the whole dump again'), place=place, raw=b'')

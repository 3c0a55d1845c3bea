"""The head of a story whose title the sequence model took for one more headline of the list above it.

A title is the headline that the story's own text repeats: of the headlines in the dozen lines above a story, the one with the most word
pairs in the story is its title on 28 of 29 gold pages and 382 of 387 composed ones. What stands between it and the text is then the
story's date, credit or lead.
"""

from collections.abc import Sequence
from typing import Final

from builder.labelling.cohesion import overlap
from builder.labelling.reading import Reading
from builder.labelling.shapes import Shape

_TEXT: Final = 12
"""Running lines of the story that a headline is compared with."""


def with_head(reading: Reading, group: Sequence[int], floor: int) -> dict[int, str]:
    """The story's lines with their kinds, its head completed by lines from `floor` on that the group does not hold."""
    kinds = {line: reading.kind(line) for line in group}
    tagged = tagged_title(reading, group)
    if tagged is not None:
        return _with_date_above(reading, kinds, tagged, floor)
    title = title_of(reading, group, floor)
    if title is None:
        return kinds
    first = group[0]
    head = {line: kind for line in range(title + 1, first) if (kind := _head_kind(reading, line, reading.running(group)))}
    later = [line for line, kind in head.items() if kind == 'dateline'][1:]
    head = {line: kind for line, kind in head.items() if line not in later}
    return _with_date_above(reading, {title: 'title'} | head | {line: kind for line, kind in kinds.items() if line != title}, title, floor)


def tagged_title(reading: Reading, group: Sequence[int]) -> int | None:
    """The group's line with the tag of a title, unless text of the story stands before it: then it heads a part of that only."""
    first = next((line for line in group if reading.kind(line) == 'title'), None)
    before = [line for line in group if first is not None and line < first and reading.kind(line) == 'body']
    return None if len(before) > 1 else first


def title_of(reading: Reading, group: Sequence[int], floor: int = 0) -> int | None:
    """The line that is the group's title: the one tagged so, else one of the headlines from `floor` on above it, or its own first line."""
    tagged = tagged_title(reading, group)
    if tagged is not None:
        return tagged
    text = [one for one in reading.running(group) if one is not reading.shapes[group[0]]][:_TEXT]
    places = [
        line for line in (*range(max(floor, group[0] - reading.thresholds.head_reach), group[0]), group[0]) if reading.shapes[line].heading
    ]
    if not text or not places:
        return None
    scores = [(overlap(text, [reading.shapes[line]]) - reading.thresholds.per_line * (group[0] - line), line) for line in places]
    score, line = max(scores)
    return line if score >= reading.thresholds.repeated else None


def _head_kind(reading: Reading, line: int, text: Sequence[Shape]) -> str | None:
    """What a line between title and text is in the story's head, None where it is noise."""
    one = reading.shapes[line]
    if one.date:
        return 'dateline'
    if one.long and overlap(text, [one]) >= reading.thresholds.repeated:
        return 'lead'
    if ('Name' in one.features or 'pcredit' in one.features) and reading.probabilities[line] >= reading.thresholds.named_credit:
        return 'byline'
    return None


def _with_date_above(reading: Reading, kinds: dict[int, str], title: int, floor: int) -> dict[int, str]:
    """The kinds, and the date in the line above the title where no list ends there."""
    above = title - 1
    if above < floor or above in kinds or not reading.shapes[above].date:
        return kinds
    if 'dateline' in kinds.values() or any(reading.shapes[line].date for line in range(max(floor, above - 6), above)):
        return kinds
    return {above: 'dateline'} | kinds

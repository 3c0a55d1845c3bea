"""The pieces of stories on a page: the lines that the sequence models tagged as story, grouped, joined over what stands between them, and
cut where the text stops speaking of the same.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Final, NamedTuple

from builder.labelling.cohesion import overlap
from builder.labelling.heads import tagged_title, title_of
from builder.labelling.reading import Reading
from builder.labelling.seams import WINDOW, cohesion, newness
from builder.labelling.tags import BEGIN, INSIDE, kind_of
from builder.labels import STORY_KINDS

_OPENING: Final = frozenset({'title', 'lead', 'subheading', 'caption'})
"""Kinds that a story may begin with, whatever its length."""
_UNLIKE_TITLES: Final = frozenset({'pasked', 'pmark', 'pyear', 'smark', 'slower'})
"""Signs of lines that are no titles: questions of an interview, items of a list."""
_FEWEST: Final = 2
"""Lines of a story on either side of a seam."""
_LOOKED_AT: Final = 200
"""Lines of a group on either side of a line that are looked at before a cut; so a long group is cut in linear time."""
_SEEN: Final = 40
"""Lines of a story on either side of a seam among which the running lines are looked for."""


class _Seam(NamedTuple):
    """A headline inside a group with which another story may begin by its words."""

    line: int
    begins: bool
    """Whether it does, as far as the words tell."""
    apart: bool
    """Whether noise stands above it, or the end of a story."""


def pieces(reading: Reading) -> list[list[int]]:
    """The lines of each story, full or not, in order."""
    groups = _rounded_up(reading, _groups(reading))
    seams = [_seams(reading, group) for group in groups]
    parts = _parts(reading, groups, seams)
    new = frozenset(seam.line for found in seams for seam in found if seam.begins) - parts
    return [part for group in _joined(reading, groups, parts) for part in _cut(reading, group, new)]


def _groups(reading: Reading) -> list[list[int]]:
    """The story lines, grouped by the begin marks of their tags and by second titles."""
    groups: list[list[int]] = []
    for line, tag in enumerate(reading.tags):
        if kind_of(tag) not in STORY_KINDS:
            continue
        if (
            not groups
            or tag.endswith(BEGIN)
            or _is_second_title(reading, groups[-1], line)
            or line - groups[-1][-1] > reading.thresholds.far
        ):
            groups.append([])
        groups[-1].append(line)
    return groups


def _is_second_title(reading: Reading, group: Sequence[int], line: int) -> bool:
    """Whether the line is a title while the story that is open has one, or has its text."""
    return reading.kind(line) == 'title' and any(reading.kind(member) in {'title', 'body'} for member in group)


def _cut(reading: Reading, group: list[int], new: frozenset[int]) -> list[list[int]]:
    """The group, cut before each headline that another story begins with; with those in `new` one does by its words."""
    cuts = [0]
    for place in range(1, len(group)):
        before, after = group[max(cuts[-1], place - _LOOKED_AT) : place], group[place : place + _LOOKED_AT]
        if group[place] in new or _begins_another(reading, before, after, group[place - 1]):
            cuts.append(place)
    return [group[start:end] for start, end in pairwise([*cuts, len(group)])]


def _begins_another(reading: Reading, before: Sequence[int], after: Sequence[int], last: int) -> bool:
    first = after[0]
    kind, heading, gap = reading.kind(first), reading.shapes[first].heading, first - last > 1
    dated = kind == 'dateline' or (heading and len(after) > 1 and _is_date(reading, after[1]))
    ended = reading.is_end(last) and (heading or gap or kind in _OPENING)
    headed = heading and kind not in {'subheading', 'caption', 'body'}
    if kind == 'byline' or not (dated or ended or headed or gap):
        return False
    told, coming = reading.running(before)[-WINDOW:], reading.running(after if kind in {'lead', 'body'} else after[1:])[:WINDOW]
    if len(told) < 2 or len(coming) < (1 if reading.is_credit(last) else 2):
        return False
    if dated:
        return cohesion(told, coming) < reading.thresholds.cut_at_date
    if ended:
        return cohesion(told, coming) < reading.thresholds.cut_after_credit
    headed = headed or (gap and title_of(reading, after, last + 1) is not None)
    return len(told) > 2 and len(coming) > 2 and headed and cohesion(told, coming) < reading.thresholds.cut


def _is_date(reading: Reading, line: int) -> bool:
    """Whether the line is a story's date by its tag, or a day with its year, which no live report prints over its entries."""
    return reading.kind(line) == 'dateline' or reading.is_day(line)


def _seams(reading: Reading, group: Sequence[int]) -> list[_Seam]:
    """The headlines inside the group with which another story may begin by its words."""
    seams: list[_Seam] = []
    start, title = 0, tagged_title(reading, group[:_LOOKED_AT])
    for place in range(_FEWEST, len(group) - _FEWEST):
        before, after = group[max(start, place - _SEEN) : place], group[place : place + _SEEN]
        headline = _headline_of(reading, before[-1], after)
        if headline is None:
            continue
        known = title if title is not None and title < after[0] else None
        odds, apart = _odds(reading, before, known, headline, after), after[0] - before[-1] > 1 or reading.is_end(before[-1])
        begins = odds >= _least(reading, before[-1], headline)
        if begins or odds >= reading.thresholds.new_title:
            seams.append(_Seam(after[0], begins, apart))
        if begins:
            start, title = place, tagged_title(reading, group[place : place + _LOOKED_AT])
    return seams


def _parts(reading: Reading, groups: Sequence[Sequence[int]], seams: Sequence[Sequence[_Seam]]) -> frozenset[int]:
    """The first lines of a round-up's parts: the headlines of a chain that neither noise nor the end of a story parts, where more than
    `most_new` of them may begin another story by their words alone. The sequence model misses few titles of stories in a row.
    """
    chains: list[list[tuple[int, bool]]] = []
    last = 0
    for group, found in zip(groups, seams, strict=True):
        if not chains or group[0] - last > 1 or reading.is_end(last):
            chains.append([])
        elif tagged_title(reading, group) is not None:
            chains[-1].append((group[0], False))
        for seam in found:
            if not seam.apart:
                chains[-1].append((seam.line, True))
            elif seam.begins:
                chains.append([])
        last = group[-1]
    many = (chain for chain in chains if sum(by_words for _, by_words in chain) > reading.thresholds.most_new)
    return frozenset(line for chain in many for line, _ in chain)


def _headline_of(reading: Reading, last: int, after: Sequence[int]) -> int | None:
    """The line that would be the headline of another story from the group's line `after[0]` on, None where there is none."""
    first, gap = after[0], after[0] - last > 1
    if reading.shapes[first].heading and (gap or not reading.shapes[first].long or _heads_block(reading, last)):
        return first
    title = title_of(reading, after, last + 1) if gap else None
    return None if title is None or reading.tags[title].endswith(INSIDE) else title


def _odds(reading: Reading, before: Sequence[int], title: int | None, headline: int, after: Sequence[int]) -> float:
    """Log odds that another story than that of the lines `before`, of this title, begins with the headline, by its words."""
    told, coming = reading.running(before[-_SEEN:]), reading.running([line for line in after[:_SEEN] if line > headline])
    if len(told) < _FEWEST or len(coming) < _FEWEST or not _UNLIKE_TITLES.isdisjoint(reading.shapes[headline].features):
        return -inf
    return newness(told, None if title is None else reading.shapes[title], reading.shapes[headline], coming)


def _least(reading: Reading, last: int, headline: int) -> float:
    """The odds from which the headline begins another story, by its tag and by what stands between it and the story's last line."""
    gap = range(last + 1, headline)
    listed = reading.thresholds.listed if gap and reading.is_time(headline - 1) else 0.0
    if reading.kind(headline) == 'title':
        return reading.thresholds.new_title + listed
    if any(reading.kind(line) == 'section_heading' for line in gap):
        return reading.thresholds.new_section + listed
    if not gap:
        return reading.thresholds.new_block if _heads_block(reading, last) else reading.thresholds.new
    return reading.thresholds.new_gap + listed


def _heads_block(reading: Reading, line: int) -> bool:
    """Whether a short line that was tagged as a subheading would be the heading of a block if a headline followed it."""
    one = reading.shapes[line]
    return reading.kind(line) == 'subheading' and one.short and 'ecolon' not in one.features


def _rounded_up(reading: Reading, groups: list[list[int]]) -> list[list[int]]:
    """The groups, each chain of parts that follow each other without a line, a credit or a date between them joined: a round-up."""
    chains: list[list[list[int]]] = []
    for group in groups:
        if chains and group[0] - chains[-1][-1][-1] == 1 and not _is_closed(reading, chains[-1][-1]) and not _is_closed(reading, group):
            chains[-1].append(group)
        else:
            chains.append([group])
    return [
        part
        for chain in chains
        for part in ([[line for one in chain for line in one]] if len(chain) >= reading.thresholds.parts else chain)
    ]


def _is_closed(reading: Reading, group: Sequence[int]) -> bool:
    """Whether the group has what only a story of its own has: a credit, a date, "./.", or a length."""
    headings = 1 + sum(reading.kind(line) == 'subheading' for line in group)
    return len(group) > reading.thresholds.part * headings or any(
        reading.kind(line) in {'byline', 'dateline'} or reading.is_end(line) for line in group
    )


def _joined(reading: Reading, groups: list[list[int]], parts: frozenset[int]) -> list[list[int]]:
    """The groups, joined to the one before where both speak of the same; a title that loses its story so is dropped."""
    joined: list[list[int]] = []
    for group in groups:
        floor = joined[-2][-1] + 1 if len(joined) > 1 else 0
        if joined and (group[0] in parts or not _is_other(reading, joined[-1], group)) and _goes_on(reading, joined[-1], group, floor):
            headed = _is_head(reading, joined[-1])
            joined[-1] += [line for line in group if headed or reading.kind(line) != 'title' or tagged_title(reading, joined[-1]) is None]
        else:
            joined.append(list(group))
    return joined


def _is_other(reading: Reading, before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether the words of two neighbouring groups, or the date under the title of the second, tell that they are two stories."""
    headline = None if _is_head(reading, before) else _headline_of(reading, before[-1], after)
    if headline is None:
        return False
    if reading.kind(headline) == 'title' and headline in after[:-1] and reading.kind(after[after.index(headline) + 1]) == 'dateline':
        return cohesion(reading.running(before)[-WINDOW:], reading.running(after)[:WINDOW]) < reading.thresholds.cut_at_date
    return _odds(reading, before, tagged_title(reading, before), headline, after) >= _least(reading, before[-1], headline)


def _is_head(reading: Reading, group: Sequence[int]) -> bool:
    """Whether the group is the head of a story only, without any text."""
    return 'body' not in map(reading.kind, group)


def _goes_on(reading: Reading, before: Sequence[int], after: Sequence[int], floor: int) -> bool:
    """Whether two neighbouring groups are one story; the title of the first stands at `floor` or below."""
    headed, adjacent = _is_head(reading, before), after[0] - before[-1] == 1
    if after[0] - before[-1] > reading.thresholds.far or (not headed and reading.is_end(before[-1])):
        return False
    text, title, other = reading.running(after), title_of(reading, before, floor), tagged_title(reading, after)
    told = overlap(text, [reading.shapes[title]]) if title is not None else 0.0
    told_by_other = overlap(text, [reading.shapes[other]]) if other is not None else 0.0
    if told >= reading.thresholds.repeated and headed and (adjacent or told >= told_by_other):
        return True
    if told >= max(reading.thresholds.repeated, reading.thresholds.clearly * told_by_other) and other is not None:
        return True
    adjacent = adjacent and not headed
    if title_of(reading, after, before[-1] + 1) is None and after[0] - before[-1] <= reading.thresholds.near and not headed:
        return True
    if other is not None:
        return adjacent and cohesion(reading.running(before)[-WINDOW:], text[:WINDOW]) >= reading.thresholds.joined_at_title
    return adjacent or cohesion(reading.running(before)[-WINDOW:], text[:WINDOW]) >= reading.thresholds.joined

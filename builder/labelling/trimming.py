"""Lines that a story was given and that belong to what is printed beside or under it: times of a list, buttons, the next block's heading."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from builder.labelling.reading import Reading

_DATED: Final = frozenset({'dateline', 'byline', 'title'})
"""Kinds of a story's lines that may be a date or hold one."""
_NAMED: Final = frozenset({'Name', 'Name/', 'pcredit', 'ppicture', 'eparen'})
"""Signs of a credit, or of a picture's, in a line that was tagged as a subheading."""
_PEN_NAME: Final = 2
"""Words of an author's name in capitals that does not begin with a family name; more of them are a heading."""


def trimmed(reading: Reading, groups: Sequence[list[int]]) -> list[list[int]]:
    """The groups, in order, without such lines."""
    following = {after[0] for _, after in pairwise(groups)}
    return [_without_tail(reading, _without_times(reading, group), following) for group in groups]


def _without_times(reading: Reading, group: list[int]) -> list[int]:
    """The group without bare times, which belong to a list printed beside the story, unless most stand over text of it: a live report's."""
    inside = set(group)
    times = set(filter(reading.is_time, range(group[0], group[-1] + 1)))
    entries = sum(line + 1 in inside and reading.is_running(line + 1) for line in times)
    return [line for line in group if line not in times or reading.kind(line) in _DATED or entries * 2 > len(times)]


def _without_tail(reading: Reading, group: list[int], following: set[int]) -> list[int]:
    """The group without last lines that are a counter, or the heading of the story that begins right `following` it."""
    end = len(group)
    while end > 1 and (_is_counter(reading, group[end - 1]) or (group[end - 1] + 1 in following and _is_heading(reading, group[end - 1]))):
        end -= 1
    return group[:end]


def _is_counter(reading: Reading, line: int) -> bool:
    """Whether a line of digits was taken for a credit."""
    one = reading.shapes[line]
    return reading.kind(line) == 'byline' and 'mostlydigits' in one.features and len(one.words) > 1


def _is_heading(reading: Reading, line: int) -> bool:
    """Whether the last line of a story, right above another one, is the heading of that."""
    one, signs = reading.shapes[line], set(reading.shapes[line].features)
    if reading.kind(line) == 'subheading':
        return _NAMED.isdisjoint(signs)
    if reading.kind(line) != 'byline' or not one.short:
        return False
    in_capitals = 'UPPER' in signs and len(one.words) > _PEN_NAME and not any(sign.startswith('family') for sign in signs)
    return 'pheading' in signs or in_capitals

"""Stories whose lines stand beside those of another column, as a flattened table or a text dump of a page in columns reads them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from builder.training.layout import ComposedLine, Lines, headline_list, headline_of, item
from builder.training.stock import Desk

_WOVEN_AT: Final = (0.15, 0.3, 0.5, 0.7)
"""Rates at which lines of the other column follow a line of the story."""


def in_columns(desk: Desk, index: int, story: Lines) -> Lines:
    """The story, told of the article at `index`, with the lines of another column between its own: a menu's, or those of a list."""
    return desk.random.choice((_beside_a_menu, _beside_a_list, _beside_a_list))(desk, index, story)


def _beside_a_menu(desk: Desk, _: int, story: Lines) -> Lines:
    """The story with a menu's entries in front of its lines, or a menu or bare headlines between them."""
    glued, listed = desk.chance(0.6), desk.chance(0.4)
    lines: Lines = []
    for line in story:
        lines.append(replace(line, text=f'{desk.phrase("sections", 0.3)} {line.text}') if glued and desk.chance(0.8) else line)
        if desk.chance(0.5):
            beside = ComposedLine(desk.phrase('sections', 0.3), 'navigation')
            lines.append(ComposedLine(headline_of(desk, desk.article()), 'related_link') if listed and not glued else beside)
    return lines


def _beside_a_list(desk: Desk, index: int, story: Lines) -> Lines:
    """The story with the lines of a list of other stories, some at a time, until one of the two columns ends."""
    column = list(reversed(desk.random.choice(_LISTS)(desk, index)))
    rate, step, last = desk.random.choice(_WOVEN_AT), desk.random.choice((1, 2, 2, 3)), len(story) - 1
    lines: Lines = []
    for place, line in enumerate(story):
        lines.append(line)
        if place < last and desk.chance(rate):
            lines += [_inside(column.pop()) for _ in range(min(step, len(column)))]
    return lines


def _timed_list(desk: Desk, index: int) -> Lines:
    """Headlines of others, each with its time above or below it."""
    parts = desk.random.choice((('headline', 'time'), ('time', 'headline')))
    return [line for _ in range(desk.random.randint(3, 15)) for line in item(desk, desk.other(index, 0.2), parts)]


_LISTS: Final[tuple[Callable[[Desk, int], Lines], ...]] = (headline_list, _timed_list, _timed_list)


def _inside(line: ComposedLine) -> ComposedLine:
    """The line as it is called between a story's own."""
    return replace(line, kind='related_link') if line.kind == 'headline' else line

"""Cohesion: how much of a text's words and names it shares with the text around it. What tells one story from the next.

Word pairs stand for words: a Vietnamese word is mostly two syllables. After Hearst, "TextTiling" (Computational Linguistics 23, 1997), the
text before a seam is compared with the text after it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from builder.labelling.shapes import Shape, bucket

WINDOW: Final = 6
"""Running lines on either side that a line is compared with."""
REACH: Final = 40
"""Lines beyond which text is not compared any more."""
_LINKED: Final = 5
"""Running lines on either side whose links to a line are counted."""
_LINK: Final = 0.12
"""Share of the shorter line's word pairs, two at least, that makes a link."""
_RUNS_KEPT: Final = 64
"""Runs whose words are kept; a line asks for three near it."""
_PAIR_SHARES: Final = (0.001, 0.06, 0.15, 0.3, 0.5)
_NAME_SHARES: Final = (0.001, 0.3, 0.6, 0.99)
_SEAM_PAIRS: Final = (0.03, 0.06, 0.1, 0.15, 0.22)
_SEAM_NAMES: Final = (0.05, 0.15, 0.3, 0.5)


def cohesion_signs(shapes: Sequence[Shape]) -> list[tuple[str, str, str]]:
    """For each line the signs of its words before it, of its words after it, and of the seam above it, two characters each.

    The first two are the bucketed shares of its word pairs and of its names that the texty lines on that side hold, the third the shares of
    those of the texty lines from it on that the texty lines before it hold; `-` where there are none.
    """
    texty = [line for line, one in enumerate(shapes) if one.texty]
    runs = _Runs([shapes[line] for line in texty])
    found: list[tuple[str, str, str]] = []
    for line, one in enumerate(shapes):
        middle, last = bisect_left(texty, line), bisect_right(texty, line + REACH)
        before = runs.words(max(middle - WINDOW, bisect_left(texty, line - REACH)), middle)
        first = middle + one.texty
        after = runs.words(first, min(first + WINDOW, last))
        is_same = line > 0 and not shapes[line - 1].texty
        seam = found[-1][2] if is_same else _seam(before, runs.words(middle, min(middle + WINDOW, last)))
        found.append((_shares(one, before), _shares(one, after), seam))
    return found


class _Words(NamedTuple):
    """Of a run of lines."""

    pairs: frozenset[str]
    names: frozenset[str]


class _Runs:
    """The words of runs of lines, each put together once while the lines near it are read."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        self._known: dict[tuple[int, int], _Words] = {}

    def words(self, start: int, end: int) -> _Words | None:
        """Those of the lines `[start, end)`; None where there are none."""
        if start >= end:
            return None
        known = self._known.get((start, end))
        if known is None:
            if len(self._known) > _RUNS_KEPT:
                self._known.clear()
            run = self._shapes[start:end]
            known = _Words(frozenset().union(*[one.pair_set for one in run]), frozenset().union(*[one.name_set for one in run]))
            self._known[start, end] = known
        return known


def _shares(one: Shape, words: _Words | None) -> str:
    return f'{_share(one.pairs, words.pairs, _PAIR_SHARES)}{_share(one.names, words.names, _NAME_SHARES)}' if words else '--'


def _share(items: Sequence[str], known: frozenset[str], edges: tuple[float, ...]) -> int | str:
    return bucket(sum(map(known.__contains__, items)) / len(items), edges) if items else '-'


def _seam(before: _Words | None, after: _Words | None) -> str:
    if not before or not after:
        return '--'
    pairs = len(before.pairs & after.pairs) / max(len(after.pairs), 1)
    names = len(before.names & after.names) / max(len(after.names), 1)
    return f'{bucket(pairs, _SEAM_PAIRS)}{bucket(names, _SEAM_NAMES)}'


def overlap(before: Iterable[Shape], after: Iterable[Shape]) -> float:
    """The share of the word pairs of `after` that `before` holds; 0 where there are none."""
    known, asked = pairs_of(before), pairs_of(after)
    return len(known & asked) / max(len(asked), 1)


def pairs_of(lines: Iterable[Shape]) -> frozenset[str]:
    """The word pairs of the lines."""
    return frozenset().union(*(one.pair_set for one in lines))


def name_overlap(before: Iterable[Shape], after: Iterable[Shape]) -> float:
    """The share of the names of `after` that `before` holds; 0 where there are none."""
    known = frozenset().union(*(one.name_set for one in before))
    asked = frozenset().union(*(one.name_set for one in after))
    return len(known & asked) / max(len(asked), 1)


def links_of(shapes: Sequence[Shape]) -> list[str]:
    """For each headline or running line two signs: with how many of the running lines before it and after it it shares words.

    A headline of a list shares words with the one summary under it, a title with most paragraphs of its story. Other lines have `-`.
    """
    found = ['-'] * len(shapes)
    long = [line for line, one in enumerate(shapes) if one.long]
    following = 0
    for line, one in enumerate(shapes):
        while following < len(long) and long[following] <= line:
            following += 1
        if not (one.texty or one.heading):
            continue
        last = following - 1 if one.long else following
        before = [shapes[other].pair_set for other in long[max(last - _LINKED, 0) : last] if line - other <= REACH]
        after = [shapes[other].pair_set for other in long[following : following + _LINKED] if other - line <= REACH]
        found[line] = f'{_links(one.pair_set, before)}{_links(one.pair_set, after)}'
    return found


def _links(pairs: frozenset[str], others: Sequence[frozenset[str]]) -> int:
    """How many of the others share as many pairs as make a link."""
    linked = 0
    for other in others:
        shared = len(pairs & other)
        linked += shared > 1 and shared >= _LINK * min(len(pairs), len(other))
    return linked

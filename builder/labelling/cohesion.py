"""Cohesion: how much of a text's words and names it shares with the text around it. What tells one story from the next.

Word pairs stand for words: a Vietnamese word is mostly two syllables. After Hearst, "TextTiling" (Computational Linguistics 23, 1997), the
text before a seam is compared with the text after it.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from builder.labelling.shapes import Shape, bucket

Item = TypeVar('Item')

WINDOW: Final = 6
"""Running lines on either side that a line is compared with."""
REACH: Final = 40
"""Lines beyond which text is not compared any more."""
_LINKED: Final = 5
"""Running lines on either side whose links to a line are counted."""
_LINK: Final = 0.12
"""Share of the shorter line's word pairs, two at least, that makes a link."""
_PAIR_SHARES: Final = (0.001, 0.06, 0.15, 0.3, 0.5)
_NAME_SHARES: Final = (0.001, 0.3, 0.6, 0.99)
_SEAM_PAIRS: Final = (0.03, 0.06, 0.1, 0.15, 0.22)
_SEAM_NAMES: Final = (0.05, 0.15, 0.3, 0.5)


def shares(shapes: Sequence[Shape]) -> list[str]:
    """For each line two signs: the bucketed shares of its word pairs and of its names in the texty lines before it, `-` where there are none."""
    pairs: Counter[tuple[str, str]] = Counter()
    names: Counter[str] = Counter()
    window: deque[int] = deque()
    found = []
    for line, one in enumerate(shapes):
        while window and (len(window) > WINDOW or line - window[0] > REACH):
            old = shapes[window.popleft()]
            _forget(pairs, old.pairs)
            _forget(names, old.names)
        found.append(f'{_share(one.pairs, pairs, _PAIR_SHARES)}{_share(one.names, names, _NAME_SHARES)}' if window else '--')
        if one.texty:
            window.append(line)
            pairs.update(one.pairs)
            names.update(one.names)
    return found


def _forget(known: Counter[Item], items: Sequence[Item]) -> None:
    """Takes the items out of the count, so that it holds only what is left."""
    for item in items:
        if known[item] == 1:
            del known[item]
        else:
            known[item] -= 1


def _share(items: Sequence[Item], known: Counter[Item], edges: tuple[float, ...]) -> str:
    return str(bucket(sum(map(known.__contains__, items)) / len(items), edges)) if items else '-'


def seams_of(shapes: Sequence[Shape]) -> list[str]:
    """For each line two signs: how much of the word pairs and names of the texty lines from it on the texty lines before it hold."""
    texty = [line for line, one in enumerate(shapes) if one.texty]
    found = ['--'] * len(shapes)
    following = 0
    for line in range(len(shapes)):
        while following < len(texty) and texty[following] < line:
            following += 1
        if line and line - 1 not in texty[following - 1 : following]:
            found[line] = found[line - 1]
            continue
        before = [shapes[other] for other in texty[max(following - WINDOW, 0) : following] if line - other <= REACH]
        after = [shapes[other] for other in texty[following : following + WINDOW] if other - line <= REACH]
        if before and after:
            found[line] = f'{bucket(overlap(before, after), _SEAM_PAIRS)}{bucket(name_overlap(before, after), _SEAM_NAMES)}'
    return found


def overlap(before: Iterable[Shape], after: Iterable[Shape]) -> float:
    """The share of the word pairs of `after` that `before` holds; 0 where there are none."""
    known = frozenset().union(*(one.pair_set for one in before))
    asked = frozenset().union(*(one.pair_set for one in after))
    return len(known & asked) / max(len(asked), 1)


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
        found[line] = ''.join(str(sum(_is_linked(one.pair_set, other) for other in side)) for side in (before, after))
    return found


def _is_linked(pairs: frozenset[tuple[str, str]], others: frozenset[tuple[str, str]]) -> bool:
    shared = len(pairs & others)
    return shared > 1 and shared >= _LINK * min(len(pairs), len(others))

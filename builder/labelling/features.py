"""Features of a page's lines for a linear-chain CRF: each line's shape, its neighbours' shapes, and where on the page it stands.

Nothing here depends on the distance from the page's top, which misleads: what counts is where the running text is (density), whether the
line's words belong to the text before it or after it (cohesion), and whether the line is said twice. Cost is linear in the page's words.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final

from builder.labelling.cohesion import cohesion_signs, links_of
from builder.labelling.shapes import OFFSETS, Shape, bucket, shape

FEATURE_VERSION: Final = 2
"""Raised whenever a feature's name or meaning changes; weights of another version are not opened."""
_REACH: Final = 40
"""Lines beyond which running text is not near any more."""
_DENSITY: Final = (0.01, 0.15, 0.3, 0.5, 0.75)
_SHARE_OF: Final = tuple(tuple(bucket(count / max(size, 1), _DENSITY) for count in range(size + 1)) for size in range(21))
"""By size of a window and count of running lines in it, the bucketed share."""
_SEEN: Final = (-1, 1, 2)
"""The lines around a line whose cohesion it sees."""
_NOTHING: Final = 9
"""Said where a window holds no line."""
_REACHES: Final = (3, 8, 20)
_RUNNING_LINES: Final = (1, 3, 6, 12, 25)
_RUNNING_SHARES: Final = (0.03, 0.1, 0.25, 0.5)
_DISTANCES: Final = (1, 2, 3, 4, 6, 10, 20)
_GAP: Final = 4
"""Short lines that running text may hold without falling into two clusters."""
_REMEMBERED: Final = 1 << 14
"""Rows of strings that are kept, as most lines of a menu have the same."""

Column = Sequence[Sequence[str]]
"""For each line of a page some of its features."""


def features(texts: Sequence[str]) -> list[list[str]]:
    """For each line of a page, strings in NFC, the names of the features that hold for it."""
    return shape_features([shape(text) for text in texts])


def shape_features(shapes: list[Shape]) -> list[list[str]]:
    """The same, given the shapes of the lines."""
    columns = [[one.features for one in shapes], *_neighbours(shapes), *_cohesion(shapes), *_density(shapes), _runs(shapes)]
    columns += [_copies(shapes), _last_headings(shapes)]
    return [list(chain.from_iterable(row)) for row in zip(*columns, strict=True)]


def _neighbours(shapes: list[Shape]) -> list[Column]:
    """What each line sees of the two lines on either side, a column a place."""
    return [shifted([one.seen[place] for one in shapes], offset, (f'{offset}edge',)) for place, offset in enumerate(OFFSETS)]


def shifted(column: Column, offset: int, edge: tuple[str, ...]) -> Column:
    """What stands in the column at `offset` from each line; `edge` where the page ends before."""
    beyond = [edge] * min(abs(offset), len(column))
    return [*beyond, *column[:offset]] if offset < 0 else [*column[offset:], *beyond]


def _cohesion(shapes: list[Shape]) -> list[Column]:
    """How much of a line's word pairs and names stands in the running lines before and after it, how its neighbours fare, and whether
    the text before the line and the text from it on speak of the same.
    """
    signs, links = cohesion_signs(shapes), links_of(shapes)
    own = [_own_cohesion(*sign, link, *one.near[:2]) for sign, link, one in zip(signs, links, shapes, strict=True)]
    seen = [_seen_cohesion(before, after, link) for (before, after, _), link in zip(signs, links, strict=True)]
    around = [shifted([one[place] for one in seen], offset, ()) for place, offset in enumerate(_SEEN)]
    above = [_seam_above(sign[2], *one.near[:2]) for sign, one in zip(signs[1:], shapes, strict=False)]
    return [own, *around, [(), *above] if shapes else []]


@lru_cache(maxsize=_REMEMBERED)
def _own_cohesion(before: str, after: str, seam: str, link: str, size: str, end: str) -> tuple[str, ...]:
    pairs = f'b{before[0]}a{after[0]}'
    shared = (f'b{before}', f'a{after}', f'{size}{end}{pairs}', pairs, f'N{before[1]}{after[1]}')
    return (*shared, f'T{seam}', f'T{seam}{end}', f'T{seam}{size}', f'k{link}', f'k{link}{size}')


@lru_cache(maxsize=_REMEMBERED)
def _seen_cohesion(before: str, after: str, link: str) -> tuple[tuple[str, ...], ...]:
    """What the lines around a line see of it, by `_SEEN`."""
    return tuple([(f'{offset}b{before}', f'{offset}a{after}', f'{offset}k{link}') for offset in _SEEN])


@lru_cache(maxsize=_REMEMBERED)
def _seam_above(seam: str, size: str, end: str) -> tuple[str, ...]:
    """The seam over a line and the shape of the line above it."""
    return f'T{seam}-1{end}', f'T{seam}-1{size}'


def _density(shapes: list[Shape]) -> list[Column]:
    """Where the running text is: its share of the windows around a line, the way to it, and the cluster of it that is near."""
    long = [one.long for one in shapes]
    total = [0, *accumulate(map(int, long))]
    before, after = _distances(long), _distances(long[::-1])[::-1]
    page = f'P{bucket(total[-1], _RUNNING_LINES)}{bucket(total[-1] / max(len(long), 1), _RUNNING_SHARES)}'
    ways = [(page, *_way(back, ahead)) for back, ahead in zip(before, after, strict=True)]
    shares = zip(*[_window_shares(total, reach) for reach in _REACHES], strict=True)
    return [ways, list(shares), _clusters(long)]


@lru_cache(maxsize=_REMEMBERED)
def _way(before: int, after: int) -> tuple[str, ...]:
    """The distances to the running text before and after a line."""
    near = f'<>{bucket(before, _DISTANCES[:5])}{bucket(after, _DISTANCES[:5])}'
    return f'>{bucket(after, _DISTANCES)}', f'<{bucket(before, _DISTANCES)}', near


def _window_shares(total: list[int], reach: int) -> list[str]:
    """For each line the bucketed shares of running lines among the `reach` lines before it and after it that are on the page."""
    last = len(total) - 1
    rows = []
    for line in range(last):
        start, end = max(line - reach, 0), min(line + 1 + reach, last)
        before = _SHARE_OF[line - start][total[line] - total[start]] if line else _NOTHING
        after = _SHARE_OF[end - line - 1][total[end] - total[line + 1]] if end > line + 1 else _NOTHING
        rows.append(f'd{reach}{before}{after}')
    return rows


def _distances(long: list[bool]) -> list[int]:
    """For each line the way back to the last running line before it, `_REACH` at most."""
    found, last = [], -_REACH
    for line, is_long in enumerate(long):
        found.append(min(line - last, _REACH))
        last = line if is_long else last
    return found


def _clusters(long: list[bool]) -> list[list[str]]:
    """For each line its place towards the cluster of running lines it is in or next to, and that cluster's size and rank."""
    spans: list[tuple[int, int, int]] = []
    for line, is_long in enumerate(long):
        if is_long:
            joined = bool(spans) and line - spans[-1][1] <= _GAP
            start, _, size = spans.pop() if joined else (line, line, 0)
            spans.append((start, line, size + 1))
    most = max((size for _, _, size in spans), default=0)
    rows: list[list[str]] = [[] for _ in long]
    for start, end, size in spans:
        mark = f'{bucket(size, (2, 3, 5, 8, 14))}{"m" if size == most else ""}'
        for line in range(start, end + 1):
            rows[line].append(f'in{mark}')
        for distance in range(1, 13):
            near = bucket(distance, (2, 3, 4, 6, 9))
            if start - distance >= 0:
                rows[start - distance].append(f'to{near}{mark}')
            if end + distance < len(rows):
                rows[end + distance].append(f'from{near}{mark}')
    return rows


def _runs(shapes: list[Shape]) -> list[list[str]]:
    """The run of short lines that a line stands in: how long it is, and whether the line begins or ends it."""
    rows: list[list[str]] = [[] for _ in shapes]
    start = 0
    for line in range(1, len(shapes) + 1):
        if line < len(shapes) and shapes[line].short == shapes[start].short:
            continue
        mark = f'{"r" if shapes[start].short else "R"}{bucket(line - start, (2, 3, 5, 9, 17, 40))}'
        for row in rows[start:line]:
            row.append(mark)
        rows[start].append(f'{mark}first')
        rows[line - 1].append(f'{mark}last')
        start = line
    return rows


def _copies(shapes: list[Shape]) -> list[list[str]]:
    """Whether the line stands on the page again, above or below, and whether a longer line near it holds it."""
    places: dict[str, list[int]] = {}
    for line, one in enumerate(shapes):
        places.setdefault(one.key, []).append(line)
    rows: list[list[str]] = []
    for line, one in enumerate(shapes):
        same = places[one.key]
        row = [f'twice{"<" if same[0] < line else ""}{">" if same[-1] > line else ""}{"L" if one.texty else "s"}'] if len(same) > 1 else []
        if one.texty and any(
            len(other.key) > len(one.key) and one.key.rstrip('. ')[:120] in other.key for other in shapes[line + 1 : line + 7]
        ):
            row.append('held')
        rows.append(row)
    return rows


def _last_headings(shapes: list[Shape]) -> list[list[str]]:
    """For a headline-shaped line above running text, how many others stand between the two: a title is the last of them, or nearly."""
    rows: list[list[str]] = [[] for _ in shapes]
    between, distance = 9, _REACH
    for line in range(len(shapes) - 1, -1, -1):
        one = shapes[line]
        if one.long:
            dense = sum(other.long for other in shapes[line : line + 8]) > 2
            between, distance = (0, 0) if dense else (between, distance + 1)
            continue
        distance += 1
        if one.heading:
            mark = f'H{min(between, 3)}{bucket(distance, (2, 4, 8, 20))}'
            rows[line] += [mark, f'{mark}{one.near[0]}']
            between += 1
    return rows

"""Features of a page's lines for a linear-chain CRF: each line's shape, its neighbours' shapes, and where on the page it stands.

Nothing here depends on the distance from the page's top, which misleads: what counts is where the running text is (density), whether the
line's words belong to the text before it or after it (cohesion), and whether the line is said twice. Cost is linear in the page's words.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from builder.labelling.cohesion import links_of, seams_of, shares
from builder.labelling.shapes import OFFSETS, Shape, bucket, shape

FEATURE_VERSION: Final = 2
"""Raised whenever a feature's name or meaning changes; weights of another version are not opened."""
_REACH: Final = 40
"""Lines beyond which running text is not near any more."""
_DENSITY: Final = (0.01, 0.15, 0.3, 0.5, 0.75)
_SHARE_OF: Final = tuple(tuple(bucket(count / max(size, 1), _DENSITY) for count in range(size + 1)) for size in range(21))
"""By size of a window and count of running lines in it, the bucketed share."""
_DISTANCES: Final = (1, 2, 3, 4, 6, 10, 20)
_GAP: Final = 4
"""Short lines that running text may hold without falling into two clusters."""


def features(texts: Sequence[str]) -> list[list[str]]:
    """For each line of a page, strings in NFC, the names of the features that hold for it."""
    shapes = [shape(text) for text in texts]
    columns = [_shape_columns(shapes), _cohesion(shapes), _density(shapes), _runs(shapes), _copies(shapes), _last_headings(shapes)]
    return [[feature for column in columns for feature in column[line]] for line in range(len(shapes))]


def _shape_columns(shapes: list[Shape]) -> list[list[str]]:
    """Each line's own shape and what it sees of the two lines on either side."""
    rows = []
    for line, one in enumerate(shapes):
        row = list(one.features)
        for place, offset in enumerate(OFFSETS):
            row += shapes[line + offset].seen[place] if 0 <= line + offset < len(shapes) else [f'{offset}edge']
        rows.append(row)
    return rows


def _cohesion(shapes: list[Shape]) -> list[list[str]]:
    """How much of a line's word pairs and names stands in the running lines before and after it, how its neighbours fare, and whether
    the text before the line and the text from it on speak of the same.
    """
    before, after, seams, links = shares(shapes), shares(shapes[::-1])[::-1], seams_of(shapes), links_of(shapes)
    rows = []
    for line, one in enumerate(shapes):
        pairs, size, end = f'b{before[line][0]}a{after[line][0]}', one.near[0], one.near[1]
        seam = seams[line]
        row = [
            f'b{before[line]}',
            f'a{after[line]}',
            f'{size}{end}{pairs}',
            pairs,
            f'N{before[line][1]}{after[line][1]}',
            f'T{seam}',
            f'T{seam}{end}',
            f'T{seam}{size}',
        ]
        row += [f'k{links[line]}', f'k{links[line]}{size}']
        for offset in (-1, 1, 2):
            if 0 <= line + offset < len(shapes):
                row += [f'{offset}b{before[line + offset]}', f'{offset}a{after[line + offset]}', f'{offset}k{links[line + offset]}']
        if line:
            row += [f'T{seam}-1{shapes[line - 1].near[1]}', f'T{seam}-1{shapes[line - 1].near[0]}']
        rows.append(row)
    return rows


def _density(shapes: list[Shape]) -> list[list[str]]:
    """Where the running text is: its share of the windows around a line, the way to it, and the cluster of it that is near."""
    long = [one.long for one in shapes]
    total = [0, *accumulate(map(int, long))]
    before, after = _distances(long), _distances(long[::-1])[::-1]
    clusters = _clusters(long)
    page = f'P{bucket(total[-1], (1, 3, 6, 12, 25))}{bucket(total[-1] / max(len(long), 1), (0.03, 0.1, 0.25, 0.5))}'
    rows = []
    for line in range(len(long)):
        row = [
            page,
            f'>{bucket(after[line], _DISTANCES)}',
            f'<{bucket(before[line], _DISTANCES)}',
            f'<>{bucket(before[line], _DISTANCES[:5])}{bucket(after[line], _DISTANCES[:5])}',
        ]
        row += [f'd{reach}{_part(total, line - reach, line)}{_part(total, line + 1, line + 1 + reach)}' for reach in (3, 8, 20)]
        rows.append(row + clusters[line])
    return rows


def _part(total: list[int], start: int, end: int) -> int:
    """The bucketed share of running lines among those of `[start, end)` that are on the page."""
    start, end = max(start, 0), min(end, len(total) - 1)
    return _SHARE_OF[end - start][total[end] - total[start]] if end > start else 9


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

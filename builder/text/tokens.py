"""Syllable tokens: Vietnamese writes a space between syllables, so a token is a run of word characters, or one sign."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise

from builder.model import Entity

# A combining mark that NFC left alone belongs to the letter before it; `\w` alone would split it off.
_TOKEN = re.compile(r'\w[\w\u0300-\u036f]*|[^\w\s]')


def tokenize(text: str) -> list[tuple[int, int]]:
    """Code-point ranges of the tokens of a line's NFC text."""
    return [match.span() for match in _TOKEN.finditer(text)]


def bio_tags(text: str, entities: Iterable[Entity]) -> tuple[list[tuple[int, int]], list[str]]:
    """Token ranges and BIO tags of a line whose entities do not overlap; a token that an entity cuts is cut there too.

    So every entity begins and ends with a token, and the spans can be read back exactly (`spans`).
    """
    ordered = sorted(entities, key=lambda entity: entity.start)
    cuts = sorted({offset for entity in ordered for offset in (entity.start, entity.end)})
    ranges = [piece for token in tokenize(text) for piece in _cut(token, cuts)]
    tags, index = [], 0
    for start, end in ranges:
        while index < len(ordered) and ordered[index].end <= start:
            index += 1
        inside = index < len(ordered) and ordered[index].start <= start and end <= ordered[index].end
        tags.append(f'{"B" if start == ordered[index].start else "I"}-{ordered[index].type}' if inside else 'O')
    return ranges, tags


def _cut(token: tuple[int, int], cuts: list[int]) -> list[tuple[int, int]]:
    start, end = token
    edges = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
    return list(pairwise(edges))


def spans(ranges: Iterable[tuple[int, int]], tags: Iterable[str]) -> list[tuple[int, int, str]]:
    """The entities that BIO tags spell, as (start, end, type) in code points of the line. An `I-` that continues nothing begins one."""
    found: list[tuple[int, int, str]] = []
    open_type = None
    for (start, end), tag in zip(ranges, tags, strict=True):
        prefix, _, kind = tag.partition('-')
        if prefix == 'I' and kind == open_type:
            found[-1] = (found[-1][0], end, kind)
        elif kind:
            found.append((start, end, kind))
        open_type = kind or None
    return found

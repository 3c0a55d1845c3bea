"""What the CRF tagger knows of each token: its word and shape, its neighbours, the lists it stands in, what the rules made of it, and what
the rest of the page says of the same word.

The tokens are those of `builder.entities.token_line`, and all words are compared by their keys. Where names have capitals, most of a story's
lower-case words can be none, and to read them would cost more than to read all names: then only stretches of a line are told.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from builder.entities.lexicon import load_lexicon
from builder.entities.tagger import Reading
from builder.entities.token_line import NAMELIKE, SIGN, TokenLine
from builder.entities.trie import Node, longest

FEATURE_VERSION: Final = 3
NEAR: Final = 4
"""Tokens of a stretch before and after a capital or what the rules read, for a tagger of names that have capitals."""
_STEPS: Final = (-2, -1, 1, 2)
"""Tokens to each side whose words and shapes are told."""
_REACH: Final = max(_STEPS)
_EDGES: Final = tuple((f'edge[{step}]=',) for step in _STEPS)
_LISTS: Final = (('list', 'names'), ('noun', 'nouns'), ('head', 'heads'), ('press', 'press'))
"""Features of the lists, and the lists."""
_WORDS_KEPT: Final = 1 << 16
"""Words whose features are remembered; a language's common ones come again on every page."""
_AFFIX: Final = 3
"""Longest beginning and end of a word that is told, in code points."""

OUTSIDE: Final = 'O'


class Stretch(NamedTuple):
    """Tokens of a line in which a name may stand, from `start` on, by their features."""

    start: int
    rows: list[list[str]]


class _Page(NamedTuple):
    """What the lines of a page say of a word, by its key."""

    types: dict[str, Counter[str]]
    """How often the rules gave the word each type."""
    lower: set[str]
    """Words that stand in lower case somewhere."""
    inside: set[str]
    """Words that stand with a capital where no sentence begins."""
    told: dict[tuple[str, str], list[str]]
    """The features that follow, by word and by the type it has where they are asked for."""


def page_features(readings: Sequence[Reading], near: int | None) -> list[list[Stretch]]:
    """The stretches of each line of a page (`stretches`), in order; linear in the tokens but for the lookups in the lists."""
    tags = [rule_tags(reading) for reading in readings]
    page = _page_of(readings, tags)
    return [_line_features(reading, tagged, page, near) for reading, tagged in zip(readings, tags, strict=True)]


def rule_tags(reading: Reading) -> list[str]:
    """The BIO tag that the rules give each token; `B-none` and `I-none` where they read words that name nothing."""
    line, spans = reading
    tags = [OUTSIDE] * len(line)
    for span in spans:
        kind = span.type or 'none'
        tags[span.start : span.end] = [f'B-{kind}', *[f'I-{kind}'] * (span.end - span.start - 1)]
    return tags


def rule_names(reading: Reading) -> list[str]:
    """Which rule read each token; '' where none did."""
    line, spans = reading
    names = [''] * len(line)
    for span in spans:
        names[span.start : span.end] = [span.rule] * (span.end - span.start)
    return names


def stretches(reading: Reading, near: int | None) -> list[range]:
    """The tokens at most `near` from a capital or a span of the rules, as ranges in order and apart; with None all tokens."""
    line, spans = reading
    if near is None:
        return [range(len(line))] if len(line) else []
    reasons = [(index, index + 1) for index, shape in enumerate(line.shapes) if shape in NAMELIKE]
    found: list[range] = []
    for first, last in sorted([*reasons, *[(span.start, span.end) for span in spans]]):
        start, end = max(first - near, 0), min(last + near, len(line))
        if found and start <= found[-1].stop:
            found[-1] = range(found[-1].start, max(found[-1].stop, end))
        else:
            found.append(range(start, end))
    return found


def _page_of(readings: Sequence[Reading], tags: Sequence[Sequence[str]]) -> _Page:
    page = _Page({}, set(), set(), {})
    for (line, _), tagged in zip(readings, tags, strict=True):
        for index, (key, shape, tag) in enumerate(zip(line.keys, line.shapes, tagged, strict=True)):
            if shape not in NAMELIKE:
                page.lower.add(key)
                continue
            page.types.setdefault(key, Counter())[_type_of(tag)] += 1
            if not line.opens_sentence(index):
                page.inside.add(key)
    return page


def _type_of(tag: str) -> str:
    return tag.partition('-')[2] or OUTSIDE


def _line_features(reading: Reading, tags: Sequence[str], page: _Page, near: int | None) -> list[Stretch]:
    rules = rule_names(reading)
    return [Stretch(stretch.start, _rows(reading[0], stretch, tags, rules, page)) for stretch in stretches(reading, near)]


def _rows(line: TokenLine, stretch: range, tags: Sequence[str], rules: Sequence[str], page: _Page) -> list[list[str]]:
    keys, shapes = line.keys, line.shapes
    reached = range(max(stretch.start - _REACH, 0), min(stretch.stop + _REACH, len(line)))
    seen = {index: _seen(keys[index], shapes[index], tags[index]) for index in reached}
    listed = _listed(line, stretch)
    rows = []
    for index in stretch:
        key, shape, tag = keys[index], shapes[index], tags[index]
        row = [*_word(key, shape), *_ruled(tag, rules[index]), *listed.get(index, ())]
        if line.opens_sentence(index):
            row.append(f'opens={shape}')
        if line.touching(index):
            row.append('touching')
        for place, step in enumerate(_STEPS):
            row += seen[index + step][place] if index + step in seen else _EDGES[place]
        if shape in NAMELIKE:
            row += _elsewhere(key, _type_of(tag), page)
        rows.append(row)
    return rows


@lru_cache(maxsize=_WORDS_KEPT)
def _word(key: str, shape: str) -> tuple[str, ...]:
    """What a token is by itself, and the shipped lists of single words that hold it."""
    lexicon = load_lexicon()
    known = (
        ('family', lexicon.family),
        ('given', lexicon.given),
        ('function', lexicon.function),
        ('foreign', lexicon.foreign_organization),
        ('city', lexicon.club_cities),
    )
    row = ['bias', f'word={key}', f'shape={shape}', f'size={min(len(key), 8)}', *[f'in={name}' for name, words in known if key in words]]
    if shape != SIGN:
        row += [f'{name}={part}' for size in range(1, _AFFIX + 1) for name, part in (('begins', key[:size]), ('ends', key[-size:]))]
    return tuple(row)


@lru_cache(maxsize=_WORDS_KEPT)
def _seen(key: str, shape: str, tag: str) -> tuple[tuple[str, str, str], ...]:
    """What a token is to one that has it at each of `_STEPS`."""
    return tuple((f'word[{step}]={key}', f'shape[{step}]={shape}', f'rule[{step}]={tag}') for step in _STEPS)


@lru_cache(maxsize=_WORDS_KEPT)
def _ruled(tag: str, rule: str) -> tuple[str, ...]:
    """What the rules made of a token."""
    return (f'rule={tag}', f'by={rule} {tag}') if rule else (f'rule={tag}',)


def _listed(line: TokenLine, stretch: range) -> dict[int, list[str]]:
    """By token, which lists have an entry that begins there or goes on, and the entry's label."""
    found: dict[int, list[str]] = {}
    for name, entries in _LISTS:
        root: Node = getattr(load_lexicon(), entries)
        index = stretch.start
        while index < stretch.stop:
            match = longest(root, line, index) if line.keys[index] in root.children else None
            if match:
                for place in range(index, min(match.end, stretch.stop)):
                    found.setdefault(place, []).append(f'{name}={"B" if place == index else "I"}-{match.label}')
            index = match.end if match else index + 1
    return found


def _elsewhere(key: str, kind: str, page: _Page) -> list[str]:
    """What the page's other places say of a word that is of type `kind` here: the type that the rules give it most often there, and how it
    is written.
    """
    row = page.told.get((key, kind))
    if row is not None:
        return row
    others = Counter(page.types[key])
    others[kind] -= 1
    common = max(sorted(others), key=others.__getitem__)
    row = page.told[key, kind] = []
    if others[common] > 0:
        row += [f'page={common}', *[f'page has {other}' for other in sorted(others) if others[other] > 0]]
    if key in page.lower:
        row.append('page lower')
    if key in page.inside:
        row.append('page inside')
    return row

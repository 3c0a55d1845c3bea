"""What the CRF tagger knows of each token: its word and shape, its neighbours, the lists it stands in, what the rules made of it, and what
the rest of the page says of the same word.

The tokens are those of `builder.entities.token_line`, and all words are compared by their keys.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from builder.entities.lexicon import load_lexicon
from builder.entities.tagger import Reading
from builder.entities.token_line import NAMELIKE, SIGN, TokenLine
from builder.entities.trie import Node, longest

FEATURE_VERSION: Final = 2
_STEPS: Final = (-2, -1, 1, 2)
"""Tokens to each side whose words and shapes are told."""
_EDGES: Final = tuple((f'edge[{step}]=',) for step in _STEPS)
_WORDS_KEPT: Final = 1 << 16
"""Words whose features are remembered; a language's common ones come again on every page."""
_AFFIX: Final = 3
"""Longest beginning and end of a word that is told, in code points."""

OUTSIDE: Final = 'O'


class _Page(NamedTuple):
    """What the lines of a page say of a word, by its key."""

    types: dict[str, Counter[str]]
    """How often the rules gave the word each type."""
    lower: frozenset[str]
    """Words that stand in lower case somewhere."""
    inside: frozenset[str]
    """Words that stand with a capital where no sentence begins."""


def page_features(readings: Sequence[Reading]) -> list[list[list[str]]]:
    """For each line of a page, for each of its tokens, its features; linear in the tokens but for the lookups in the lists."""
    page = _page_of(readings)
    return [_line_features(reading[0], rule_tags(reading), rule_names(reading), page) for reading in readings]


def rule_tags(reading: Reading) -> list[str]:
    """The BIO tag that the rules give each token; `B-none` and `I-none` where they read words that name nothing."""
    line, spans = reading
    tags = [OUTSIDE] * len(line)
    for span in spans:
        for index in range(span.start, span.end):
            tags[index] = f'{"B" if index == span.start else "I"}-{span.type or "none"}'
    return tags


def rule_names(reading: Reading) -> list[str]:
    """Which rule read each token; '' where none did."""
    line, spans = reading
    names = [''] * len(line)
    for span in spans:
        names[span.start : span.end] = [span.rule] * (span.end - span.start)
    return names


def _page_of(readings: Sequence[Reading]) -> _Page:
    types: dict[str, Counter[str]] = {}
    lower: set[str] = set()
    inside: set[str] = set()
    for reading in readings:
        line = reading[0]
        for index, tag in enumerate(rule_tags(reading)):
            key = line.keys[index]
            if not line.named(index):
                lower.add(key)
                continue
            types.setdefault(key, Counter())[tag.partition('-')[2] or OUTSIDE] += 1
            if not line.opens_sentence(index):
                inside.add(key)
    return _Page(types, frozenset(lower), frozenset(inside))


def _line_features(line: TokenLine, tags: Sequence[str], rules: Sequence[str], page: _Page) -> list[list[str]]:
    seen = [_seen(key, shape, tag) for key, shape, tag in zip(line.keys, line.shapes, tags, strict=True)]
    lists = [_listed(line, name) for name in ('names', 'nouns', 'heads', 'press')]
    rows = []
    for index in range(len(line)):
        row = ['bias', *_own(line, index)]
        for place, step in enumerate(_STEPS):
            row += seen[index + step][place] if 0 <= index + step < len(line) else _EDGES[place]
        row += [f'{name}={places[index]}' for name, places in zip(('list', 'noun', 'head', 'press'), lists, strict=True) if places[index]]
        row.append(f'rule={tags[index]}')
        if rules[index]:
            row.append(f'by={rules[index]} {tags[index]}')
        rows.append([*row, *_sets(line.keys[index]), *_elsewhere(line, tags, index, page)])
    return rows


def _own(line: TokenLine, index: int) -> list[str]:
    shape = line.shapes[index]
    row = [*_word(line.keys[index], shape)]
    if line.opens_sentence(index):
        row.append(f'opens={shape}')
    if line.touching(index):
        row.append('touching')
    return row


@lru_cache(maxsize=_WORDS_KEPT)
def _word(key: str, shape: str) -> tuple[str, ...]:
    """What a token is by itself."""
    row = [f'word={key}', f'shape={shape}', f'size={min(len(key), 8)}']
    if shape != SIGN:
        row += [f'{name}={part}' for size in range(1, _AFFIX + 1) for name, part in (('begins', key[:size]), ('ends', key[-size:]))]
    return tuple(row)


@lru_cache(maxsize=_WORDS_KEPT)
def _seen(key: str, shape: str, tag: str) -> tuple[tuple[str, str, str], ...]:
    """What a token is to one that has it at each of `_STEPS`."""
    return tuple((f'word[{step}]={key}', f'shape[{step}]={shape}', f'rule[{step}]={tag}') for step in _STEPS)


def _listed(line: TokenLine, name: str) -> list[str]:
    """For each token whether an entry of a list begins there or goes on, and the entry's label; '' for none."""
    root: Node = getattr(load_lexicon(), name)
    found = [''] * len(line)
    index = 0
    while index < len(line):
        match = longest(root, line, index) if line.keys[index] in root.children else None
        end = match.end if match else index + 1
        if match:
            found[index:end] = [f'B-{match.label}', *[f'I-{match.label}'] * (end - index - 1)]
        index = end
    return found


@lru_cache(maxsize=_WORDS_KEPT)
def _sets(key: str) -> tuple[str, ...]:
    """The shipped lists of single words that hold a word."""
    lexicon = load_lexicon()
    known = (
        ('family', lexicon.family),
        ('given', lexicon.given),
        ('function', lexicon.function),
        ('foreign', lexicon.foreign_organization),
        ('city', lexicon.club_cities),
    )
    return tuple(f'in={name}' for name, words in known if key in words)


def _elsewhere(line: TokenLine, tags: Sequence[str], index: int, page: _Page) -> list[str]:
    """What the page's other places say of the word: the type that the rules give it most often there, and how it is written."""
    key = line.keys[index]
    row: list[str] = []
    if line.shapes[index] not in NAMELIKE:
        return row
    others = Counter(page.types[key])
    others[tags[index].partition('-')[2] or OUTSIDE] -= 1
    common = max(sorted(others), key=others.__getitem__)
    if others[common] > 0:
        row.append(f'page={common}')
        row += [f'page has {kind}' for kind in sorted(others) if others[kind] > 0]
    if key in page.lower:
        row.append('page lower')
    if key in page.inside:
        row.append('page inside')
    return row

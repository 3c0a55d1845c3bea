"""What the CRF tagger knows of each token: its word and shape, its neighbours, the lists it stands in, what the rules made of it, and what
the rest of the page says of the same word.

The tokens are those of `builder.entities.token_line`, and all words are compared by their keys.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from builder.entities.lexicon import Lexicon
from builder.entities.tagger import Reading
from builder.entities.token_line import NAMELIKE, SIGN, TokenLine
from builder.entities.trie import Node, longest

FEATURE_VERSION: Final = 2
_AROUND: Final = 2
"""Tokens to each side whose words and shapes are told."""
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


def page_features(readings: Sequence[Reading], lexicon: Lexicon) -> list[list[list[str]]]:
    """For each line of a page, for each of its tokens, its features; linear in the tokens but for the lookups in the lists."""
    page = _page_of(readings)
    return [_line_features(reading[0], rule_tags(reading), rule_names(reading), lexicon, page) for reading in readings]


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


def _line_features(line: TokenLine, tags: Sequence[str], rules: Sequence[str], lexicon: Lexicon, page: _Page) -> list[list[str]]:
    own = [_own(line, index) for index in range(len(line))]
    lists = [_listed(line, lexicon, name) for name in ('names', 'nouns', 'heads', 'press')]
    rows = []
    for index in range(len(line)):
        row = ['bias', *own[index], *(f'{name}[{step}]={value}' for step, name, value in _neighbours(line, tags, index))]
        row += [f'{name}={places[index]}' for name, places in zip(('list', 'noun', 'head', 'press'), lists, strict=True) if places[index]]
        row += [
            f'rule={tags[index]}',
            *([f'by={rules[index]} {tags[index]}'] if rules[index] else []),
            *_sets(line, lexicon, index),
            *_elsewhere(line, tags, index, page),
        ]
        rows.append(row)
    return rows


def _own(line: TokenLine, index: int) -> list[str]:
    key, shape = line.keys[index], line.shapes[index]
    row = [f'word={key}', f'shape={shape}', f'size={min(len(key), 8)}']
    if shape != SIGN:
        row += [f'{name}={part}' for size in range(1, _AFFIX + 1) for name, part in (('begins', key[:size]), ('ends', key[-size:]))]
    if line.opens_sentence(index):
        row.append(f'opens={shape}')
    if line.touching(index):
        row.append('touching')
    return row


def _neighbours(line: TokenLine, tags: Sequence[str], index: int) -> Iterator[tuple[int, str, str]]:
    for step in range(-_AROUND, _AROUND + 1):
        place = index + step
        if not step:
            continue
        if not 0 <= place < len(line):
            yield step, 'edge', ''
            continue
        yield step, 'word', line.keys[place]
        yield step, 'shape', line.shapes[place]
        yield step, 'rule', tags[place]


def _listed(line: TokenLine, lexicon: Lexicon, name: str) -> list[str]:
    """For each token whether an entry of a list begins there or goes on, and the entry's label; '' for none."""
    root: Node = getattr(lexicon, name)
    found = [''] * len(line)
    index = 0
    while index < len(line):
        match = longest(root, line, index)
        end = match.end if match else index + 1
        if match:
            found[index:end] = [f'B-{match.label}', *[f'I-{match.label}'] * (end - index - 1)]
        index = end
    return found


def _sets(line: TokenLine, lexicon: Lexicon, index: int) -> list[str]:
    key = line.keys[index]
    known = (
        ('family', lexicon.family),
        ('given', lexicon.given),
        ('function', lexicon.function),
        ('foreign', lexicon.foreign_organization),
        ('city', lexicon.club_cities),
    )
    return [f'in={name}' for name, words in known if key in words]


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

"""Credits: "Theo Phương Hoa/TTXVN", "(Ảnh: Getty)", "(Dân trí) -", and lines that are nothing but names.

Two names of one credit are divided by a slash, a dash, a comma, a bracket, "và" or "&"; each is an agency or a person.
"""

from itertools import pairwise

from builder.entities.lexicon import Lexicon
from builder.entities.names import foreign_type, is_vietnamese
from builder.entities.spans import Span
from builder.entities.syllables import is_syllable
from builder.entities.token_line import DIGIT, LOWER, SIGN, UPPER, TokenLine
from builder.entities.trie import longest

_CREDIT_WORDS = frozenset({'ảnh', 'nguồn', 'clip', 'video', 'họa', 'infographic', 'hiện', 'dịch', 'hình', 'bài', 'tin'})
_CREDIT_MARKS = frozenset({':', 'theo', '('})
_DIVIDERS = frozenset('/-,&;()[]|+–')
_LEAD = 6  # tokens of a line's head, where a newspaper's name in brackets opens the lead
_QUOTES = frozenset('"“”')
_LONGEST_TITLE = 7  # tokens of a quoted title
_LONGEST_CREDIT = 14  # tokens after the mark
_LONGEST_BYLINE = 9  # tokens of a line that is only names


def credit_spans(line: TokenLine, lexicon: Lexicon) -> list[Span]:
    """The names of all credits of the line, in order."""
    spans: list[Span] = []
    for start, closed in _credit_starts(line):
        if not spans or spans[-1].end <= start:
            spans += _credit_names(line, lexicon, start, closed=closed)
    return spans or _byline(line, lexicon)


def quoted_titles(line: TokenLine) -> list[Span]:
    """Short quotations that begin with a capital and go on in lower case: titles of works and slogans, which name nothing."""
    spans: list[Span] = []
    marks = [i for i, key in enumerate(line.keys) if key in _QUOTES]
    for opening, closing in pairwise(marks):
        inside = range(opening + 1, closing)
        if not 2 <= len(inside) <= _LONGEST_TITLE or (spans and spans[-1].end > opening) or not line.named(opening + 1):
            continue
        shapes = {line.shapes[i] for i in inside}
        if LOWER in shapes and SIGN not in shapes and not line.is_sign(opening - 1, ':'):
            spans.append(Span(opening + 1, closing, None, 'quoted'))
    return spans


def _credit_starts(line: TokenLine) -> list[tuple[int, bool]]:
    """Tokens after a credit's mark; True where a bracket or the line's end must close it."""
    starts: list[tuple[int, bool]] = []
    if _CREDIT_MARKS.isdisjoint(line.keys):
        return starts
    for index, key in enumerate(line.keys):
        if key == ':' and index and (line.keys[index - 1] in _CREDIT_WORDS or _marked_back(line, index)):
            starts.append((index + 1, False))
        elif _opens_closed_credit(line, index):
            starts.append((index + 1, True))
    return starts


def _opens_closed_credit(line: TokenLine, index: int) -> bool:
    """Whether "Theo" begins the line or a bracket, or a bracket stands at the head of the line."""
    if line.keys[index] == 'theo':
        return index == 0 or line.is_sign(index - 1, '(')
    return line.keys[index] == '(' and index < _LEAD and line.keys[index + 1 : index + 2] != ['theo']


def _marked_back(line: TokenLine, index: int) -> bool:
    """Whether "Ảnh" or "Nguồn" opens the few words before the colon ("Ảnh minh họa:")."""
    back = line.keys[max(index - 4, 0) : index]
    return any(key in {'ảnh', 'nguồn'} and line.named(max(index - 4, 0) + i) for i, key in enumerate(back))


def _credit_names(line: TokenLine, lexicon: Lexicon, start: int, *, closed: bool) -> list[Span]:
    parts, end = _parts(line, start)
    at_end = end >= len(line) or line.is_sign(end, ')].')
    if not parts or (closed and not at_end):
        return []
    found = [_credit_name(line, lexicon, first, last) for first, last in parts]
    if closed and None in found:
        return []
    return [span for span in found if span]


def _parts(line: TokenLine, start: int) -> tuple[list[tuple[int, int]], int]:
    """The token ranges between dividers, and where the credit ends."""
    parts: list[tuple[int, int]] = []
    first = index = start
    while index < min(len(line), start + _LONGEST_CREDIT):
        if line.shapes[index] == SIGN and line.keys[index] not in _DIVIDERS and not line.touching(index):
            break
        if line.is_sign(index, ').') and not (line.touching(index + 1) and line.is_sign(index, '.')):
            break
        if (line.shapes[index] == SIGN and line.keys[index] in _DIVIDERS) or line.keys[index] == 'và':
            parts.append((first, index))
            first = index + 1
        index += 1
    parts.append((first, index))
    return [(a, b) for a, b in parts if a < b], index


def _credit_name(line: TokenLine, lexicon: Lexicon, first: int, last: int) -> Span | None:
    while first < last and (noun := longest(lexicon.nouns, line, first)) and noun.end < last and noun.label in {'role', 'organization'}:
        if longest(lexicon.press, line, first) or (noun.label == 'organization' and line.named(first)):
            break
        first = noun.end
    known = longest(lexicon.press, line, first)
    if known and known.end == last:
        return Span(first, last, 'ORG', 'credit')
    if any(line.shapes[i] in {LOWER, DIGIT, SIGN} for i in range(first, last)) or first >= last or longest(lexicon.names, line, first):
        return None
    return _by_shape(line, lexicon, first, last)


def _by_shape(line: TokenLine, lexicon: Lexicon, first: int, last: int) -> Span | None:
    size = last - first
    if size > 5:
        return None
    if is_vietnamese(line, first, last) and not (size == 1 and line.shapes[first] == UPPER):
        return Span(first, last, 'PER', 'credit') if size > 1 or line.keys[first] in lexicon.given else None
    if size == 1:
        return Span(first, last, 'ORG', 'credit')
    kind = foreign_type(line, lexicon, first, last)
    return Span(first, last, 'ORG' if kind != 'PER' else 'PER', 'credit')


def _byline(line: TokenLine, lexicon: Lexicon) -> list[Span]:
    """A short line of names and nothing else; dates beside them are let pass."""
    if len(line) > _LONGEST_BYLINE or LOWER in line.shapes or line.is_sign(len(line) - 1, '.?!'):
        return []
    parts, end = _parts(line, 0)
    names = [(a, b) for a, b in parts if any(line.named(i) for i in range(a, b))]
    if end < len(line) or not names:
        return []
    found = [_byline_name(line, lexicon, a, b) for a, b in names]
    return [span for span in found if span] if None not in found else []


def _byline_name(line: TokenLine, lexicon: Lexicon, first: int, last: int) -> Span | None:
    known = longest(lexicon.press, line, first)
    if known and known.end == last:
        return Span(first, last, 'ORG', 'credit')
    if longest(lexicon.names, line, first) or longest(lexicon.nouns, line, first):
        return None
    plain = all(is_syllable(line.keys[i]) and line.named(i) for i in range(first, last))
    pen = last - first > 1 and any(key in lexicon.given or key in lexicon.family for key in line.keys[first:last])
    return Span(first, last, 'PER', 'credit') if plain and pen and last - first <= 4 else None

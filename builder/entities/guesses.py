"""Capitals that no list and no common noun explains: what the page knows of them, and what their shape and neighbours say."""

from builder.entities.names import foreign_type, is_family_name, is_given_name, is_vietnamese, run_end, speaks
from builder.entities.spans import Span, View
from builder.entities.syllables import is_syllable
from builder.entities.token_line import DIGIT, UPPER
from builder.entities.trie import longest

_AT = frozenset({'tại', 'ở', 'ngụ', 'trú', 'quê', 'rời'})


def guess(view: View, index: int, *, in_list: bool) -> Span | None:
    """The name that begins at an unexplained capital, or None. `in_list`: a person and a comma or "và" stand before it."""
    line, lexicon = view.line, view.lexicon
    if line.shapes[index] == DIGIT:
        return None
    known = longest(view.known, line, index)
    end = run_end(line, lexicon, index)
    if known and known.end >= end and not (known.end - index == 1 and _may_be_a_word(view, index)):
        return Span(index, known.end, known.label if known.label != 'none' else None, 'known')
    if line.opens_sentence(index) and not _opens_a_name(view, index, end):
        return None
    return _person(view, index, end, in_list=in_list) or _by_place(view, index, end) or _foreign(view, index, end)


def _may_be_a_word(view: View, index: int) -> bool:
    """Whether a syllable that opens a sentence may be a common word, although the page knows a person of that name."""
    line, lexicon = view.line, view.lexicon
    if not line.opens_sentence(index) or not is_syllable(line.keys[index]):
        return False
    follows = index + 1 < len(line) and line.keys[index + 1] in lexicon.function
    return not (follows or speaks(line, lexicon, index + 1))


def _opens_a_name(view: View, index: int, end: int) -> bool:
    """Whether the first word of a sentence belongs to the run: a family or personal name, or a foreign word."""
    lexicon, key = view.lexicon, view.line.keys[index]
    if not is_syllable(key):
        return True
    if any(view.line.is_sign(i, '-') for i in range(index, end)):
        return True
    if key in lexicon.strong_family:
        return end - index > 1
    return is_given_name(view.line, lexicon, index, end)


def _person(view: View, index: int, end: int, *, in_list: bool) -> Span | None:
    line, lexicon = view.line, view.lexicon
    if line.shapes[index] == UPPER:
        return None
    if is_family_name(line, lexicon, index, end):
        return Span(index, end, 'PER', 'family')
    vietnamese = is_vietnamese(line, index, end)
    if speaks(line, lexicon, end) and (end - index > 1 or not vietnamese) and foreign_type(line, lexicon, index, end) != 'ORG':
        return Span(index, end, 'PER', 'spoken')
    if is_given_name(line, lexicon, index, end) or (in_list and end - index > 1 and vietnamese):
        return Span(index, end, 'PER', 'given')
    return None


def _by_place(view: View, index: int, end: int) -> Span | None:
    line = view.line
    if not index or line.keys[index - 1] not in _AT or line.shapes[index] == UPPER:
        return None
    if is_vietnamese(line, index, end) and end - index == 1:
        return None
    return Span(index, end, 'LOC', 'at')


def _foreign(view: View, index: int, end: int) -> Span | None:
    line = view.line
    lexicon = view.lexicon
    if is_vietnamese(line, index, end):
        return None
    if end - index < 2:
        player = view.topic == 'sport' and line.shapes[index] != UPPER
        other = line.keys[index] in lexicon.foreign_other or line.keys[index] in lexicon.foreign_organization
        return Span(index, end, 'PER', 'topic') if player and not other else None
    kind = foreign_type(line, lexicon, index, end)
    kind = 'ORG' if kind == 'PER' and view.topic == 'business' else kind
    end = end if kind else next((i for i in range(index + 1, end) if longest(lexicon.names, line, i)), end)
    return Span(index, end, kind, 'foreign')

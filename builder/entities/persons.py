"""Persons after a title: "ông Sơn", "HLV Park Hang-seo", "Ngoại trưởng Mỹ Mike Pompeo"."""

from builder.entities.lexicon import Lexicon
from builder.entities.names import foreign_type, is_family_name, is_given_name, run_end
from builder.entities.organizations import organization_end
from builder.entities.spans import Span, View
from builder.entities.syllables import is_syllable
from builder.entities.token_line import UPPER, TokenLine
from builder.entities.trie import Match, longest

_PRONOUNS = frozenset({'ông', 'bà', 'anh', 'chị', 'cô', 'chú', 'bác', 'em', 'cụ', 'thầy', 'cậu', 'dì'})
"""After these, even a country's name is a person's ("bà Nga")."""


def titled_person(view: View, index: int, noun: Match, listed: Match | None) -> Span | None:
    """The person at `index` after the title `noun`; None where a place, an organisation or another title stands there."""
    line, lexicon = view.line, view.lexicon
    end = run_end(line, lexicon, index)
    pronoun = noun.label == 'address' and line.keys[noun.end - 1] in _PRONOUNS
    if organization_end(line, lexicon, index) or _is_title(line, lexicon, index):
        return None
    if end == index or (not pronoun and end == index + 1 and line.keys[index] in lexicon.country_words):
        return None
    if listed and not is_person_over(view, listed, end, pronoun=pronoun):
        return None
    if end == index + 1 and (_opens_an_office(line, lexicon, index) or not _may_stand_alone(line, lexicon, index, pronoun=pronoun)):
        return None
    if noun.label == 'role' and end > index + 1 and foreign_type(line, lexicon, index, end) == 'ORG':
        return None
    return Span(index, end, 'PER', 'title')


def is_person_over(view: View, listed: Match, end: int, *, pronoun: bool = False) -> bool:
    """Whether the run `[listed.start, end)` is a person although it begins with a listed name ("Thái Thùy Linh", "Mỹ Tâm")."""
    line, lexicon, start = view.line, view.lexicon, listed.start
    if listed.label not in {'country', 'place'}:
        return False
    if pronoun:
        return not (listed.label == 'country' and listed.end - start > 1)
    if end <= listed.end:
        return False
    following = longest(lexicon.names, line, listed.end)
    if following and following.label in {'country', 'place'}:
        return False
    if listed.end - start == 1:
        return is_family_name(line, lexicon, start, end) or is_given_name(line, lexicon, start, end)
    return line.keys[start] in lexicon.strong_family and is_family_name(line, lexicon, start, end)


def _is_title(line: TokenLine, lexicon: Lexicon, index: int) -> bool:
    noun = longest(lexicon.nouns, line, index)
    if noun is None or noun.label not in {'role', 'organization', 'address'}:
        return False
    return noun.end - noun.start > 1 or (noun.label == 'role' and line.shapes[index] == UPPER)


def _opens_an_office(line: TokenLine, lexicon: Lexicon, index: int) -> bool:
    """Whether the word and the next name a field or a rank, not a person ("Bộ trưởng Tài chính", "Phó Bí thư Thường trực")."""
    field = longest(lexicon.ministries, line, index)
    return bool(field and field.end > index + 1) or line.keys[index : index + 2] == ['thường', 'trực']


def _may_stand_alone(line: TokenLine, lexicon: Lexicon, index: int, *, pronoun: bool) -> bool:
    """Whether one token after a title is a name: no acronym, no common word that happens to be capitalised."""
    if line.shapes[index] == UPPER:
        return False
    key = line.keys[index]
    return pronoun or key in lexicon.given or key in lexicon.family or not is_syllable(key)

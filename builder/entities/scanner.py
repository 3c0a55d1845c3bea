"""One pass over the tokens of a line, from left to right: what stands here, given the common noun before it.

The order of the rules is their rank: words that name nothing, a person after a title, a place or organisation after its noun,
an official name, a listed name, a name that the page has proved elsewhere, and last a guess by the shape of the capitals.
"""

from builder.entities.credits import credit_spans, quoted_titles
from builder.entities.guesses import guess
from builder.entities.names import is_family_name
from builder.entities.organizations import name_end, organization_end
from builder.entities.persons import titled_person
from builder.entities.places import listed_span, place_after_noun, word_of_a_country
from builder.entities.spans import Span, View
from builder.entities.token_line import DIGIT, LOWER, SIGN, TokenLine, is_shouted
from builder.entities.trie import Match, longest

_PERSON_NOUNS = frozenset({'address', 'role'})
_PLACE_NOUNS = frozenset({'unit', 'site'})
_LANGUAGE_NOUNS = frozenset({'tiếng', 'chữ'})  # "tiếng Anh" is a language (guideline 2.6)
_QUIET = frozenset({LOWER, SIGN})  # shapes of most words, at which only the words of lists begin anything
_LONGEST_LIST = 12  # ministries after one "các Bộ"
_LIST_SIGNS = frozenset({',', 'và', '&', 'cùng'})


def scan(view: View) -> list[Span]:
    """What the rules read in one line, in order and without overlap; spans of type None name nothing."""
    line, lexicon = view.line, view.lexicon
    if is_shouted(line):
        return credit_spans(line, lexicon) or _shouted_spans(view)
    given = {span.start: span for span in (*credit_spans(line, lexicon), *quoted_titles(line))}
    spans: list[Span] = []
    noun: Match | None = None
    index, size = 0, len(line)
    while index < size:
        if line.shapes[index] in _QUIET and line.keys[index] not in lexicon.lower and index not in given:
            noun, index = None, index + 1
            continue
        span = given.get(index) or _span_at(view, index, noun, spans)
        if span:
            spans.append(_with_province(line, _without_address(line, _trimmed(span, given))))
            noun = noun if noun and noun.label == 'role' and span.type != 'PER' else None
            index = spans[-1].end
            continue
        noun = _noun_at(view, index)
        index = noun.end if noun else index + 1
    return spans


def _noun_at(view: View, index: int) -> Match | None:
    """The common noun at `index`, without a last word that opens an organisation's name ("Trưởng Ban Tuyên giáo")."""
    noun = longest(view.lexicon.nouns, view.line, index)
    if (
        noun
        and noun.end - index == 1
        and view.line.named(index)
        and noun.label in _PLACE_NOUNS
        and view.line.keys[index] in view.lexicon.family
    ):
        return None
    if noun and noun.end - index > 1 and view.line.named(noun.end - 1) and organization_end(view.line, view.lexicon, noun.end - 1):
        return noun._replace(end=noun.end - 1)
    return noun


def _trimmed(span: Span, given: dict[int, Span]) -> Span:
    """The span, cut before the first credit name inside it."""
    inside = [start for start in range(span.start + 1, span.end) if start in given] if given else []
    return span._replace(end=inside[0]) if inside else span


def _without_address(line: TokenLine, span: Span) -> Span:
    """No name where the span begins a web address ("Example.com"), which only a credit may name (guideline 2.12)."""
    end = span.end
    address = line.is_sign(end, '.') and line.touching(end) and line.touching(end + 1) and line.shapes[end + 1] == LOWER
    return span._replace(type=None) if address and span.rule != 'credit' else span


def _with_province(line: TokenLine, span: Span) -> Span:
    """An organisation with the lower-case word that says of which level it is ("Hội Nông dân tỉnh")."""
    end = span.end
    level = span.type == 'ORG' and span.rule in {'official', 'listed'} and line.keys[end : end + 1] == ['tỉnh']
    return span._replace(end=end + 1) if level and line.shapes[end] == LOWER and not line.named(end + 1) else span


def _span_at(view: View, index: int, noun: Match | None, before: list[Span]) -> Span | None:
    shape = view.line.shapes[index]
    if shape == SIGN:
        return None
    listed = longest(view.lexicon.names, view.line, index)
    if shape == LOWER:
        return listed_span(view, listed) if listed else None
    if listed and listed.label == 'none' and not (noun and noun.label == 'address'):
        return Span(index, listed.end, None, 'none')
    if shape == DIGIT and not listed and not (noun and noun.label in _PLACE_NOUNS):
        return None
    if _is_acronym_of(view, index, before):
        return Span(index, index + 1, 'ORG', 'acronym')
    after_noun = _after_noun(view, index, noun, listed) if noun else None
    return after_noun or _plain(view, index, listed, before)


def _after_noun(view: View, index: int, noun: Match, listed: Match | None) -> Span | None:
    if noun.label in _PERSON_NOUNS:
        return titled_person(view, index, noun, listed)
    if noun.label in _PLACE_NOUNS:
        return place_after_noun(view, index, noun, listed)
    if noun.label == 'organization':
        if listed and listed.label in {'country', 'place'} and not view.line.named(listed.end):
            return listed_span(view, listed)
        end = name_end(view.line, view.lexicon, index)
        return Span(index, end, 'ORG', 'named') if end else None
    return _after_product_noun(view, index, noun, listed)


def _after_product_noun(view: View, index: int, noun: Match, listed: Match | None) -> Span | None:
    """The words after "xe", "phim", "giải", "tiếng": read as no name, unless a list or a family name speaks for one."""
    if view.line.keys[noun.end - 1] in _LANGUAGE_NOUNS:
        return Span(index, listed.end if listed else index + 1, None, 'product')
    end = index
    while view.line.named(end) and end < index + 4:
        end += 1
    if listed or end == index or is_family_name(view.line, view.lexicon, index, end):
        return None
    return Span(index, end, None, 'product')


def _plain(view: View, index: int, listed: Match | None, before: list[Span]) -> Span | None:
    line, lexicon = view.line, view.lexicon
    noun = _noun_at(view, index)
    reach = max(listed.end if listed else index, noun.end if noun else index)
    end = organization_end(line, lexicon, index)
    if end and end >= reach:
        return Span(index, end, 'ORG', 'official')
    if noun and noun.end >= reach and not (listed and listed.end == reach and not line.opens_sentence(index)):
        return None
    field = _next_ministry(view, index, before)
    if field:
        return Span(index, field.end, 'ORG', 'official')
    if listed:
        return listed_span(view, listed)
    return word_of_a_country(view, index, before) or guess(view, index, in_list=_continues_persons(view, index, before))


def _is_acronym_of(view: View, index: int, before: list[Span]) -> bool:
    """Whether this word in brackets abbreviates the organisation before them ("Hiệp hội … (HoREA)")."""
    line = view.line
    if not (before and before[-1].type == 'ORG' and before[-1].end == index - 1):
        return False
    capitals = sum(map(str.isupper, line.text[line.starts[index] : line.ends[index]]))
    return line.is_sign(index - 1, '(') and line.is_sign(index + 1, ')') and capitals > 1


def _next_ministry(view: View, index: int, before: list[Span]) -> Match | None:
    """The ministry's name at `index` in a list ("Ngoại giao" of "các Bộ Công an, Ngoại giao, Y tế")."""
    if not before or before[-1].rule != 'official' or before[-1].end != index - 1 or view.line.keys[index - 1] not in _LIST_SIGNS:
        return None
    recent = before[-_LONGEST_LIST:]
    first = next((span for span in reversed(recent) if span.rule != 'official' or view.line.keys[span.start] == 'bộ'), None)
    return longest(view.lexicon.ministries, view.line, index) if first and first.rule == 'official' else None


def _continues_persons(view: View, index: int, before: list[Span]) -> bool:
    return bool(before) and before[-1].type == 'PER' and before[-1].end == index - 1 and view.line.keys[index - 1] in _LIST_SIGNS


def _shouted_spans(view: View) -> list[Span]:
    """In a line of capitals only lists tell: names of two tokens, or of one that is no Vietnamese word."""
    spans: list[Span] = []
    index = 0
    while index < len(view.line):
        listed = longest(view.lexicon.names, view.line, index)
        span = listed_span(view, listed, shouted=True) if listed else None
        if span:
            spans.append(span)
        index = span.end if span else index + 1
    return spans

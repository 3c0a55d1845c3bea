"""Places, and the other names of the lists: with their common noun ("quận 1", "sông Hồng"), alone, or in pairs ("Mỹ-Trung")."""

from builder.entities.names import is_vietnamese, run_end
from builder.entities.organizations import organization_end
from builder.entities.persons import is_person_over
from builder.entities.spans import Span, View
from builder.entities.syllables import is_syllable
from builder.entities.token_line import DIGIT
from builder.entities.trie import Match, longest

_TYPES = {'country': 'LOC', 'place': 'LOC', 'seat': 'ORG', 'organ': 'ORG', 'organization': 'ORG', 'none': None}
_ABBREVIATIONS = frozenset({'tp', 'tx', 'tt', 'q', 'p', 'h', 'ql'})
_NUMBERED = frozenset({'quận', 'phường', 'q', 'p', 'quốc lộ', 'tỉnh lộ', 'ql'})
_NATIONALITY = frozenset(
    {
        'người',
        'sao',
        'báo',
        'phim',
        'dân',
        'gốc',
        'kiều',
        'quân',
        'phía',
        'tuyển',
        'đt',
        'gái',
        'trai',
        'nhạc',
        'khách',
        'bóng',
        'hàng',
        'truyện',
        'showbiz',
        'cô',
        'chàng',
        'fan',
        'mẹ',
        'nước',
        'đất',
    }
)
_CITY_BEFORE = frozenset({'tại', 'ở', 'phố', 'sân', 'cảng'})
_PLACE_LIMIT = 5
# Organs whose capital at the head of a sentence counts for nothing (guideline 2.9).
_ONLY_BY_CAPITAL = frozenset({'chính phủ', 'quốc hội', 'đảng', 'thượng viện', 'hạ viện', 'nghị viện', 'hội đồng nhân dân'})


def listed_span(view: View, listed: Match, *, shouted: bool = False) -> Span | None:
    """The span of a name found in the lists, or None where it is a common word here."""
    line, start = view.line, listed.start
    if shouted and listed.end - start == 1 and is_syllable(line.keys[start]):
        return None
    if listed.label in {'country', 'place'}:
        return _listed_place(view, listed, shouted=shouted)
    if listed.label == 'seat':
        place = start > 0 and line.keys[start - 1] in view.lexicon.locative
        return Span(start, listed.end, 'LOC' if place else 'ORG', 'listed')
    if listed.label == 'organ' and line.opens_sentence(start) and ' '.join(line.keys[start : listed.end]) in _ONLY_BY_CAPITAL:
        return None
    end = listed.end
    if listed.label == 'organization' and line.named(end) and line.keys[end] in view.lexicon.foreign_organization:
        end += 1
    return Span(start, end, _TYPES[listed.label], 'listed')


def _listed_place(view: View, listed: Match, *, shouted: bool) -> Span | None:
    line, start = view.line, listed.start
    if shouted or not line.named(start):
        return Span(start, listed.end, 'LOC', 'listed')
    end = run_end(line, view.lexicon, start)
    if is_person_over(view, listed, end):
        return Span(start, end, 'PER', 'given')
    if (
        view.topic == 'sport'
        and ' '.join(line.keys[start : listed.end]) in view.lexicon.club_cities
        and line.keys[start - 1] not in _CITY_BEFORE
    ):
        return Span(start, listed.end, 'ORG', 'listed')
    if listed.end - start == 1 and _is_known_person(view, listed):
        return Span(start, listed.end, 'PER', 'known')
    if listed.end - start == 1 and line.opens_sentence(start) and _is_common_word(view, start):
        return None
    return Span(start, listed.end, 'LOC', 'listed')


def _is_known_person(view: View, listed: Match) -> bool:
    """Whether the page has a person of this name ("Đức" after "Nguyễn Văn Đức") and no word before it asks for a place."""
    line, start = view.line, listed.start
    known = longest(view.known, line, start)
    before = line.keys[start - 1] if start else ''
    if known is None or known.label != 'PER' or known.end > listed.end or before in view.lexicon.locative or before in _NATIONALITY:
        return False
    return not (line.opens_sentence(start) and _is_common_word(view, start))


def _is_common_word(view: View, index: int) -> bool:
    line = view.line
    common = view.lexicon.ambiguous.get(line.keys[index], frozenset())
    if index + 1 >= len(line) or not common:
        return '*' in common
    if line.is_sign(index + 1, '-,') and line.named(index + 2):
        return False
    return '*' in common or line.keys[index + 1] in common


def word_of_a_country(view: View, index: int, before: list[Span]) -> Span | None:
    """A one-syllable country word beside another country or after "người", "sao": "Mỹ-Trung", "người Việt"."""
    line = view.line
    if line.keys[index] not in view.lexicon.country_words or line.named(index + 1):
        return None
    paired = bool(before) and before[-1].type == 'LOC' and before[-1].end == index - 1 and line.is_sign(index - 1, '-')
    following = longest(view.lexicon.names, line, index + 2) if line.is_sign(index + 1, '-') else None
    if paired or (following and following.label == 'country') or (index and line.keys[index - 1] in _NATIONALITY):
        return Span(index, index + 1, 'LOC', 'listed')
    return None


def place_after_noun(view: View, index: int, noun: Match, listed: Match | None) -> Span | None:
    """The place at `index` after its common noun, which is inside if it is an abbreviation, a number follows or it has its own capital."""
    line, lexicon = view.line, view.lexicon
    key = ' '.join(line.keys[noun.start : noun.end])
    if line.shapes[index] == DIGIT:
        return Span(noun.start, index + 1, 'LOC', 'place') if key in _NUMBERED else None
    if listed and listed.label not in {'country', 'place'}:
        return None
    if organization_end(line, lexicon, index):
        return None
    end = run_end(line, lexicon, index, _PLACE_LIMIT)
    if listed and (listed.end - index > 1 or not is_vietnamese(line, index, end)):
        end = max(listed.end, index + 1)
    inside = key in _ABBREVIATIONS or (line.named(noun.start) and not line.opens_sentence(noun.start))
    return Span(noun.start if inside else index, end, 'LOC', 'place')

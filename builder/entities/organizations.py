"""The grammar of official names: a capitalised head, its field in Vietnamese compounds, a place ("Sở Kế hoạch và Đầu tư TP HCM").

Only the first syllable of each compound bears a capital, so the end of a name lies among lower-case words: the terms of such
names carry it on.
"""

from builder.entities.lexicon import Lexicon
from builder.entities.syllables import is_syllable
from builder.entities.token_line import CAPITAL, DIGIT, LOWER, UPPER, TokenLine
from builder.entities.trie import Match, longest

LONGEST_NAME = 24
"""Tokens; no official name in news is longer, and a bound keeps the reading linear."""
_DEPTH = 3  # "Thanh tra | Sở Y tế | …": organisations inside one another
_PLACES = frozenset({'country', 'place'})
_ORGANS = frozenset({'organ', 'organization'})
_ALONE = frozenset({'tp', 'tỉnh', 'thành phố', 'quận', 'huyện', 'xã', 'phường', 'thị xã', 'thị trấn', 'thủ đô'})
# With a place these are names only where the capital is their own: "quân đội Mỹ" is an army of a country.
_COMMON_HEADS = frozenset(
    {
        'cảnh sát',
        'quân đội',
        'chính phủ',
        'hải quan',
        'không quân',
        'hải quân',
        'lục quân',
        'đại sứ quán',
        'lãnh sự quán',
        'tòa án',
        'điện lực',
    }
)
_NUMBERED_HEADS = frozenset({'quân khu', 'quân đoàn', 'binh đoàn', 'sư đoàn', 'lữ đoàn', 'trung đoàn', 'tiểu đoàn'})
_PROVINCES = frozenset({'tỉnh', 'thành phố', 'tp'})
"""Units that are not named after persons, as communes and wards are."""
_FULL_NAME = 3  # syllables of a full name that no place is taken for
_ABBREVIATED = 2  # letters of a unit's abbreviation ("TP.", "Q.")
_WHOLE = 3  # tokens of a place that no list holds


def organization_end(line: TokenLine, lexicon: Lexicon, start: int, depth: int = 0) -> int | None:
    """The end of the official name whose head stands at token `start`, or None where none does."""
    head = longest(lexicon.heads, line, start)
    if head is None or depth >= _DEPTH:
        return None
    if head.end - start == 1 and head.label in {'closed', 'open', 'person'} and not _tail_opens(line, lexicon, head):
        return None
    end = _TAILS[head.label](line, lexicon, head, depth)
    if end is None or (line.opens_sentence(start) and not _tail_proves(line, lexicon, head)):
        return None
    return end


def _tail_opens(line: TokenLine, lexicon: Lexicon, head: Match) -> bool:
    """Whether a capital follows a head of one word, and the two are no place's name ("Đài Loan", "Trường Sa")."""
    place = longest(lexicon.names, line, head.start)
    return line.named(head.end) and not (place and place.label in _PLACES and place.end > head.end)


def _tail_proves(line: TokenLine, lexicon: Lexicon, head: Match) -> bool:
    """Whether what follows the head shows a name even where the head's capital may only open the sentence."""
    if ' '.join(line.keys[head.start : head.end]) in _COMMON_HEADS:
        return False
    if head.label == 'closed' and line.shapes[head.end] == LOWER and line.shapes[head.start] != UPPER:
        return place_end(line, lexicon, head.end) is not None
    if head.end - head.start > 1 or line.shapes[head.start] == UPPER or head.label in {'person', 'place'}:
        return True
    if head.label == 'open':
        return is_syllable(line.keys[head.end])
    return any(longest(trie, line, head.end) for trie in (lexicon.ministries, lexicon.terms, lexicon.names))


def _ministry_tail(line: TokenLine, lexicon: Lexicon, head: Match, depth: int) -> int | None:
    field = longest(lexicon.ministries, line, head.end)
    if field:
        return place_end(line, lexicon, field.end) or field.end
    return None if head.end - head.start > 1 else _closed_tail(line, lexicon, head, depth)


def _place_tail(line: TokenLine, lexicon: Lexicon, head: Match, depth: int) -> int | None:
    if _is_person(line, lexicon, head.end):
        return None
    end = place_end(line, lexicon, head.end)
    if end:
        return end
    if head.end < len(line) and line.shapes[head.end] == DIGIT and ' '.join(line.keys[head.start : head.end]) in _NUMBERED_HEADS:
        return head.end + 1
    alone = _alone_end(line, lexicon, head.end)
    if alone:
        return alone
    inner = organization_end(line, lexicon, head.end, depth + 1) if line.named(head.end) else None
    return inner or (_words_end(line, lexicon, head.end, 'closed', depth) if line.named(head.end) else None)


def _is_person(line: TokenLine, lexicon: Lexicon, index: int) -> bool:
    """Whether a person's full name stands at `index`, which may follow an office ("Bí thư Tỉnh ủy Trần Văn Bách")."""
    place = longest(lexicon.names, line, index)
    words = range(index, min(index + _FULL_NAME, len(line)))
    if (place and place.label in _PLACES) or len(words) < _FULL_NAME or line.keys[index] not in lexicon.strong_family:
        return False
    return all(line.shapes[word] == CAPITAL and is_syllable(line.keys[word]) for word in words)


def _alone_end(line: TokenLine, lexicon: Lexicon, index: int) -> int | None:
    """The end of an administrative noun without a name ("Công an tỉnh", "UBND TP")."""
    noun = longest(lexicon.nouns, line, index)
    alone = noun and noun.label == 'unit' and ' '.join(line.keys[noun.start : noun.end]) in _ALONE
    return noun.end if noun and alone else None


def _closed_tail(line: TokenLine, lexicon: Lexicon, head: Match, depth: int) -> int | None:
    return _words_end(line, lexicon, head.end, 'closed', depth)


def _open_tail(line: TokenLine, lexicon: Lexicon, head: Match, depth: int) -> int | None:
    known = longest(lexicon.press, line, head.end)
    words = _words_end(line, lexicon, head.end, head.label, depth)
    return max(filter(None, (known.end if known else None, words)), default=None)


_TAILS = {'ministry': _ministry_tail, 'place': _place_tail, 'closed': _closed_tail, 'open': _open_tail, 'person': _open_tail}


def name_end(line: TokenLine, lexicon: Lexicon, start: int) -> int | None:
    """The end of the name after a lower-case common noun ("công ty", "báo"), or None where no name follows."""
    if not line.named(start) or (line.keys[start] in lexicon.function and line.shapes[start] == CAPITAL):
        return None
    known = longest(lexicon.press, line, start)
    words = _words_end(line, lexicon, start, 'person', 0)
    if words == start + 1 and line.shapes[start] == CAPITAL and is_syllable(line.keys[start]):
        words = None
    return max(filter(None, (known.end if known else None, words)), default=None)


def _words_end(line: TokenLine, lexicon: Lexicon, start: int, mode: str, depth: int) -> int | None:
    """Read terms, capitalised words and joining words from `start`; the end of the last that counts. `mode`: closed, open or person."""
    end = index = start
    while index < min(len(line), start + LONGEST_NAME):
        place = place_end(line, lexicon, index)
        term = longest(lexicon.terms, line, index)
        if place and not (term and term.end > place):
            end = index = place
            if mode == 'closed' or not line.named(index):
                break
            continue
        if line.named(index) and index > start and _stops(line, lexicon, index, mode):
            inner = organization_end(line, lexicon, index, depth + 1)
            end = inner if inner and index == end else end
            break
        if index == end > start and mode == 'closed' and line.keys[index] in {'thành', 'tỉnh'} and _alone_end(line, lexicon, index):
            end = _alone_end(line, lexicon, index) or end
            break
        following = _word_end(line, lexicon, index, mode, joined=index > end or index == start, first=index == start)
        if following:
            end = index = following
        elif index == end > start and _joins(line, lexicon, index):
            index += 1
        else:
            break
    return end if end > start else None


def _word_end(line: TokenLine, lexicon: Lexicon, index: int, mode: str, *, joined: bool, first: bool) -> int | None:
    term = longest(lexicon.terms, line, index)
    if term and (line.named(index) or term.label == 'free'):
        return term.end
    if not line.named(index):
        return None
    after = index + 1
    if mode == 'closed' or (first and is_syllable(line.keys[index])):
        # An unlisted compound ("Trồng trọt"): its second syllable is lower case and no word of grammar.
        if after < len(line) and line.shapes[after] == LOWER and is_syllable(line.keys[after]) and line.keys[after] not in lexicon.function:
            return after + 1
        return after if joined or mode != 'closed' else None
    return after


def _stops(line: TokenLine, lexicon: Lexicon, index: int, mode: str) -> bool:
    """Whether another name begins at a capitalised token inside the tail: an organisation, a titled person, a person."""
    head = longest(lexicon.heads, line, index)
    if (
        head
        and line.named(head.end)
        and (head.end - index > 1 or head.label in {'ministry', 'place', 'open'})
        and not longest(lexicon.terms, line, index)
    ):
        return True
    noun = longest(lexicon.nouns, line, index)
    if noun and noun.label == 'role':
        return True
    family = line.keys[index] in lexicon.strong_family and line.named(index + 1) and is_syllable(line.keys[index + 1])
    return mode != 'person' and family and not longest(lexicon.terms, line, index)


def _joins(line: TokenLine, lexicon: Lexicon, index: int) -> bool:
    """Whether "và", a dash, "&" or a comma at `index` carries the name on to a capitalised field."""
    after = index + 1
    if after >= len(line) or line.keys[index] not in {'và', '-', '&', ','}:
        return False
    term = longest(lexicon.terms, line, after)
    if not term or (line.shapes[after] == LOWER and line.keys[index] != 'và'):
        return False
    if longest(lexicon.heads, line, after) and line.named(after) and line.keys[index] == ',':
        return False
    return line.keys[index] != ',' or 'và' in line.keys[term.end : term.end + 6]


def place_end(line: TokenLine, lexicon: Lexicon, start: int) -> int | None:
    """The end of a place at `start`, with its administrative noun ("tỉnh Thanh Hóa", "TP HCM", "quận 1", "Việt Nam - Lào")."""
    if start >= len(line):
        return None
    place = longest(lexicon.names, line, start)
    if place and place.label in _PLACES and line.named(start):
        return _paired_end(line, lexicon, place.end)
    noun = longest(lexicon.nouns, line, start)
    if not noun or not (noun.label == 'unit' or (noun.label == 'site' and line.named(start))):
        return None
    return _named_unit_end(line, lexicon, noun)


def _named_unit_end(line: TokenLine, lexicon: Lexicon, noun: Match) -> int | None:
    """The end of the number or name after an administrative noun."""
    words = line.keys[noun.start : noun.end]
    index = noun.end + (len(words[-1]) <= _ABBREVIATED and line.is_sign(noun.end, '.'))
    if ' '.join(words) in _PROVINCES and _is_person(line, lexicon, index):
        return None
    if index < len(line) and line.shapes[index] == DIGIT:
        return index + 1
    place = longest(lexicon.names, line, index)
    if place and place.label in _PLACES:
        return place.end
    return capitals_end(line, lexicon, index, _WHOLE) if line.named(index) else None


def _paired_end(line: TokenLine, lexicon: Lexicon, end: int) -> int:
    if not line.is_sign(end, '-'):
        return end
    second = longest(lexicon.names, line, end + 1)
    return second.end if second and second.label in _PLACES else end


def capitals_end(line: TokenLine, lexicon: Lexicon, start: int, limit: int) -> int:
    """The end of the run of at most `limit` capitalised tokens from `start`, before any organisation or title in it."""
    index = start
    while index < start + limit and line.named(index):
        # After a family name alone, "Hải Vân" is no pass but the rest of the name.
        family = index == start + 1 and line.keys[start] in lexicon.family
        if index > start and (line.shapes[index] == UPPER != line.shapes[start] or (not family and _breaks(line, lexicon, index))):
            break
        index += 1
    return index


def _breaks(line: TokenLine, lexicon: Lexicon, index: int) -> bool:
    head = longest(lexicon.heads, line, index)
    if head and head.end - index > 1:
        return True
    noun = longest(lexicon.nouns, line, index)
    if noun and noun.label == 'role' and noun.end - index > 1:
        return True
    name = longest(lexicon.names, line, index)
    return bool(name and name.end - index > 1 and name.label in _PLACES | _ORGANS)

"""How far a name reaches, and what its shape says: Vietnamese person, foreign person, foreign organisation."""

from builder.entities.lexicon import Lexicon
from builder.entities.organizations import capitals_end
from builder.entities.syllables import is_syllable
from builder.entities.token_line import CAPITAL, DIGIT, LOWER, UPPER, TokenLine
from builder.entities.trie import longest

LONGEST_PERSON = 7
"""Tokens of a person's name, particles included."""
_PARTICLES = frozenset({'de', 'da', 'dos', 'du', 'del', 'della', 'di', 'van', 'von', 'der', 'den', 'bin', 'ibn', 'al', 'el', 'ben', 'abu'})
_JOINTS = "-'."


def run_end(line: TokenLine, lexicon: Lexicon, start: int, limit: int = LONGEST_PERSON) -> int:
    """The end of the name run at the capitalised token `start`: capitals, hyphenated parts ("Sa-myeong"), particles, initials."""
    end = capitals_end(line, lexicon, start, limit)
    while end < start + 2 * limit:
        following = _glued_end(line, end) or _particle_end(line, end)
        if following is None:
            break
        more = capitals_end(line, lexicon, following, limit) if line.named(following) and not line.touching(following) else following
        end = max(following, more)
    return end


def _glued_end(line: TokenLine, end: int) -> int | None:
    """Past a hyphen, apostrophe or an initial's dot that stands without a space between two parts of one name."""
    if not (line.is_sign(end, _JOINTS) and line.touching(end) and end + 1 < len(line)):
        return None
    if line.keys[end] == '.':
        return _initial_end(line, end)
    second = end + 1
    if not line.touching(second) or line.shapes[second] not in {LOWER, CAPITAL}:
        return None
    foreign = not (is_syllable(line.keys[end - 1]) and is_syllable(line.keys[second])) or line.shapes[second] == LOWER
    return second + 1 if foreign and len(line.keys[second]) > 1 else None


def _initial_end(line: TokenLine, end: int) -> int | None:
    """Past "H." where a name or a lower-case word follows: the dot is the abbreviation's, not the sentence's."""
    if len(line.keys[end - 1]) != 1 or line.shapes[end - 1] != CAPITAL:
        return None
    if line.named(end + 1) and (line.touching(end + 1) or not is_syllable(line.keys[end + 1])):
        return end + 2
    return end + 1 if line.shapes[end + 1] == LOWER else None


def _particle_end(line: TokenLine, end: int) -> int | None:
    """Past "van der" and the like where another capital follows."""
    if end >= len(line) or line.keys[end] not in _PARTICLES or line.shapes[end] != LOWER:
        return None
    if is_syllable(line.keys[end - 1]):
        return None
    second = end + 1 + (end + 1 < len(line) and line.keys[end + 1] in _PARTICLES)
    return second + 1 if line.named(second) else None


def is_vietnamese(line: TokenLine, start: int, end: int) -> bool:
    """Whether all tokens of the run are Vietnamese syllables."""
    return all(is_syllable(line.keys[i]) for i in range(start, end))


def is_family_name(line: TokenLine, lexicon: Lexicon, start: int, end: int) -> bool:
    """Whether the run is built as a Vietnamese full name: a family name, then one to four syllables."""
    if not (2 <= end - start <= 5 and line.keys[start] in lexicon.family and is_vietnamese(line, start, end)):
        return False
    if line.keys[start] in lexicon.strong_family:
        return True
    return end - start > 2 or line.keys[end - 1] in lexicon.given


def is_given_name(line: TokenLine, lexicon: Lexicon, start: int, end: int) -> bool:
    """Whether the run is two or three syllables of personal names, as pen names and short names are."""
    return 2 <= end - start <= 4 and all(key in lexicon.given or key in lexicon.family for key in line.keys[start:end])


def foreign_type(line: TokenLine, lexicon: Lexicon, start: int, end: int) -> str | None:
    """ORG, PER or None by the words of a foreign run of two tokens or more."""
    keys = line.keys[start:end]
    if any(line.shapes[i] == DIGIT for i in range(start, end)) or any(key in lexicon.foreign_other for key in keys):
        return None
    if any(key in lexicon.foreign_organization for key in keys[1:]):
        return 'ORG'
    if any(line.shapes[i] == UPPER for i in range(start, end)):
        return None
    return 'PER' if 2 <= sum(line.named(i) for i in range(start, end)) <= 4 else None


def speaks(line: TokenLine, lexicon: Lexicon, end: int) -> bool:
    """Whether a verb of saying or acting follows the name, or an age in brackets."""
    if line.is_sign(end, '(') and end + 2 < len(line) and line.shapes[end + 1] == DIGIT:
        return line.keys[end + 2] == 'tuổi' or line.keys[end + 1].startswith(('19', '20')) or line.is_sign(end + 2, ')')
    return longest(lexicon.verbs, line, end) is not None

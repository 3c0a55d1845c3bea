"""A line as parallel lists over its tokens: place in the text, canonical key, shape.

Keys fold what two spellings of one name differ in (case, place of the tone mark, Đ/Ð, invisible characters), token by token, so that
a match over keys is a range of the text as it stands.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from builder.text.normalization import match_key

LOWER, CAPITAL, UPPER, DIGIT, SIGN = 'lCUds'
"""Shapes: lower case, first letter capital (or one letter), all letters capital, beginning with a digit, a sign."""
NAMELIKE = frozenset({CAPITAL, UPPER})

# A combining mark or an invisible character inside a word belongs to it. Possessive, so that a long run of them is read once.
_TOKEN = re.compile(r'\w(?:[\w\u0300-\u036f]|[\u00ad\u200b-\u200f\u2060\ufeff]++(?=\w))*+|[^\w\s]')
_DASHES = dict.fromkeys(map(ord, '‐‑‒–—−'), '-') | {ord('’'): "'", ord('‘'): "'"}
_SENTENCE_ENDS = frozenset('.!?…:;')
_QUOTES = frozenset('"“\'«')
_OPENERS = frozenset('"“”\'«»)]([{-*•+>')
_BACK = 4  # signs to look back over for the end of a sentence


@dataclass(frozen=True, slots=True)
class TokenLine:
    """Tokens of one line; token `i` is `text[starts[i]:ends[i]]`, in code points."""

    text: str
    starts: list[int]
    ends: list[int]
    keys: list[str]
    shapes: list[str]

    def __len__(self) -> int:
        return len(self.keys)

    def named(self, index: int) -> bool:
        """Whether a token stands there and begins with a capital."""
        return index < len(self.shapes) and self.shapes[index] in NAMELIKE

    def is_sign(self, index: int, signs: str) -> bool:
        """Whether the token there is one of `signs`."""
        return 0 <= index < len(self.keys) and self.shapes[index] == SIGN and self.keys[index] in signs

    def touching(self, index: int) -> bool:
        """Whether no space parts token `index` from the one before it."""
        return 0 < index < len(self.keys) and self.ends[index - 1] == self.starts[index]

    def opens_sentence(self, index: int) -> bool:
        """Whether the token's capital may be owed to its place: first in the line, or after the end of a sentence."""
        for back in range(index - 1, max(index - 1 - _BACK, -1), -1):
            if self.shapes[back] != SIGN:
                return False
            if self.keys[back] in _SENTENCE_ENDS:
                return True
            if self.keys[back] in _QUOTES and self.touching(back + 1) and back + 1 == index:
                return True
            if self.keys[back] not in _OPENERS:
                return False
        return index <= _BACK


@lru_cache(maxsize=131_072)
def _key_and_shape(token: str) -> tuple[str, str]:
    key = match_key(token).translate(_DASHES)
    first = token[0]
    if first.isdigit():
        return key, DIGIT
    if not (first.isalnum() or first == '_'):
        return key, SIGN
    if not first.isupper():
        return key, LOWER
    return key, UPPER if len(key) > 1 and token.isupper() else CAPITAL


def read_line(text: str) -> TokenLine:
    """The tokens of a line; linear in its length."""
    ranges = [match.span() for match in _TOKEN.finditer(text)]
    read = [_key_and_shape(text[start:end]) for start, end in ranges]
    starts, ends = [start for start, _ in ranges], [end for _, end in ranges]
    return TokenLine(text, starts, ends, [key for key, _ in read], [shape for _, shape in read])


def is_shouted(line: TokenLine) -> bool:
    """Whether the line is written in capitals, so that case tells nothing."""
    return LOWER not in line.shapes and CAPITAL not in line.shapes and line.shapes.count(UPPER) > 1

r"""VIQR (RFC 1456): Vietnamese in plain ASCII, each letter followed by its signs.

A sign is read as one wherever it can stand, but not doubled, as in smileys and code; a backslash in front keeps it what it is in
ASCII. The states that RFC 1456 switches with `\V`, `\E` and `\L` are not used in pages and not read. Addresses and markup are left alone.
"""

import re
import unicodedata
from typing import Final

from builder.encodings.markup import pieces
from builder.encodings.syllables import is_accented_syllable, words_of

_MARKS = dict(zip("(^+'`?~.", '\u0306\u0302\u031b\u0301\u0300\u0309\u0303\u0323', strict=True))
_LETTER = re.compile(
    r"""\\(?P<escaped>[(^+'`?~.\\dD])|(?P<bar>dd|DD|Dd)"""
    r"""|(?P<vowel>[aeiouyAEIOUY])(?P<shape>(?:(?<=[aA])[(^]|(?<=[eE])\^|(?<=[oO])[\^+]|(?<=[uU])\+)(?![\^+]))?(?P<tone>['`?~.])?"""
)
_TOKEN = re.compile(r'\S+')
_ADDRESS = re.compile(r'\w@\w|://|^www\.')
_MINIMUM: Final = 3  # different syllables with a sign of shape, which no punctuation of other languages makes
_SHAPED_SHARE: Final = 0.2  # of all words; least .33, median .50 over 929 news stories; code and chat with its "^^" have few
_VALID_SHARE: Final = 0.7  # of words with any sign
_SHAPED = re.compile('[đ\u0306\u0302\u031b]')


def from_viqr(text: str) -> str:
    """The text that `text` means as VIQR."""
    return ''.join(piece if is_markup else _TOKEN.sub(_token, piece) for piece, is_markup in pieces(text))


def is_viqr(meant: str) -> bool:
    """Whether the outcome of `from_viqr` can only have come from VIQR: by its syllables with breve, circumflex, horn or bar."""
    words = [word.lower() for word in words_of(meant)]
    accented = [word for word in words if not word.isascii()]
    valid = [word for word in accented if is_accented_syllable(word)]
    shaped = [word for word in valid if _SHAPED.search(unicodedata.normalize('NFD', word))]
    return len(set(shaped)) >= _MINIMUM and len(shaped) >= len(words) * _SHAPED_SHARE and len(valid) >= len(accented) * _VALID_SHARE


def _token(match: re.Match[str]) -> str:
    return match.group() if _ADDRESS.search(match.group()) else _LETTER.sub(_letter, match.group())


def _letter(match: re.Match[str]) -> str:
    if match['escaped']:
        return match['escaped']
    if match['bar']:
        return 'đ' if match['bar'] == 'dd' else 'Đ'
    marks = _MARKS.get(match['shape'] or '', '') + _MARKS.get(match['tone'] or '', '')
    return unicodedata.normalize('NFC', match['vowel'] + marks)

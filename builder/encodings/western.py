"""Is a text read as windows-1252 clearly of a western European language? By its function words and by where its accents stand."""

import re
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final

from builder.encodings.syllables import words_of

_LOOKED_AT: Final = 5_000  # words
_MINIMUM_WORDS: Final = 8
_FUNCTION_SHARE: Final = 0.12  # of words; running western text has a third and more
_ACCENT_SHARE: Final = 0.15  # of letters; median .19 in TCVN3, .24 in VNI, .31 in windows-1258 read so; running western text is well below
_FOREIGN = re.compile(
    r'[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]|[^\W\d_][¡-©«-¹»-¿×÷\xad](?=[^\W\d_])|[a-zà-öø-ÿ][À-ÖØ-Þ]|[¦¨ª®-¶¸-º¼-¾\xad](?=[^\W\d_])|®\xad'
)


def is_western(text: str) -> bool:
    """Whether `text` reads as a western European language; False for text of less than eight words, and where a sign splits a word."""
    known = _function_words()
    words = list(islice(words_of(text), _LOOKED_AT))
    letters = sum(map(len, words))
    accents = sum(not letter.isascii() for word in words for letter in word)
    function = sum(word.lower() in known for word in words)
    return (
        len(words) >= _MINIMUM_WORDS
        and accents <= letters * _ACCENT_SHARE
        and function >= len(words) * _FUNCTION_SHARE
        and not _FOREIGN.search(text)
    )


@cache
def _function_words() -> frozenset[str]:
    return frozenset(files('builder.encodings').joinpath('tables', 'western_words.txt').read_text('utf-8').split())

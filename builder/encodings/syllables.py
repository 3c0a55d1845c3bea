"""Does a text look Vietnamese? The share of its accented words that are spelt as a Vietnamese syllable can be.

Grammar: onset, rime and tone of the standard orthography (each nucleus with the finals it takes; before a stop only the acute
tone and the dot). Words in plain ASCII look the same in every encoding, so that they say nothing about it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from builder.encodings.markup import running_text

_TONES: Final = '\u0300\u0301\u0303\u0309\u0323'
_NO_TONES = dict.fromkeys(map(ord, _TONES))
_STOP_TONES = (['\u0301'], ['\u0323'])
_WORD = re.compile(r'[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*')
_SYLLABLE = re.compile(
    r'(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?'
    r'(?:a(?:ch|nh|ng|[cimnoptuy])?|ă(?:ng|[cmnpt])|â(?:ng|[cmnptuy])|e(?:ng|[cmnopt])?|ê(?:ch|nh|[mnptu])?|i(?:ch|nh|[mnptua])?'
    r'|o(?:ng|[cimnpt])?|oo(?:ng|c)|ô(?:ng|[cimnpt])?|ơ[imnpt]?|u(?:ng|[acimnpt])?|ư(?:ng|[acimntu])?|y'
    r'|iê(?:ng|[cmnptu])|yê(?:ng|[mntu])|uô(?:ng|[cimnpt])|ươ(?:ng|[cimnptu])'
    r'|oa(?:ch|nh|ng|[cimnopty])?|oă(?:ng|[cmnt])|oe[mnot]?|uâ(?:ng|[nty])|uê(?:ch|nh)?|uơ|uy(?:ch|nh|[atpnu])?|uyê[nt])'
)
_STOP = re.compile(r'(?:[cpt]|ch)$')
# A small letter and then an accented capital: a table for another encoding was used.
_BROKEN_CASE = re.compile(r'[^\W\d_A-Z](?=[^\x00-\x7f])(?:[À-ÖØ-ÞĂĐĨŨƠƯ]|[ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ])')

_LONGEST: Final = 32  # code points, marks included
_LOOKED_AT: Final = 5_000  # words; an encoding does not change after that
_MINIMUM: Final = 3  # different accented syllables; fewer occur in French
# Figures beside thresholds: least, median and most over 929 news stories, 1,000 code points of each.
_VALID_SHARE: Final = 0.7  # of accented words; .92, 1, 1; by the table of another encoding .01, .1 to .3, .48
_DISTINCTIVE_SHARE: Final = 0.15  # of accented syllables with a letter outside latin-1; .51, .70, .85
_ACCENTED_SHARE: Final = 0.25  # of words of two letters and more; .67, .81, .93


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts of words: of two letters and more, accented, accented and a syllable, of these distinctive of Vietnamese; different syllables."""

    words: int
    accented: int
    valid: int
    distinctive: int
    different: int

    @property
    def share(self) -> float:
        """The share of accented words that are syllables, 0 to 1."""
        return self.valid / self.accented if self.accented else 0.0

    @property
    def margin(self) -> int:
        """Accented syllables less the other accented words: of two tables that fit, the one that explains more letters has the larger."""
        return 2 * self.valid - self.accented

    @property
    def vietnamese(self) -> bool:
        """Whether so many words can only be Vietnamese."""
        return (
            self.different >= _MINIMUM
            and self.share >= _VALID_SHARE
            and self.distinctive >= self.valid * _DISTINCTIVE_SHARE
            and self.accented >= self.words * _ACCENTED_SHARE
        )


def words_of(text: str) -> Iterator[str]:
    """The words of the text outside markup: runs of letters with their marks, in NFC unless longer than any word."""
    # Word by word: NFC of a long run of marks takes quadratic time.
    for match in _WORD.finditer(running_text(text)):
        word = match.group()
        yield unicodedata.normalize('NFC', word) if len(word) <= _LONGEST else word


def read(text: str) -> Reading:
    """Count the words of `text`, the first 5,000 of them."""
    words = accented = 0
    valid: list[str] = []
    for word in islice(words_of(text), _LOOKED_AT):
        words += len(word) > 1
        if not word.isascii():
            accented += 1
            if is_accented_syllable(word):
                valid.append(word.lower())
    distinctive = sum(max(word) > '\u00ff' for word in valid)
    return Reading(words, accented, len(valid), distinctive, len(set(valid)))


@lru_cache(maxsize=65_536)
def is_accented_syllable(word: str) -> bool:
    """Whether a word in NFC, with an accent and in any case, is spelt like a Vietnamese syllable."""
    if len(word) > 8 or _BROKEN_CASE.search(word):  # the longest, such as "nghiêng", have seven letters
        return False
    decomposed = unicodedata.normalize('NFD', word.lower())
    tones = [mark for mark in decomposed if mark in _TONES]
    plain = unicodedata.normalize('NFC', decomposed.translate(_NO_TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain):
        return False
    return not _STOP.search(plain) or tones in _STOP_TONES

"""Is a token a Vietnamese syllable? What is not one is foreign, an acronym or damaged.

The onsets and rimes are those of the standard orthography; a syllable that ends in a stop must bear the acute tone or the dot.
"""

import re
import unicodedata
from functools import lru_cache

_TONES = dict.fromkeys(map(ord, '\u0300\u0301\u0303\u0309\u0323'))
_STOP_TONES = ('\u0301', '\u0323')
_SYLLABLE = re.compile(
    r'(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?'
    r'(?:oai|oay|oao|oeo|uay|uây|uyu|uya|iêu|yêu|uôi|ươi|ươu|uyê|iê|yê|uô|ươ|oa|oă|oe|uâ|uê|uơ|uy|ia|ua|ưa|'
    r'ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|oo(?=ng)|[aăâeêioôơuưy])'
    r'(?P<coda>ch|ng|nh|[cmnpt])?'
)


@lru_cache(maxsize=65_536)
def is_syllable(key: str) -> bool:
    """Whether a lower-case token in NFC is spelt like a Vietnamese syllable."""
    decomposed = unicodedata.normalize('NFD', key)
    match = _SYLLABLE.fullmatch(unicodedata.normalize('NFC', decomposed.translate(_TONES)))
    if not match:
        return False
    return match['coda'] not in {'c', 'ch', 'p', 't'} or any(tone in decomposed for tone in _STOP_TONES)

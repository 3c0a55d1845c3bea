"""The language of a page: a cheap gate for Vietnamese, then `langdetect` with a fixed seed, then `und`.

Method and thresholds: letters that only Vietnamese uses decide most pages at once; unaccented Vietnamese is told by the
grammar of its syllables; what is left goes to `langdetect`, which without a seed changes its mind from run to run and
costs milliseconds a call, so that its answers are cached.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import langdetect
from langdetect import detector_factory
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import ErrorCode

UNDETERMINED: Final = 'und'

_SAMPLE: Final = 2_000  # code points looked at; a page's language does not change after that
_DETECTOR_SAMPLE: Final = 1_000  # code points; langdetect's cost grows with them
_LONG_LINE: Final = 60  # code points; shorter lines are menus and names, and are looked at only if there is nothing longer
_MINIMUM_LETTERS: Final = 20  # below this any detector guesses
_VIETNAMESE_SHARE: Final = 0.05  # of letters; running Vietnamese has .20 to .30, other languages next to none
_SYLLABLE_SHARE: Final = 0.85  # of words that could be an unaccented Vietnamese syllable
_COMMON_SHARE: Final = 0.12  # of words that are among the commonest unaccented ones
_ENGLISH_SHARE: Final = 0.06  # of words that are English function words: a veto

_LETTER = re.compile(r'[^\W\d_]')
_VIETNAMESE_LETTER = re.compile('[ăđơưĂĐƠƯ\u1ea0-\u1ef9]')
_WORD = re.compile(r'[a-z]+')
_SYLLABLE = re.compile(
    r'(?:ngh?|[cgknt]h|gi|ph|qu|tr|[bcdghklmnprstvx])?'
    r'(?:[iuo]?[aeo][iouy]?|uye|oe|uy|uou|ieu|yeu|[iouy]|ia|ua)(?:ng|nh|ch|[cmnpt])?'
)
_COMMON: Final = frozenset(
    [
        'ban',
        'bao',
        'bi',
        'cac',
        'cho',
        'chua',
        'chung',
        'co',
        'con',
        'cong',
        'cua',
        'cung',
        'da',
        'dang',
        'de',
        'den',
        'dia',
        'do',
        'doi',
        'dong',
        'duoc',
        'gia',
        'hai',
        'hang',
        'hon',
        'khi',
        'khong',
        'la',
        'lai',
        'lam',
        'len',
        'loi',
        'luc',
        'mot',
        'muc',
        'nam',
        'nay',
        'neu',
        'ngay',
        'nguoi',
        'nhan',
        'nhat',
        'nhieu',
        'nhu',
        'nhung',
        'noi',
        'phai',
        'phan',
        'qua',
        'ra',
        'rang',
        'sau',
        'se',
        'so',
        'tai',
        'tham',
        'the',
        'theo',
        'thi',
        'thu',
        'tien',
        'tinh',
        'toi',
        'tren',
        'trong',
        'tu',
        'tuoi',
        'va',
        'vao',
        'van',
        've',
        'vien',
        'viet',
        'voi',
        'vu',
        'xa',
    ]
)
_ENGLISH: Final = frozenset('the and of to is that was for with are this from have be by which not or an as it were has'.split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639-1 code of a page's language (`und` where it cannot be told) and what decided it."""

    code: str
    method: str


def detect_language(lines: Sequence[str]) -> Language:
    """The language of a page, from the NFC text of its lines: its running text if it has any."""
    sample = '\n'.join([line for line in lines if len(line) >= _LONG_LINE] or lines)[:_SAMPLE]
    letters = len(_LETTER.findall(sample))
    if letters < _MINIMUM_LETTERS:
        return Language(UNDETERMINED, 'none')
    if len(_VIETNAMESE_LETTER.findall(sample)) >= letters * _VIETNAMESE_SHARE:
        return Language('vi', 'letters')
    if sample.isascii() and _is_unaccented_vietnamese(sample):
        return Language('vi', 'syllables')
    return Language(_detect(sample[:_DETECTOR_SAMPLE]), 'langdetect')


def _is_unaccented_vietnamese(text: str) -> bool:
    words = _WORD.findall(text.lower())
    if not words:
        return False
    syllables = sum(_SYLLABLE.fullmatch(word) is not None for word in words)
    common = sum(word in _COMMON for word in words)
    english = sum(word in _ENGLISH for word in words)
    return syllables >= len(words) * _SYLLABLE_SHARE and common >= len(words) * _COMMON_SHARE and english <= len(words) * _ENGLISH_SHARE


@cache
def _seed() -> None:
    # langdetect draws random numbers; without a seed 31 of 469 lines changed language over 8 runs.
    DetectorFactory.seed = 0
    try:
        detector_factory.init_factory()
    except langdetect.LangDetectException as error:
        # It says so of every error, one for want of memory too, and would go on with the languages that it has read so far.
        detector_factory._factory = None  # noqa: SLF001 - or the next call would
        raise MemoryError(f'the profiles of langdetect cannot be read ({error})') from error


@lru_cache(maxsize=65_536)
def _detect(sample: str) -> str:
    _seed()
    try:
        return str(langdetect.detect(sample))
    except langdetect.LangDetectException as error:
        if error.get_code() != ErrorCode.CantDetectError:  # raised on text without a feature it knows
            raise
        return UNDETERMINED

"""The encoding of bytes that are not UTF-8, from what they would mean in each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from builder.encodings.legacy import from_tcvn3, from_vni
from builder.encodings.syllables import read

_LEAST_UNITS: Final = 8  # code units; a few bytes with a NUL among them show nothing
_NUL_SHARE: Final = 0.3  # of code units; of 929 Vietnamese news stories the least has .78
_WRONG_NUL_SHARE: Final = 0.02  # of code units whose lower byte is NUL
_UTF8_SHARE: Final = 0.8  # of non-ASCII bytes; legacy Vietnamese has .02 at most in UTF-8 sequences, a damaged UTF-8 page nearly all
_UTF8_SEQUENCE = re.compile(rb'[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}')
_CONTROL = re.compile(rb'[\x00-\x08\x0e-\x1f\x7f]')
_CONTROL_SHARE: Final = 0.01  # of bytes; binary data has more
_ASCII_BYTES: Final = bytes(range(128))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text and the encoding that gives it."""

    text: str
    encoding: str


def utf16_by_nul(raw: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where every second byte is often NUL and the others next to never; None otherwise."""
    units = len(raw) // 2
    even, odd = raw[::2].count(0), raw[1::2].count(0)
    if units < _LEAST_UNITS:
        return None
    if odd >= units * _NUL_SHARE and even <= units * _WRONG_NUL_SHARE:
        return 'utf-16-le'
    if even >= units * _NUL_SHARE and odd <= units * _WRONG_NUL_SHARE:
        return 'utf-16-be'
    return None


def is_damaged_utf8(raw: bytes) -> bool:
    """Whether bytes that are not UTF-8 were, but for some damage: most of the non-ASCII ones stand in UTF-8 sequences."""
    others = len(raw.translate(None, _ASCII_BYTES))
    return sum(map(len, _UTF8_SEQUENCE.findall(raw))) >= others * _UTF8_SHARE


def legacy_vietnamese(raw: bytes) -> Candidate | None:
    """The text in windows-1258, TCVN3 or VNI in which syllables most outnumber other accented words; None where there are too few."""
    if len(_CONTROL.findall(raw)) > len(raw) * _CONTROL_SHARE:
        return None
    # The best first, then judged: a reading that is no better than another one is not taken because that one is too short to be sure.
    readings = [(read(candidate.text), candidate) for candidate in _candidates(raw)]
    reading, best = max(readings, key=lambda pair: pair[0].margin, default=(None, None))
    return best if reading and reading.vietnamese else None


def _candidates(raw: bytes) -> Iterator[Candidate]:
    text = decoded(raw, 'cp1258')
    if text is not None:
        yield Candidate(text, 'windows-1258')
    text = decoded(raw, 'cp1252')
    if text is not None:
        yield Candidate(from_tcvn3(text), 'tcvn3')
        yield Candidate(from_vni(text), 'vni')


def decoded(raw: bytes, codec: str) -> str | None:
    """The bytes in a Python codec; None where one of them is invalid in it."""
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None

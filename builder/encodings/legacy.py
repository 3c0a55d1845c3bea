"""TCVN3 and VNI, the two encodings that lived in fonts: bytes that only look Vietnamese in a font made for them.

Both keep the punctuation of windows-1252, and programs took them for it. So both are tables from text read as windows-1252 (or
latin-1, which agrees from A0 on) to the letters meant, and serve raw bytes and such text alike. The tables lie in `tables/`.
"""

import re
from functools import cache
from importlib.resources import files

# Tones after no vowel, and the times sign after a number.
_SIGN = re.compile(r'((?<![aeiouyAEIOUY¡-¦¨-\xad])[°-´]|(?:(?<=\d)|(?<=\d ))×)')


def from_tcvn3(text: str) -> str:
    """The text meant by TCVN3 (TCVN 5712, "ABC" fonts) that was read as windows-1252.

    Capitals typed in a font of capitals were stored as small letters, and stay small. Where a combining tone cannot stand, its byte
    is the windows-1252 sign (30 °C, 50 m²); so is × after a number.
    """
    return ''.join(part if index % 2 else part.translate(_tcvn3()) for index, part in enumerate(_SIGN.split(text)))


def from_vni(text: str) -> str:
    """The text meant by VNI for Windows that was read as windows-1252; a sign without its base letter stays as it is."""
    table = _vni()
    return _vni_sequence().sub(lambda match: table[match.group()], text)


@cache
def _tcvn3() -> dict[int, str]:
    return {int(byte, 16): chr(int(code, 16)) for byte, code, *_ in _rows('tcvn3.txt')}


@cache
def _vni() -> dict[str, str]:
    table: dict[str, str] = {}
    for sequence, letter in _rows('vni.txt'):
        base, sign = sequence[0], sequence[1:]
        table |= {sequence: letter, base.upper() + sign: letter.upper(), base.upper() + sign.upper(): letter.upper()}
    return table


@cache
def _vni_sequence() -> re.Pattern[str]:
    longest_first = sorted(_vni(), key=lambda sequence: (-len(sequence), sequence))
    return re.compile('|'.join(longest_first))


def _rows(name: str) -> list[list[str]]:
    lines = files('builder.encodings').joinpath('tables', name).read_text('utf-8').splitlines()
    return [line.split() for line in lines if line and not line.startswith('#')]

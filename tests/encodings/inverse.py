"""Encoders for the encodings that Python cannot write, made by inverting the tables that the decoders read."""

import re
import unicodedata

from builder.encodings import legacy

_SIGNS = dict(zip('\u0306\u0302\u031b\u0301\u0300\u0309\u0303\u0323', "(^+'`?~.", strict=True))
_TONES = dict.fromkeys(map(ord, '\u0300\u0301\u0303\u0309\u0323'))
_TONE = re.compile('[\u0300\u0301\u0303\u0309\u0323]')
_AMBIGUOUS = re.compile(r"(?<=[aeiouyAEIOUY\x80-\u1eff])[(^+'`?~.]|(?<=[dD])[dD]|\\(?=[(^+'`?~.\\dD])")


def to_windows_1258(text: str) -> bytes:
    """Letters with their shape, then the tone as a mark of its own, as Windows types it."""
    return ''.join(map(_split_tone, unicodedata.normalize('NFC', text))).encode('cp1258')


def _split_tone(letter: str) -> str:
    try:
        letter.encode('cp1258')
    except UnicodeEncodeError:
        decomposed = unicodedata.normalize('NFD', letter)
        return unicodedata.normalize('NFC', decomposed.translate(_TONES)) + ''.join(_TONE.findall(decomposed))
    return letter


def as_tcvn3(text: str) -> str:
    """TCVN3 read as windows-1252. Capitals with a tone have no place of their own in ABC fonts: give small letters."""
    table = {letter: chr(byte) for byte, letter in legacy._tcvn3().items()}
    return ''.join(table.get(letter, letter) for letter in unicodedata.normalize('NFC', text))


def as_vni(text: str) -> str:
    """VNI read as windows-1252."""
    table = {letter: sequence for sequence, letter in reversed(legacy._vni().items())}
    return ''.join(table.get(letter, letter) for letter in unicodedata.normalize('NFC', text))


def to_viqr(text: str) -> bytes:
    """VIQR with a backslash before what would be read as a sign."""
    escaped = _AMBIGUOUS.sub(lambda match: '\\' + match.group(), unicodedata.normalize('NFC', text))
    return ''.join(map(_viqr_letter, escaped)).encode('ascii')


def _viqr_letter(letter: str) -> str:
    if letter in 'đĐ':
        return 'dd' if letter == 'đ' else 'DD'
    base, *marks = list(unicodedata.normalize('NFD', letter))
    shapes = [mark for mark in marks if not _TONE.match(mark)]
    return base + ''.join(_SIGNS[mark] for mark in [*shapes, *(mark for mark in marks if _TONE.match(mark))])

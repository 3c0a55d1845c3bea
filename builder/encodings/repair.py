"""Text whose bytes were once read in the wrong encoding: UTF-8 read as windows-1252, TCVN3 and VNI read as latin-1.

A cheap pattern must flag the text; then it must not read as Vietnamese as it is, and must after the repair. A whole text is
looked at first, then its lines. Everything else comes back as the same object.

Not `ftfy`: its repair of mixed text (`decode_inconsistent_utf8`) runs with default settings whatever the caller sets, so that control
characters and lost bytes are rewritten too (6.3.1).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from builder.encodings.legacy import from_tcvn3, from_vni
from builder.encodings.syllables import read

# The lead bytes of Vietnamese letters in UTF-8 as windows-1252 or latin-1 shows them, and what may follow them.
_TAIL = '[\x80-\xbf' + re.escape(bytes(range(0x80, 0xA0)).decode('cp1252', 'ignore')) + ']'
_SEQUENCE = re.compile(f'[Â-ß]{_TAIL}|[à-ï]{_TAIL}{{2}}|[ð-ô]{_TAIL}{{3}}')
# Each of the patterns that a whole page is searched for begins with one set of characters: `re` passes over all others several times as fast.
_DOUBLE = re.compile(f'[ÂÃÄÅÆÌáâ](?:(?<=[ÂÃÄÅÆÌ]){_TAIL}|(?<=á)[º»]{_TAIL}|(?<=â)€)')
_ROUNDS: Final = 3  # misread more often than that has not been seen
# Signs and capitals where no language has them, behind or before a letter.
_TCVN3 = re.compile('[¡-ÖØ-Þ](?:(?<=[a-z][¡-ÖØ-Þ])|(?<=[©®¨ª«¬\xad])[a-zµ-ÿ])')
# Of the signs, those that are not Vietnamese letters as well, so that right text is not looked at twice.
_VNI = re.compile('[øûïåäëüØÛÏÅÄËÜñöÑÖ](?:(?<=[ñöÑÖ])|(?<=[aeouyôöAEOUYÔÖ][øûïåäëüØÛÏÅÄËÜ]))')
# Right Vietnamese: a page may have a menu in Unicode around a body typed in a font, and the tables would spoil its à and ô.
_RIGHT = re.compile('[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]')


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text and what was done to it: `double_utf8`, `tcvn3`, `vni`; nothing done means the very text that was given."""

    text: str
    repaired: tuple[str, ...] = ()


def repair(text: str) -> Repaired:
    """The text with wrongly read Vietnamese read again; the same object if it is right, or cannot be shown to be wrong."""
    if text.isascii() or not any(pattern.search(text) for pattern in (_DOUBLE, _TCVN3, _VNI)):
        return Repaired(text)
    whole = _repair(text)
    if whole.repaired:
        return whole
    lines = [_repair(line) for line in text.split('\n')]
    steps = {step for line in lines for step in line.repaired}
    return Repaired('\n'.join(line.text for line in lines), tuple(sorted(steps))) if steps else Repaired(text)


def _repair(text: str) -> Repaired:
    """The flagged repair after which most words are syllables, if the text does not read as Vietnamese without it."""
    flags = _flags(text)
    if not flags:
        return Repaired(text)
    source = read(text)
    if source.vietnamese:
        return Repaired(text)
    readings = [(read(outcome.text), outcome) for outcome in (Repaired(convert(text), (step,)) for step, convert in flags)]
    reading, best = max(readings, key=lambda pair: pair[0].margin)
    return best if reading.vietnamese and reading.margin > source.margin else Repaired(text)


def _flags(text: str) -> list[tuple[str, Callable[[str], str]]]:
    """The repairs that something in the text asks for."""
    flags: list[tuple[str, Callable[[str], str]]] = []
    if _DOUBLE.search(text):
        flags.append(('double_utf8', _undouble))
    for step, pattern, convert in (('tcvn3', _TCVN3, from_tcvn3), ('vni', _VNI, from_vni)):
        if pattern.search(text) and not _RIGHT.search(text):
            flags.append((step, convert))
    return flags


def _undouble(text: str) -> str:
    """The text with each UTF-8 sequence of misread bytes decoded, as often as it was misread; nothing else is touched."""
    for _ in range(_ROUNDS):
        text = _SEQUENCE.sub(_decoded_sequence, text)
        if not _DOUBLE.search(text) or read(text).vietnamese:
            break
    return text


def _decoded_sequence(match: re.Match[str]) -> str:
    raw = b''.join(sign.encode('latin-1' if sign <= '\xff' else 'cp1252') for sign in match.group())
    try:
        return raw.decode('utf-8')
    except UnicodeDecodeError:
        return match.group()

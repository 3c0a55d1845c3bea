"""The NFC view of a text with a map back to it, and the match key under which two spellings of a line are one.

Stored text is never rewritten: offsets of a page speak of its decoded text, offsets of an entity of the NFC of its line.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import itemgetter

HALF_PAIR = re.compile('[\ud800-\udfff]')
"""Half a surrogate pair: JSON can spell it, no encoding can write it."""

_STRETCH = re.compile(r'[^\x00-\u02ff]+')  # no character below U+0300 composes with the one before it
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        '\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{WORD JOINER}'
        '\N{ZERO WIDTH NO-BREAK SPACE}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}',
    )
)
# Ð (eth) and ð stand in real pages where Đ and đ are meant.
_KEY_TABLE = {**_INVISIBLE, ord('\N{LATIN SMALL LETTER ETH}'): 'đ', ord('\N{NO-BREAK SPACE}'): ' '}
# The vowel pairs on which old and new orthography place the tone differently (hoà/hòa, thuỷ/thủy).
_TONES = '\u0300\u0301\u0303\u0309\u0323'
_NEW_TONE = re.compile(f'(o)([ae])([{_TONES}])(?![\\w\u0300-\u036f])|(?<!q)(u)(y)([{_TONES}])(?![\\w\u0300-\u036f])')


def nfc(text: str) -> str:
    """The text in Unicode Normalization Form C; the same object where it already is."""
    return text if unicodedata.is_normalized('NFC', text) else unicodedata.normalize('NFC', text)


@dataclass(frozen=True, slots=True)
class NfcView:
    """The NFC of a text and the way back: the runs that normalisation changed, each as (view start, view end, raw start, raw end)."""

    text: str
    runs: tuple[tuple[int, int, int, int], ...] = ()

    def raw_offset(self, offset: int) -> int:
        """The code-point offset in the raw text of an offset in the view; inside a changed run, the start of that run.

        Raises ValueError where the offset lies outside the view.
        """
        if not 0 <= offset <= len(self.text):
            raise ValueError(f'offset {offset} lies outside a text of {len(self.text)} code points')
        index = bisect_right(self.runs, offset, key=itemgetter(0)) - 1
        if index < 0:
            return offset
        _, view_end, raw_start, raw_end = self.runs[index]
        return raw_start if offset < view_end else raw_end + offset - view_end


def nfc_view(text: str) -> NfcView:
    """The NFC view of `text`; for a text in NFC, the text itself and no runs."""
    if unicodedata.is_normalized('NFC', text):
        return NfcView(text)
    parts: list[str] = []
    runs: list[tuple[int, int, int, int]] = []
    done = view = 0
    for start, end in _changed_runs(text):
        composed = nfc(text[start:end])
        parts += text[done:start], composed
        view += start - done
        runs.append((view, view + len(composed), start, end))
        view += len(composed)
        done = end
    parts.append(text[done:])
    return NfcView(''.join(parts), tuple(runs))


def _changed_runs(text: str) -> Iterator[tuple[int, int]]:
    """The smallest runs that NFC changes, each beginning at a character that composes with nothing before it."""
    for match in _STRETCH.finditer(text):
        offset = max(match.start() - 1, 0)
        stretch = text[offset : match.end()]
        if unicodedata.is_normalized('NFC', stretch):
            continue
        cuts = [i for i, c in enumerate(stretch) if not i or not (unicodedata.combining(c) or c in _backward_starters())]
        for start, end in pairwise([*cuts, len(stretch)]):
            if not unicodedata.is_normalized('NFC', stretch[start:end]):
                yield offset + start, offset + end


@cache
def _backward_starters() -> frozenset[str]:
    """Characters of combining class 0 that all the same compose with the one before: Hangul vowels and finals, some Indic vowel signs."""
    hangul = {*map(chr, range(0x1161, 0x1176)), *map(chr, range(0x11A8, 0x11C3))}
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(0x300, 0x12000))
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith('<')}
    return frozenset(hangul | {c for c in seconds if not unicodedata.combining(c)})


def match_key(text: str) -> str:
    """The key under which spellings of one line agree: NFC, lower case, tone on one place, Đ for Ð, no invisible characters, single spaces.

    Tones are kept: "Bán hàng" and "Bạn hàng" are two lines.
    """
    decomposed = unicodedata.normalize('NFD', text.lower().translate(_KEY_TABLE))
    moved = _NEW_TONE.sub(_place_tone, decomposed)
    return ' '.join(unicodedata.normalize('NFC', moved).split())


def _place_tone(match: re.Match[str]) -> str:
    first, second, tone = match.group(1, 2, 3) if match.group(1) else match.group(4, 5, 6)
    return first + tone + second

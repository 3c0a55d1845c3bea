"""From one piece of input, already cut out, to a page or a reject: the checks that every format shares."""

import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from builder.converters.mapping import FieldMapping
from builder.converters.sniffing import BYTE_ORDER_MARK
from builder.encodings import decode as encodings
from builder.encodings.content import decoded, utf16_by_nul
from builder.encodings.errors import UndecodableError
from builder.journal import WATCHDOG, Journal
from builder.model import UTF8, Encoding, Page, Place, Reject
from builder.plan import Limits
from builder.text.normalization import HALF_PAIR

_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CUT_UTF8 = re.compile(rb'(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z')
_LINE_END = re.compile(r'\r\n|\r|\n')
# Normalising a run of combining marks takes time that grows with its square.
_MARKS = re.compile(
    '[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{500}'
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Raw bytes that stand for one page, and where they stand."""

    place: Place
    raw: bytes
    format: str
    notes: tuple[str, ...] = ()
    """What is odd about the bytes; sorted."""
    cut: int = 0
    """How many of the last bytes begin a character whose rest is lost: the place covers them, the text leaves them out."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan says about turning pieces into pages."""

    limits: Limits
    mapping: FieldMapping
    format: str | None = None
    """The format of every stream, where the user overrides what they look like."""
    journal: Journal = field(default_factory=Journal)
    """Told of every piece before its bytes are looked at."""


def reject(piece: Piece, limits: Limits, reason: str, message: str) -> Reject:
    """The piece as a reject of the step `convert`."""
    return Reject(piece.place, piece.raw[: limits.reject_bytes], 'convert', reason, message, format=piece.format)


def enter(piece: Piece, rules: Rules) -> Reject | None:
    """Note that work on the piece begins; the reject that it becomes if a worker died of it before."""
    deadly = rules.journal.enter(piece.place)
    if deadly is None:
        return None
    took = f'more than {rules.limits.watchdog_seconds} s (limits.watchdog_seconds)' if deadly.reason == WATCHDOG else 'its workers with it'
    said = f' ({deadly.error})' if deadly.error else ''
    return reject(piece, rules.limits, deadly.reason, f'twice took {took}{said}; look at it by itself, and report it')


def note(piece: Piece, *notes: str) -> Piece:
    """The piece with these notes, and with those on a last character that is cut: then the rest was lost, whoever cut it."""
    cut = _cut_bytes(piece.raw, truncated='truncated' in notes)
    said = {*notes, 'cut_character', 'truncated'} if cut else {*notes}
    return replace(piece, notes=tuple(sorted(said)), cut=cut)


def _cut_bytes(raw: bytes, *, truncated: bool) -> int:
    """How many bytes at the end are part of a character: of UTF-8, where all before is; of UTF-16, where it is known to be `truncated`."""
    if match := _CUT_UTF8.search(raw[-3:]):
        text = decoded(raw[: len(raw) - len(match.group())], 'utf-8')
        return len(match.group()) if text and not text.isascii() else 0
    return len(raw) % 2 if truncated and (raw.startswith(_UTF16_MARKS) or utf16_by_nul(raw)) else 0


def decode(piece: Piece, rules: Rules, *, http_charset: str | None = None, html: bool = False) -> tuple[str, Encoding] | Reject:
    """The piece as text without a byte-order mark, by what declares its encoding, else by evidence; no byte but those of a cut character is dropped."""
    limits = rules.limits
    if barred := enter(piece, rules):
        return barred
    try:
        decoded = encodings.decode(piece.raw[: len(piece.raw) - piece.cut], http_charset=http_charset, html=html)
    except UndecodableError as error:
        return reject(piece, limits, 'undecodable', f'byte {piece.place.start + error.offset} is in no encoding that there is evidence for')
    return decoded.text, Encoding(decoded.encoding, decoded.evidence, decoded.repaired)


def decode_utf8(piece: Piece, rules: Rules) -> str | Reject:
    """The piece as text: strict UTF-8, without a byte-order mark, as JSON lines and tables have it."""
    limits = rules.limits
    if barred := enter(piece, rules):
        return barred
    try:
        return piece.raw.removeprefix(BYTE_ORDER_MARK).decode('utf-8')
    except UnicodeDecodeError as error:
        offset = error.start + (len(BYTE_ORDER_MARK) if piece.raw.startswith(BYTE_ORDER_MARK) else 0)
        return reject(
            piece, limits, 'undecodable', f'byte {piece.place.start + offset} is not UTF-8 ({error.reason}); convert the file to UTF-8'
        )


def page_from_text(
    piece: Piece, text: str, limits: Limits, fields: Mapping[str, str | None] | None = None, encoding: Encoding = UTF8
) -> Page | Reject:
    """A page of `text`, or a reject where it is blank, holds a NUL or half a surrogate pair, or is above a limit."""
    fault = _fault(text, limits)
    if fault:
        return reject(piece, limits, *fault)
    given = dict(fields or {})
    if any(value and ('\0' in value or HALF_PAIR.search(value)) for value in given.values()):
        return reject(piece, limits, 'bad_field', 'a field holds a NUL or half a surrogate pair')
    return Page(
        piece.place,
        text,
        hashlib.sha256(piece.raw).hexdigest(),
        piece.format,
        piece.raw[: limits.reject_bytes],
        encoding,
        piece.notes,
        key=given.get('id'),
        url=given.get('url'),
        site=given.get('site'),
        title=given.get('title'),
        published=given.get('published'),
        crawled=given.get('crawled'),
    )


def _fault(text: str, limits: Limits) -> tuple[str, str] | None:
    if not text or text.isspace():
        return 'no_text', 'the page holds no text'
    if '\0' in text:
        return 'nul_byte', f'code point {text.index(chr(0))} is NUL: binary data, or a damaged file'
    if HALF_PAIR.search(text):
        return 'lone_surrogate', 'half a surrogate pair, which no encoding can write'
    if _MARKS.search(text):
        return 'too_many_marks', 'a run of 500 combining marks, which no language has'
    lines = sum(1 for _ in _LINE_END.finditer(text)) + 1
    if lines > limits.page_lines:
        return 'too_many_lines', f'{lines} lines, above the limit of {limits.page_lines} (limits.page_lines)'
    return None

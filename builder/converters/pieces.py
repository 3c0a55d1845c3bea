"""From one piece of input, already cut out, to a page or a reject: the checks that every format shares."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.converters.mapping import FieldMapping
from builder.converters.sniffing import BYTE_ORDER_MARK
from builder.encodings import decode as encodings
from builder.encodings.errors import UndecodableError
from builder.model import UTF8, Encoding, Page, Place, Reject
from builder.plan import Limits
from builder.text.normalization import HALF_PAIR

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


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan says about turning pieces into pages."""

    limits: Limits
    mapping: FieldMapping
    format: str | None = None
    """The format of every stream, where the user overrides what they look like."""


def reject(piece: Piece, limits: Limits, reason: str, message: str) -> Reject:
    """The piece as a reject of the step `convert`."""
    return Reject(piece.place, piece.raw[: limits.reject_bytes], 'convert', reason, message)


def decode(piece: Piece, limits: Limits, *, http_charset: str | None = None, html: bool = False) -> tuple[str, Encoding] | Reject:
    """The piece as text without a byte-order mark, by what declares its encoding, else by evidence; no byte is replaced or dropped."""
    try:
        decoded = encodings.decode(piece.raw, http_charset=http_charset, html=html)
    except UndecodableError as error:
        return reject(piece, limits, 'undecodable', f'byte {piece.place.start + error.offset} is in no encoding that there is evidence for')
    return decoded.text, Encoding(decoded.encoding, decoded.evidence, decoded.repaired)


def decode_utf8(piece: Piece, limits: Limits) -> str | Reject:
    """The piece as text: strict UTF-8, without a byte-order mark, as JSON lines and tables have it."""
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
    head = piece.raw[: limits.reject_bytes]
    digest = hashlib.sha256(piece.raw).hexdigest()
    return Page(piece.place, text, digest, piece.format, head, encoding, key=given.pop('id', None), **given)


def page_from_record(piece: Piece, record: Mapping[str, Any], rules: Rules) -> Page | Reject:
    """A page of a JSON or Parquet record, by the field mapping in force."""
    text = rules.mapping.read(record, 'text')
    if text is None:
        names = ', '.join(rules.mapping.names['text'])
        if rules.mapping.has(record, 'text'):
            return reject(piece, rules.limits, 'no_text', f'the text is blank or no string (looked at: {names})')
        return reject(
            piece, rules.limits, 'no_text', f'none of the fields {names} is there; name the right one under `fields` in the configuration'
        )
    size = len(text.encode('utf-8', 'surrogatepass'))
    if size > rules.limits.page_bytes:
        message = f'a text of {size} bytes, above the limit of {rules.limits.page_bytes} (limits.page_bytes)'
        return reject(piece, rules.limits, 'page_too_large', message)
    fields = {field: rules.mapping.read(record, field) for field in rules.mapping.names if field != 'text'}
    if any(value and ('\0' in value or HALF_PAIR.search(value)) for value in fields.values()):
        return reject(piece, rules.limits, 'bad_field', 'a field holds a NUL or half a surrogate pair')
    return page_from_text(piece, text, rules.limits, fields)


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

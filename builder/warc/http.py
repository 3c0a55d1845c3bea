"""The HTTP message in a record (RFC 9112): status, content type, and the body with chunks and content encoding undone.

Crawlers often store a body already decoded under a header that says otherwise: such a body is given as it is, with a note.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from builder.warc.decoding import CODINGS, Decoded, Refusal, decode
from builder.warc.fields import HEADER_END, read_fields, read_number
from builder.warc.model import WarcLimits

_STATUS: Final = re.compile(rb'HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)')
_CHUNK: Final = re.compile(rb'[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,256})?\r?\n')
_CHUNK_END: Final = re.compile(rb'\r?\n')
_MOST_CODINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Body:
    """The payload of a record, and the forms of it that a payload digest can be of."""

    payload: bytes
    digested: tuple[bytes, ...]
    is_http: bool = False
    status: int | None = None
    content_type: str | None = None
    truncated: bool = False
    notes: tuple[str, ...] = ()


def read_http(content: bytes, limits: WarcLimits) -> Body | Refusal:
    """The body of the message, or why there is none."""
    status = _STATUS.match(content)
    end = HEADER_END.search(content, 0, limits.header_bytes)
    if status is None or end is None:
        return Body(content, (content,), notes=('bad_http_header',))
    fields, _ = read_fields(content[: end.start()])
    stored = content[end.end() :]
    body = Body(stored, (stored,), is_http=True, status=int(status.group(1)), content_type=fields.get('content-type'))
    if 'chunked' in fields.get('transfer-encoding', '').lower():
        body = _unchunk(body)
    else:
        declared = read_number(fields.get('content-length'))
        body = replace(body, truncated=declared is not None and len(stored) < declared)
    return _decode(body, fields.get('content-encoding', ''), limits)


def _unchunk(body: Body) -> Body:
    """The chunks joined. Where the chunking breaks, the rest follows as it stands."""
    stored = body.payload
    if not stored:
        return body
    parts, place, ended = _chunks(stored)
    joined = b''.join(parts)
    if ended:
        return replace(body, payload=joined, digested=(stored, joined))
    if place == len(stored):
        return replace(body, payload=joined, truncated=True)
    return replace(body, payload=joined + stored[place:], notes=(*body.notes, 'bad_chunking' if parts else 'not_chunked'))


def _chunks(stored: bytes) -> tuple[list[bytes], int, bool]:
    """The chunks, where they stop, and whether the last one, of no bytes, was there."""
    parts, place = list[bytes](), 0
    while (line := _CHUNK.match(stored, place)) is not None:
        size = int(line.group(1), 16)
        if not size:
            return parts, line.end(), True
        parts.append(stored[line.end() : line.end() + size])
        place = line.end() + len(parts[-1])
        after = _CHUNK_END.match(stored, place)
        place = after.end() if after else place
    return parts, place, False


def _decode(body: Body, encoding: str, limits: WarcLimits) -> Body | Refusal:
    names = [name for name in re.split(r'[\s,]+', encoding.lower()) if name not in {'', 'identity', 'none', 'utf-8'}]
    if not names or not body.payload:
        return body
    if len(names) > _MOST_CODINGS or not all(name in CODINGS for name in names):
        return replace(body, notes=(*body.notes, 'unknown_encoding'))
    for name in reversed(names):
        decoded = decode(body.payload, name, limits)
        if isinstance(decoded, Refusal):
            return decoded
        body = _with(body, decoded)
    return body


def _with(body: Body, decoded: Decoded) -> Body:
    notes = (*body.notes, decoded.note) if decoded.note else body.notes
    return replace(body, payload=decoded.content, truncated=body.truncated or decoded.truncated, notes=notes)

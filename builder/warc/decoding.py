"""Content encodings undone, within limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from builder.warc.inflating import GZIP, PIECE_BYTES, RAW_DEFLATE, ZLIB, Inflater, peek
from builder.warc.model import WarcLimits

CODINGS: Final = ('gzip', 'x-gzip', 'deflate', 'br', 'zstd')
"""The names of `Content-Encoding` that are understood."""
_ARROW: Final = {'br': 'brotli', 'zstd': 'zstd'}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a payload is not taken: a reason that is counted, and a sentence."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """A content without its encoding, or with it where it had none."""

    content: bytes
    truncated: bool = False
    note: str | None = None


def decode(encoded: bytes, name: str, limits: WarcLimits) -> Decoded | Refusal:
    """The content without the encoding `name`, one of `CODINGS`.

    What does not begin as the encoding says is given as it is (`not_encoded`); of what breaks off, what came before
    (`truncated`), and of what breaks in the middle too (`bad_encoding`).
    """
    outcome = _Outcome()
    parts, size = list[bytes](), 0
    for part in _parts(encoded, name, outcome):
        parts.append(part)
        size += len(part)
        if size > limits.record_bytes:
            return Refusal('record_too_large', f'a payload that decodes to more than {limits.record_bytes} bytes (record_bytes)')
        if limits.is_bomb(len(encoded), size):
            return Refusal('bomb', f'a payload that decodes to more than {limits.ratio} times its size (ratio)')
    if outcome.fault and not size:
        return Decoded(encoded, note='not_encoded')
    return Decoded(b''.join(parts), outcome.fault or outcome.short, 'bad_encoding' if outcome.fault else None)


@dataclass(slots=True)
class _Outcome:
    """How a stream ended: well, by a fault, or short of its end."""

    fault: bool = False
    short: bool = False


def _parts(encoded: bytes, name: str, outcome: _Outcome) -> Iterator[bytes]:
    if name in _ARROW:
        return _arrow(encoded, _ARROW[name], outcome)
    if name == 'deflate':
        # RFC 9110 means zlib's format by it; some servers send none of its header.
        return _inflate(encoded, RAW_DEFLATE if peek(encoded[:PIECE_BYTES], ZLIB, 1) is None else ZLIB, outcome)
    return _inflate(encoded, GZIP, outcome)


def _inflate(encoded: bytes, kind: int, outcome: _Outcome) -> Iterator[bytes]:
    place = 0
    while place < len(encoded):
        inflater = Inflater(kind)
        while not (inflater.ended or inflater.fault):
            if place >= len(encoded):
                outcome.short = True
                return
            piece = encoded[place : place + PIECE_BYTES]
            yield inflater.feed(piece)
            place += len(piece) - inflater.unused
        outcome.fault = inflater.fault is not None
        # A gzip body may have several members; anything else behind its end is padding.
        if outcome.fault or kind != GZIP or encoded[place : place + 2] != b'\x1f\x8b':
            return


def _arrow(encoded: bytes, codec: str, outcome: _Outcome) -> Iterator[bytes]:
    try:
        with pa.CompressedInputStream(pa.BufferReader(encoded), codec) as stream:
            while part := stream.read(PIECE_BYTES):
                yield part
    except (OSError, pa.ArrowException):
        outcome.fault = True

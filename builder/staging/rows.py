"""The rows of a staged shard: where a piece stands, what a reject says, and the figures that later steps plan with."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from builder.converters.retry import ALONE
from builder.model import Place, Reject
from builder.schema.validation import validator
from builder.text.normalization import match_key

# Arrow bytes in the largest config, measured on the example release and on pages of very short and very long lines: `pages` holds
# a text twice, `entities` up to five times where all of it is story; a line of `lines` takes some 190 bytes beside its text.
_ROW_BYTES_PER_TEXT_BYTE: Final = 3
_ROW_BYTES_PER_LINE: Final = 192


def place_row(place: Place) -> dict[str, Any]:
    """The columns of a place."""
    return {'dump': place.dump, 'path': place.path, 'member': place.member, 'unit': place.unit, 'start': place.start, 'end': place.end}


def reject_row(item: Reject, limit: int) -> dict[str, Any]:
    """The reject as a row of `schemas/reject.schema.json`, with at most `limit` of its raw bytes."""
    raw = item.raw[:limit]
    place = item.place
    row = {
        **place_row(place),
        'step': item.step,
        'reason': item.reason,
        'message': item.message.encode('utf-8', 'backslashreplace').decode(),
        'pointer': item.pointer,
        'raw_base64': base64.b64encode(raw).decode('ascii'),
        'raw_bytes': len(raw),
        'format': item.format,
        'complete': raw_is_all(item) and len(item.raw) <= limit,
    }
    validator('reject').require(row, f'reject of {place}')
    return row


def raw_is_all(item: Reject) -> bool:
    """Whether the reject's raw bytes can be converted without the dump: they are all of the piece, as it stands, and it needs no other."""
    place = item.place
    is_all = place.unit == 'byte' and 0 < len(item.raw) == place.end - place.start
    return is_all and item.format in ALONE and item.reason != 'damaged_stream'


def row_bytes(record: Mapping[str, Any]) -> int:
    """An estimate of the Arrow bytes of a record's rows in the largest config of a release; 0 for an empty record."""
    text, lines = record.get('text', ''), record.get('lines', ())
    return _ROW_BYTES_PER_TEXT_BYTE * len(text.encode()) + _ROW_BYTES_PER_LINE * len(lines)


def line_key(text: str) -> int:
    """64 bits of a hash of the line's match key, as a signed integer."""
    return int.from_bytes(hashlib.blake2b(match_key(text).encode(), digest_size=8).digest(), 'big', signed=True)

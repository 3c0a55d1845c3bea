"""`WARC-Block-Digest` and `WARC-Payload-Digest`: an algorithm, a colon, and the digest in base 32 (the custom) or base 16."""

import base64
import binascii
import hashlib
import re
from typing import Final

_HEX: Final = re.compile('[0-9A-Fa-f]+')
_ALGORITHMS: Final = {'sha1': 20, 'sha256': 32, 'sha512': 64, 'md5': 16}


def check_digest(labelled: str, content: bytes) -> bool | None:
    """Whether the content has the digest; None where the algorithm or the writing is not known."""
    name, _, value = labelled.strip().partition(':')
    name = name.strip().lower().replace('-', '')
    size = _ALGORITHMS.get(name)
    wanted = _decode(value.strip(), size) if size else None
    if wanted is None:
        return None
    return hashlib.new(name, content, usedforsecurity=False).digest() == wanted


def _decode(value: str, size: int) -> bytes | None:
    try:
        if len(value) == 2 * size and _HEX.fullmatch(value):
            return bytes.fromhex(value)
        decoded = base64.b32decode(value.upper().rstrip('=') + '=' * (-len(value.rstrip('=')) % 8))
    except (ValueError, binascii.Error):
        return None
    return decoded if len(decoded) == size else None

"""From the bytes of a page to its text, with the evidence. No byte is ever replaced or dropped: what cannot be read is an error.

Order: byte-order mark, the server's charset, `<meta>`, strict UTF-8, the content. A declared charset is a claim: bytes that are
valid UTF-8 beyond ASCII are UTF-8 whatever is declared, and Vietnamese in a legacy encoding shows when the declared one gives none.
"""

import codecs
from dataclasses import dataclass, replace
from typing import Final

from builder.encodings.content import decoded, is_damaged_utf8, legacy_vietnamese, utf16_by_nul
from builder.encodings.declarations import Claim, claims
from builder.encodings.errors import UndecodableError
from builder.encodings.repair import repair
from builder.encodings.syllables import read
from builder.encodings.viqr import from_viqr, is_viqr
from builder.encodings.western import is_western

# UTF-32 before UTF-16, whose little-endian mark its own begins with.
_MARKS: Final = (
    (codecs.BOM_UTF8, 'utf-8'),
    (codecs.BOM_UTF32_LE, 'utf-32-le'),
    (codecs.BOM_UTF32_BE, 'utf-32-be'),
    (codecs.BOM_UTF16_LE, 'utf-16-le'),
    (codecs.BOM_UTF16_BE, 'utf-16-be'),
)
_ESCAPE: Final = b'\x1b'


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, its encoding by name, what decided it (`bom`, `http`, `meta`, `utf8`, `content`), and the repairs made after that."""

    text: str
    encoding: str
    evidence: str
    repaired: tuple[str, ...] = ()


def decode(raw: bytes, *, http_charset: str | None = None, html: bool = False) -> Decoded:
    """The text of `raw`; `http_charset` is the label the server sent, and `html` lets `<meta>` in the first 4 KiB speak.

    A byte-order mark is not part of the text. Raises UndecodableError, with the offset of the first byte at fault, where the bytes are
    damaged UTF-8 or UTF-16 or in no encoding that there is evidence for.
    """
    found = _by_mark(raw)
    if not found:
        declared = list(claims(raw, http_charset, html=html))
        text = decoded(raw, 'utf-8')
        found = _not_utf8(raw, declared) if text is None else _utf8(raw, text, declared)
    repaired = repair(found.text)
    return replace(found, text=repaired.text, repaired=repaired.repaired)


def _by_mark(raw: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = decoded(raw[len(mark) :], encoding)
            if text is not None:
                return Decoded(text, encoding, 'bom')
            if not encoding.startswith('utf-32'):
                raise _fault(raw, encoding, len(mark))
    return None


def _utf8(raw: bytes, text: str, declared: list[Claim]) -> Decoded:
    """Bytes that are valid UTF-8: so they are, unless they are 7-bit bytes that mean something else."""
    if not text.isascii():
        return Decoded(text, 'utf-8', next((claim.source for claim in declared if claim.encoding == 'utf-8'), 'utf8'))
    if b'\0' in raw and (other := _utf16(raw, declared)):
        return other
    for claim in declared:
        if claim.encoding == 'iso-2022-jp' and _ESCAPE in raw and (japanese := decoded(raw, claim.codec)) is not None:
            return Decoded(japanese, claim.encoding, claim.source)
    meant = from_viqr(text)
    return Decoded(meant, 'viqr', 'content') if is_viqr(meant) else Decoded(text, 'ascii', 'utf8')


def _not_utf8(raw: bytes, declared: list[Claim]) -> Decoded:
    if found := _utf16(raw, declared):
        return found
    offset = _fault(raw, 'utf-8').offset
    claimed = _claimed(raw, declared)
    if claimed is None and is_damaged_utf8(raw):
        raise UndecodableError(offset, 'damaged or truncated UTF-8')
    if claimed and read(claimed.text).vietnamese:
        return claimed
    if legacy := legacy_vietnamese(raw):
        return Decoded(legacy.text, legacy.encoding, 'content')
    if claimed:
        return claimed
    western = decoded(raw, 'cp1252')
    if western is not None and is_western(western):
        return Decoded(western, 'windows-1252', 'content')
    raise UndecodableError(offset, 'not UTF-8, and no other encoding makes Vietnamese or western text of the bytes')


def _claimed(raw: bytes, declared: list[Claim]) -> Decoded | None:
    """The text by the first claim that the bytes allow. Any bytes allow most single-byte encodings: there damaged UTF-8 is not let through."""
    for claim in declared:
        if claim.encoding.startswith('utf-') or (not claim.multibyte and is_damaged_utf8(raw)):
            continue
        text = decoded(raw, claim.codec)
        if text is not None:
            return Decoded(text, claim.encoding, claim.source)
    return None


def _utf16(raw: bytes, declared: list[Claim]) -> Decoded | None:
    """UTF-16 without a mark, by its NULs or by a claim."""
    by_nul = utf16_by_nul(raw)
    for claim in declared:
        text = decoded(raw, claim.codec) if claim.encoding.startswith('utf-16') and by_nul in {None, claim.codec} else None
        if text is not None:
            return Decoded(text, claim.codec, claim.source)
    if by_nul is None:
        return None
    text = decoded(raw, by_nul)
    if text is None:
        raise _fault(raw, by_nul)
    return Decoded(text, by_nul, 'content')


def _fault(raw: bytes, codec: str, start: int = 0) -> UndecodableError:
    """The error for bytes from `start` that are invalid in `codec`."""
    try:
        raw[start:].decode(codec)
    except UnicodeDecodeError as error:
        return UndecodableError(start + error.start, f'not {codec} ({error.reason})')
    raise AssertionError(f'the bytes are valid {codec}')

"""WARC and WET: one page a record that holds one. Other records are skipped, and counted by what they are."""

from collections.abc import Iterator
from typing import Final

from builder.converters.compression import Damage
from builder.converters.html import page_of_html
from builder.converters.pieces import Piece, Rules, decode, note, page_from_text, reject
from builder.converters.streams import Stream, file_blocks
from builder.model import Framing, Page, Reject, Skipped
from builder.warc.model import WarcFraming, WarcLimits, WarcLoss, WarcRecord
from builder.warc.reader import read_records

_PAGE_TYPES: Final = frozenset({'response', 'resource', 'conversion'})
_HTML: Final = frozenset({'text/html', 'application/xhtml+xml'})
_OK: Final = 200
_EVIDENCE: Final = frozenset({'bad_chunking', 'bad_http_header', 'no_length', 'wrong_length'})
"""Notes of the reader that bear on a page's text."""


def read_warc(stream: Stream, rules: Rules) -> Iterator[Page | Reject | Framing | Skipped]:
    """The pages of the records. Places are bytes of the file as it lies on disk, so that a compressed record can be found again."""
    given = rules.limits
    limits = WarcLimits(given.warc_record_bytes, given.warc_header_bytes, given.warc_ratio, given.reject_bytes)
    damages: list[Damage] = []
    end = 0
    for item in read_records(_raw_blocks(stream, damages), limits):
        end = item.end
        place = stream.place(item.start, item.end)
        if isinstance(item, WarcFraming):
            yield Framing(place)
        elif isinstance(item, WarcLoss):
            yield Reject(place, item.raw, 'convert', item.reason, item.message)
        else:
            yield _page(note(Piece(place, item.payload, 'warc'), *_notes(item)), item, rules)
    if not end and not damages:
        yield reject(Piece(stream.place(0, 0), b'', 'warc'), rules.limits, 'empty_file', 'the file is empty')
    for damage in damages:
        yield reject(
            Piece(stream.place(end, end), b'', 'warc'), rules.limits, 'damaged_stream', f'something is lost in the file ({damage})'
        )


def _raw_blocks(stream: Stream, damages: list[Damage]) -> Iterator[bytes]:
    """The file's own bytes, whose gzip members the reader salvages itself; of a member of an archive, what it unpacks to."""
    for block in stream.open(0) if stream.member else file_blocks(stream.file.location):
        if isinstance(block, Damage):
            damages.append(block)
        else:
            yield block


def _page(piece: Piece, record: WarcRecord, rules: Rules) -> Page | Reject | Skipped:
    skipped = _why_skipped(record)
    if skipped:
        return Skipped(piece.place, skipped)
    if record.digest_ok is False and 'cut_off' not in record.notes:
        return reject(piece, rules.limits, 'digest_mismatch', f'the content of {record.target_uri} is not what its digest says')
    if len(piece.raw) > rules.limits.page_bytes:
        message = f'{len(piece.raw)} bytes, above the limit of {rules.limits.page_bytes} (limits.page_bytes)'
        return reject(piece, rules.limits, 'page_too_large', message)
    if record.content_type in _HTML:
        return page_of_html(piece, rules, record.http_charset, record.target_uri, record.date)
    return _text_page(piece, record, rules)


def _notes(record: WarcRecord) -> list[str]:
    # A record that its digest proves whole is not truncated, whatever length it gives itself.
    if not record.truncated or (record.digest_ok and 'wrong_length' in record.notes):
        return [code for code in record.notes if code in _EVIDENCE]
    known = _EVIDENCE - {'wrong_length'} if 'cut_off' in record.notes else _EVIDENCE
    return ['truncated', *(code for code in record.notes if code in known)]


def _why_skipped(record: WarcRecord) -> str | None:
    """What a record is that holds no page, as a code; None for one that does."""
    if record.type not in _PAGE_TYPES:
        return f'warc_{_code(record.type)}'
    if record.http_status not in {None, _OK}:
        return f'http_{record.http_status}'
    is_page = record.content_type in _HTML or record.content_type == 'text/plain' or record.type == 'conversion'
    return None if is_page else f'content_{_code(record.content_type or "unknown")}'


def _text_page(piece: Piece, record: WarcRecord, rules: Rules) -> Page | Reject:
    decoded = decode(piece, rules, http_charset=record.http_charset)
    if isinstance(decoded, Reject):
        return decoded
    text, encoding = decoded
    return page_from_text(piece, text, rules.limits, {'url': record.target_uri, 'crawled': record.date}, encoding)


def _code(name: str) -> str:
    """A name from a dump as a short code that can be counted."""
    return ''.join(sign if sign.isascii() and sign.isalnum() else '_' for sign in name.lower())[:40]

"""WARC files of invented pages, written by warcio, and the reader's verdict on them in short form."""

import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from builder.warc.model import WarcFraming, WarcLimits, WarcLoss, WarcRecord
from builder.warc.reader import read_records

Item = WarcRecord | WarcLoss | WarcFraming
LIMITS = WarcLimits(record_bytes=200_000, header_bytes=8_192, reject_bytes=50)


@dataclass(frozen=True)
class Made:
    """A file's bytes, where its records begin, and the payload of each."""

    content: bytes
    starts: list[int]
    payloads: list[bytes]

    def end(self, number: int) -> int:
        return [*self.starts, len(self.content)][number + 1]


def page(number: int) -> bytes:
    words = ' '.join(f'từ{(number * 7919 + place * 104_729) % 9973}' for place in range(60 + number))
    return f'<html><title>Trang bịa {number}</title><p>{words}</p></html>'.encode()


def http_headers(*fields: tuple[str, str], status: str = '200 OK') -> StatusAndHeaders:
    return StatusAndHeaders(status, [('Content-Type', 'text/html; charset="UTF-8"'), *fields], protocol='HTTP/1.1')


def make(count: int = 50, *, compressed: bool = True, digests: bool = True) -> Made:
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=compressed)
    starts = []
    payloads = [page(number) for number in range(count)]
    for number, payload in enumerate(payloads):
        starts.append(sink.tell())
        uri = f'https://bao.example/{number}.html'
        fixed = {'WARC-Record-ID': f'<urn:uuid:00000000-0000-0000-0000-{number:012}>', 'WARC-Date': '2026-01-02T03:04:05Z'}
        record = writer.create_warc_record(uri, 'response', io.BytesIO(payload), http_headers=http_headers(), warc_headers_dict=fixed)
        writer.write_record(record)
        record.raw_stream.close()
    content = sink.getvalue()
    if not digests:
        content = re.sub(rb'WARC-(Block|Payload)-Digest:', rb'XXXX-\1-Digest:', content)
    return Made(content, starts, payloads)


def one_member(made: Made) -> Made:
    """The same records, of a plain file, in one gzip member."""
    return Made(gzip.compress(made.content, mtime=0), [], made.payloads)


def warc(*fields: str, content: bytes = b'', version: str = 'WARC/1.0', line_end: str = '\r\n') -> bytes:
    """One plain record, written by hand."""
    length = [] if any(field.lower().startswith('content-length') for field in fields) else [f'Content-Length: {len(content)}']
    head = line_end.join([version, *fields, *length, '', ''])
    return head.encode() + content + line_end.encode() * 2


def response(content: bytes, *fields: str) -> bytes:
    return warc('WARC-Type: response', 'Content-Type: application/http; msgtype=response', *fields, content=content)


def read(content: bytes, limits: WarcLimits = LIMITS, block: int = 1 << 16) -> list[Item]:
    """What the reader makes of the bytes, after a check that it tiles them."""
    items = list(read_records(cut(content, block), limits))
    reached = 0
    for item in items:
        assert (item.start, item.end >= item.start) == (reached, True)
        reached = item.end
    assert reached == len(content)
    for item in losses(items):
        assert len(item.raw) <= limits.reject_bytes
    return items


def cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


def records(items: list[Item]) -> list[WarcRecord]:
    return [item for item in items if isinstance(item, WarcRecord)]


def losses(items: list[Item]) -> list[WarcLoss]:
    return [item for item in items if isinstance(item, WarcLoss)]


def payloads(items: list[Item]) -> list[bytes]:
    return [record.payload for record in records(items)]


def flip(content: bytes, start: int, size: int = 8) -> bytes:
    return content[:start] + bytes(byte ^ 0xFF for byte in content[start : start + size]) + content[start + size :]

"""What a record says, once it is found: types, HTTP, encodings, digests, odd headers."""

import base64
import gzip
import hashlib
import io
import zlib
from typing import Any

import pyarrow as pa
import pytest
from warcio.warcwriter import WARCWriter

from builder.warc.model import WarcLimits, WarcRecord
from tests.warc.files import http_headers, losses, page, read, records, response, warc

PAGE = page(3)


def only(content: bytes, limits: WarcLimits | None = None) -> WarcRecord:
    items = read(content, limits) if limits else read(content)
    (record,) = records(items)
    assert not losses(items)
    return record


def http(body: bytes, *fields: str, line_end: str = '\r\n') -> bytes:
    return response(line_end.join(['HTTP/1.1 200 OK', 'Content-Type: text/html', *fields, '', '']).encode() + body)


def test_a_file_of_all_types_as_warcio_writes_them() -> None:
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=True)
    made = [
        writer.create_warcinfo_record('tin.warc.gz', {'software': 'thử'}),
        writer.create_warc_record('https://bao.example/a', 'response', io.BytesIO(PAGE), http_headers=http_headers(status='404 Not Found')),
        writer.create_warc_record('https://bao.example/b', 'resource', io.BytesIO(PAGE), warc_content_type='text/html; charset=utf-8'),
        writer.create_warc_record('https://bao.example/c', 'metadata', io.BytesIO(b'via: x'), warc_content_type='application/warc-fields'),
        writer.create_revisit_record(
            'https://bao.example/d',
            'sha1:B6QJ6BNJ3R4B23XXMRKZKHLPGJY2VE4O',
            'https://bao.example/a',
            '2026-01-02T03:04:05Z',
            http_headers=http_headers(('Content-Length', '900')),
        ),
    ]
    for record in made:
        writer.write_record(record)
        record.raw_stream.close()
    items = records(read(sink.getvalue()))
    assert [item.type for item in items] == ['warcinfo', 'response', 'resource', 'metadata', 'revisit']
    assert [item.http_status for item in items] == [None, 404, None, None, 200]
    assert [item.http_charset for item in items] == [None, 'UTF-8', 'utf-8', None, 'UTF-8']
    assert [item.content_type for item in items][1:] == ['text/html', 'text/html', 'application/warc-fields', 'text/html']
    assert [item.payload for item in items][1:] == [PAGE, PAGE, b'via: x', b'']
    assert [item.digest_ok for item in items] == [True] * 5
    assert not any(item.truncated or item.notes for item in items)
    assert items[1].target_uri == 'https://bao.example/a'
    assert items[1].date
    assert str(items[1].record_id).startswith('<urn:uuid:')


def test_a_wet_record() -> None:
    text = 'Một dòng tin bịa.\nDòng thứ hai.\n'.encode()
    fields = ('WARC-Type: conversion', 'WARC-Target-URI: https://bao.example/x', 'Content-Type: text/plain', 'WARC-Refers-To: <urn:uuid:1>')
    first, second = records(read(warc(*fields, content=text) + warc(*fields, content=text)))
    assert (first.type, first.payload, first.content_type, first.http_status) == ('conversion', text, 'text/plain', None)
    assert second.payload == text


def test_line_feeds_alone_folded_and_oddly_cased_fields() -> None:
    content = warc(
        'warc-TYPE : Resource',
        'WARC-target-uri: <https://bao.example/',
        '\ta>',
        'no field here',
        'X: \xc3\x28',
        'CONTENT-TYPE:text/HTML;Charset=windows-1258',
        content=PAGE,
        line_end='\n',
    )
    record = only(content + b'\n\n\n')
    assert (record.type, record.target_uri, record.notes) == ('resource', 'https://bao.example/ a', ('odd_field',))
    assert (record.content_type, record.http_charset, record.payload) == ('text/html', 'windows-1258', PAGE)


def test_an_http_header_with_line_feeds_alone() -> None:
    assert only(http(PAGE, 'Content-Length: 1', line_end='\n')).payload == PAGE


def chunked(*parts: bytes, end: bytes = b'0\r\n\r\n') -> bytes:
    return b''.join(b'%x;note=1\r\n%s\r\n' % (len(part), part) for part in parts) + end


@pytest.mark.parametrize(
    ('body', 'payload', 'truncated', 'notes'),
    [
        (chunked(PAGE[:50], PAGE[50:]), PAGE, False, ()),
        (chunked(PAGE[:50], PAGE[50:], end=b''), PAGE, True, ()),
        (chunked(PAGE)[:-30], PAGE[:-23], True, ()),
        (chunked(PAGE[:50]).removesuffix(b'0\r\n\r\n') + b'zz\r\nrest', PAGE[:50] + b'zz\r\nrest', False, ('bad_chunking',)),
        (PAGE, PAGE, False, ('not_chunked',)),
        (b'0\r\n\r\n', b'', False, ()),
        (b'', b'', False, ()),
        (b'ffffffff\r\nx', b'x', True, ()),
    ],
)
def test_chunks_are_joined(body: bytes, payload: bytes, truncated: bool, notes: tuple[str, ...]) -> None:
    record = only(http(body, 'Transfer-Encoding: Chunked'))
    assert (record.payload, record.truncated, record.notes) == (payload, truncated, notes)


def raw_deflate(content: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(content) + stream.flush()


ENCODED: list[tuple[str, bytes]] = [
    ('gzip', gzip.compress(PAGE)),
    ('x-gzip', gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:])),
    ('GZIP', gzip.compress(PAGE) + b'\0\0padding'),
    ('deflate', zlib.compress(PAGE)),
    ('deflate', raw_deflate(PAGE)),
    ('br', pa.compress(PAGE, 'brotli', asbytes=True)),
    ('zstd', pa.compress(PAGE, 'zstd', asbytes=True)),
    ('gzip, br', pa.compress(gzip.compress(PAGE), 'brotli', asbytes=True)),
    ('identity', PAGE),
    ('', PAGE),
]


@pytest.mark.parametrize(('name', 'encoded'), ENCODED)
def test_content_encodings_are_undone(name: str, encoded: bytes) -> None:
    for body, transfer in ((encoded, 'X: y'), (chunked(encoded[:20], encoded[20:]), 'Transfer-Encoding: chunked')):
        record = only(http(body, f'Content-Encoding: {name}', transfer))
        assert (record.payload, record.truncated, record.notes) == (PAGE, False, ())


@pytest.mark.parametrize('name', ['gzip', 'deflate', 'br', 'zstd'])
def test_a_body_stored_without_its_encoding_is_given_as_it_is(name: str) -> None:
    record = only(http(PAGE, f'Content-Encoding: {name}'))
    assert (record.payload, record.truncated, record.notes) == (PAGE, False, ('not_encoded',))


@pytest.mark.parametrize(('name', 'encoded'), [pair for pair in ENCODED if pair[0] in {'gzip', 'deflate'}])
def test_an_encoded_body_that_breaks_off_is_kept_so_far(name: str, encoded: bytes) -> None:
    record = only(http(encoded[:-40], f'Content-Encoding: {name}'))
    assert record.truncated
    assert record.payload
    assert PAGE.startswith(record.payload)


def test_a_damaged_encoded_body_is_kept_up_to_the_damage() -> None:
    encoded = gzip.compress(PAGE)
    record = only(http(encoded[:-8] + bytes(8), 'Content-Encoding: gzip'))
    assert (record.payload, record.truncated, record.notes) == (PAGE, True, ('bad_encoding',))


def test_an_unknown_encoding_is_left_alone() -> None:
    assert only(http(PAGE, 'Content-Encoding: rot13')).notes == ('unknown_encoding',)
    assert only(http(PAGE, 'Content-Encoding: ' + 'gzip,' * 9)).notes == ('unknown_encoding',)


@pytest.mark.parametrize('codec', ['gzip', 'brotli', 'zstd'])
@pytest.mark.parametrize(('size', 'reason'), [(4_000_000, 'bomb'), (9_000_000, 'record_too_large')])
def test_a_payload_bomb_is_a_loss_between_two_good_records(codec: str, size: int, reason: str) -> None:
    bomb = http(pa.compress(bytes(size), codec, asbytes=True), f'Content-Encoding: {codec.removesuffix("otli")}')
    items = read(http(PAGE) + bomb + http(PAGE), WarcLimits(record_bytes=6_000_000, ratio=100 if reason == 'bomb' else 10**9))
    assert [loss.reason for loss in losses(items)] == [reason]
    assert [record.payload for record in records(items)] == [PAGE] * 2


def digest(name: str, content: bytes, written: Any = 'base32') -> str:
    value = hashlib.new(name.replace('-', ''), content).digest()
    return f'{name}:{value.hex() if written == "hex" else base64.b32encode(value).decode()}'


@pytest.mark.parametrize('name', ['sha1', 'SHA-1', 'sha256', 'sha512', 'md5'])
@pytest.mark.parametrize('written', ['base32', 'hex'])
def test_digests_are_checked(name: str, written: str) -> None:
    for content, verdict in ((PAGE, True), (PAGE + b'x', False)):
        record = only(warc('WARC-Type: resource', f'WARC-Block-Digest: {digest(name, content, written)}', content=PAGE))
        assert record.digest_ok is verdict


@pytest.mark.parametrize('labelled', ['crc32:1234', 'sha1:short', 'sha1', '', 'sha1:' + '!' * 32, 'md5:' + 'z' * 32])
def test_a_digest_that_cannot_be_read_says_nothing(labelled: str) -> None:
    assert only(warc('WARC-Type: resource', f'WARC-Block-Digest: {labelled}', content=PAGE)).digest_ok is None


@pytest.mark.parametrize('digested', [PAGE, chunked(PAGE)])
def test_a_payload_digest_is_of_the_body_with_its_chunks_or_without(digested: bytes) -> None:
    head = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    assert only(response(head + chunked(PAGE), f'WARC-Payload-Digest: {digest("sha1", digested)}')).digest_ok is True
    assert only(response(head + chunked(PAGE), f'WARC-Payload-Digest: {digest("sha1", b"x")}')).digest_ok is False


def test_a_record_that_says_it_is_truncated_is_flagged() -> None:
    assert only(response(b'HTTP/1.1 200 OK\r\n\r\nx', 'WARC-Truncated: length')).truncated
    assert only(http(b'x', 'Content-Length: 2')).truncated


@pytest.mark.parametrize('content', [PAGE, b'', b'HTTP/1.1 200 OK\r\nno end', b'HTTP/1.1 200 OK\r\nX: ' + b'x' * 9_000 + b'\r\n\r\nz'])
def test_a_response_without_an_http_header_is_all_payload(content: bytes) -> None:
    record = only(response(content))
    assert (record.payload, record.http_status, record.notes) == (content, None, ('bad_http_header',))


def test_nuls_and_bytes_of_no_encoding_pass_through() -> None:
    content = bytes(range(256)) * 8
    record = only(warc('WARC-Type: resource', 'WARC-Target-URI: x\0y', content=content))
    assert (record.payload, record.target_uri) == (content, 'x\0y')
    assert only(http(content)).payload == content


def test_records_of_other_versions_of_the_format() -> None:
    for version in ('WARC/0.18', 'WARC/1.1', 'WARC/1.0 '):
        assert only(warc('WARC-Type: resource', content=PAGE, version=version)).payload == PAGE

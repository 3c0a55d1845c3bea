"""Whatever is done to a file: nothing raises, the ranges tile it, and records away from the damage are the same."""

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.warc.model import WarcLimits
from builder.warc.reader import read_records
from tests.warc.files import flip, losses, make, one_member, page, payloads, read, records, response, warc

MADE = [make(12), make(12, compressed=False), make(12, compressed=False, digests=False)]
ONE = one_member(MADE[1])
PAGE = page(3)


DAMAGE = st.tuples(
    st.floats(0, 1),
    st.sampled_from([0, 1, 4, 8, 100, 1_500]),
    st.one_of(st.binary(max_size=40), st.sampled_from([b'', b'\r\n\r\n', b'\x1f\x8b\x08\0', b'WARC/1.0\r\n'])),
)
"""Where in a file, as a share of it, how many bytes go, and what comes in their place."""


def spoil(content: bytes, harm: tuple[float, int, bytes]) -> tuple[bytes, int, int]:
    """The damaged content, and the range of the old one that is gone."""
    share, size, other = harm
    start = int(share * len(content))
    end = min(len(content), start + size)
    return content[:start] + other + content[end:], start, end


@given(st.sampled_from(range(3)), DAMAGE, st.sampled_from([100, 1 << 16]))
@settings(max_examples=400)
def test_records_away_from_the_damage_are_the_same(number: int, harm: tuple[float, int, bytes], block: int) -> None:
    made = MADE[number]
    content, start, end = spoil(made.content, harm)
    kept = payloads(read(content, block=block))
    apart = [payload for place, payload in enumerate(made.payloads) if made.end(place) <= start or made.starts[place] >= end]
    assert [payload for payload in kept if payload in apart] == apart


@given(st.sampled_from(range(4)), st.lists(DAMAGE, min_size=1, max_size=6), st.sampled_from([600, 1_200, 200_000]))
@settings(max_examples=300)
def test_any_damage_leaves_a_tiled_file_and_blocks_do_not_matter(
    number: int, harms: list[tuple[float, int, bytes]], record_bytes: int
) -> None:
    content = [*MADE, ONE][number].content
    for harm in harms:
        content, _, _ = spoil(content, harm)
    limits = WarcLimits(record_bytes=record_bytes, header_bytes=500, reject_bytes=20)
    assert read(content, limits) == read(content, limits, block=13)


@given(st.lists(st.sampled_from([b'WARC/1.0\r\n', b'WARC-Type: response\r\n', b'\r\n', b'\r\n\r\n', b'Content-Length: 9\r\n', b'\n', b'HTTP/1.1 200 OK\r\n',
                                 b'Transfer-Encoding: chunked\r\n', b'5\r\n', b'\x1f\x8b\x08\0\0\0\0\0\0\x03', gzip.compress(b'WARC/1.0\r\n'), b'\0', b'x' * 40]), max_size=40))  # fmt: skip
@example([gzip.compress(b'WARC/1.0\r\n')[:-9]])
@settings(max_examples=300)
def test_any_pieces_of_the_format_are_tiled(parts: list[bytes]) -> None:
    limits = WarcLimits(record_bytes=100, header_bytes=80, reject_bytes=10)
    assert read(b''.join(parts), limits) == read(b''.join(parts), limits, block=1)


@given(st.binary(max_size=300))
def test_any_bytes_are_tiled(content: bytes) -> None:
    for data in (content, gzip.compress(content), gzip.compress(b'WARC/1.0\r\n' + content)):
        items = read(data)
        assert sum(item.end - item.start for item in items) == len(data)


@given(st.sampled_from(['gzip', 'deflate', 'br', 'zstd', 'gzip, br']), st.booleans(), st.lists(DAMAGE, max_size=2))
@settings(max_examples=200)
def test_any_damage_to_an_encoded_body_leaves_a_record(name: str, chunks: bool, harms: list[tuple[float, int, bytes]]) -> None:
    body = {'gzip': gzip.compress(PAGE), 'deflate': zlib.compress(PAGE), 'zstd': pa.compress(PAGE, 'zstd', asbytes=True)}.get(name, PAGE)
    body = pa.compress(body, 'brotli', asbytes=True) if name.endswith('br') else body
    body = b'%x\r\n%s\r\n0\r\n\r\n' % (len(body), body) if chunks else body
    for harm in harms:
        body, _, _ = spoil(body, harm)
    transfer = b'Transfer-Encoding: chunked\r\n' if chunks else b''
    head = b'HTTP/1.1 200 OK\r\nContent-Encoding: ' + name.encode() + b'\r\n' + transfer + b'\r\n'
    items = read(response(head + body) * 2)
    assert [record.http_status for record in records(items)] == [200, 200]
    assert not losses(items)


def blocks(unit: bytes, count: int) -> Iterator[bytes]:
    return (unit * (1 + (1 << 16) // len(unit)) for _ in range(count))


HEAD = gzip.compress(b'WARC/1.0\r\nWARC-Type: response\r\n')
HOSTILE = {
    'magic': b'\x1f\x8b\x08',
    'plausible headers': b'\x1f\x8b\x08\0\0\0\0\0\0\x03',
    'headers with long names': b'\x1f\x8b\x08\x08abcd\0\x03name',
    'members cut off': HEAD[:-9],
    'members with a wrong checksum': flip(HEAD, len(HEAD) - 8),
    # Each begins a chain of stored blocks, of 65,535 bytes, that runs to the end of the file through headers of the others.
    'nested members': b'\x1f\x8b\x08\0\0\0\0\0\0\x03' + b'\0\xff\xff\0\0' + b'WARC/',
    'version lines': b'WARC/1.0\r\n',
    'records of a far end': warc('WARC-Type: resource', 'Content-Length: 190000', content=b'x'),
    'records of no end': b'WARC/1.0\r\nWARC-Type: resource\r\n\r\n',
    'headers of no end': b'WARC/1.0\r\nWARC-Type: resource\r\nX: y\r\n',
    'line ends': b'\r\n',
    'line feeds': b'\n\r',
    'blanks': b'WARC/1.0' + b' ' * 99,
    'wrong digests': warc('WARC-Type: resource', 'WARC-Block-Digest: sha1:' + 'A' * 32, 'Content-Length: 0', content=b'x'),
}


@pytest.mark.parametrize('unit', HOSTILE.values(), ids=HOSTILE)
def test_time_is_linear_on_hostile_files(unit: bytes) -> None:
    limits = WarcLimits(record_bytes=200_000, reject_bytes=50)
    spent = []
    for count in (4, 16):
        began = time.process_time()
        for _ in read_records(blocks(unit, count), limits):
            pass
        spent.append(time.process_time() - began)
    assert spent[1] < 4 * 2.5 * spent[0] + 0.2


@pytest.mark.parametrize('unit', HOSTILE.values(), ids=HOSTILE)
def test_memory_is_bounded_on_hostile_files(unit: bytes) -> None:
    tracemalloc.start()
    try:
        for _ in read_records(blocks(unit, 8), WarcLimits(record_bytes=100_000, reject_bytes=50)):
            pass
        assert tracemalloc.get_traced_memory()[1] < 1_500_000
    finally:
        tracemalloc.stop()


def test_a_file_of_any_size_takes_the_memory_of_a_record() -> None:
    good, limits = warc('WARC-Type: resource', content=b'x' * 5_000), WarcLimits(record_bytes=100_000, reject_bytes=50)
    tracemalloc.start()
    try:
        huge = (
            part
            for part in (
                good,
                b'WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 30000000\r\n\r\n',
                *[bytes(1 << 16)] * 460,
                b'\r\n\r\n',
                good,
            )
        )
        items = list(read_records(huge, limits))
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert [loss.reason for loss in losses(items)] == ['record_too_large']
    assert len(records(items)) == 2

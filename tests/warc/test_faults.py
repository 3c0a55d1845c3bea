"""The faults of research/frameworks.md and more, each with what is kept: neighbours always live."""

import gzip

import pytest

from builder.warc.model import WarcFraming, WarcLimits
from tests.warc.files import Made, flip, losses, make, one_member, page, payloads, read, records, response, warc

GZ = make()
PLAIN = make(compressed=False)
BARE = make(compressed=False, digests=False)
PAGES = GZ.payloads


def without(*numbers: int) -> list[bytes]:
    return [payload for number, payload in enumerate(PAGES) if number not in numbers]


@pytest.mark.parametrize('made', [GZ, PLAIN, BARE, one_member(PLAIN)], ids=['gz', 'plain', 'no digests', 'one member'])
@pytest.mark.parametrize('block', [7, 1 << 20])
def test_an_undamaged_file_is_read_whole(made: Made, block: int) -> None:
    items = read(made.content, block=block)
    assert payloads(items) == PAGES
    assert not losses(items)
    assert not any(record.truncated or set(record.notes) - {'unverified_member'} for record in records(items))
    assert {record.digest_ok for record in records(items)} == {None if made is BARE else True}


def test_a_record_alone_in_its_gzip_member_has_the_members_range() -> None:
    assert [(item.start, item.end) for item in read(GZ.content)] == [(GZ.starts[number], GZ.end(number)) for number in range(50)]


def test_the_last_of_several_records_in_a_gzip_member_has_its_range() -> None:
    plain, size = make(3, compressed=False), len(GZ.content)
    items = read(GZ.content + gzip.compress(plain.content))
    assert {(item.start, item.end) for item in items[50:52]} == {(size, size)}
    assert (items[52].start, items[52].end) == (size, size + len(gzip.compress(plain.content)))


@pytest.mark.parametrize('made', [PLAIN, BARE], ids=['digests', 'no digests'])
def test_in_a_plain_file_a_record_has_its_bytes_and_line_ends_are_framing(made: Made) -> None:
    items = read(made.content)
    assert [item.start for item in records(items)] == made.starts
    assert [item.end - item.start for item in items if isinstance(item, WarcFraming)] == [4] * 50


def test_flipped_bytes_cost_one_gzip_member_and_its_range_is_told() -> None:
    items = read(flip(GZ.content, GZ.starts[20] + 200))
    assert payloads(items) == without(20)
    (loss,) = losses(items)
    assert (loss.start, loss.end, loss.reason) == (GZ.starts[20], GZ.starts[21], 'damaged_member')
    assert loss.raw == GZ.content[loss.start : loss.start + 50]


@pytest.mark.parametrize('number', [0, 20, 49])
def test_a_destroyed_gzip_magic_costs_one_member(number: int) -> None:
    items = read(flip(GZ.content, GZ.starts[number], 3))
    assert payloads(items) == without(number)
    assert [(loss.start, loss.end) for loss in losses(items)] == [(GZ.starts[number], GZ.end(number))]


@pytest.mark.parametrize('made', [GZ, PLAIN], ids=['gz', 'plain'])
def test_a_hole_between_records_costs_what_is_not_there(made: Made) -> None:
    assert payloads(read(made.content[: made.starts[20]] + made.content[made.starts[30] :])) == without(*range(20, 30))


@pytest.mark.parametrize('made', [GZ, PLAIN], ids=['gz', 'plain'])
def test_a_hole_inside_records_leaves_the_others(made: Made) -> None:
    items = read(made.content[: made.starts[20] + 150] + made.content[made.end(29) - 100 :])
    kept = payloads(items)
    assert [payload for payload in kept if payload in without(*range(20, 30))] == without(*range(20, 30))
    assert losses(items) or [record for record in records(items) if record.digest_ok is False]


@pytest.mark.parametrize(('made', 'cut'), [(GZ, 100), (PLAIN, 300), (one_member(PLAIN), 40)], ids=['gz', 'plain', 'one member'])
def test_a_truncated_tail_is_kept_and_flagged(made: Made, cut: int) -> None:
    items = read(made.content[:-cut])
    assert payloads(items)[:-1] == without(49)
    last = records(items)[-1]
    assert (last.truncated, last.digest_ok) == (True, False)
    assert last.payload
    assert PAGES[49].startswith(last.payload)
    assert not losses(items)


@pytest.mark.parametrize('cut', [3, 30, 300])
def test_a_tail_truncated_before_its_payload_is_a_loss(cut: int) -> None:
    items = read(PLAIN.content[: PLAIN.starts[49] + cut])
    assert payloads(items) == without(49)
    assert [loss.start for loss in losses(items)] == [PLAIN.starts[49]]


def test_a_gzip_tail_that_holds_nothing_is_a_loss() -> None:
    items = read(GZ.content[: GZ.starts[49] + 12])
    assert payloads(items) == without(49)
    assert [(loss.start, loss.reason) for loss in losses(items)] == [(GZ.starts[49], 'damaged_member')]


@pytest.mark.parametrize('wrong', ['5', '17', '99999', '123456789012', '-3', 'x', ''])
def test_a_wrong_length_loses_nothing(wrong: str) -> None:
    middle = warc('WARC-Type: resource', 'Content-Type: text/html', f'Content-Length: {wrong}', content=page(7))
    for content in (PLAIN.content + middle + PLAIN.content, GZ.content + gzip.compress(middle) + GZ.content):
        items = read(content)
        assert payloads(items) == [*PAGES, page(7), *PAGES]
        assert not losses(items)
        assert records(items)[50].notes[:1] == ('wrong_length',) if wrong.isdigit() and len(wrong) < 18 else ('no_length',)


def test_a_wrong_length_at_the_end_of_the_file_is_kept() -> None:
    for wrong in ('5', '99999'):
        items = read(PLAIN.content + warc('WARC-Type: resource', f'Content-Length: {wrong}', content=page(7)).rstrip(b'\r\n'))
        assert payloads(items) == [*PAGES, page(7)]


@pytest.mark.parametrize('made', [PLAIN, BARE], ids=['digests', 'no digests'])
@pytest.mark.parametrize('number', [0, 20, 49])
def test_a_destroyed_version_line_costs_one_record(made: Made, number: int) -> None:
    items = read(flip(made.content, made.starts[number]))
    assert payloads(items) == without(number)
    assert [(loss.start, loss.reason) for loss in losses(items)] == [(made.starts[number], 'no_record')]


@pytest.mark.parametrize('made', [PLAIN, BARE], ids=['digests', 'no digests'])
@pytest.mark.parametrize(('before', 'size'), [(4, 4), (3, 1), (1, 1), (2, 4), (4, 12)])
def test_damaged_line_ends_between_records_cost_at_most_the_next(made: Made, before: int, size: int) -> None:
    items = read(flip(made.content, made.starts[20] - before, size))
    assert payloads(items) == (PAGES if size <= before else without(20))


@pytest.mark.parametrize('cut', [1, 8])
def test_a_tail_that_lacks_only_its_checksum_is_kept_and_noted(cut: int) -> None:
    items = read(GZ.content[:-cut])
    assert payloads(items) == PAGES
    assert [record.notes for record in records(items)][-2:] == [(), ('unverified_member',)]
    assert not losses(items)


def test_garbage_before_between_and_after_is_lost_alone() -> None:
    garbage = bytes(range(256)) * 40
    for made in (GZ, PLAIN, BARE):
        items = read(garbage + made.content + garbage + made.content + garbage)
        assert payloads(items) == PAGES + PAGES
        assert [loss.end - loss.start for loss in losses(items)] == [len(garbage)] * 3


def test_one_damaged_member_of_all_records_gives_those_before_the_damage() -> None:
    made = one_member(PLAIN)
    items = read(flip(made.content, len(made.content) // 2))
    kept = payloads(items)
    assert 10 < len(kept) < 50
    assert PAGES[:10] == kept[:10]
    assert not [record for record in records(items) if record.payload not in PAGES and record.digest_ok is not False]
    assert 'unverified_member' in records(items)[-1].notes
    assert losses(items)[-1].end == len(made.content)


def test_members_that_cut_through_records_are_joined_and_outlive_damage() -> None:
    blocks = [gzip.compress(PLAIN.content[start : start + 1_000]) for start in range(0, len(PLAIN.content), 1_000)]
    assert payloads(read(b''.join(blocks))) == PAGES
    damaged = b''.join([*blocks[:20], flip(blocks[20], 300), *blocks[21:]])
    kept = [payload for payload in payloads(read(damaged)) if payload in PAGES]
    assert len(kept) >= 47


def test_plain_and_compressed_files_joined_are_both_read() -> None:
    items = read(GZ.content + PLAIN.content + GZ.content + b'\r\n' + BARE.content)
    assert payloads(items) == PAGES * 4
    assert not losses(items)


def test_line_ends_in_members_of_their_own_are_framing() -> None:
    items = read(GZ.content + gzip.compress(b'\r\n\r\n') + gzip.compress(b'') + GZ.content)
    assert payloads(items) == PAGES + PAGES
    assert not losses(items)


def test_a_member_with_a_record_inside_a_payload_is_not_mistaken_for_one() -> None:
    nested = b'HTTP/1.1 200 OK\r\n\r\n' + GZ.content[: GZ.starts[3]] + b'\r\n\r\n' + PLAIN.content[: PLAIN.starts[3]]
    for content in (response(nested), gzip.compress(response(nested)), gzip.compress(response(nested), 0)):
        items = read(content + content)
        assert [payload.count(b'WARC/1.') for payload in payloads(items)] == [3, 3]


def test_a_record_above_the_limit_is_passed_over() -> None:
    big = warc('WARC-Type: resource', content=b'0123456789' * 100_000)
    for made, piece in ((PLAIN, big), (GZ, gzip.compress(big))):
        items = read(made.content + piece + made.content, WarcLimits(record_bytes=100_000, reject_bytes=50, ratio=2_000))
        assert payloads(items) == PAGES + PAGES
        (loss,) = losses(items)
        assert (loss.reason, loss.end - loss.start) == ('record_too_large', len(piece))
        assert big.startswith(loss.raw)


def test_a_record_at_the_limit_is_kept() -> None:
    exact = warc('WARC-Type: resource', content=b'x' * 100_000)
    assert [len(payload) for payload in payloads(read(exact + exact, WarcLimits(record_bytes=100_000)))] == [100_000] * 2


def test_a_gzip_bomb_is_a_loss_between_two_good_records() -> None:
    bomb = gzip.compress(warc('WARC-Type: resource', content=bytes(30_000_000)))
    items = read(GZ.content + bomb + GZ.content)
    assert payloads(items) == PAGES + PAGES
    assert [loss.reason for loss in losses(items)] == ['bomb']


def test_zstandard_is_refused_as_a_whole() -> None:
    items = read(b'\x28\xb5\x2f\xfd' + bytes(100_000))
    assert [(loss.reason, loss.end) for loss in losses(items)] == [('unsupported_compression', 100_004)]


def test_an_empty_file_has_nothing() -> None:
    assert read(b'') == []


@pytest.mark.parametrize(
    'content', [b'\0', b'W', b'WARC/1.0', b'\x1f', b'\x1f\x8b\x08', b'\x1f\x8b\x08' * 9, b'{"text": "x"}\n' * 9, bytes(999)]
)
def test_what_is_no_warc_is_one_loss(content: bytes) -> None:
    assert len(losses(read(content))) == len(read(content)) == 1


def test_a_huge_header_block_is_a_loss_between_two_good_records() -> None:
    huge = warc('WARC-Type: resource', 'X-Long: ' + 'x' * 20_000, content=b'x')
    items = read(PLAIN.content + huge + PLAIN.content)
    assert payloads(items) == PAGES + PAGES
    assert [(loss.reason, loss.start) for loss in losses(items)] == [('bad_header', len(PLAIN.content))]

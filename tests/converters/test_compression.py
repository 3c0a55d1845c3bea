import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from builder.converters.compression import Damage, as_file, decompress, sniff_compression

PACK: dict[str, Callable[[bytes], bytes]] = {
    'gzip': lambda data: gzip.compress(data, mtime=0),
    'bz2': bz2.compress,
    'xz': lzma.compress,
    'zstd': zstandard.ZstdCompressor(write_checksum=True).compress,
}
SALVAGED = ('gzip', 'bz2', 'xz')


def blocks(data: bytes, size: int) -> Iterator[bytes]:
    return iter([data[start : start + size] for start in range(0, len(data), size)])


def unpacked(data: bytes, name: str, size: int = 1_000) -> tuple[bytes, list[Damage]]:
    items = list(decompress(blocks(data, size), name))
    return b''.join(item for item in items if isinstance(item, bytes)), [item for item in items if isinstance(item, Damage)]


@pytest.mark.parametrize('name', PACK)
@given(parts=st.lists(st.binary(max_size=300), max_size=4), size=st.integers(1, 200))
def test_members_one_behind_the_other_come_back_whatever_the_blocks(name: str, parts: list[bytes], size: int) -> None:
    packed = b''.join(map(PACK[name], parts))
    assert unpacked(packed, name, size) == (b''.join(parts), [])
    assert not parts or sniff_compression(packed) == name


@pytest.mark.parametrize('name', SALVAGED)
@pytest.mark.parametrize('fault', ['flipped', 'magic', 'hole'])
def test_a_damaged_member_costs_itself_alone(name: str, fault: str) -> None:
    parts = [bytes(f'member {number} ', 'ascii') * (number + 50) for number in range(40)]
    members = list(map(PACK[name], parts))
    start = sum(map(len, members[:20]))
    if fault == 'flipped':
        damaged = bytearray(members[20])
        damaged[-10:-6] = bytes(255 - byte for byte in damaged[-10:-6])
        members[20] = bytes(damaged)
    elif fault == 'magic':
        members[20] = b'??' + members[20][2:]
    else:
        members[20] = b'\xff' * 5_000
    got, damages = unpacked(b''.join(members), name)
    for number, part in enumerate(parts):
        assert number == 20 or part in got
    assert [(damage.start, damage.end) for damage in damages] == [(start, start + len(members[20]))]


@pytest.mark.parametrize('name', PACK)
def test_a_file_that_breaks_off_is_damage_at_its_end(name: str) -> None:
    packed = PACK[name](bytes(range(256)) * 500)
    _, damages = unpacked(packed[:-9], name)
    assert len(damages) == 1
    assert damages[0].end == len(packed) - 9


def test_zeros_behind_the_last_member_are_padding() -> None:
    assert unpacked(PACK['gzip'](b'text') + b'\0' * 100_000, 'gzip') == (b'text', [])


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_make_it_fail_or_go_on_for_ever(data: bytes, size: int) -> None:
    for name, pack in PACK.items():
        got, damages = unpacked(pack(b'') + data, name, size)
        assert isinstance(got, bytes)
        assert all(0 <= damage.start <= damage.end for damage in damages)


def test_a_bomb_comes_out_in_small_blocks() -> None:
    bomb = gzip.compress(b'\0' * 50_000_000)
    sizes = [len(block) for block in decompress(blocks(bomb, 1 << 20), 'gzip') if isinstance(block, bytes)]
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 1 << 20


@given(st.binary(max_size=500), st.integers(1, 60), st.lists(st.integers(0, 90), max_size=12))
def test_blocks_read_as_a_file(data: bytes, size: int, reads: list[int]) -> None:
    file = as_file(blocks(data, size))
    assert b''.join([*(file.read(count) for count in reads), file.read()]) == data

import datetime as dt
import gzip
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.errors import InputError, UsageError
from builder.model import Framing, Page, Reject
from builder.plan import load_plan

RULES = Rules(replace(load_plan().limits, page_bytes=2_000, page_lines=50, reject_bytes=100), field_mapping({}))


def read(*dumps: Path) -> list[Page | Reject | Framing]:
    return [item for file in find_inputs(dumps) for item in convert(Segment(file), RULES)]


@pytest.mark.parametrize(
    ('content', 'reason', 'says'),
    [
        (b'', 'empty_file', 'empty'),
        (b' \n\r\n\t', 'no_text', 'no text'),
        (b'Tin\0s\xc3\xa1ng', 'nul_byte', 'code point 3'),
        (b'Tin s\xe1ng', 'undecodable', 'byte 5 is in no encoding'),
        (b'\xef\xbb\xbfTin s\xe1ng', 'undecodable', 'byte 8 is in no encoding'),
        (b'a' * 2_001, 'page_too_large', 'limits.page_bytes'),
        (b'a\n' * 60, 'too_many_lines', 'limits.page_lines'),
        (('a' + '\u0301\u0323' * 400).encode(), 'too_many_marks', 'combining marks'),
    ],
)
def test_a_text_file_that_is_no_page_is_a_reject_that_covers_it(content: bytes, reason: str, says: str, tmp_path: Path) -> None:
    (tmp_path / 'page.txt').write_bytes(content)
    (item,) = read(tmp_path)
    assert isinstance(item, Reject)
    assert (item.reason, item.place.start, item.place.end) == (reason, 0, len(content))
    assert item.raw == content[:100]
    assert says in item.message


def test_a_folder_is_read_in_the_order_of_paths_and_named_by_them(tmp_path: Path) -> None:
    for name in ('b/2.txt', 'a.txt', 'b/1.txt', 'khong_duoi'):
        path = tmp_path / 'dump' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'Trang {name}')
    items = read(tmp_path / 'dump')
    assert [(item.place.dump, item.place.path) for item in items] == [
        ('dump', name) for name in ('a.txt', 'b/1.txt', 'b/2.txt', 'khong_duoi')
    ]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / 'page.txt').write_bytes('\ufeffTin sáng'.encode())
    (item,) = read(tmp_path / 'page.txt')
    assert isinstance(item, Page)
    assert item.text == 'Tin sáng'
    assert item.place.end == 12


@pytest.mark.parametrize(('suffix', 'pack'), [('.gz', gzip.compress), ('.zst', zstandard.compress)])
def test_a_compressed_page_reads_alike_and_a_broken_one_is_a_reject(suffix: str, pack: type, tmp_path: Path) -> None:
    packed = pack('Tin sáng'.encode() * 40)
    path = tmp_path / f'page.txt{suffix}'
    path.write_bytes(packed)
    (item,) = read(path)
    assert isinstance(item, Page)
    assert item.text == 'Tin sáng' * 40
    path.write_bytes(packed[:8] + b'\xff' * 8 + packed[16:])
    (broken,) = read(path)
    assert isinstance(broken, Reject)
    assert broken.reason == 'damaged_stream'


def test_links_and_unknown_kinds_of_files_are_rejected_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / 'outside'
    outside.mkdir()
    (outside / 'secret.txt').write_text('Không được đọc')
    dump = tmp_path / 'dump'
    dump.mkdir()
    (dump / 'folder').symlink_to(outside)
    (dump / 'page.txt').symlink_to(outside / 'secret.txt')
    (dump / 'page.doc').write_text('<p>Tin</p>')
    items = read(dump)
    assert [(item.place.path, item.reason) for item in items if isinstance(item, Reject)] == [
        ('folder', 'symbolic_link'),
        ('page.doc', 'unsupported_format'),
        ('page.txt', 'symbolic_link'),
    ]
    assert len(items) == 3


def test_dumps_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for parent in ('x', 'y'):
        (tmp_path / parent / 'dump').mkdir(parents=True)
        (tmp_path / parent / 'dump' / 'page.txt').write_text(f'Tin {parent}')
    items = read(tmp_path / 'x' / 'dump', tmp_path / 'y' / 'dump')
    assert [item.place.dump for item in items] == ['dump', 'dump-2']


def test_no_dump_and_a_folder_without_a_page_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='no such file or folder'):
        find_inputs([tmp_path / 'nothing'])
    with pytest.raises(InputError, match='holds no page'):
        find_inputs([tmp_path])


ROWS = [
    {
        'text': 'Tin một',
        'url': 'https://a.example/1',
        'timestamp': dt.datetime(2024, 1, 2, tzinfo=dt.UTC),
        'meta': {'title': 'Tựa'},
        'other': 1,
    },
    {'text': None, 'url': 'https://a.example/2', 'timestamp': None, 'meta': None, 'other': 2},
    {'text': 'Tin\0ba', 'url': None, 'timestamp': None, 'meta': None, 'other': 3},
    {'text': 'Tin bốn', 'url': None, 'timestamp': None, 'meta': None, 'other': 4},
]


@pytest.mark.parametrize('suffix', ['', '.gz', '.zst'])
def test_parquet_rows_become_pages_and_rejects_by_row(suffix: str, tmp_path: Path) -> None:
    plain = tmp_path / 'pages.parquet'
    pq.write_table(pa.Table.from_pylist(ROWS), plain)
    path = tmp_path / f'dump.parquet{suffix}'
    path.write_bytes({'': bytes, '.gz': gzip.compress, '.zst': zstandard.compress}[suffix](plain.read_bytes()))
    items = read(path)
    assert [(item.place.unit, item.place.start, item.place.end) for item in items] == [('row', row, row + 1) for row in range(4)]
    first, second, third, fourth = items
    assert isinstance(first, Page)
    assert (first.text, first.title, first.crawled) == ('Tin một', 'Tựa', '2024-01-02 00:00:00.000000Z')
    assert isinstance(second, Reject)
    assert isinstance(third, Reject)
    assert (second.reason, third.reason) == ('no_text', 'nul_byte')
    assert isinstance(fourth, Page)


@pytest.mark.parametrize('content', [b'PAR1 is not enough', b''])
def test_what_is_no_parquet_is_one_reject(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / 'dump.parquet'
    path.write_bytes(content)
    (item,) = read(path)
    assert isinstance(item, Reject)
    assert (item.reason, item.place.end) == ('invalid_parquet', len(content))


def test_rows_behind_a_damaged_page_are_one_reject(tmp_path: Path) -> None:
    path = tmp_path / 'dump.parquet'
    rows = [{'text': f'Tin số {number} ' + 'abc' * number} for number in range(300)]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=100, compression='zstd', use_dictionary=False)
    chunk = pq.read_metadata(path).row_group(1).column(0)
    content = bytearray(path.read_bytes())
    start, size = chunk.data_page_offset, chunk.total_compressed_size
    content[start : start + size] = b'\xff' * size
    path.write_bytes(bytes(content))
    items = read(path)
    assert sum(isinstance(item, Page) for item in items) >= 64
    last = items[-1]
    assert isinstance(last, Reject)
    assert (last.reason, last.place.unit, last.place.end) == ('invalid_parquet', 'row', 300)
    assert last.place.start == len(items) - 1


def test_a_parquet_file_without_rows_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / 'dump.parquet'
    pq.write_table(pa.table({'text': pa.array([], pa.string())}), path)
    (item,) = read(path)
    assert isinstance(item, Reject)
    assert item.reason == 'empty_file'

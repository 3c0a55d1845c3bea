import gzip
import json
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Framing, Page, Reject
from builder.plan import load_plan

CASES = yaml.safe_load((Path(__file__).parent.parent / 'cases' / 'json_lines.yaml').read_text('utf-8'))
LIMITS = replace(load_plan().limits, page_bytes=2_000, page_lines=50, reject_bytes=100)
RULES = Rules(LIMITS, field_mapping({}))
DEEP = '[' * 10_000


def read(path: Path, start: int = 0, end: int | None = None, rules: Rules = RULES) -> list[Page | Reject | Framing]:
    (file,) = find_inputs([path])
    return list(convert(Segment(file, start, end), rules))


def require_tiled(items: list[Page | Reject | Framing], size: int) -> None:
    reached = 0
    for item in items:
        assert item.place.start == reached
        reached = item.place.end
    assert reached == size


@pytest.mark.parametrize('case', CASES, ids=lambda case: case['label'])
def test_a_line_becomes_a_page_or_a_reject_between_two_good_neighbours(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / 'dump.jsonl'
    good = '{"text": "Tin lân cận"}'
    line = DEEP if case['line'] == 'DEEP' else case['line']
    content = f'{good}\n{line}\n{good}\n'.encode()
    path.write_bytes(content)
    items = read(path)
    require_tiled(items, len(content))
    assert [item.text for item in (items[0], items[-1]) if isinstance(item, Page)] == ['Tin lân cận'] * 2
    middle = items[1]
    if 'reject' in case:
        assert isinstance(middle, Reject)
        assert (middle.reason, middle.step) == (case['reject'], 'convert')
        assert case['says'] in middle.message
        assert content[middle.place.start : middle.place.end].startswith(middle.raw)
    else:
        assert isinstance(middle, Page)
        wanted = {name: case.get(name) for name in ('text', 'key', 'url', 'site', 'title', 'published', 'crawled')}
        assert {name: getattr(middle, name) for name in wanted} == wanted


def test_undecodable_bytes_cost_their_line_and_are_named(tmp_path: Path) -> None:
    path = tmp_path / 'dump.jsonl'
    path.write_bytes(b'{"text": "mot"}\n{"text": "h\xffai"}\n{"text": "ba"}\n')
    pages = read(path)
    assert isinstance(pages[1], Reject)
    assert pages[1].reason == 'undecodable'
    assert 'byte 27 is not UTF-8' in pages[1].message
    assert [item.text for item in pages if isinstance(item, Page)] == ['mot', 'ba']


def test_a_byte_order_mark_and_blank_lines_are_framing(tmp_path: Path) -> None:
    path = tmp_path / 'dump.jsonl'
    content = b'\xef\xbb\xbf{"text": "mot"}\n\n  \n{"text": "hai"}'
    path.write_bytes(content)
    items = read(path)
    require_tiled(items, len(content))
    assert [type(item) for item in items] == [Framing, Page, Framing, Framing, Page]


def test_a_line_above_the_limit_is_rejected_without_holding_it(tmp_path: Path) -> None:
    path = tmp_path / 'dump.jsonl'
    long = json.dumps({'text': 'a' * 50_000})
    path.write_text(f'{{"text": "mot"}}\n{long}\n{{"text": "hai"}}\n')
    items = read(path)
    assert isinstance(items[1], Reject)
    assert items[1].reason == 'page_too_large'
    assert len(items[1].raw) == LIMITS.reject_bytes
    assert items[1].place.end - items[1].place.start == len(long) + 1
    require_tiled(items, path.stat().st_size)


def test_a_page_of_too_many_lines_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / 'dump.jsonl'
    path.write_text(json.dumps({'text': 'a\n' * 60}))
    (item,) = read(path)
    assert isinstance(item, Reject)
    assert item.reason == 'too_many_lines'


def test_the_configuration_overrides_the_mapping(tmp_path: Path) -> None:
    path = tmp_path / 'dump.jsonl'
    path.write_text('{"noi_dung": "Tin riêng", "text": "khác", "meta": {"so": 12}}')
    rules = Rules(LIMITS, field_mapping({'text': ('noi_dung',), 'id': ('meta.so',)}))
    (item,) = read(path, rules=rules)
    assert isinstance(item, Page)
    assert (item.text, item.key) == ('Tin riêng', '12')


@given(
    st.lists(st.sampled_from(['{"text": "một"}', '{"text": "hai hai"}', '', 'hỏng', '{}']), max_size=12),
    st.sets(st.integers(1, 160), max_size=5),
)
def test_byte_ranges_together_read_what_the_whole_file_holds(lines: list[str], cuts: set[int]) -> None:
    content = '\n'.join(lines).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'dump.jsonl')
        path.write_bytes(content)
        edges = [0, *sorted(cut for cut in cuts if cut < len(content)), len(content)]
        parts = [item for start, end in pairwise(edges) for item in read(path, start, end)]
        whole = read(path)
        if content:
            assert parts == whole
            require_tiled(parts, len(content))


@pytest.mark.parametrize(('suffix', 'pack'), [('.gz', gzip.compress), ('.zst', zstandard.compress)])
def test_compressed_files_read_alike_and_a_broken_tail_costs_only_the_tail(suffix: str, pack: Any, tmp_path: Path) -> None:
    plain = tmp_path / 'dump.jsonl'
    rows = [json.dumps({'text': f'Tin số {number} ' + 'x' * (number * 37 % 501)}) for number in range(400)]
    plain.write_text('\n'.join(rows) + '\n')
    packed = tmp_path / f'dump.jsonl{suffix}'
    content = plain.read_bytes()
    members = b''.join(pack(content[start : start + 5_000]) for start in range(0, len(content), 5_000))
    packed.write_bytes(members)
    wanted = [item.text for item in read(plain) if isinstance(item, Page)]
    assert [item.text for item in read(packed) if isinstance(item, Page)] == wanted
    packed.write_bytes(members[:-20])
    items = read(packed)
    kept = [item.text for item in items if isinstance(item, Page)]
    assert kept == wanted[: len(kept)]
    assert len(kept) > 100
    last = items[-1]
    assert isinstance(last, Reject)
    assert last.reason == 'damaged_stream'
    require_tiled(items, last.place.end)


def test_an_empty_file_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / 'dump.jsonl'
    path.touch()
    (item,) = read(path)
    assert isinstance(item, Reject)
    assert item.reason == 'empty_file'

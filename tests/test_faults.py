"""The fault table: every fault in every kind of dump costs what it must and no more, and the build balances."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from builder.build import build
from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Framing, Page, Reject, Skipped
from builder.plan import load_plan
from builder.planning import Request
from tests.conftest import silent
from tests.converters.dumps import COMPRESS, as_warc_record, as_zip
from tests.converters.faults import AT, BYTE_FAULTS, COUNT, DUMPS, PACKED, broken, faults_of, records, sound

CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / 'cases' / 'faults.yaml').read_text('utf-8'))
RULES = Rules(load_plan().limits, field_mapping({}))
Item = Page | Reject | Framing | Skipped
ROWS = [(dump, fault) for dump, faults in CASES.items() for fault in faults]


def build_with(files: Mapping[str, bytes], folder: Path) -> Path:
    """A release of a dump with these files, and of one sound page beside it."""
    for name, content in files.items():
        path = folder / 'dump' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / 'sound.jsonl').write_bytes(sound())
    (folder / 'config.yaml').write_text('limits: {page_bytes: 20000}\n')
    dumps = (folder / 'dump', folder / 'sound.jsonl')
    # Names, which no fault is about, would take a third of the time.
    build(Request(dumps, folder / 'out', '0.1.0', (), folder / 'config.yaml', keep_staged=False, entities='none'), silent)
    return folder / 'out'


def outcome(release: Path) -> dict[str, Any]:
    """What became of the dump, as a row of the table; every row of the release's own table balances."""
    table = json.loads((release / 'manifest.json').read_text('utf-8'))['conservation']
    for row in table:
        lost = sum(sum(row[fate].values()) for fate in ('filtered', 'rejected'))
        assert row['read'] == row['kept'] + row['duplicate'] + row['leak'] + lost
    found = {
        'kept': sum(row['kept'] for row in table) - 1,
        'duplicate': sum(row['duplicate'] for row in table),
        'filtered': _total(row['filtered'] for row in table),
        'rejected': _total(row['rejected'] for row in table),
        'noted': dict(Counter(note for notes in _pages(release, 'notes') for note in notes)),
    }
    return {name: value for name, value in found.items() if value or name == 'kept'}


def _total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def _pages(release: Path, column: str) -> list[Any]:
    files = sorted((release / 'pages').glob('*.parquet'))
    return [value for file in files for value in pq.read_table(file, columns=[column])[column].to_pylist()]


def test_the_table_is_complete() -> None:
    assert [(dump, fault) for dump in DUMPS for fault in faults_of(dump)] == ROWS


@pytest.mark.parametrize(('dump', 'fault'), ROWS, ids=lambda part: part)
def test_a_fault_costs_what_it_must_and_the_build_balances(dump: str, fault: str, tmp_path: Path) -> None:
    assert outcome(build_with(broken(dump, fault), tmp_path)) == CASES[dump][fault]


def items_of(path: Path) -> list[Item]:
    return [item for file in find_inputs([path]) for item in convert(Segment(file), RULES)]


# Without a build: that whatever such a dump holds is accounted for, to the last byte, is shown in `tests/converters/test_any_bytes.py`.
@pytest.mark.parametrize('dump', PACKED)
@pytest.mark.parametrize('fault', BYTE_FAULTS)
def test_damage_to_packed_bytes_is_never_silent(dump: str, fault: str, tmp_path: Path) -> None:
    ((name, content),) = broken(dump, fault).items()
    (tmp_path / name).write_bytes(content)
    items = items_of(tmp_path / name)
    # Where all twelve pages are there, the damage fell on bytes that hold none of them.
    whole = sum(isinstance(item, Page) for item in items) == COUNT
    assert whole or any(isinstance(item, Reject) for item in items) or fault == 'blank file'


def read(folder: Path, name: str, content: bytes) -> Page | Reject:
    (folder / name).write_bytes(content)
    (item,) = items_of(folder / name)
    assert isinstance(item, Page | Reject)
    return item


@pytest.mark.parametrize('cut', range(1, 6))
@pytest.mark.parametrize('encoding', ['utf-8', 'utf-16'])
@pytest.mark.parametrize('suffix', ['.gz', '.bz2', '.xz'])
def test_what_is_left_of_a_page_is_kept_up_to_its_last_whole_character(cut: int, encoding: str, suffix: str, tmp_path: Path) -> None:
    text = records()[AT]['text']
    raw = text.encode(encoding)
    # Stored as it is, so that the cut falls where it is meant to.
    packed = gzip.compress(raw, 0)[: -8 - cut] if suffix == '.gz' else COMPRESS[suffix](raw[:-cut])[:-4]
    page = read(tmp_path, f'page.txt{suffix}', packed)
    assert isinstance(page, Page)
    assert text.startswith(page.text)
    assert len(text) - len(page.text) <= cut
    assert 'truncated' in page.notes
    assert (page.place.start, page.place.end) == (0, len(raw) - cut)


def test_a_text_file_that_ends_in_a_character_is_truncated_whoever_cut_it(tmp_path: Path) -> None:
    raw = 'Nước lên cao ở'.encode()
    page = read(tmp_path, 'page.txt', raw[:-1])
    assert isinstance(page, Page)
    assert (page.text, page.notes) == ('Nước lên cao ', ('cut_character', 'truncated'))
    assert (page.place.end, page.sha256) == (len(raw) - 1, hashlib.sha256(raw[:-1]).hexdigest())


@pytest.mark.parametrize('fault', [slice(0, -12), slice(12, None)])
def test_text_around_a_hole_is_no_page(fault: slice, tmp_path: Path) -> None:
    halves = [gzip.compress(page['text'].encode(), mtime=0) for page in records()[:2]]
    item = read(tmp_path, 'page.txt.gz', halves[0][fault] + halves[1])
    assert isinstance(item, Reject)
    assert item.reason in {'damaged_stream', 'unsupported_format'}


def test_a_hole_in_a_warc_file_of_an_archive_is_told(tmp_path: Path) -> None:
    content = as_zip({'pages.warc': b''.join(as_warc_record(row) for row in records())})
    (tmp_path / 'dump.zip').write_bytes(_with_flipped_middle(content))
    assert any(isinstance(item, Reject) and item.reason == 'damaged_stream' for item in items_of(tmp_path / 'dump.zip'))


def _with_flipped_middle(content: bytes) -> bytes:
    return BYTE_FAULTS['eight bytes flipped'](content, len(content) // 2)

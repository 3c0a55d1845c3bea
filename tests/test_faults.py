"""The fault table: every fault in every kind of dump costs what it must and no more, and the build balances.

Its rows of saved pages and crawls are built in `tests/test_faults_of_web_pages.py`, so that the two can run side by side.
"""

import gzip
import hashlib
from pathlib import Path

import pytest

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Framing, Page, Reject, Skipped
from builder.plan import load_plan
from tests.converters.dumps import COMPRESS, as_warc_record, as_zip
from tests.converters.faults import AT, BYTE_FAULTS, COUNT, DUMPS, PACKED, broken, faults_of, records
from tests.fault_table import CASES, PAGES_OF_THE_WEB, ROWS, build_with, outcome

RULES = Rules(load_plan().limits, field_mapping({}))
Item = Page | Reject | Framing | Skipped


def test_the_table_is_complete() -> None:
    assert [(dump, fault) for dump in DUMPS for fault in faults_of(dump)] == ROWS


@pytest.mark.parametrize(('dump', 'fault'), [row for row in ROWS if row not in PAGES_OF_THE_WEB], ids=lambda part: part)
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

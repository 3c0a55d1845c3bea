"""The examples are what `make.py` writes, and every format of them gives the same records."""

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.converters.compression import MAGIC, decompress
from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.gold import load_gold
from builder.label import label
from builder.labelling.labeller import load_labeller
from builder.model import Page, Reject, Skipped
from builder.plan import load_plan
from builder.records import build_record, load_annotators
from builder.text.lines import split_lines
from tests.conftest import EXAMPLES

PLAN = load_plan(EXAMPLES / 'build.yaml')
FIELDS = ('url', 'title', 'published', 'crawled')
# What each dump says of its pages beside their text. The sidecar says the rest of a text file or a saved page, but nothing of a WET
# file's pages: no address leads to them.
CARRIES: dict[str, tuple[str, ...]] = {
    'text': (),
    'html': ('url', 'title', 'published'),
    'warc': FIELDS,
    'wet': ('url', 'crawled'),
    'jsonl': FIELDS,
    'json': FIELDS,
    'csv': FIELDS,
    'tsv': FIELDS,
    'parquet': FIELDS,
    'arrow': FIELDS,
    'containers/pages.tar.gz': (),
    'containers/pages.zip': (),
    'compressed/pages.jsonl.gz': FIELDS,
    'compressed/pages.jsonl.bz2': FIELDS,
    'compressed/pages.jsonl.xz': FIELDS,
    'compressed/pages.jsonl.zst': FIELDS,
}
MARKUP = {'html', 'warc'}


def truth() -> dict[str, dict[str, object]]:
    rows = [json.loads(line) for name in ('gold', 'held_back') for line in (EXAMPLES / f'{name}.jsonl').read_text('utf-8').splitlines()]
    return {row['id']: row for row in rows}


def content(path: Path) -> object:
    """What is in a file, for the bytes of a compressed one depend on the version of its compressor."""
    data = path.read_bytes()
    if path.suffix == '.parquet':
        return pq.read_table(io.BytesIO(data))
    if path.suffix == '.arrow':
        return pa.ipc.open_stream(data).read_all()
    if path.suffix == '.zip':
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(info.filename, info.date_time, info.external_attr, archive.read(info)) for info in archive.infolist()]
    compression = next((name for name, magic in MAGIC.items() if data.startswith(magic)), None)
    return b''.join(map(bytes, decompress(iter([data]), compression))) if compression else data


def test_the_dumps_are_up_to_date_and_the_same_on_every_machine(tmp_path: Path) -> None:
    for run, zone in (('one', 'UTC'), ('two', 'Asia/Ho_Chi_Minh')):
        environment = {**os.environ, 'TZ': zone, 'PYTHONHASHSEED': str(len(zone))}
        subprocess.run([sys.executable, EXAMPLES / 'make.py', tmp_path / run], check=True, env=environment)
    made = [path.relative_to(tmp_path / 'one') for path in sorted((tmp_path / 'one').rglob('*')) if path.is_file()]
    for path in made:
        assert (tmp_path / 'one' / path).read_bytes() == (tmp_path / 'two' / path).read_bytes(), f'{path}: differs from run to run'
        assert content(tmp_path / 'one' / path) == content(EXAMPLES / path), f'{path}: run python examples/make.py'
    folders = {path.parts[0] for path in made}
    there = {path.relative_to(EXAMPLES) for folder in folders for path in EXAMPLES.joinpath(folder).rglob('*') if path.is_file()}
    assert there <= set(made), 'no page stands behind these files: remove them'


def test_the_examples_stay_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.rglob('*') if path.is_file()) < 2_500_000


def test_the_archives_name_no_time_and_no_user() -> None:
    with tarfile.open(EXAMPLES / 'containers' / 'pages.tar.gz') as archive:
        assert {(member.mtime, member.uid, member.gid, member.uname) for member in archive} == {(0, 0, 0, '')}


def test_there_are_enough_pages_sites_and_layouts() -> None:
    pages = truth()
    assert len(pages) >= 24
    assert len({page['site'] for page in pages.values()}) >= 6
    kinds = Counter(line['kind'] for page in pages.values() for line in page['lines'])
    assert len(kinds) == 20
    assert sum(page['no_story'] for page in pages.values()) >= 4
    assert sum(any(line['kind'] == 'related_story' for line in page['lines']) for page in pages.values()) >= 6


def test_gold_and_held_back_pages_are_valid_gold_and_disjoint() -> None:
    gold, held_back = (load_gold((EXAMPLES / f'{name}.jsonl',)) for name in ('gold', 'held_back'))
    assert len(gold.by_lines) + len(held_back.by_lines) == len(truth())
    assert not gold.by_lines.keys() & held_back.by_lines.keys()


def read(dump: str) -> Iterator[Page | Reject | Skipped]:
    """What the converters alone make of a dump, without its sidecar."""
    rules = Rules(PLAN.limits, field_mapping({}))
    for file in find_inputs([EXAMPLES / dump]):
        yield from (item for item in convert(Segment(file), rules) if isinstance(item, Page | Reject | Skipped))


def as_markup_has_it(text: str) -> str:
    """HTML knows no blank line and no run of spaces."""
    return '\n'.join(' '.join(line.split()) for line in text.split('\n') if line.strip())


def pages_that(dump: str, fields: tuple[str, ...]) -> list[Page]:
    """The pages of the JSON lines, which hold everything, with no more than `dump` can carry and its sidecar adds."""
    missing = dict.fromkeys(set(FIELDS) - set(fields))
    pages = [replace(page, **missing) for page in read('jsonl') if isinstance(page, Page)]
    return [replace(page, text=as_markup_has_it(page.text)) for page in pages] if dump in MARKUP else pages


@cache
def records_of(dump: str, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """Their records but for `source` and `encoding`, which say how a page was read."""
    return [comparable(build_record(page, load_annotators(), None, 'story')) for page in pages_that(dump, fields)]


@cache
def as_html() -> list[dict[str, Any]]:
    """The records of the saved pages, which their markup helps to label."""
    return [comparable(item) for item in label(find_inputs([EXAMPLES / 'html']), PLAN)]


def comparable(record: dict[str, Any] | Reject) -> dict[str, Any]:
    assert not isinstance(record, Reject), record.message
    return {name: value for name, value in record.items() if name not in {'source', 'encoding'}}


@pytest.mark.parametrize('dump', CARRIES)
def test_a_dump_says_what_its_format_can_carry(dump: str) -> None:
    made = list(read(dump))
    pages = [item for item in made if isinstance(item, Page)]
    said = [(page.text, *(getattr(page, name) for name in FIELDS)) for page in pages]
    assert said == [(page.text, *(getattr(page, name) for name in FIELDS)) for page in pages_that(dump, CARRIES[dump])]
    skipped = {'warc': ['warc_warcinfo', 'http_301'], 'wet': ['warc_warcinfo']}.get(dump, [])
    assert [item.reason for item in made if not isinstance(item, Page)] == skipped


@pytest.mark.parametrize('dump', [dump for dump in CARRIES if not dump.startswith('compressed/')])
def test_every_format_gives_the_same_records(dump: str) -> None:
    made = [comparable(item) for item in label(find_inputs([EXAMPLES / dump]), PLAN)]
    full = records_of('jsonl', FIELDS)
    assert len(made) == len(truth())
    # A WET file has no titles, which choose among several stories.
    assert made == (as_html() if dump in MARKUP else records_of('jsonl', CARRIES['wet'] if dump == 'wet' else FIELDS))
    assert [record['id'] for record in made] == [record['id'] for record in full]
    for mine, other in zip(made, full, strict=True):
        texts = [line['text'] for line in mine['lines']]
        if dump in MARKUP:  # whose labels the markup decides, too
            assert texts == [' '.join(line['text'].split()) for line in other['lines']]
        else:
            assert [said(line) for line in mine['lines']] == [said(line) for line in other['lines']]


def said(line: dict[str, Any]) -> dict[str, Any]:
    """Everything but where the line stands in its page."""
    return {name: value for name, value in line.items() if name not in {'start', 'end'}}


def test_a_saved_page_has_the_lines_of_its_gold() -> None:
    gold = {page['url']: [' '.join(line['text'].split()) for line in page['lines']] for page in truth().values()}
    assert {page.url: [line.text for line in split_lines(page.text)] for page in read('html') if isinstance(page, Page)} == gold


def test_datasets_loads_the_saved_folder() -> None:
    wanted = [json.loads(line) for line in (EXAMPLES / 'jsonl' / 'pages.jsonl').read_text('utf-8').splitlines()]
    assert datasets.load_from_disk(str(EXAMPLES / 'arrow')).to_list() == wanted


def test_what_a_line_looks_like_does_not_depend_on_runs_of_spaces() -> None:
    labeller = load_labeller()
    assert labeller.read(['In bài  Gửi bạn bè  Cỡ chữ']).shapes == labeller.read(['In bài Gửi bạn bè Cỡ chữ']).shapes

"""The main job on real pages, which lie beside the checkout of a developer and nowhere else."""

import gzip
import io
import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from builder.build import build
from builder.checking.check import check
from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.encodings.decode import decode
from builder.label import label
from builder.markup import Markup
from builder.model import Page, Reject
from builder.plan import load_plan
from builder.planning import Request
from builder.text.lines import split_lines
from builder.text.normalization import nfc, nfc_view
from tests.conftest import silent
from tests.converters.dumps import as_jsonl, as_parquet, as_tar, as_zip, write

# warcio leaves its temporary files to the garbage collector.
pytestmark = pytest.mark.filterwarnings('ignore:Unclosed file:ResourceWarning', 'ignore::pytest.PytestUnraisableExceptionWarning')
PLAN = load_plan()
RULES = Rules(PLAN.limits, field_mapping({}))

LOAD = """
import sys, gc
from datasets import load_dataset
for config in ('lines', 'pages', 'entities', 'pairs'):
    whole, streamed = load_dataset(sys.argv[1], config), load_dataset(sys.argv[1], config, streaming=True)
    assert set(whole) == set(streamed) and whole['test'].features == streamed['test'].features
    for split in whole:
        rows = list(streamed[split])
        assert rows == whole[split].to_list(), (config, split)
    print(config, {split: len(rows) for split, rows in whole.items()})
lines = load_dataset(sys.argv[1], 'lines')['test'].features
assert lines['label'].names == ['main_story', 'sidebar_noise'] and len(lines['kind'].names) == 20
for page in load_dataset(sys.argv[1], 'pages')['test']:
    for line in page['lines']:
        assert all(line['text'][e['start']:e['end']] == e['text'] for e in line['entities'])
"""


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text('utf-8').splitlines()]


@pytest.fixture(scope='module')
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp('real') / 'R'
    build(Request((shared / 'samples', shared / 'gold' / 'text'), out, '0.1.0', (shared / 'gold' / 'pages.jsonl',)), silent)
    return out


def test_every_gold_page_is_joined_and_the_release_passes(real: Path) -> None:
    manifest = json.loads((real / 'manifest.json').read_text('utf-8'))
    assert manifest['gold']['joined'] == manifest['gold']['pages'] == 46
    assert manifest['splits'].keys() >= {'train', 'test', 'test_unseen_sites'}
    assert check(real) == []


def test_another_process_loads_all_configs_whole_and_streamed(real: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, '-c', LOAD, real],
        capture_output=True,
        text=True,
        check=False,
        env={'HF_HUB_OFFLINE': '1', 'HF_HOME': str(tmp_path), 'PATH': ''},
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ['lines', 'pages', 'entities', 'pairs']


def test_the_sample_pages_are_labelled_without_an_error(shared: Path) -> None:
    made = {Path(record['source']['path']).stem: record for record in records_of(shared / 'samples')}
    for page in read(shared / 'gold' / 'samples.jsonl'):
        wanted = [(line['text'], line['label']) for line in page['lines']]
        assert [(line['text'], line['label']) for line in made[page['id']]['lines']] == wanted


def test_real_text_maps_back_from_its_nfc_view(shared: Path) -> None:
    for path in sorted((shared / 'gold' / 'text').iterdir()):
        text = path.read_text('utf-8')
        for form in (text, unicodedata.normalize('NFD', text)):
            view = nfc_view(form)
            for line in split_lines(view.text):
                assert nfc(form[view.raw_offset(line.start) : view.raw_offset(line.end)]) == line.text


def test_html_gives_the_lines_of_gold(shared: Path) -> None:
    gold = {page['id']: [line['text'] for line in page['lines']] for page in read(shared / 'gold' / 'pages.jsonl')}
    records = records_of(shared / 'gold' / 'html')
    made = {record['source']['path'].split('.')[0]: [line['text'] for line in record['lines']] for record in records}
    assert len(made) == 45
    assert made == {name: gold[name] for name in made}


def test_dirty_files_build_balance_and_say_why(shared: Path, tmp_path: Path) -> None:
    build(Request((shared / 'dirty',), tmp_path / 'out', '0.1.0', entities='none'), silent)
    rejects = read(tmp_path / 'out.rejects' / 'rejects.jsonl')
    assert {reject['reason'] for reject in rejects} == {'empty_file', 'no_text', 'id_conflict'}
    rows = json.loads((tmp_path / 'out' / 'manifest.json').read_text('utf-8'))['conservation']
    assert (
        sum(row['read'] for row in rows)
        == sum(row['kept'] + row['duplicate'] + sum(row['filtered'].values()) for row in rows) + len(rejects)
        == 229
    )


def test_every_container_of_html_gives_the_same_lines_and_all_that_their_labels_come_of(shared: Path, tmp_path: Path) -> None:
    pages = {
        path.name.removesuffix('.gz'): gzip.decompress(path.read_bytes()) for path in sorted((shared / 'gold' / 'html').iterdir())[::2]
    }
    for name, content in pages.items():
        write(tmp_path / 'folder', name, content)
    records = [{'html': decode(content, html=True).text} for content in pages.values()]
    write(tmp_path, 'pages.tar.gz', as_tar(pages))
    write(tmp_path, 'pages.zip', as_zip(pages))
    write(tmp_path, 'pages.warc.gz', as_warc(pages))
    write(tmp_path, 'pages.jsonl', as_jsonl(records))
    write(tmp_path, 'pages.parquet', as_parquet(records))
    wanted = labelled_by(tmp_path / 'folder')
    assert len(wanted) == 23
    assert all(markup is not None for _, _, markup in wanted)
    for dump in ('pages.tar.gz', 'pages.zip', 'pages.warc.gz', 'pages.jsonl', 'pages.parquet'):
        assert labelled_by(tmp_path / dump) == wanted, dump


def test_html_of_two_containers_has_the_same_labels(shared: Path, tmp_path: Path) -> None:
    pages = {path.name.removesuffix('.gz'): gzip.decompress(path.read_bytes()) for path in sorted((shared / 'gold' / 'html').iterdir())[:9]}
    dumps = [write(tmp_path, 'pages.zip', as_zip(pages)), write(tmp_path, 'pages.warc.gz', as_warc(pages))]
    one, other = ([record['lines'] for record in records_of(dump)] for dump in dumps)
    assert one == other
    assert len(one) == 9


def labelled_by(dump: Path) -> list[tuple[str, str | None, Markup | None]]:
    """What the labels of each page of a dump depend on, in order: its text, its title and its markup."""
    items = [item for file in find_inputs([dump]) for item in convert(Segment(file), RULES)]
    assert not [item for item in items if isinstance(item, Reject)]
    return [(item.text, item.title, item.markup) for item in items if isinstance(item, Page)]


def records_of(dump: Path) -> list[dict[str, Any]]:
    """The records of a dump, in order, without names."""
    made = list(label(find_inputs([dump]), replace(PLAN, entities='none')))
    assert not [item for item in made if isinstance(item, Reject)]
    return [record for record in made if not isinstance(record, Reject)]


def as_warc(pages: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    for name, content in pages.items():
        # No charset: as in a folder, the page itself must tell it.
        headers = StatusAndHeaders('200 OK', [('Content-Type', 'text/html')], protocol='HTTP/1.1')
        with io.BytesIO(content) as payload:
            writer.write_record(writer.create_warc_record(f'https://a.example/{name}', 'response', payload=payload, http_headers=headers))
    return stream.getvalue()

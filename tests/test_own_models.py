"""Weights of the user's own: `--labeller`, `--tagger crf:…` and the setting `labeller`, and files of them that really kill whoever reads them."""

import hashlib
import json
import multiprocessing
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.checking.check import check
from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.entities.conll import TaggedLine
from builder.entities.crf_tagger import CrfTagger
from builder.errors import ModelError, UsageError
from builder.explain import explain, find_page
from builder.label import label
from builder.labelling.labeller import WEIGHTS, LineLabeller, load_labeller
from builder.labelling.markup_labeller import load_markup_labeller
from builder.model import Page
from builder.plan import load_plan
from builder.planning import Request, explain_plan
from builder.rebuild import rebuild
from builder.records import build_record, load_annotators
from builder.training.labeller import train_labeller
from builder.training.tagger import write_tagger
from tests.conftest import EXAMPLES, invoked, silent
from tests.training.invented import articles

TEXT, HTML = EXAMPLES / 'text' / 'baomien.example', EXAMPLES / 'html' / 'songhau.example'
FEATURES, REFERENCES = 28, 44
"""Where the header of a CRF file says at what offset its features and the references to them begin: the one is followed by who opens the
file, the other by who reads a page with it."""


@pytest.fixture(scope='module')
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('own')
    stock = [{'title': one.title, 'lead': one.lead, 'blocks': [list(block) for block in one.blocks]} for one in articles(16)]
    (folder / 'articles.jsonl').write_text('\n'.join(map(json.dumps, stock)), 'utf-8')
    train_labeller(folder / 'articles.jsonl', [], folder / 'own.crfsuite', seed=3, pages=6)
    return folder / 'own.crfsuite'


@pytest.fixture(scope='module')
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    weights = tmp_path_factory.mktemp('names') / 'names.crfsuite'
    people = ('Trần Văn Bách', 'Lê Thị Sen', 'Phạm Minh Khôi', 'Đỗ Gia Hân')
    write_tagger([[TaggedLine(f'Ông {name} nói.', ((4, 4 + len(name), 'PER'),), name, 0)] for name in people * 3], weights, [])
    return weights


def damaged(weights: Path, folder: Path, offset: int) -> Path:
    """A copy whose header leads far beyond the file, with a record of its digest."""
    content = bytearray(weights.read_bytes())
    struct.pack_into('<I', content, offset, 0x7FFFFF00)
    record = json.loads(weights.with_suffix('.json').read_text('utf-8'))
    (folder / 'damaged.crfsuite').write_bytes(content)
    (folder / 'damaged.json').write_text(json.dumps(record | {'sha256': hashlib.sha256(content).hexdigest()}), 'utf-8')
    return folder / 'damaged.crfsuite'


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text('utf-8').splitlines()]


def in_this_process(dumps: Sequence[Path], labeller: Path, names: Path | None = None) -> Iterator[str]:
    plan = load_plan()
    annotators = replace(load_annotators(labeller=labeller), **({'tagger': CrfTagger(names)} if names else {}))
    rules = Rules(plan.limits, field_mapping({}), None)
    for file in find_inputs(dumps):
        for page in convert(Segment(file), rules):
            assert isinstance(page, Page)
            yield json.dumps(build_record(page, annotators, None), ensure_ascii=False) + '\n'


def test_records_of_text_and_html_are_those_of_one_process_and_votes_carry_their_version(own: Path, names: Path, tmp_path: Path) -> None:
    done = invoked('label', TEXT, HTML, '--labeller', own, '--tagger', f'crf:{names}', '-o', tmp_path / 'out.jsonl')
    assert done.returncode == 0, done.stderr
    assert (tmp_path / 'out.jsonl').read_text('utf-8') == ''.join(in_this_process([TEXT, HTML], own, names))
    made = records(tmp_path / 'out.jsonl')
    version = LineLabeller(own).version
    assert version != load_labeller().version
    of_lines, of_markup = ('line_labeller', version), ('markup_labeller', load_markup_labeller().version)
    for record in made:
        votes = {(vote['name'], vote['version']) for line in record['lines'] for vote in line['votes'] if vote['source'] == 'model'}
        assert votes == ({of_lines} if record['source']['format'] == 'text' else {of_lines, of_markup})
    found = {vote['version'] for one in made for line in one['lines'] for vote in line['entity_votes'] if vote['source'] == 'model'}
    assert found == {CrfTagger(names).version}
    assert multiprocessing.active_children() == []


def test_the_configuration_can_name_the_labeller(own: Path, tmp_path: Path) -> None:
    config = own.with_name('label.yaml')
    config.write_text('labeller: own.crfsuite\n')
    for name, chosen in (('by_option', ('--labeller', own)), ('by_setting', ('--config', config))):
        assert invoked('label', TEXT, *chosen, '--entities', 'none', '-o', tmp_path / name).returncode == 0
    assert (tmp_path / 'by_option').read_bytes() == (tmp_path / 'by_setting').read_bytes()


def test_a_reader_that_has_seen_enough_leaves_no_child_behind(own: Path) -> None:
    made = label(find_inputs([TEXT]), load_plan(labeller=own))
    next(made)
    assert len(multiprocessing.active_children()) == 1
    made.close()
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ('changed', 'says'),
    [
        (None, 'cannot be read with its record'),
        ({'sha256': '0'}, 'its sha256 is not the one in own.json'),
        ({'feature_version': 0}, 'was trained for features of other versions'),
        ({'format_version': 0}, 'was trained for features of other versions'),
        ({'members': []}, r'own.crfsuite: opening it failed'),
        ({'thresholds': {}}, r'own.crfsuite: opening it failed'),
    ],
)
def test_weights_that_are_not_the_recorded_ones_are_one_line(
    changed: dict[str, object] | None, says: str, own: Path, tmp_path: Path
) -> None:
    shutil.copy(own, tmp_path)
    if changed is not None:
        (tmp_path / 'own.json').write_text(json.dumps(json.loads(own.with_suffix('.json').read_text('utf-8')) | changed), 'utf-8')
    assert says in failure('label', TEXT, '--labeller', tmp_path / 'own.crfsuite', '-o', tmp_path / 'out')


def failure(*command: object) -> str:
    """What the command says: one line, with code 1, no child left, and what its last argument names, if it is an output, as it was."""
    output = Path(str(command[-1])) if command[-2] == '-o' else None
    if output:
        output.write_text('before\n')
    before = output and sorted(output.parent.iterdir())
    done = invoked(*command)
    assert (done.returncode, done.stdout, done.stderr.count('\n')) == (1, '', 1)
    if output:
        assert output.read_text() == 'before\n'
        assert sorted(output.parent.iterdir()) == before
    assert multiprocessing.active_children() == []
    return done.stderr


@pytest.mark.parametrize('which', ['own.crfsuite', 'own.json', 'label.yaml'])
def test_what_the_command_reads_is_not_written_over(which: str, own: Path, tmp_path: Path) -> None:
    for path in (own, own.with_suffix('.json')):
        shutil.copy(path, tmp_path)
    (tmp_path / 'label.yaml').write_text('labeller: own.crfsuite\n')
    before = (tmp_path / which).read_bytes()
    done = invoked('label', TEXT, '--config', tmp_path / 'label.yaml', '-o', tmp_path / which)
    assert (done.returncode, done.stderr.count('\n')) == (2, 1)
    assert f'{tmp_path / which}: is read by this command and the output at once' in done.stderr
    assert (tmp_path / which).read_bytes() == before


def test_label_that_is_told_to_end_leaves_nothing_behind(own: Path, tmp_path: Path) -> None:
    (tmp_path / 'out').write_text('before\n')
    command = [sys.executable, '-m', 'builder', 'label', str(TEXT), str(tmp_path / 'page.jsonl'), '--labeller', str(own)]
    (tmp_path / 'page.jsonl').write_text('{"text": "Sáng nay mưa to."}\n' * 20_000)
    with subprocess.Popen([*command, '-o', str(tmp_path / 'out')], stderr=subprocess.PIPE, text=True) as running:
        for _ in range(600):
            if len(list(tmp_path.iterdir())) > 2:
                break
            time.sleep(0.1)
        running.terminate()
        running.communicate(timeout=60)
    assert running.returncode == 128 + signal.SIGTERM
    assert (tmp_path / 'out').read_text() == 'before\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == ['out', 'page.jsonl']


def test_a_missing_labeller_is_one_line(tmp_path: Path) -> None:
    for name in (tmp_path / 'none.crfsuite', '.'):
        assert 'cannot be read with its record' in failure('label', TEXT, '--labeller', name, '-o', tmp_path / 'out')


def test_a_damaged_file_kills_its_child_alone_and_is_named_with_the_page(own: Path, names: Path, tmp_path: Path) -> None:
    page = TEXT / '01-eo-bien-phan-lan.txt'
    for weights, option in ((own, '--labeller {}'), (names, '--tagger crf:{}')):
        for offset, what in ((FEATURES, 'opening it'), (REFERENCES, f'reading page {page.name} bytes 0-{page.stat().st_size} with it')):
            bad = damaged(weights, tmp_path, offset)
            says = f'vinews: {bad}: {what} killed the process (signal 11, Segmentation fault); train it anew'
            assert failure('label', page, *option.format(bad).split(), '-o', tmp_path / 'out').startswith(says)


def test_what_spoke_for_a_line_is_told_of_the_model_that_labelled_it_and_of_no_other(own: Path, tmp_path: Path) -> None:
    out, version = tmp_path / 'out.jsonl', LineLabeller(own).version
    assert invoked('label', TEXT, HTML, '--labeller', own, '--entities', 'none', '-o', out).returncode == 0
    text, html = (next(one for one in records(out) if one['source']['format'] == form) for form in ('text', 'html'))
    told = invoked('explain', out, text['id'], '--labeller', own)
    assert (told.returncode, told.stderr) == (0, '')
    assert told.stdout.count('\n       for ') > len(text['lines'])
    assert 'is not shown' not in told.stdout
    (*lines, silence) = explain(text)
    assert not [line for line in lines if line.startswith('       for ')]
    assert silence == (
        f'What spoke for each line is not shown: line_labeller {version} labelled the page, '
        f'but at hand is line_labeller {load_labeller().version} of lines.crfsuite (--labeller gives another).'
    )
    assert list(explain(html, own))[-1] == 'What spoke for each line is not shown: its markup spoke too, which a record does not hold.'
    assert f'line_labeller {version} labelled the page' in list(explain(html))[-1]
    shutil.copy(out, tmp_path / 'other.jsonl')
    bad = damaged(own, tmp_path, REFERENCES)
    (tmp_path / 'other.jsonl').write_text(out.read_text('utf-8').replace(version, LineLabeller(bad).version), 'utf-8')
    died = failure('explain', tmp_path / 'other.jsonl', text['id'], '--labeller', bad)
    assert f'{bad}: reading page {text["id"]} with it killed' in died


def test_a_build_with_a_labeller_of_ones_own(own: Path, tmp_path: Path) -> None:
    config = own.with_name('build.yaml')
    config.write_text('labeller: own.crfsuite\nentities: none\n')
    request = Request((TEXT,), tmp_path / 'out', '0.1.0', config=config)
    manifest = build(request, silent).manifest
    version = LineLabeller(own).version
    assert (manifest['labeller']['name'], manifest['labeller']['version']) == ('line_labeller', version)
    assert manifest['labeller']['training'] == json.loads(own.with_suffix('.json').read_text('utf-8'))
    files = (own, own.with_suffix('.json'))
    assert manifest['plan']['labeller_sha256'] == [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    pages = [row for path in (tmp_path / 'out' / 'pages').glob('*') for row in pq.read_table(path).to_pylist()]
    votes = [vote for page in pages for line in page['lines'] for vote in line['votes'] if vote['name'] == 'line_labeller']
    assert {vote['version'] for vote in votes} == {version}
    assert check(tmp_path / 'out') == []
    assert not build(request, silent).fresh
    assert rebuild(tmp_path / 'out', request, 1).faults == []
    page = find_page(tmp_path / 'out', pages[0]['id'])
    assert [line for line in explain(page, own) if line.startswith('       for ')]
    assert list(explain(page))[-1].startswith(f'What spoke for each line is not shown: line_labeller {version} labelled')
    shipped = replace(request, labeller=WEIGHTS)
    with pytest.raises(UsageError, match=r'built with other settings \(labeller_sha256\)'):
        rebuild(tmp_path / 'out', shipped, 1)
    assert 'changed since it was staged: plan.labeller_sha256' in '\n'.join(
        explain_plan(replace(shipped, out=tmp_path / 'out2', previous=tmp_path / 'out', version='0.2.0'))
    )


@pytest.mark.parametrize(('offset', 'what'), [(FEATURES, 'opening it'), (REFERENCES, 'reading page that is tried first with it')])
def test_a_build_tries_a_labeller_before_any_work(offset: int, what: str, own: Path, tmp_path: Path) -> None:
    bad = damaged(own, tmp_path, offset)
    with pytest.raises(ModelError, match=f'^{bad}: {what} killed the process'):
        build(Request((TEXT,), tmp_path / 'out', '0.1.0', labeller=bad), silent)
    assert sorted(tmp_path.iterdir()) == [bad, bad.with_suffix('.json')]
    assert not (tmp_path / 'out').exists()
    assert multiprocessing.active_children() == []

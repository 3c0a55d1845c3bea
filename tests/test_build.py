"""Builds as a user runs them: the same bytes whatever the workers, nothing done twice, nothing lost, no harm on bad input."""

import base64
import gzip
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder import build as build_module
from builder.build import build
from builder.digests import file_sha256
from builder.entities.crf_tagger import NAME_WEIGHTS
from builder.errors import BalanceError, InputError, UsageError
from builder.labelling.labeller import WEIGHTS
from builder.labelling.markup_labeller import MARKUP_WEIGHTS
from builder.planning import Request
from builder.release.assignment import Assignment
from builder.release.manifest import read_release_manifest
from builder.splits import possible_splits
from tests.conftest import EXAMPLES, build_examples, invoked, silent

SPLITS = possible_splits(None)
STORY = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn.'


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob('*')) if path.is_file()}


def manifest(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / 'manifest.json').read_text('utf-8'))
    return read


def total(release: Path, name: str) -> Any:
    values = [row[name] for row in manifest(release)['conservation']]
    if isinstance(values[0], int):
        return sum(values)
    return {key: sum(value.get(key, 0) for value in values) for value in values for key in value}


def simple_build(out: Path, *dumps: Path, **options: Any) -> Path:
    build(Request(dumps, out, '0.1.0', **options), silent)
    return out


def test_a_finished_build_is_verified_and_not_done_again(release: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in release.rglob('*')}
    assert build_examples(release).fresh is False
    assert {path: path.stat().st_mtime_ns for path in release.rglob('*')} == before
    assert not release.with_name('example.work').exists()


def test_the_manifest_says_by_digest_what_labelled_the_pages_and_was_trained_on_what(release: Path) -> None:
    models = read_release_manifest(release)['labeller']
    records = (models['training'], models['html']['training'], models['tagger']['training'])
    for weights, record in zip((WEIGHTS, MARKUP_WEIGHTS, NAME_WEIGHTS), records, strict=True):
        assert record['sha256'] == file_sha256(weights)
        assert all(len(file['sha256']) == 64 for file in record['trained_on'])


def test_a_finished_build_that_was_changed_is_reported(release: Path, tmp_path: Path) -> None:
    out = tmp_path / 'example'
    shutil.copytree(release, out)
    (out / 'README.md').write_text('changed')
    with pytest.raises(InputError, match=r'README\.md: is not what this build wrote'):
        build_examples(out)


def test_an_interrupted_build_goes_on_with_the_same_bytes(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / 'example'

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build_module, 'assign_pages', stop)
    with pytest.raises(KeyboardInterrupt):
        build_examples(out)
    staged = {path: path.stat().st_mtime_ns for path in (tmp_path / 'example.work' / 'shards').rglob('*.parquet')}
    assert staged
    assert not out.exists()
    monkeypatch.undo()
    monkeypatch.setattr(build_module, 'require_tiling', lambda *_: _assert_untouched(staged))
    build_examples(out)
    assert contents(out) == contents(release)


def test_a_build_killed_at_any_moment_is_taken_up_with_the_same_bytes(tmp_path: Path) -> None:
    config = tmp_path / 'config.yaml'
    config.write_text('limits: {shard_bytes: 10000}\n')
    dump = EXAMPLES / 'jsonl' / 'pages.jsonl'
    undisturbed = simple_build(tmp_path / 'undisturbed', dump, config=config)
    command = [sys.executable, '-m', 'builder', 'build', str(dump), '--config', str(config), '--out', str(tmp_path / 'out')]
    command += ['--version', '0.1.0', '--workers', '2']

    def staged() -> int:
        return len(list((tmp_path / 'out.work' / 'shards').glob('*/manifest.json')))

    for _ in range(2):
        before = staged()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and staged() <= before:
                time.sleep(0.01)
            process.kill()
        assert process.returncode != 0, 'the build was over before it was killed: give it more pages'
        assert staged() > before
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / 'out') == contents(undisturbed)
    assert not (tmp_path / 'out.work').exists()


def _assert_untouched(staged: dict[Path, int]) -> None:
    assert {path: path.stat().st_mtime_ns for path in staged} == staged


def test_gold_makes_the_test_splits_and_wins(release: Path) -> None:
    gold = {
        tuple(line['text'] for line in page['lines']): page
        for page in map(json.loads, (EXAMPLES / 'gold.jsonl').read_text('utf-8').splitlines())
    }
    told = manifest(release)
    assert told['gold']['joined'] == told['gold']['pages'] == len(gold) == 22
    assert list(told['splits']) == list(SPLITS)
    for split in SPLITS:
        for page in pq.read_table(release / 'pages' / f'{split}-00000-of-00001.parquet').to_pylist():
            said = gold.get(tuple(line['text'] for line in page['lines']))
            assert (said is not None) == split.startswith('test')
            if said:
                assert {line['label_source'] for line in page['lines']} == {'gold'}
                assert all(any(vote['source'] == 'model' for vote in line['votes']) for line in page['lines'])
                names = [(n, e['start'], e['end'], e['text']) for n, line in enumerate(page['lines']) for e in line['entities']]
                assert names == sorted((e['line'], e['start'], e['end'], e['text']) for e in said['entities'])


def test_an_empty_split_is_absent(tmp_path: Path) -> None:
    (tmp_path / 'page.txt').write_text(STORY)
    out = simple_build(tmp_path / 'out', tmp_path / 'page.txt')
    told = manifest(out)
    assert len(told['splits']) == 1
    assert len(told['absent_splits']) == 3
    assert f'absent from this release: {", ".join(told["absent_splits"])}' in (out / 'README.md').read_text('utf-8')
    assert {path.name.split('-')[0] for path in out.glob('*/*.parquet')} == set(told['splits'])


def test_everything_read_is_accounted_for(tmp_path: Path) -> None:
    dump = tmp_path / 'dump.jsonl'
    rows = [
        {'text': STORY, 'url': 'https://a.example/1'},
        {'text': STORY, 'url': 'https://a.example/1#again'},
        {'text': f'{STORY} Khác.', 'url': 'https://a.example/1'},
        {'text': 'The farmers on both banks of the river went out early this morning to bring in the harvest before the tide.'},
        {'text': STORY, 'url': 'https://b.example/2'},
        {'title': 'không có chữ'},
    ]
    dump.write_text('\n'.join(json.dumps(row) for row in rows) + '\n{hỏng\n\n')
    (tmp_path / 'splits.yaml').write_text(
        'name: t\nversion: 1\nsalt: t\nvalidation_share: 0\nunseen_site_share: 0\nunseen_sites: [b.example]\nseen_sites: []\n'
    )
    (tmp_path / 'config.yaml').write_text('split_policy: splits.yaml\n')
    out = simple_build(tmp_path / 'out', dump, config=tmp_path / 'config.yaml')
    assert total(out, 'read') == 7
    assert total(out, 'kept') == 1
    assert total(out, 'duplicate') == 1
    assert total(out, 'filtered') == {'language_en': 1, 'reserved_site': 1}
    assert total(out, 'rejected') == {'id_conflict': 1, 'invalid_json': 1, 'no_text': 1}
    rejects = [json.loads(line) for line in (tmp_path / 'out.rejects' / 'rejects.jsonl').read_text('utf-8').splitlines()]
    assert sorted(reject['reason'] for reject in rejects) == ['id_conflict', 'invalid_json', 'no_text']
    content = dump.read_bytes()
    broken = next(reject for reject in rejects if reject['reason'] == 'invalid_json')
    assert content[broken['start'] : broken['end']].decode() == '{hỏng\n'


@pytest.mark.parametrize('stage', ['records.parquet', 'pages'])
def test_a_record_lost_between_two_stages_fails_the_build_by_name(stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[str] = []

    def drop_first(path: Path) -> None:
        table = pq.read_table(path)
        lost.append(table['id'][0].as_py())
        pq.write_table(table.slice(1), path)

    if stage == 'pages':
        real = build_module.require_release

        def sabotage(assignment: Assignment, folder: Path) -> None:
            drop_first(next((folder / 'pages').glob('train*')))
            real(assignment, folder)

        monkeypatch.setattr(build_module, 'require_release', sabotage)
    else:
        tiling = build_module.require_tiling

        def sabotage_staged(files: Any, shards: Any) -> None:
            drop_first(shards[0] / stage)
            tiling(files, shards)

        monkeypatch.setattr(build_module, 'require_tiling', sabotage_staged)
    with pytest.raises(BalanceError) as caught:
        build_examples(tmp_path / 'out')
    assert lost[0] in str(caught.value)
    assert not (tmp_path / 'out').exists()


def test_a_count_that_does_not_add_up_fails_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = build_module.assign_pages

    def forget_one(*arguments: Any) -> Assignment:
        return Assignment(real(*arguments).table.slice(1))

    monkeypatch.setattr(build_module, 'assign_pages', forget_one)
    with pytest.raises(BalanceError, match=r'shard text#0of4: read \d+ pieces, but \d+ have a fate'):
        build_examples(tmp_path / 'out')


def test_gold_meant_for_a_page_that_does_not_fit_it_rejects_the_page(tmp_path: Path) -> None:
    rows = [{'id': 'p1', 'text': f'{STORY}\nChia sẻ', 'note': 'thô'}, {'id': 'p2', 'text': f'{STORY} Và nữa.'}]
    (tmp_path / 'dump.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
    lines = [{'text': STORY, 'label': 'main_story', 'kind': 'body'}, {'text': 'Chia sẻ ngay', 'label': 'sidebar_noise', 'kind': 'widget'}]
    (tmp_path / 'gold.jsonl').write_text(json.dumps({'id': 'p1', 'site': 'a.example', 'no_story': False, 'lines': lines, 'entities': []}))
    out = simple_build(tmp_path / 'out', tmp_path / 'dump.jsonl', gold=(tmp_path / 'gold.jsonl',))
    assert total(out, 'rejected') == {'gold_mismatch': 1}
    assert manifest(out)['gold']['not_in_dump'] == ['p1']
    reject = json.loads((tmp_path / 'out.rejects' / 'rejects.jsonl').read_text('utf-8'))
    assert 'first at line 1' in reject['message']
    assert json.loads(base64.b64decode(reject['raw_base64'])) == rows[0]


def test_a_page_that_only_has_the_file_name_of_a_gold_page_is_a_page_of_its_own(tmp_path: Path) -> None:
    for folder, text in (('x', STORY), ('y', f'{STORY} Trang khác.')):
        (tmp_path / 'dump' / folder).mkdir(parents=True)
        (tmp_path / 'dump' / folder / 'a.txt').write_text(text)
    lines = [{'text': STORY, 'label': 'main_story', 'kind': 'body'}]
    (tmp_path / 'gold.jsonl').write_text(json.dumps({'id': 'a', 'site': 'a.example', 'no_story': False, 'lines': lines}))
    out = simple_build(tmp_path / 'out', tmp_path / 'dump', gold=(tmp_path / 'gold.jsonl',))
    assert total(out, 'kept') == 2
    assert manifest(out)['gold']['joined'] == 1


def test_what_a_build_writes_may_not_lie_in_its_dump(tmp_path: Path) -> None:
    (tmp_path / 'page.txt').write_text(STORY)
    with pytest.raises(UsageError, match='lies in the dump'):
        simple_build(tmp_path / 'out', tmp_path)
    (tmp_path / 'link').symlink_to(tmp_path / 'nowhere')
    with pytest.raises(UsageError, match='is a link to nothing'):
        simple_build(tmp_path / 'link', tmp_path / 'page.txt')
    assert sorted(path.name for path in tmp_path.iterdir()) == ['link', 'page.txt']


def test_a_second_build_into_the_same_folder_is_refused_while_the_first_is_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []
    real = build_module.require_tiling

    def meanwhile(*arguments: Any) -> None:
        with pytest.raises(UsageError, match='another build is at work here') as caught:
            build_examples(tmp_path / 'out')
        refused.append(str(caught.value))
        monkeypatch.setattr(build_module, 'require_tiling', real)
        real(*arguments)

    monkeypatch.setattr(build_module, 'require_tiling', meanwhile)
    assert build_examples(tmp_path / 'out').fresh
    assert refused


def test_dumps_with_names_like_ours_are_told_apart(tmp_path: Path) -> None:
    for number, name in enumerate(('a-2', 'a', 'b/a')):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / '01.txt').write_text(f'{STORY} {number}')
    out = simple_build(tmp_path / 'out', tmp_path / 'a-2', tmp_path / 'a', tmp_path / 'b' / 'a')
    assert sorted(entry['dump'] for entry in manifest(out)['inputs']) == ['a', 'a-2', 'a-3']


def test_a_release_split_into_small_files_says_the_same(release: Path, tmp_path: Path) -> None:
    config = tmp_path / 'build.yaml'
    config.write_text((EXAMPLES / 'build.yaml').read_text() + 'limits: {file_bytes: 60000, shard_bytes: 20000}\n')
    for name in ('metadata.jsonl', 'splits.yaml'):
        shutil.copy(EXAMPLES / name, tmp_path / name)
    out = simple_build(tmp_path / 'out', EXAMPLES / 'jsonl', gold=(EXAMPLES / 'gold.jsonl',), config=config)
    assert len(list(out.glob('lines/train-*'))) > 1
    assert len(manifest(out)['conservation']) > 4
    for split in SPLITS:
        many = pa.concat_tables([pq.read_table(path) for path in sorted(out.glob(f'pairs/{split}-*'))])
        one = pq.read_table(release / 'pairs' / f'{split}-00000-of-00001.parquet')
        assert many.drop_columns('source').equals(one.drop_columns('source'))


BAD = [
    ({'version': '1.0'}, UsageError, 'not of the form X.Y.Z'),
    ({'version': '01.0.0'}, UsageError, 'not of the form X.Y.Z'),
    ({'dumps': (Path('missing'),)}, UsageError, 'no such file or folder'),
    ({'config': Path('missing.yaml')}, UsageError, 'cannot read the configuration'),
    ({'gold': (Path('missing.jsonl'),)}, InputError, 'cannot read the gold file'),
    ({'previous': Path('missing')}, InputError, 'no release here'),
]


@pytest.mark.parametrize(('change', 'error', 'says'), BAD, ids=[str(case[2]) for case in BAD])
def test_what_makes_no_sense_is_refused_before_anything_is_written(
    change: dict[str, Any], error: type[Exception], says: str, tmp_path: Path
) -> None:
    options = {'dumps': (EXAMPLES / 'text',), 'out': tmp_path / 'out', 'version': '0.1.0', **change}
    with pytest.raises(error, match=says):
        build(Request(**options), silent)
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_holds_something_else_is_left_alone(tmp_path: Path, release: Path) -> None:
    (tmp_path / 'out').mkdir()
    (tmp_path / 'out' / 'thesis.txt').write_text('mine')
    with pytest.raises(UsageError, match='holds something that is no release'):
        build_examples(tmp_path / 'out')
    (tmp_path / 'new.work').mkdir()
    (tmp_path / 'new.work' / 'thesis.txt').write_text('mine')
    with pytest.raises(UsageError, match=r'new\.work: is in the way'):
        build_examples(tmp_path / 'new')
    with pytest.raises(UsageError, match='a release is never written into'):
        build_examples(release, version='0.2.0')
    assert sorted(path.name for path in tmp_path.rglob('*')) == ['new.work', 'out', 'thesis.txt', 'thesis.txt']


def test_a_dump_of_which_no_page_is_left_is_an_error_without_traces(tmp_path: Path) -> None:
    (tmp_path / 'empty.txt').touch()
    with pytest.raises(InputError, match=r'no page is left for a release \(empty_file 1\)'):
        simple_build(tmp_path / 'out', tmp_path / 'empty.txt')
    assert [path.name for path in tmp_path.iterdir()] == ['empty.txt']


def test_a_version_must_be_above_the_previous_and_the_changelog_says_what_changed(release: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'version 0\.1\.0 is not above 0\.1\.0'):
        build_examples(tmp_path / 'out', previous=release)
    dump = tmp_path / 'text'
    shutil.copytree(EXAMPLES / 'text', dump)
    next(dump.glob('songhau.example/01*')).unlink()
    (dump / 'songhau.example' / '99.txt').write_text(STORY)
    config, gold = EXAMPLES / 'build.yaml', EXAMPLES / 'gold.jsonl'
    built = build(Request((dump,), tmp_path / 'next', '1.0.0', (gold,), config, previous=release), silent)
    assert 0 < built.taken_up < built.shards  # a file more or less changes the bucket that it is in
    log = (tmp_path / 'next' / 'CHANGELOG.md').read_text('utf-8')
    assert 'Against 0.1.0 MAJOR: ' in log
    assert '\n- 1 page added: ' in log
    assert '\n- 1 page removed: ' in log
    assert log.index('## 1.0.0') < log.index('## 0.1.0')


@pytest.mark.parametrize(
    ('text', 'says'),
    [
        ('languages: vi\n', "'vi' is not of type 'array'"),
        ('unknown: 1\n', 'unknown'),
        ('- a\n', 'settings are `name: value` lines'),
        ('a: [\n', 'not YAML'),
        ('split_policy: nowhere\n', 'neither shipped'),
        ('site_pattern: "("\n', 'no regular expression'),
        ('site_pattern: "a"\n', 'no group named site'),
        ('sidecar: nowhere.jsonl\n', 'cannot read the sidecar'),
    ],
)
def test_a_wrong_configuration_is_refused_by_name(text: str, says: str, tmp_path: Path) -> None:
    config = tmp_path / 'config.yaml'
    config.write_text(text)
    with pytest.raises(UsageError, match=says):
        simple_build(tmp_path / 'out', EXAMPLES / 'text', config=config)


@pytest.mark.parametrize(('staged', 'says'), [(2, 'was kept but is not among'), (4, 'was not kept but is among')])
def test_the_last_record_of_a_compressed_dump_cannot_go_or_come_unnoticed(
    staged: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [json.dumps({'id': str(number), 'text': f'{STORY} {number}'}) + '\n' for number in range(3)]
    (tmp_path / 'dump.jsonl.gz').write_bytes(gzip.compress(''.join(rows).encode(), mtime=0))
    reached = [sum(len(row.encode()) for row in rows[:number]) for number in range(4)]
    named: list[str] = []
    real = build_module.require_tiling

    def sabotage(files: Any, shards: Any) -> None:
        table = pq.read_table(shards[0] / 'records.parquet')
        named.append(table['id'][-1].as_py())
        pq.write_table(pa.concat_tables([table, table.slice(2)]).slice(0, staged), shards[0] / 'records.parquet')
        real(files, shards)

    monkeypatch.setattr(build_module, 'require_tiling', sabotage)
    with pytest.raises(BalanceError) as caught:
        simple_build(tmp_path / 'out', tmp_path / 'dump.jsonl.gz')
    place = f'dump.jsonl.gz/dump.jsonl.gz bytes {reached[2]}-{reached[3]}'
    assert re.search(rf'shard dump\.jsonl\.gz#\dof4: record {named[0]} \({re.escape(place)}\) {says} its staged records', str(caught.value))


def test_the_plan_is_explained_before_anything_runs(tmp_path: Path) -> None:
    gold = ('--gold', EXAMPLES / 'gold.jsonl')
    command = ('build', EXAMPLES / 'jsonl', *gold, '--out', tmp_path / 'out', '--version', '0.1.0', '--workers', 1)
    told = invoked(*command, '--explain-plan')
    assert (told.returncode, told.stderr) == (0, '')
    assert told.stdout.count('will run: not staged yet') == 1
    assert not list(tmp_path.iterdir())

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_module, 'assign_pages', stop)
        with pytest.raises(KeyboardInterrupt):
            build(Request((EXAMPLES / 'jsonl',), tmp_path / 'out', '0.1.0', (EXAMPLES / 'gold.jsonl',)), silent)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob('*')}
    assert 'is staged already' in invoked(*command, '--explain-plan').stdout
    (tmp_path / 'other.yaml').write_text('languages: [vi, en]\n')
    changed = invoked(*command, '--config', tmp_path / 'other.yaml', '--explain-plan').stdout
    assert 'changed since it was staged: plan.languages\n' in changed
    without_gold = invoked('build', EXAMPLES / 'jsonl', *command[4:], '--explain-plan').stdout
    assert 'changed since it was staged: gold\n' in without_gold
    assert before == {path: path.stat().st_mtime_ns for path in before}
    build(Request((EXAMPLES / 'jsonl',), tmp_path / 'out', '0.1.0', (EXAMPLES / 'gold.jsonl',)), silent)
    assert 'nothing will run' in invoked(*command, '--explain-plan').stdout

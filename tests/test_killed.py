"""Pieces of input that kill their worker cost themselves: real processes, really killed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.checking.check import check
from builder.planning import Request, explain_plan
from tests.conftest import silent, vinews
from tests.suffering import is_running

KILLING = Path(__file__).parent / 'killing'
STORY = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn, theo chính quyền xã.'
DEADLY = {'SEGFAULT': 'killed', 'MEMORY': 'killed', 'ENDLESS': 'watchdog'}
WORDS = ['', 'SEGFAULT', '', 'ENDLESS', 'ONCE', 'MEMORY', '']


@pytest.fixture(scope='module')
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('deadly') / 'dump'
    folder.mkdir()
    rows = [{'id': f'line {number}', 'text': f'{STORY} {word}\n{number}'} for number, word in enumerate(WORDS)]
    (folder / 'pages.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
    for number, word in enumerate(('', 'SEGFAULT', '')):
        (folder / f'{number}.html').write_text(f'<html><body><p>{STORY} {word}</p><p>page {number}</p></body></html>')
    (folder.parent / 'build.yaml').write_text('limits: {watchdog_seconds: 4}\n')
    return folder


def test_a_piece_that_kills_its_worker_is_rejected_and_its_neighbours_are_kept(dump: Path, tmp_path: Path) -> None:
    command = ('build', dump, '--config', dump.parent / 'build.yaml', '--out', tmp_path / 'out', '--version', '0.1.0', '--workers', 2)
    done = vinews(*command, PYTHONPATH=f'{KILLING}', KILLED_ONCE=f'{tmp_path / "once"}')
    assert done.returncode == 0, done.stderr
    assert 'no claim' in done.stdout
    rejects = [json.loads(line) for line in (tmp_path / 'out.rejects' / 'rejects.jsonl').read_text('utf-8').splitlines()]
    assert sorted(row['reason'] for row in rejects) == ['killed', 'killed', 'killed', 'watchdog']
    assert {row['path'] for row in rejects} == {'1.html', 'pages.jsonl'}
    assert [row for row in rejects if 'MemoryError' in row['message']]
    texts = [text for path in (tmp_path / 'out' / 'pages').glob('*') for text in pq.read_table(path)['text'].to_pylist()]
    assert len(texts) == len(WORDS) - 3 + 2
    assert [text for text in texts if 'ONCE' in text]
    assert not [text for text in texts if set(text.split()) & DEADLY.keys()]
    manifest = json.loads((tmp_path / 'out' / 'manifest.json').read_text('utf-8'))
    assert manifest['repeatable'] is False
    assert check(tmp_path / 'out') == []


def test_a_worker_that_is_killed_outside_any_piece_ends_the_build_with_a_message(dump: Path, tmp_path: Path) -> None:
    (tmp_path / 'sitecustomize.py').write_text(
        'import os, signal, builder.staging.writer\nbuilder.staging.writer.ShardWriter.flush = lambda self: os.kill(os.getpid(), signal.SIGKILL)\n'
    )
    command = ('build', dump / '0.html', '--out', tmp_path / 'out', '--version', '0.1.0', '--workers', 1)
    done = vinews(*command, PYTHONPATH=f'{tmp_path}')
    assert (done.returncode, done.stderr.count('\n')) == (1, 1)
    assert 'not by a piece of input' in done.stderr


def test_a_shard_whose_workers_were_killed_is_tried_again_by_the_next_run(dump: Path, tmp_path: Path) -> None:
    (tmp_path / 'sitecustomize.py').write_text(
        f'import sys; sys.path.insert(0, {str(KILLING)!r}); exec(open({str(KILLING / "sitecustomize.py")!r}).read())\n'
        'import builder.build, builder.release.assignment\n'
        'def stop(*_): raise KeyboardInterrupt\n'
        'builder.release.assignment.assign_pages = stop\n'
        'builder.build.assign_pages = stop\n'
    )
    command = ('build', dump / '1.html', '--out', tmp_path / 'out', '--version', '0.1.0', '--workers', 1)
    assert vinews(*command, PYTHONPATH=f'{tmp_path}').returncode
    (manifest,) = (tmp_path / 'out.work' / 'shards').glob('*/manifest.json')
    assert 'rejected:killed' in manifest.read_text('utf-8')
    again = Request((dump / '1.html',), tmp_path / 'out', '0.1.0')
    assert [line for line in explain_plan(again) if 'workers killed' in line]
    assert build(again, silent).manifest['repeatable']


def test_the_workers_of_a_killed_build_end(dump: Path, tmp_path: Path) -> None:
    command = [sys.executable, '-m', 'builder', 'build', str(dump), '--out', str(tmp_path / 'out'), '--version', '0.1.0', '--workers', '2']
    environment = {**os.environ, 'PYTHONPATH': f'{KILLING}', 'KILLED_ONCE': f'{tmp_path}'}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        children = Path(f'/proc/{process.pid}/task/{process.pid}/children')
        if not children.exists():
            process.kill()
            pytest.skip('this kernel does not say whose child a process is')
        while not list(tmp_path.glob('out.work/shards/*.journal')):
            assert process.poll() is None
            time.sleep(0.01)
        workers = children.read_text().split()
        process.kill()
    assert len(workers) > 1
    for _ in range(600):
        if not any(is_running(worker) for worker in workers):
            return
        time.sleep(0.1)
    raise AssertionError(f'processes {workers} outlived their build by a minute')

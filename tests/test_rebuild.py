"""`vinews check --rebuild`: a release is what comes of its dump, and what is not is named."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from builder import rebuild as rebuild_module
from builder.errors import InputError, UsageError
from builder.planning import Request
from builder.rebuild import rebuild, told
from tests.checking.forging import edit_manifest, forge
from tests.conftest import EXAMPLES, invoked

TRAIN = 'pages/train-00000-of-00001.parquet'
GOLD, CONFIG = EXAMPLES / 'gold.jsonl', EXAMPLES / 'build.yaml'


def request(release: Path, **options: Any) -> Request:
    return Request(**{'dumps': (EXAMPLES / 'text',), 'out': release, 'version': '0.0.0', 'gold': (GOLD,), 'config': CONFIG, **options})


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    shutil.copytree(release, tmp_path / 'copy')
    return tmp_path / 'copy'


def test_every_page_of_every_shard_comes_again(release: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in release.rglob('*')}
    rebuilt = rebuild(release, request(release), 100)
    assert (rebuilt.faults, rebuilt.packages) == ([], [])
    assert len(rebuilt.shards) == rebuilt.of == 4
    assert rebuilt.pages == 40
    assert {path: path.stat().st_mtime_ns for path in release.rglob('*')} == before


def test_a_seed_draws_the_same_again(release: Path) -> None:
    one = rebuild(release, request(release), 1)
    assert rebuild(release, request(release), 1, one.seed) == one
    assert next(told(one)) == f'rebuilt 1 of 4 shards (--seed {one.seed}): {one.shards[0]}'
    drawn = {rebuild(release, request(release), 1, seed).shards[0] for seed in range(4)}
    assert len(drawn) > 1


def edited(table: pa.Table, change: Callable[[list[dict[str, Any]]], None]) -> pa.Table:
    rows = table.to_pylist()
    change(rows)
    return pa.Table.from_pylist(rows, table.schema)


def test_what_the_release_holds_otherwise_is_named_by_shard_column_and_page(copy: Path) -> None:
    changed: list[str] = []

    def surer(rows: list[dict[str, Any]]) -> None:
        changed.append(rows[0]['id'])
        rows[0]['lines'][0]['confidence'] += 1 / 1024

    forge(copy, TRAIN, lambda table: edited(table, surer))
    (fault,) = rebuild(copy, request(copy), 4).faults
    assert fault.startswith('shard text#')
    assert fault.endswith(f': pages.lines.confidence of 1 pages is not what the release holds, the first {changed[0]}')


def test_pages_that_the_release_lacks_or_has_from_elsewhere_are_counted(copy: Path) -> None:
    forge(copy, TRAIN, lambda table: table.slice(1))
    (counted,) = (fault for fault in rebuild(copy, request(copy), 4).faults if 'came again' in fault)
    assert counted.split(': ')[1].startswith('the release has ')

    def miscount(manifest: dict[str, Any]) -> None:
        row = manifest['conservation'][0]
        row.update(read=row['read'] + 1, rejected={'no_text': 1})

    edit_manifest(copy, miscount)
    assert [
        fault for fault in rebuild(copy, request(copy), 4).faults if ', rejected:no_text 1 when the release was built, but read ' in fault
    ]


REFUSED = [
    ({'dumps': (EXAMPLES / 'jsonl',)}, 'jsonl/pages.jsonl: was not there; give by --dump what'),
    ({'dumps': (EXAMPLES / 'text' / 'songhau.example',)}, 'was not there; give by --dump'),
    ({'gold': ()}, 'was built with other gold'),
    ({'config': None}, r'was built with other settings \(dataset, sidecar_sha256, split_policy\); give the --config'),
    ({'entities': 'none'}, r'was built with other settings \(entities\)'),
]


@pytest.mark.parametrize(('change', 'says'), REFUSED, ids=[says for _, says in REFUSED])
def test_other_sources_are_refused_in_one_line(change: dict[str, Any], says: str, release: Path) -> None:
    with pytest.raises(UsageError, match=says):
        rebuild(release, request(release, **change), 1)


def test_a_changed_dump_is_refused(release: Path, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / 'text', tmp_path / 'text')
    page = min((tmp_path / 'text').rglob('*.txt'))
    page.write_text(page.read_text() + 'Thêm.')
    with pytest.raises(UsageError, match=rf'{page.name}: is another; give by --dump'):
        rebuild(release, request(release, dumps=(tmp_path / 'text',)), 1)


def test_another_program_is_refused_and_other_packages_are_told(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit_manifest(copy, lambda manifest: manifest['packages'].update(pyarrow='21.0.0'))
    rebuilt = rebuild(copy, request(copy), 1)
    assert not rebuilt.faults
    (line,) = [line for line in told(rebuilt) if line.startswith('with other packages')]
    assert 'pyarrow 21.0.0 → ' in line
    monkeypatch.setattr(rebuild_module, 'program_sha256', lambda: 'f' * 64)
    with pytest.raises(InputError, match=r'was built by vinews \S+ \(sha256 \w{12}\), but this is \S+ \(f{12}\)'):
        rebuild(copy, request(copy), 1)


def test_the_command_draws_compares_and_fails_by_exit_code(copy: Path) -> None:
    command = ('check', copy, '--rebuild', 1, '--seed', 1, '--dump', EXAMPLES / 'text', '--gold', GOLD, '--config', CONFIG, '--workers', 1)
    passed = invoked(*command)
    assert passed.returncode == 0, passed.stderr
    assert passed.stdout.startswith('rebuilt 1 of 4 shards (--seed 1): text#')
    assert ' pages came again as they are' in passed.stdout
    assert invoked('check', copy, '--seed', 1).returncode == 2

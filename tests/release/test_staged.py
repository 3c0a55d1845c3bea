"""A staged shard: bounded memory, a size that the release can be planned by, and nothing taken up that was damaged."""

import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from builder import build as build_module
from builder.build import build
from builder.model import Place
from builder.planning import Request
from builder.staging.writer import ShardWriter
from tests.conftest import EXAMPLES, silent

SENTENCE = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn.'


def damage_bytes(shard: Path) -> None:
    content = bytearray((shard / 'records.parquet').read_bytes())
    content[len(content) // 2] ^= 1
    (shard / 'records.parquet').write_bytes(content)


def drop_last(shard: Path) -> None:
    table = pq.read_table(shard / 'records.parquet')
    pq.write_table(table.slice(0, table.num_rows - 1), shard / 'records.parquet')


def forget_digests(shard: Path) -> None:
    manifest = json.loads((shard / 'manifest.json').read_text('utf-8'))
    manifest.pop('files', None)
    (shard / 'manifest.json').write_text(json.dumps(manifest))


DAMAGE: list[Callable[[Path], object]] = [
    damage_bytes,
    drop_last,
    forget_digests,
    lambda shard: (shard / 'rejects.jsonl').write_text('{"cut'),
    lambda shard: (shard / 'ledger.parquet').unlink(),
    lambda shard: (shard / 'manifest.json').unlink(),
    lambda shard: (shard / 'manifest.json').write_text('[]'),
    lambda shard: (shard / 'manifest.json').write_bytes(b'\xff'),
]


def build_two_sites(out: Path) -> Path:
    """A release of ten of the example pages, in shards of two dumps."""
    build(Request((EXAMPLES / 'text' / 'baomien.example', EXAMPLES / 'text' / 'songhau.example'), out, '0.1.0'), silent)
    return out


@pytest.fixture(scope='module')
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_two_sites(tmp_path_factory.mktemp('whole') / 'example')


@pytest.fixture(scope='module')
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same build, stopped when its shards were staged."""
    folder = tmp_path_factory.mktemp('stopped')

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_module, 'assign_pages', stop)
        with pytest.raises(KeyboardInterrupt):
            build_two_sites(folder / 'example')
    return folder


@pytest.mark.parametrize('damage', DAMAGE)
def test_a_staged_shard_that_was_damaged_is_made_again(
    damage: Callable[[Path], object], stopped: Path, whole: Path, tmp_path: Path
) -> None:
    shutil.copytree(stopped, tmp_path / 'again')
    damage(next((tmp_path / 'again' / 'example.work' / 'shards').glob('*')))
    build_two_sites(tmp_path / 'again' / 'example')
    for path in sorted(whole.rglob('*.*')):
        assert (tmp_path / 'again' / 'example' / path.relative_to(whole)).read_bytes() == path.read_bytes()


def record(lines: list[str], number: int = 0) -> dict[str, Any]:
    text = '\n'.join(lines)
    known = {'id': f'{number:032x}', 'text_sha256': '0' * 64, 'site': 'a.example', 'gold': False}
    return {**known, 'text': text, 'lines': [{'text': line} for line in lines]}


def test_pages_of_very_many_short_lines_are_not_all_held_at_once(tmp_path: Path) -> None:
    held = 0
    with ExitStack() as stack:
        writer = ShardWriter(tmp_path, stack, 100)
        for number in range(4):
            writer.keep(Place('d', 'p', 'byte', number, number + 1), record(['ạà'] * 15000, number))
            held = max(held, sum(len(kept['lines']) for kept in writer.records))
        writer.flush()
    assert held < 2 * 15000
    assert pq.read_table(tmp_path / 'records.parquet')['id'].to_pylist() == [f'{number:032x}' for number in range(4)]


@pytest.mark.parametrize('lines', [['ạà'] * 1000, [' '.join([SENTENCE] * 20)] * 5, [SENTENCE, 'Đọc nhiều', SENTENCE] * 9])
def test_the_ledgers_estimate_is_near_the_size_of_the_largest_config(lines: list[str], tmp_path: Path) -> None:
    rows = [json.dumps({'id': str(number), 'text': '\n'.join([SENTENCE, *lines, str(number)])}) for number in range(4)]
    (tmp_path / 'd.jsonl').write_text('\n'.join(rows))
    estimates: list[int] = []
    real = build_module.require_tiling

    def note(files: Any, shards: list[Path]) -> None:
        estimates.extend(size for shard in shards for size in pq.read_table(shard / 'ledger.parquet')['row_bytes'].to_pylist())
        real(files, shards)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_module, 'require_tiling', note)
        manifest = build(Request((tmp_path / 'd.jsonl',), tmp_path / 'out', '0.1.0'), silent).manifest
    configs = {entry['config'] for entry in manifest['files']} - {None}
    largest = max(sum(entry['arrow_bytes'] for entry in manifest['files'] if entry['config'] == config) for config in configs)
    assert largest / 2 < sum(estimates) < largest * 2


def test_a_page_of_short_lines_fills_more_files_than_its_text_tells(tmp_path: Path) -> None:
    config = tmp_path / 'build.yaml'
    config.write_text('limits: {file_bytes: 120000}\n')
    rows = [json.dumps({'id': str(number), 'text': '\n'.join([SENTENCE, *['ạà'] * 400, str(number)])}) for number in range(12)]
    (tmp_path / 'd.jsonl').write_text('\n'.join(rows))
    manifest = build(Request((tmp_path / 'd.jsonl',), tmp_path / 'out', '0.1.0', config=config), silent).manifest
    sizes = [entry['arrow_bytes'] for entry in manifest['files'] if entry['config'] == 'lines' and entry['split'] == 'train']
    assert len(sizes) > 1


def test_every_shard_is_staged_with_digests(stopped: Path) -> None:
    for shard in (stopped / 'example.work' / 'shards').iterdir():
        listed = json.loads((shard / 'manifest.json').read_text('utf-8'))['files']
        assert set(listed) == {path.name for path in shard.iterdir()} - {'manifest.json'}
        assert {name: facts['bytes'] for name, facts in listed.items()} == {name: (shard / name).stat().st_size for name in listed}

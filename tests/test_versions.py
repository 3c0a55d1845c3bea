"""One release after another: what the next one takes up, which version it may have, and what its changelog says."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from builder.build import Built, build
from builder.converters.inputs import find_inputs
from builder.errors import InputError, UsageError
from builder.planning import Request, explain_plan
from builder.release.changelog import bumped
from builder.release.comparison import Bump, compare
from builder.workspace import Workspace
from tests.conftest import EXAMPLES, build_examples, silent
from tests.test_build import contents


@pytest.fixture(scope='module')
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 % of some example pages, the rest in a file of its own, and a release `old` of the first file."""
    folder = tmp_path_factory.mktemp('versions')
    rows = (EXAMPLES / 'jsonl' / 'pages.jsonl').read_text('utf-8').splitlines(keepends=True)[::2]
    cut = len(rows) * 6 // 10
    for name, part in (('first', rows[:cut]), ('later', rows[cut:])):
        (folder / f'{name}.jsonl').write_text(''.join(part), 'utf-8')
    (folder / 'build.yaml').write_text('limits: {shard_bytes: 20000}\n')
    assert make(folder / 'old', '0.1.0', folder / 'first.jsonl').taken_up == 0
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(built, tmp_path / 'versions')
    return tmp_path / 'versions'


def make(out: Path, version: str, *dumps: Path, **options: Any) -> Built:
    return build(Request(dumps, out, version, config=out.parent / 'build.yaml', **options), silent)


def staged(release: Path) -> dict[str, int]:
    """The inode of each file of a release's staged shards."""
    folder = release.with_name(f'{release.name}.staged')
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.glob('*/*')}


def count_of_shards(release: Path) -> int:
    return len(json.loads((release / 'manifest.json').read_text('utf-8'))['conservation'])


def test_growth_moves_no_page_is_minor_and_reads_again_only_what_is_new(folder: Path) -> None:
    old, new, dumps = folder / 'old', folder / 'new', (folder / 'first.jsonl', folder / 'later.jsonl')
    told = list(explain_plan(Request(dumps, new, '0.2.0', config=folder / 'build.yaml', previous=old)))
    assert sum(f'is staged already: {old}.staged' in line for line in told) == count_of_shards(old)
    assert all('will run: not staged yet' in line for line in told if line.startswith('later.jsonl'))
    with pytest.raises(
        UsageError, match=r'^version 0\.1\.1 is too small a step from 0\.1\.0 \(\d+ pages added: .*\); give --version 0\.2\.0 '
    ):
        make(new, '0.1.1', *dumps, previous=old)
    assert not new.exists()
    grown = make(new, '0.2.0', *dumps, previous=old)
    assert grown.taken_up == grown.shards > count_of_shards(old)  # also those that the refused build has read
    comparison = compare(old, new)
    assert comparison.bump is Bump.MINOR
    assert comparison.added
    assert not any((comparison.removed, comparison.moved, comparison.changed))
    assert staged(old).items() <= staged(new).items()
    shutil.rmtree(folder / 'old.staged')
    assert make(folder / 'anew', '0.2.0', *dumps, previous=old).taken_up == 0
    assert contents(folder / 'anew') == contents(new)


def test_a_relabelled_page_is_major_and_one_line_of_the_changelog(release: Path, tmp_path: Path) -> None:
    pages = [json.loads(line) for line in (EXAMPLES / 'gold.jsonl').read_text('utf-8').splitlines()]
    line = next(line for line in pages[0]['lines'] if line['kind'] == 'body')
    line['kind'] = 'caption'
    (tmp_path / 'gold.jsonl').write_text(''.join(json.dumps(page) + '\n' for page in pages))

    def relabelled(version: str) -> Request:
        return Request(
            (EXAMPLES / 'text',), tmp_path / 'next', version, (tmp_path / 'gold.jsonl',), EXAMPLES / 'build.yaml', previous=release
        )

    says = '1 page with other labels: main_story/body → main_story/caption 1 line'
    with pytest.raises(UsageError, match=rf'{says}\); give --version 1\.0\.0 or above'):
        build(relabelled('0.2.0'), silent)
    build(relabelled('1.0.0'), silent)
    log = (tmp_path / 'next' / 'CHANGELOG.md').read_text('utf-8')
    section, earlier = log.split('## 0.1.0')
    assert [line for line in section.splitlines() if line.startswith('- ')] == [f'- {says}.']
    assert 'Against 0.1.0 MAJOR' in section
    assert earlier == (release / 'CHANGELOG.md').read_text('utf-8').split('## 0.1.0')[1]


def test_the_same_data_may_be_a_patch(release: Path, tmp_path: Path) -> None:
    built = build_examples(tmp_path / 'next', version='0.1.1', previous=release)
    assert built.taken_up == built.shards
    assert compare(release, tmp_path / 'next').bump is Bump.PATCH
    section = (tmp_path / 'next' / 'CHANGELOG.md').read_text('utf-8').split('## 0.1.0')[0]
    assert section.endswith('Against 0.1.0 PATCH: the data read is the same.\n\n')


@pytest.mark.parametrize(
    ('version', 'bump', 'least'),
    [('0.1.9', Bump.PATCH, '0.1.10'), ('0.1.9', Bump.MINOR, '0.2.0'), ('0.1.9', Bump.MAJOR, '1.0.0'), ('2.3.4', Bump.MAJOR, '3.0.0')],
)
def test_versions_of_zero_have_no_rule_of_their_own(version: str, bump: Bump, least: str) -> None:
    assert bumped(version, bump) == least


def test_a_damaged_staged_shard_is_read_again(folder: Path) -> None:
    records = min((folder / 'old.staged').glob('*/records.parquet'))
    records.write_bytes(records.read_bytes()[:-1])
    again = make(folder / 'new', '0.1.1', folder / 'first.jsonl', previous=folder / 'old')
    assert again.taken_up == again.shards - 1
    assert compare(folder / 'old', folder / 'new').bump is Bump.PATCH


def test_shards_are_kept_unless_told_and_never_over_something_else(folder: Path) -> None:
    make(folder / 'without', '0.1.0', folder / 'first.jsonl', keep_staged=False)
    assert not (folder / 'without.staged').exists()
    (folder / 'foreign.staged').mkdir()
    (folder / 'foreign.staged' / 'thesis.txt').write_text('mine')
    with pytest.raises(UsageError, match=r'foreign\.staged: is in the way and not of vinews'):
        make(folder / 'foreign', '0.1.0', folder / 'first.jsonl')
    assert [path.name for path in (folder / 'foreign.staged').iterdir()] == ['thesis.txt']
    assert not (folder / 'foreign.work').exists()


def test_a_release_that_was_deleted_is_made_of_what_was_kept(folder: Path, built: Path) -> None:
    shutil.rmtree(folder / 'old')
    again = make(folder / 'old', '0.1.0', folder / 'first.jsonl')
    assert again.taken_up == again.shards
    assert contents(folder / 'old') == contents(built / 'old')


def test_shards_are_copied_where_the_disk_has_no_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, 'Invalid cross-device link')

    monkeypatch.setattr('os.link', refuse)
    new = make(folder / 'new', '0.1.1', folder / 'first.jsonl', previous=folder / 'old')
    assert new.taken_up == new.shards
    assert staged(folder / 'old').keys() == staged(folder / 'new').keys()
    assert not set(staged(folder / 'old').values()) & set(staged(folder / 'new').values())


def test_kept_shards_are_no_part_of_a_release(release: Path) -> None:
    assert release.with_name('example.staged').is_dir()
    assert not [path for path in release.rglob('*') if 'staged' in path.name or path.name in {'records.parquet', 'ledger.parquet'}]
    assert {file.location for file in find_inputs([release])} == {path for path in release.rglob('*') if path.is_file()}


def test_a_damaged_previous_release_is_told_before_anything_is_read(folder: Path) -> None:
    next((folder / 'old' / 'pages').glob('*')).unlink()
    with pytest.raises(InputError, match='is missing or not what the manifest says'):
        make(folder / 'new', '0.2.0', folder / 'later.jsonl', previous=folder / 'old')
    assert not list((folder / 'new.work' / 'shards').iterdir())


def test_a_changelog_that_cannot_be_carried_on_is_an_error_in_one_line(folder: Path) -> None:
    (folder / 'old' / 'CHANGELOG.md').unlink()
    with pytest.raises(InputError, match=r'CHANGELOG\.md: cannot be read'):
        make(folder / 'new', '0.1.1', folder / 'first.jsonl', previous=folder / 'old')


def test_what_came_to_be_at_out_meanwhile_is_not_written_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, dump = folder / 'out', folder / 'first.jsonl'
    real = Workspace.publish

    def too_late(self: Workspace, **options: Any) -> None:
        out.mkdir()
        (out / 'manifest.json').write_text('published')
        real(self, **options)

    monkeypatch.setattr(Workspace, 'publish', too_late)
    with pytest.raises(UsageError, match='came to be while this was built, and is never written into'):
        make(out, '0.1.1', dump, previous=folder / 'old')
    assert contents(out) == {'manifest.json': b'published'}
    monkeypatch.undo()
    shutil.rmtree(out)
    assert make(out, '0.1.1', dump, previous=folder / 'old').fresh

"""A release without texts and a crawl give the full release again, or say what is missing of it."""

import json
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.checking.check import check
from builder.errors import InputError, UsageError
from builder.model import Reject
from builder.planning import Request as BuildRequest
from builder.rehydrate import Rehydrated, Request, rehydrate
from builder.release.manifest import read_release_manifest
from builder.text.normalization import match_key
from tests.checking.forging import forge, set_column
from tests.conftest import EXAMPLES, invoked, silent

CRAWL = EXAMPLES / 'jsonl' / 'pages.jsonl'
ALTERED = 'd9b1ea22a9447db8692ec0de33bc921a'
"""A page of train."""


def quiet(_reject: Reject) -> None:
    """Tells nothing."""


def joined(release: Path, dump: Path, out: Path, **options: Any) -> Rehydrated:
    return rehydrate(Request(release, (dump,), out, **options), silent, quiet)


def contents(release: Path) -> dict[str, str]:
    return {entry['path']: entry['content_sha256'] for entry in read_release_manifest(release)['files'] if entry['config']}


def pages(release: Path) -> dict[str, dict[str, Any]]:
    return {row['id']: row for path in (release / 'pages').glob('*.parquet') for row in pq.read_table(path).to_pylist()}


def crawl(folder: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Path:
    """The example pages in JSON lines, changed."""
    rows = change([json.loads(line) for line in CRAWL.read_text('utf-8').splitlines()])
    (folder / 'crawl.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows), 'utf-8')
    return folder / 'crawl.jsonl'


@pytest.mark.parametrize(('mode', 'dump'), [('standoff', 'csv'), ('excerpt', 'compressed/pages.jsonl.zst')])
def test_any_form_of_the_same_crawl_gives_the_full_release(
    mode: str, dump: str, release: Path, textless: dict[str, Path], tmp_path: Path
) -> None:
    done = joined(textless[mode], EXAMPLES / dump, tmp_path / 'full')
    assert (done.whole, done.missing, done.untitled) == (True, (), 0)
    assert contents(tmp_path / 'full') == contents(release)
    assert check(tmp_path / 'full') == []
    manifest, built = read_release_manifest(tmp_path / 'full'), read_release_manifest(release)
    same = ('version', 'inputs', 'conservation', 'leakage', 'voters', 'name_voters', 'gold', 'splits', 'absent_splits', 'packages')
    assert {name: manifest[name] for name in same} == {name: built[name] for name in same}
    assert (manifest['plan'], manifest['full']) == (built['plan'], None)
    assert (tmp_path / 'full' / 'CHANGELOG.md').read_bytes() == (release / 'CHANGELOG.md').read_bytes()
    steps = json.loads((tmp_path / 'full' / 'croissant.json').read_text('utf-8'))['prov:wasGeneratedBy']
    assert [step['prov:label'] for step in steps][-1] == 'Rehydration'
    assert not joined(textless[mode], EXAMPLES / dump, tmp_path / 'full').fresh


def test_pages_are_found_by_their_text_under_any_address_in_any_order(release: Path, textless: dict[str, Path], tmp_path: Path) -> None:
    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{'text': row['text'], 'title': row['title'], 'id': f'mine-{number}'} for number, row in enumerate(reversed(rows))]

    assert joined(textless['standoff'], crawl(tmp_path, change), tmp_path / 'full').whole
    assert contents(tmp_path / 'full') == contents(release)


def test_an_altered_page_and_a_missing_one_are_left_out_and_told(textless: dict[str, Path], tmp_path: Path) -> None:
    before = pages(textless['standoff'])
    lost = next(page for page, row in before.items() if row['split'] == 'gold_seen_site')

    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = [row for row in rows if row['url'] != before[lost]['url']]
        next(row for row in rows if row['url'] == before[ALTERED]['url'])['text'] += '.'
        return rows

    dump = crawl(tmp_path, change)
    done = joined(textless['standoff'], dump, tmp_path / 'full')
    assert done.missing == tuple(sorted([f'{ALTERED}: in the crawl with another text', f'{lost}: not in the crawl']))
    assert not done.whole
    assert check(tmp_path / 'full') == []
    after = pages(tmp_path / 'full')
    assert after.keys() == before.keys() - {lost, ALTERED}
    manifest = read_release_manifest(tmp_path / 'full')
    assert manifest['removed'] == {'taken_down': 0, 'not_rehydrated': 2}
    assert manifest['gold']['removed'] == 1
    assert 'Of those kept, 2 are not here' in (tmp_path / 'full' / 'README.md').read_text('utf-8')
    assert 'did not have all of it: 2 pages are left out' in (tmp_path / 'full' / 'CHANGELOG.md').read_text('utf-8')
    # What was said of the pages that are not here stays true.
    assert {row['cluster'] for row in after.values()} - {None} <= after.keys()
    lines = [row | {'of': path.name} for path in (tmp_path / 'full' / 'lines').glob('*') for row in pq.read_table(path).to_pylist()]
    train = {match_key(row['text']) for row in lines if row['of'].startswith('train')}
    assert [row for row in lines if row['seen_in_train'] is not None and row['seen_in_train'] != (match_key(row['text']) in train)] == []
    told = invoked('rehydrate', textless['standoff'], dump, '--out', 'again', cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert f'{ALTERED}: in the crawl with another text' in told.stdout
    assert '2 pages are not in the crawl as they were, and were left out' in told.stdout


def test_a_hostile_crawl_costs_nothing_but_itself(release: Path, textless: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / 'crawl'
    folder.mkdir()
    good = CRAWL.read_text('utf-8').splitlines()
    bad = ['{"text": "cut', '{"text": "nul \\u0000"}', '{"text": "half \\ud800"}', '[' * 100_000, '{"text": 5}', '']
    (folder / 'pages.jsonl').write_text('\n'.join(line for pair in zip(good, (bad * len(good)), strict=False) for line in pair))
    (folder / 'noise.bin').write_bytes(bytes(range(256)) * 64)
    (folder / 'cut.gz').write_bytes(b'\x1f\x8b\x08\x00')
    (folder / 'loop').symlink_to(folder)
    rejects: list[Reject] = []
    done = rehydrate(Request(textless['standoff'], (folder,), tmp_path / 'full'), silent, rejects.append)
    assert done.whole
    assert contents(tmp_path / 'full') == contents(release)
    assert {'invalid_json', 'nul_byte', 'lone_surrogate'} <= {reject.reason for reject in rejects}


def test_titles_come_from_the_sidecar_or_from_gold_and_never_wrong(release: Path, textless: dict[str, Path], tmp_path: Path) -> None:
    text, gold = EXAMPLES / 'text', EXAMPLES / 'gold.jsonl'
    plain = joined(textless['standoff'], text, tmp_path / 'plain')
    titled = sum(row['title'] is not None for row in pages(release).values())
    assert (plain.whole, plain.untitled, plain.missing) == (False, titled, ())
    assert {row['title'] for row in pages(tmp_path / 'plain').values()} == {None}
    assert joined(textless['standoff'], text, tmp_path / 'sidecar', config=EXAMPLES / 'build.yaml').whole

    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row | {'title': 'Một cái tít khác hẳn'} for row in rows]

    wrong = joined(textless['standoff'], crawl(tmp_path, change), tmp_path / 'wrong', gold=(gold,))
    found = {row['title'] for row in pages(tmp_path / 'wrong').values()} - {None}
    assert found <= {row['title'] for row in pages(release).values()}
    assert 0 < wrong.untitled < titled
    assert check(tmp_path / 'wrong') == []


def test_decomposed_text_is_joined_by_its_own_offsets(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in CRAWL.read_text('utf-8').splitlines()][:12]
    dump = tmp_path / 'nfd.jsonl'
    dump.write_text(''.join(json.dumps({**row, 'text': unicodedata.normalize('NFD', row['text'])}) + '\n' for row in rows))
    build(BuildRequest((dump,), tmp_path / 'standoff', '1.0.0', text='standoff', keep_staged=False), silent)
    assert joined(tmp_path / 'standoff', dump, tmp_path / 'full').whole
    assert check(tmp_path / 'full') == []
    page = next(iter(pages(tmp_path / 'full').values()))
    line = page['lines'][0]
    assert line['text'] == unicodedata.normalize('NFC', line['text']) != page['text'][line['start'] : line['end']]
    # A crawl in NFC holds other texts, and no digest of it fits.
    with pytest.raises(InputError, match=r'none of the \d+ pages'):
        joined(tmp_path / 'standoff', CRAWL, tmp_path / 'none')
    assert not (tmp_path / 'none').exists()
    assert not (tmp_path / 'none.work').exists()


def test_a_release_whose_digests_were_forged_gives_no_full_one(textless: dict[str, Path], tmp_path: Path) -> None:
    train = 'train-00000-of-00001.parquet'
    forged = shutil.copytree(textless['standoff'], tmp_path / 'line')
    lines = pq.ParquetFile(forged / 'pages' / train).read()['lines'].to_pylist()
    lines[0][3]['text_digest'] = '0' * 16
    forge(forged, f'pages/{train}', lambda table: set_column(table, 'lines', lines))
    done = joined(forged, CRAWL, tmp_path / 'full')
    assert [line.split(': ')[1] for line in done.missing] == ['in the crawl, but its line 3 is not that of the digest']
    moved = shutil.copytree(textless['standoff'], tmp_path / 'label')
    forge(moved, f'lines/{train}', lambda table: set_column(table, 'label', [0] * table.num_rows))
    with pytest.raises(InputError, match='the rows are not those of the full release'):
        joined(moved, CRAWL, tmp_path / 'other')
    swapped = shutil.copytree(textless['standoff'], tmp_path / 'order')
    forge(swapped, f'lines/{train}', lambda table: table.take(list(range(table.num_rows))[::-1]))
    with pytest.raises(InputError, match='the rows of lines are not those of pages'):
        joined(swapped, CRAWL, tmp_path / 'third')
    assert sorted(path.name for path in tmp_path.iterdir()) == ['full', 'label', 'line', 'order']


def test_a_full_release_and_a_damaged_one_are_refused(release: Path, textless: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='is full'):
        joined(release, CRAWL, tmp_path / 'full')
    damaged = shutil.copytree(textless['standoff'], tmp_path / 'copy')
    (damaged / 'LICENSE').unlink()
    with pytest.raises(InputError, match='LICENSE: is in the manifest but not in the release'):
        joined(damaged, CRAWL, tmp_path / 'full')
    with pytest.raises(UsageError, match='no such file or folder'):
        joined(textless['standoff'], tmp_path / 'missing', tmp_path / 'full')
    assert not (tmp_path / 'full').exists()

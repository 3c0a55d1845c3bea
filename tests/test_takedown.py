"""What is taken down is gone with its copies, nothing else changes, and it does not come back."""

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.checking.check import check
from builder.checking.tombstones import tombstone_faults
from builder.errors import InputError, UsageError
from builder.planning import Request as BuildRequest
from builder.release.manifest import read_release_manifest
from builder.release.tombstones import read_tombstones
from builder.schema.validation import validator
from builder.takedown import Request, find_victims, take_down
from builder.text.normalization import match_key
from tests.checking.forging import edit_manifest, sign_again
from tests.conftest import EXAMPLES, build_examples, every_string, invoked, silent

TOLD = 'd9b1ea22a9447db8692ec0de33bc921a'
"""A page of train whose story another page of train gives as a related one."""
RETELLS = 'dca5ff2bd155338a54529e4e003820f3'
URL = 'https://songhau.example/thoi-su/sau-ap-cu-lao-co-cau-be-tong-100231.html'


@pytest.fixture(scope='module')
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example pages, and copies of one of them: the same text, decomposed, and with some words left out; nothing is done about copies."""
    folder = tmp_path_factory.mktemp('planted')
    rows = [json.loads(line) for line in (EXAMPLES / 'jsonl' / 'pages.jsonl').read_text('utf-8').splitlines()]
    text = next(row['text'] for row in rows if row['url'] == URL)
    for name, copy in {'again': text, 'nfd': unicodedata.normalize('NFD', text), 'edited': text.replace(' và ', ' ')}.items():
        rows.append({'text': copy, 'url': f'https://{name}.example/1', 'crawled': '2026-07-01'})
    (folder / 'dump.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows), 'utf-8')
    (folder / 'plan.yaml').write_text(f'split_policy: {EXAMPLES / "splits.yaml"}\nduplicates: {{policy: mark}}\n')
    gold = (EXAMPLES / 'gold.jsonl',)
    build(BuildRequest((folder / 'dump.jsonl',), folder / 'release', '1.0.0', gold, folder / 'plan.yaml', keep_staged=False), silent)
    return folder / 'release'


@pytest.fixture(scope='module')
def after(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planted release without the page that has copies."""
    out = tmp_path_factory.mktemp('after') / 'release'
    take_down(Request(planted, out, urls=(URL,), reason='rights'), silent)
    return out


def rows(release: Path, config: str) -> dict[tuple[str, object], dict[str, Any]]:
    """The rows of a config by split, page and line."""
    found = {}
    for path in sorted((release / config).glob('*.parquet')):
        for row in pq.read_table(path).to_pylist():
            found[path.name.split('-')[0], (row['id'], row.get('line'))] = row
    return found


def pages(release: Path) -> dict[str, dict[str, Any]]:
    return {row['id']: row for row in rows(release, 'pages').values()}


def test_copies_are_found_by_text_main_story_and_related_story_in_any_split(planted: Path) -> None:
    found = {victim.page: victim for victim in find_victims(Request(planted, Path('x'), urls=(URL,)))}
    sites = {found[page].site: found[page].match for page in found}
    assert sites == {'songhau.example': 'related', 'again.example': 'same_text', 'nfd.example': 'copy', 'edited.example': 'copy'}
    assert next(victim.match for victim in found.values()) == 'named'
    similar = {victim.site: victim.similarity for victim in found.values() if victim.similarity}
    assert similar['nfd.example'] == 1
    assert 0.7 <= similar['edited.example'] < 1
    assert found[RETELLS].story >= 1
    assert all(victim.of == TOLD for victim in found.values() if victim.match != 'named')


def test_a_copy_does_not_take_other_stories_of_its_page_with_it(release: Path) -> None:
    # The page that gives the story of another one as a related story is named: that other page stays.
    assert [victim.page for victim in find_victims(Request(release, Path('x'), ids=(RETELLS,)))] == [RETELLS]


def test_no_trace_of_the_text_is_left_and_check_passes(planted: Path, after: Path) -> None:
    assert check(after) == []
    gone = [page for name, page in pages(planted).items() if name not in pages(after)]
    assert len(gone) == 5
    kept = {line['text'] for page in pages(after).values() for line in page['lines']}
    theirs = {line['text'] for page in gone for line in page['lines']} - kept
    whole = '\n'.join(every_string(after))
    long = [text for text in theirs if len(text) > 15]
    assert len(long) > 20
    assert [text for text in long if text in whole or unicodedata.normalize('NFD', text) in whole] == []
    assert [page['url'] for page in gone if page['url'] in whole or (page['title'] or page['url']) in whole] == []


def test_nothing_else_changes_but_what_was_said_of_them(planted: Path, after: Path) -> None:
    spoke: dict[str, set[str]] = {'lines': {'seen_in_train'}, 'pages': {'cluster'}}
    gone = pages(planted).keys() - pages(after).keys()
    for config in ('lines', 'pages', 'entities', 'pairs'):
        old, new = rows(planted, config), rows(after, config)
        assert new.keys() == {key for key in old if key[1][0] not in gone}
        for key, row in new.items():
            assert {name for name in row if row[name] != old[key][name]} <= spoke.get(config, set())
    for path in sorted(after.rglob('*.parquet')):
        before = pq.read_table(planted / path.relative_to(after))
        if not gone & set(before['id'].to_pylist()) and 'test' not in path.name and path.parent.name != 'pages':
            assert path.read_bytes() == (planted / path.relative_to(after)).read_bytes()


def test_what_is_said_of_others_stays_true(planted: Path, after: Path) -> None:
    train = {match_key(row['text']) for (split, _), row in rows(after, 'lines').items() if split == 'train'}
    seen = {key: row for key, row in rows(after, 'lines').items() if key[0].startswith('test')}
    assert [row['text'] for row in seen.values() if row['seen_in_train'] != (match_key(row['text']) in train)] == []
    assert [key for key, row in rows(planted, 'lines').items() if key in seen and row['seen_in_train'] != seen[key]['seen_in_train']]
    clusters = {page['cluster'] for page in pages(after).values()} - {None}
    assert clusters <= pages(after).keys()
    assert TOLD not in clusters


def test_croissant_tells_the_step_and_the_release_it_was_taken_from(after: Path) -> None:
    told, gone = json.loads((after / 'croissant.json').read_text('utf-8')), len(read_tombstones(after))
    assert told['version'] == '2.0.0'
    assert told['prov:wasDerivedFrom'][0]['prov:label'].startswith('version 1.0.0 of this dataset (build key ')
    assert [step['prov:label'] for step in told['prov:wasGeneratedBy']][-1] == 'Takedown'
    assert f'Of those kept, {gone} were taken down since.' in told['rai:dataCollection']
    assert f'tombstones.jsonl lists {gone} pages' in ' '.join(told['rai:personalSensitiveInformation'])


def test_a_release_of_before_croissant_can_be_taken_further(release: Path, tmp_path: Path) -> None:
    old = shutil.copytree(release, tmp_path / 'old')
    (old / 'croissant.json').unlink()

    def forget(manifest: dict[str, Any]) -> None:
        manifest['files'] = [entry for entry in manifest['files'] if entry['path'] != 'croissant.json']
        del manifest['plan']['dataset']['synthetic']

    edit_manifest(old, forget)
    take_down(Request(old, tmp_path / 'next', urls=(URL,), reason='rights'), silent)
    assert check(tmp_path / 'next') == []


def test_a_cluster_that_loses_its_page_is_named_anew(planted: Path, tmp_path: Path) -> None:
    before = pages(planted)
    cluster = before[TOLD]['cluster']
    members = sorted(page for page, row in before.items() if row['cluster'] == cluster)
    assert cluster == members[0]
    assert len(members) == 4
    # A takedown would take the copies, too; so one of them is made unlike the others by a threshold that it does not reach.
    copy = shutil.copytree(planted, tmp_path / 'copy')
    similarity = max(
        victim.similarity or 0 for victim in find_victims(Request(planted, Path('x'), ids=(TOLD,))) if victim.site == 'edited.example'
    )
    edit_manifest(copy, lambda manifest: manifest['plan']['duplicates'].update(threshold=(1 + similarity) / 2))
    unlike = next(page for page in members if before[page]['site'] == 'edited.example')
    take_down(Request(copy, tmp_path / 'next', ids=(unlike,)), silent)
    rest = [page for page in members if page != unlike]
    assert {pages(tmp_path / 'next')[page]['cluster'] for page in rest} == {min(rest)}


def test_tombstones_say_who_and_when_and_no_more(after: Path, tmp_path: Path) -> None:
    tombstones = read_tombstones(after)
    assert [row for row in tombstones if validator('tombstone').faults(row)] == []
    assert {row['match'] for row in tombstones} == {'named', 'copy', 'same_text', 'related'}
    assert {(row['version'], row['reason']) for row in tombstones} == {('2.0.0', 'rights')}
    manifest = read_release_manifest(after)
    assert (manifest['removed'], manifest['tombstones']) == ({'taken_down': 5, 'not_rehydrated': 0}, 5)
    assert manifest['derived_from']['step'] == 'takedown'
    assert 'Taken down: 5 pages (2 copy, 1 named, 1 related, 1 same text)' in (after / 'CHANGELOG.md').read_text('utf-8')
    other = next(page for page, row in pages(after).items() if row['split'] == 'gold_seen_site')
    done = take_down(Request(after, tmp_path / 'next', ids=(other,)), silent)
    assert (done.manifest['version'], done.manifest['tombstones'], done.manifest['removed']['taken_down']) == ('3.0.0', 6, 6)
    assert done.manifest['gold']['removed'] == 1
    assert check(tmp_path / 'next') == []
    assert [row for row in read_tombstones(tmp_path / 'next') if row['id'] != other] == tombstones


def test_a_later_build_keeps_it_out_by_id_and_by_text_and_counts_it(release: Path, tmp_path: Path) -> None:
    gold = next(page for page, row in pages(release).items() if row['split'] == 'gold_seen_site')
    take_down(Request(release, tmp_path / 'next', ids=(TOLD, gold)), silent)
    built = build_examples(tmp_path / 'later', version='2.0.0', previous=tmp_path / 'next')
    gone = {TOLD, RETELLS, gold}
    assert pages(tmp_path / 'later').keys() == pages(release).keys() - gone
    assert sum(row['filtered'].get('taken_down', 0) for row in built.manifest['conservation']) == 3
    assert built.manifest['gold']['not_in_dump'] == []
    assert [page['reason'] for page in built.manifest['gold']['left_out']] == ['taken_down']
    assert read_tombstones(tmp_path / 'later') == read_tombstones(tmp_path / 'next')
    assert check(tmp_path / 'later') == []
    # The same texts without their ids.
    dump = tmp_path / 'dump.jsonl'
    texts = [page['text'] for page in pages(release).values()]
    dump.write_text(''.join(json.dumps({'id': str(number), 'text': text}) + '\n' for number, text in enumerate(texts)))
    again = build(BuildRequest((dump,), tmp_path / 'again', '3.0.0', previous=tmp_path / 'later', keep_staged=False), silent)
    assert sum(row['filtered'].get('taken_down', 0) for row in again.manifest['conservation']) == 3
    assert not {page['text_sha256'] for page in pages(tmp_path / 'again').values()} & {
        page['text_sha256'] for page in map(pages(release).get, gone) if page
    }


def test_the_next_version_may_be_without_texts(release: Path, tmp_path: Path) -> None:
    done = take_down(Request(release, tmp_path / 'next', ids=(TOLD,), text='standoff'), silent)
    assert check(tmp_path / 'next') == []
    assert done.manifest['plan']['text'] == 'standoff'
    take_down(Request(release, tmp_path / 'full', ids=(TOLD,)), silent)
    full = read_release_manifest(tmp_path / 'full')
    assert {(entry['path'], entry['content_sha256']) for entry in done.manifest['full']} == {
        (entry['path'], entry['content_sha256']) for entry in full['files'] if entry['config']
    }


def test_a_second_run_verifies_and_another_is_refused(release: Path, tmp_path: Path) -> None:
    asked = Request(release, tmp_path / 'next', ids=(TOLD,))
    first, second = take_down(asked, silent), take_down(asked, silent)
    assert (first.fresh, second.fresh, first.victims) == (True, False, second.victims)
    with pytest.raises(UsageError, match='of another build'):
        take_down(Request(release, tmp_path / 'next', ids=(RETELLS,)), silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == ['next']


@pytest.mark.parametrize(
    ('asked', 'says'),
    [
        ({}, 'no page is named'),
        ({'ids': ('f' * 32,)}, 'no page has the id ffff'),
        ({'ids': (TOLD[:8],)}, 'no page has the id d9b1ea22'),
        ({'urls': ('https://songhau.example/',), 'ids': (TOLD,)}, 'no page has the address https://songhau.example/'),
        ({'ids': (TOLD,), 'version': '0.2.0'}, 'needs 1.0.0 or above'),
        ({'ids': (TOLD,), 'version': '2'}, 'not of the form X.Y.Z'),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(asked: dict[str, Any], says: str, release: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        take_down(Request(release, tmp_path / 'next', **asked), silent)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_gone_already_is_told_by_its_tombstone(after: Path) -> None:
    with pytest.raises(UsageError, match=f'id {TOLD} was taken down in 2.0.0 already'):
        find_victims(Request(after, Path('x'), ids=(TOLD,)))


def test_a_release_is_not_emptied_nor_taken_without_texts_nor_damaged(release: Path, textless: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='all of its 40 pages would go'):
        find_victims(Request(release, Path('x'), ids=tuple(pages(release))))
    with pytest.raises(UsageError, match=r'does not hold the whole texts.*rehydrate'):
        find_victims(Request(textless['standoff'], Path('x'), ids=(TOLD,)))
    damaged = shutil.copytree(release, tmp_path / 'copy')
    (damaged / 'README.md').write_text('changed')
    with pytest.raises(InputError, match=r'README\.md: sha256 differs'):
        take_down(Request(damaged, tmp_path / 'next', ids=(TOLD,)), silent)
    with pytest.raises(UsageError, match='lies in the dump or release'):
        take_down(Request(release, release / 'next', ids=(TOLD,)), silent)


def test_check_tells_tombstones_that_do_not_keep_their_word(after: Path, tmp_path: Path) -> None:
    there = next(iter(pages(after)))
    for change, says in {
        there: 'was taken down, and is here',
        'zz': 'does not match',
        'f' * 32: 'has 6 rows, but the manifest says 5',
    }.items():
        folder = shutil.copytree(after, tmp_path / change)
        path = folder / 'tombstones.jsonl'
        row = {**json.loads(path.read_text('utf-8').splitlines()[0]), 'id': change}
        path.write_text(path.read_text('utf-8') + json.dumps(row) + '\n')
        sign_again(folder, 'tombstones.jsonl')
        assert any(says in fault for fault in tombstone_faults(folder, read_release_manifest(folder))), says
    assert any('has 6 rows' in fault for fault in check(tmp_path / ('f' * 32)))


def test_the_command_lists_first_and_takes_its_own_list(release: Path, tmp_path: Path) -> None:
    listed = invoked('takedown', release, '--url', f'{URL}#top', '--dry-run')
    assert listed.returncode == 0, listed.stderr
    first, second = listed.stdout.splitlines()
    assert first == f'{TOLD} songhau.example train: named'
    assert second.startswith(f'{RETELLS} songhau.example train: related story 1 is the main story of {TOLD}, similarity 0.9')
    (tmp_path / 'ids').write_text(listed.stdout)
    done = invoked('takedown', release, '--ids-from', 'ids', '--out', 'next', '--reason', 'privacy', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == 'next made 1.0.0: 2 pages taken down, 38 left'
    assert {row['match'] for row in read_tombstones(tmp_path / 'next')} == {'named'}
    without = invoked('takedown', release, '--id', TOLD)
    assert (without.returncode, without.stderr) == (
        2,
        'vinews: no --out is given; name the folder of the next version, or give --dry-run\n',
    )

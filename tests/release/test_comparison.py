"""What is said of two releases that differ in one thing, and which step of the version that needs."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.digests import file_sha256
from builder.errors import InputError
from builder.labels import KINDS
from builder.release.comparison import Bump, compare
from builder.release.comparison_report import as_json, differences_told, report
from builder.schema.validation import validator
from tests.checking.forging import edit_manifest, forge
from tests.conftest import invoked

Row = dict[str, Any]
TRAIN = 'pages/train-00000-of-00001.parquet'
TEST_LINES = 'lines/test-00000-of-00001.parquet'


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    shutil.copytree(release, tmp_path / 'copy')
    return tmp_path / 'copy'


def edit(folder: Path, name: str, change: Callable[[list[Row]], None]) -> None:
    def rows(table: pa.Table) -> pa.Table:
        edited = table.to_pylist()
        change(edited)
        return pa.Table.from_pylist(edited, table.schema)

    forge(folder, name, rows)


def story_of(pages: list[Row]) -> Row:
    return next(line for page in pages for line in page['lines'] if line['entities'] and line['kind'] == KINDS.index('body'))


def relabel(pages: list[Row]) -> None:
    line = story_of(pages)
    line.update(
        label=1, kind=KINDS.index('teaser'), entities=[], confidence=0.25
    )  # entities and confidence follow from it, and are not told again


def without_kind(pages: list[Row]) -> None:
    story_of(pages)['kind'] = None


def other_story(pages: list[Row]) -> None:
    story_of(pages)['story'] = 9


def other_type(pages: list[Row]) -> None:
    entity = story_of(pages)['entities'][0]
    entity['type'] = (entity['type'] + 1) % 3


def fewer_entities(pages: list[Row]) -> None:
    story_of(pages)['entities'].pop()


def other_confidence(pages: list[Row]) -> None:
    story_of(pages)['confidence'] -= 0.125


def fewer_votes(pages: list[Row]) -> None:
    story_of(pages)['votes'].pop()


def fewer_votes_on_names(pages: list[Row]) -> None:
    story_of(pages)['entity_votes'].pop()


def other_site(pages: list[Row]) -> None:
    pages[0]['site'] = 'khac.example'


def other_text(pages: list[Row]) -> None:
    pages[0].update(text_sha256='0' * 64, lines=pages[0]['lines'][:1])


def other_cut(pages: list[Row]) -> None:
    pages[0]['lines'][0]['end'] += 1


def other_path(pages: list[Row]) -> None:
    pages[0].update(path='elsewhere.txt', source='0' * 64)


def other_cluster(pages: list[Row]) -> None:
    pages[0]['cluster'] = pages[0]['id']


def fewer_pages(pages: list[Row]) -> None:
    del pages[2]


CHANGES: list[tuple[Callable[[list[Row]], None], str, Bump]] = [
    (relabel, '1 page with other labels: main_story/body → sidebar_noise/teaser 1 line', Bump.MAJOR),
    (without_kind, '1 page with other labels: main_story/body → main_story 1 line', Bump.MAJOR),
    (other_story, '1 page with other labels: pages.lines.story 1', Bump.MAJOR),
    (other_type, '1 page with other entities: pages.lines.entities 1', Bump.MAJOR),
    (fewer_entities, '1 page with other entities: pages.lines.entities 1', Bump.MAJOR),
    (other_confidence, '1 page with other votes or confidences: pages.lines.confidence 1', Bump.MAJOR),
    (fewer_votes, '1 page with other votes or confidences: pages.lines.votes 1', Bump.MAJOR),
    (fewer_votes_on_names, '1 page with other votes or confidences: pages.lines.entity_votes 1', Bump.MAJOR),
    (other_site, '1 page with other fields: pages.site 1', Bump.MAJOR),
    (fewer_pages, '1 page removed: train 1', Bump.MAJOR),
    (other_cut, '1 page with another text or other lines: pages.lines.end 1', Bump.MAJOR),
    (other_path, '1 page read from elsewhere, or related otherwise to other pages: pages.path 1, pages.source 1', Bump.MINOR),
    (other_cluster, '1 page read from elsewhere, or related otherwise to other pages: pages.cluster 1', Bump.MINOR),
]


@pytest.mark.parametrize(('change', 'says', 'bump'), CHANGES, ids=[change.__name__ for change, _, _ in CHANGES])
def test_each_sort_of_change_is_told_in_one_line(
    change: Callable[[list[Row]], None], says: str, bump: Bump, release: Path, copy: Path
) -> None:
    edit(copy, TRAIN, change)
    comparison = compare(release, copy)
    assert list(differences_told(comparison)) == [says]
    assert comparison.bump is bump
    validator('diff').require(as_json(comparison), 'diff')


def test_of_a_page_with_another_text_no_label_is_told(release: Path, copy: Path) -> None:
    edit(copy, TRAIN, other_text)
    comparison = compare(release, copy)
    assert comparison.changed.keys() == {'text'}
    assert not comparison.flips


def test_what_came_is_minor_what_went_or_moved_is_major(release: Path, copy: Path) -> None:
    moved: list[Row] = []

    def move(pages: list[Row]) -> None:
        moved.append(pages.pop(3))

    edit(copy, TRAIN, move)
    before = copy.with_name('before')
    shutil.copytree(copy, before)
    edit(copy, TRAIN.replace('train', 'validation'), lambda pages: pages.extend(moved))
    (page,) = moved
    added, removed, both = compare(before, copy), compare(copy, before), compare(release, copy)
    assert (added.added, added.bump) == ({'validation': [page['id']]}, Bump.MINOR)
    assert (removed.removed, removed.bump) == ({'validation': [page['id']]}, Bump.MAJOR)
    assert (both.moved, both.bump) == ({('train', 'validation'): [page['id']]}, Bump.MAJOR)
    assert [line for line in report(both) if page['id'] in line]


def test_what_follows_from_other_pages_is_minor_and_what_is_derived_is_major(release: Path, copy: Path) -> None:
    def seen(rows: list[Row]) -> None:
        rows[0]['seen_in_train'] = not rows[0]['seen_in_train']

    edit(copy, TEST_LINES, seen)
    comparison = compare(release, copy)
    assert comparison.changed['relation'].keys() == {'lines.seen_in_train'}
    assert comparison.bump is Bump.MINOR

    def longer(rows: list[Row]) -> None:
        rows[0]['length'] += 1

    edit(copy, TEST_LINES, longer)
    assert list(differences_told(compare(release, copy))) == ['1 page with other fields: lines.length 1']
    edit(copy, 'entities/train-00000-of-00001.parquet', lambda rows: rows.pop(0))
    assert compare(release, copy).changed['other'].keys() == {'lines.length', *(f'entities.{name}' for name in ENTITY_COLUMNS)}


ENTITY_COLUMNS = ('ends', 'line', 'ner_tags', 'starts', 'tokens')


def test_bytes_and_the_cut_of_rows_into_files_make_no_difference(release: Path, copy: Path) -> None:
    halves = [TRAIN.replace('of-00001', 'of-00002').replace('00000', number) for number in ('00000', '00001')]
    table = pq.ParquetFile(copy / TRAIN).read()
    for name, rows in zip(halves, (table.slice(0, 5), table.slice(5)), strict=True):
        pq.write_table(rows, copy / name, compression='none', row_group_size=2)
    (copy / TRAIN).unlink()

    def name_both(manifest: Row) -> None:
        (at,) = (number for number, entry in enumerate(manifest['files']) if entry['path'] == TRAIN)
        entry = manifest['files'].pop(at)
        manifest['files'] += [{**entry, 'path': name, 'sha256': file_sha256(copy / name), 'content_sha256': '0' * 64} for name in halves]

    edit_manifest(copy, name_both)
    comparison = compare(release, copy)
    assert comparison.bump is Bump.PATCH
    assert list(report(comparison)) == ['0.1.0 → 0.1.0 needs PATCH: the data read is the same']


def retype(schema: pa.Schema) -> pa.Schema:
    return schema.set(schema.get_field_index('n_lines'), pa.field('n_lines', pa.float64()))


def rename_classes(schema: pa.Schema) -> pa.Schema:
    return edit_classes(schema, lambda names: names.reverse())


def more_classes(schema: pa.Schema) -> pa.Schema:
    return edit_classes(schema, lambda names: names.append('third'))


def edit_classes(schema: pa.Schema, change: Callable[[list[str]], None]) -> pa.Schema:
    described = json.loads(schema.metadata[b'huggingface'])
    change(described['info']['features']['label']['names'])
    return schema.with_metadata({'huggingface': json.dumps(described)})


SCHEMAS: list[tuple[Callable[[pa.Schema], pa.Schema], str, Bump]] = [
    (retype, 'column lines.n_lines retyped (int32 → double)', Bump.MAJOR),
    (rename_classes, 'column lines.label retyped (class(main_story, sidebar_noise) → class(sidebar_noise, main_story))', Bump.MAJOR),
    (more_classes, 'column lines.label added (class(main_story, sidebar_noise) → class(main_story, sidebar_noise, third))', Bump.MINOR),
    (lambda schema: schema.remove(schema.get_field_index('words')), 'column lines.words removed (int32)', Bump.MAJOR),
    (lambda schema: schema.append(pa.field('depth', pa.int32())), 'column lines.depth added (int32)', Bump.MINOR),
]


def with_schema(folder: Path, config: str, change: Callable[[pa.Schema], pa.Schema]) -> None:
    """Write all files of a config with other columns."""
    changed: dict[str, str] = {}
    for path in (folder / config).iterdir():
        table = pq.ParquetFile(path).read()
        schema = change(table.schema)
        arrays = [
            table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(table.num_rows, field.type)
            for field in schema
        ]
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path)
        changed[path.relative_to(folder).as_posix()] = file_sha256(path)

    def sign(manifest: Row) -> None:
        for entry in manifest['files']:
            if entry['path'] in changed:
                entry.update(sha256=changed[entry['path']], content_sha256='0' * 64)

    edit_manifest(folder, sign)


@pytest.mark.parametrize(('change', 'says', 'bump'), SCHEMAS, ids=[says for _, says, _ in SCHEMAS])
def test_other_columns_are_told_and_the_rest_is_compared_all_the_same(
    change: Callable[[pa.Schema], pa.Schema], says: str, bump: Bump, release: Path, copy: Path
) -> None:
    with_schema(copy, 'lines', change)
    comparison = compare(release, copy)
    assert list(differences_told(comparison)) == [says]
    assert comparison.bump is bump
    edit(copy, TRAIN, other_site)
    assert list(differences_told(compare(release, copy))) == ['1 page with other fields: pages.site 1', says]


def test_a_field_that_votes_gained_does_not_change_the_votes_that_were_there(release: Path, copy: Path) -> None:
    def add_reason(schema: pa.Schema) -> pa.Schema:
        lines = schema.field('lines').type.value_type
        votes = lines.field('votes').type.value_type
        wider = pa.list_(pa.struct([*votes, pa.field('reason', pa.string())]))
        fields = [pa.field('votes', wider) if field.name == 'votes' else field for field in lines]
        return schema.set(schema.get_field_index('lines'), pa.field('lines', pa.list_(pa.struct(fields))))

    pages = {path: pq.ParquetFile(path).read() for path in (copy / 'pages').iterdir()}
    with_schema(copy, 'pages', lambda schema: schema)
    for path, table in pages.items():
        pq.write_table(pa.Table.from_pylist(table.to_pylist(), add_reason(table.schema)), path)

    def sign(manifest: Row) -> None:
        for entry in manifest['files']:
            entry['sha256'] = file_sha256(copy / entry['path'])

    edit_manifest(copy, sign)
    comparison = compare(release, copy)
    assert list(differences_told(comparison)) == ['column pages.lines.votes.reason added (string)']
    assert comparison.bump is Bump.MINOR


def test_a_config_that_went_is_told(release: Path, copy: Path) -> None:
    shutil.rmtree(copy / 'entities')
    edit_manifest(copy, lambda manifest: manifest.update(files=[e for e in manifest['files'] if e['config'] != 'entities']))
    comparison = compare(release, copy)
    assert (list(differences_told(comparison)), comparison.bump) == (['config entities removed'], Bump.MAJOR)
    assert compare(copy, release).bump is Bump.MINOR


def test_damaged_releases_are_not_compared(release: Path, copy: Path) -> None:
    damaged = copy / TRAIN
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(InputError, match=r'pages/train-00000-of-00001\.parquet: is missing or not what the manifest says'):
        compare(release, copy)
    edit_manifest(copy, lambda manifest: next(e for e in manifest['files'] if e['path'] == TRAIN).update(sha256=file_sha256(damaged)))
    edit_manifest(copy, lambda manifest: next(e for e in manifest['files'] if e['path'] == TRAIN).update(content_sha256='0' * 64))
    with pytest.raises(InputError, match=r'pages/train-00000-of-00001\.parquet: cannot be read'):
        compare(release, copy)


def test_a_page_that_stands_twice_is_an_error(release: Path, copy: Path) -> None:
    edit(copy, TRAIN, lambda pages: pages.append(pages[0]))
    for old, new in ((release, copy), (copy, release)):
        with pytest.raises(InputError, match='stands twice in one release'):
            compare(old, new)


def test_the_command_says_it_in_words_and_in_json(release: Path, copy: Path) -> None:
    edit(copy, TRAIN, relabel)
    said = invoked('diff', release, copy)
    assert (said.returncode, said.stderr) == (0, '')
    assert said.stdout.startswith('0.1.0 → 0.1.0 needs MAJOR: ')
    value = json.loads(invoked('diff', release, copy, '--json').stdout)
    validator('diff').require(value, 'diff')
    assert value['flips'] == [{'from': 'main_story/body', 'to': 'sidebar_noise/teaser', 'lines': 1}]
    (page,) = value['changed'][-1]['pages']
    assert f'  {page}\n' in said.stdout
    failed = invoked('diff', release, copy.parent)
    assert (failed.returncode, failed.stderr.count('\n')) == (1, 1)
    assert 'no release here' in failed.stderr

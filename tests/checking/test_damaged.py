"""However a release is damaged, `vinews check` answers with fault lines, never with a traceback."""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from builder.checking.check import check
from builder.checking.files import file_faults
from builder.checking.rows import row_faults
from builder.errors import InputError
from builder.release.card import front_matter_of
from tests.checking.forging import TRAIN, change_card, edit_manifest, forge, set_column, sign_again


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    shutil.copytree(release, tmp_path / 'copy')
    return tmp_path / 'copy'


def files_of(folder: Path) -> list[str]:
    return list(file_faults(folder, json.loads((folder / 'manifest.json').read_text('utf-8'))))


def entry_of(manifest: dict[str, Any], path: str = TRAIN) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in manifest['files'] if entry['path'] == path)
    return found


def retyped(table: pa.Table, name: str, kind: pa.DataType) -> pa.Table:
    column = table[name].combine_chunks()
    index = table.schema.get_field_index(name)
    return table.set_column(index, name, column.dictionary_encode() if pa.types.is_dictionary(kind) else column.cast(kind))


@pytest.mark.parametrize(
    ('change', 'says'),
    [
        (lambda table: table.replace_schema_metadata(None), 'the declared features'),
        (lambda table: retyped(table, 'text', pa.large_string()), 'column text is large_string'),
        (lambda table: retyped(table, 'text', pa.binary()), 'column text is binary'),
        (lambda table: retyped(table, 'site', pa.dictionary(pa.int32(), pa.string())), 'column site is dictionary'),
        (lambda table: table.drop_columns(['kind']), 'column kind is missing'),
        (lambda table: table.append_column('more', table['text']), 'the columns are'),
    ],
    ids=['no metadata', 'large_string', 'binary', 'dictionary', 'missing', 'more'],
)
def test_wrong_columns_are_told_as_such(copy: Path, change: Callable[[pa.Table], pa.Table], says: str) -> None:
    pq.write_table(change(pq.ParquetFile(copy / TRAIN).read()), copy / TRAIN)
    faults = check(copy)
    assert any(fault.startswith(f'{TRAIN}: columns or class labels') and says in fault for fault in faults)
    assert not any('cannot be read' in fault for fault in faults)


def test_any_damage_to_a_parquet_file_is_a_fault_line(copy: Path) -> None:
    whole = (copy / TRAIN).read_bytes()
    manifest = json.loads((copy / 'manifest.json').read_text('utf-8'))
    # Of this file alone: the others are sound, and would be read sixty times.
    manifest['files'] = [entry_of(manifest)]
    dice = random.Random(7)  # noqa: S311 - bytes to damage, not a secret
    footer = len(whole) - 2_000
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(dice.choice((1, 3, 30))):
            content[dice.randrange(footer, len(content))] = dice.randrange(256)
        (copy / TRAIN).write_bytes(content[: dice.choice((len(content), dice.randrange(len(content))))])
        assert any(fault.startswith(f'{TRAIN}: ') for fault in file_faults(copy, manifest))


@pytest.mark.parametrize(
    ('change', 'says'),
    [
        (lambda manifest: entry_of(manifest).update(rows=None), 'None is not of type'),
        (lambda manifest: entry_of(manifest).update(config='foo'), "'foo' is not one of"),
        (lambda manifest: entry_of(manifest).update(bytes=float('nan')), r'nan .*bytes'),
        (lambda manifest: manifest['splits'].update(dev={'pages': 1, 'lines': 1}), 'dev'),
        (lambda manifest: manifest['files'].append(5), '5 is not of type'),
    ],
    ids=['rows', 'config', 'nan', 'split', 'number'],
)
def test_a_manifest_against_its_schema_is_an_error_of_one_line(copy: Path, change: Callable[[Any], None], says: str) -> None:
    edit_manifest(copy, change)
    with pytest.raises(InputError, match=says) as caught:
        check(copy)
    assert '\n' not in str(caught.value)


def test_a_manifest_of_a_thousand_levels_is_an_error_of_one_line(copy: Path) -> None:
    for levels in (500, 200_000):
        (copy / 'manifest.json').write_text('[' * levels + ']' * levels)
        with pytest.raises(InputError, match='build again'):
            check(copy)


@pytest.mark.parametrize(
    ('change', 'says'),
    [
        (lambda manifest: entry_of(manifest).update(bytes=7), f'{TRAIN}: has '),
        (lambda manifest: entry_of(manifest, 'LICENSE').update(bytes=7), 'LICENSE: has '),
        (lambda manifest: entry_of(manifest).update(arrow_bytes=7), 'dataset_info of lines counts'),
        (lambda manifest: entry_of(manifest).update(split='test'), 'is no path of config lines, split test'),
        (lambda manifest: manifest['files'].append(entry_of(manifest)), f'lists {TRAIN} twice'),
        (lambda manifest: manifest['splits']['train'].update(pages=99), 'split train is said to have 99 pages'),
        (lambda manifest: manifest['splits']['test'].update(lines=99), 'split test is said to have'),
        (lambda manifest: manifest['splits'].pop('test'), 'split test is said to have 0 pages'),
        (lambda manifest: manifest.update(absent_splits=['test']), 'absent splits are said to be test, but are none'),
        (lambda manifest: manifest['gold'].update(joined=3), 'of 22 gold pages 3 are in the test splits'),
        (
            lambda manifest: manifest['gold'].update(joined=21, pages=21),
            '21 gold pages are said to be in the release, but its test splits hold 22',
        ),
        (lambda manifest: manifest['voters'][0].update(conflict=0, right=1), 'the table voters is not what the files give'),
        (lambda manifest: manifest['name_voters'].pop(), 'the table name_voters is not what the files give'),
    ],
    ids=[
        'bytes',
        'bytes of a text',
        'arrow_bytes',
        'split',
        'twice',
        'pages',
        'lines',
        'no split',
        'absent',
        'joined',
        'joined and pages',
        'votes',
        'votes on names',
    ],
)
def test_a_changed_number_in_the_manifest_is_found(copy: Path, change: Callable[[Any], None], says: str) -> None:
    edit_manifest(copy, change)
    assert any(says in fault for fault in check(copy))


@pytest.mark.parametrize(
    ('make', 'says'),
    [
        (lambda folder: (folder / 'x').symlink_to('nowhere'), 'x: is in the release but not in the manifest (a link)'),
        (lambda folder: (folder / 'x').symlink_to(folder / 'lines'), 'x: is in the release but not in the manifest (a link)'),
        (lambda folder: (folder / 'x').mkdir(), 'x: is in the release but not in the manifest (a folder)'),
        (lambda folder: os.mkfifo(folder / 'x'), 'x: is in the release but not in the manifest (a special file)'),
        (lambda folder: link(folder, 'LICENSE'), 'LICENSE: is a link, not a plain file'),
        (lambda folder: link(folder, 'manifest.json'), 'manifest.json: is a link, not a plain file'),
        (lambda folder: link(folder, 'lines'), 'lines: is a link, not a plain folder'),
        (lambda folder: (folder / 'LICENSE').unlink() or (folder / 'LICENSE').mkdir(), 'LICENSE: is a folder, not a plain file'),
        (lambda folder: (folder / 'LICENSE').unlink() or os.mkfifo(folder / 'LICENSE'), 'LICENSE: is a special file, not a plain file'),
    ],
    ids=['dangling', 'link to a folder', 'folder', 'pipe', 'file', 'manifest', 'listed folder', 'folder for a file', 'pipe for a file'],
)
def test_whatever_is_no_listed_plain_file_is_found(copy: Path, make: Callable[[Path], object], says: str) -> None:
    make(copy)
    assert any(fault.startswith(says) for fault in check(copy))


def link(folder: Path, name: str) -> None:
    (folder / name).rename(folder.parent / name)
    (folder / name).symlink_to(folder.parent / name)


def test_a_foreign_folder_is_one_fault_whatever_it_holds(copy: Path) -> None:
    (copy / 'x' / 'y').mkdir(parents=True)
    (copy / 'x' / 'y' / 'z').touch()
    assert files_of(copy) == ['x: is in the release but not in the manifest (a folder); remove it']


def first_info(matter: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = matter['dataset_info'][0]
    return found


@pytest.mark.parametrize(
    'change',
    [
        lambda matter: matter.update(pretty_name=yaml.safe_load('2026-01-01')),
        lambda matter: matter.update({1: 2}),
        lambda matter: matter['configs'][0].update({1: 2}),
        lambda matter: matter.update(dataset_info=[{'config_name': 'lines', 'features': 5}]),
        lambda matter: first_info(matter).update(features=[5]),
        lambda matter: first_info(matter).update(features=[{'name': 'a', 'dtype': 'nope'}]),
        lambda matter: first_info(matter).update(features={'a': 1}),
        lambda matter: first_info(matter).update(splits=5),
        lambda matter: first_info(matter).update(splits=[{'name': ['a']}]),
        lambda matter: first_info(matter).update(config_name=['a']),
        lambda matter: first_info(matter).update(config_name={'a': 1}),
        lambda matter: first_info(matter).update(download_size='x'),
        lambda matter: first_info(matter).update(dataset_size=1),
        lambda matter: matter['configs'][0].update(config_name=['a']),
        lambda matter: matter['configs'].append(matter['configs'][0] | {'version': '1.0.0'}),
        lambda matter: matter['dataset_info'].append({'config_name': 'lines'}),
        lambda matter: matter['configs'][0].pop('default'),
        lambda matter: matter['configs'][1].update(default=True),
        lambda matter: (matter['configs'][0].pop('default'), matter['configs'][1].update(default=True)),
        lambda matter: matter.clear(),
    ],
)
def test_a_card_that_says_nonsense_is_a_fault_line(copy: Path, change: Callable[[Any], object]) -> None:
    change_card(copy, lambda matter: change(matter) and None)
    faults = check(copy)
    assert faults
    assert all(fault.startswith('README.md: ') and '\n' not in fault for fault in faults)


@pytest.mark.parametrize('text', ['', '---\n', '---\n---\n', '---\n- a\n---\n', '---\na: *b\n---\n', '---\n' + '[' * 9_999 + '\n---\n'])
def test_a_card_without_front_matter_is_a_fault_line(copy: Path, text: str) -> None:
    (copy / 'README.md').write_text(text)
    sign_again(copy, 'README.md')
    assert all(fault.startswith('README.md: ') for fault in check(copy))
    assert check(copy)


def test_a_card_that_is_not_utf_8_is_a_fault_line(copy: Path) -> None:
    (copy / 'README.md').write_bytes(b'---\na: \xff\n---\n')
    sign_again(copy, 'README.md')
    assert any(fault.startswith('README.md: its front matter cannot be read') for fault in check(copy))


@pytest.mark.parametrize(
    ('name', 'column', 'value'),
    [
        ('pages/test-00000-of-00001.parquet', 'lines', None),
        ('pages/test-00000-of-00001.parquet', 'id', None),
        ('entities/test-00000-of-00001.parquet', 'starts', [None]),
        (TRAIN, 'confidence', float('nan')),
        (TRAIN, 'text', None),
    ],
)
def test_rows_without_what_they_need_are_fault_lines(copy: Path, name: str, column: str, value: object) -> None:
    forge(copy, name, lambda table: set_column(table, column, [value, *table[column].to_pylist()[1:]]))
    faults = list(row_faults(copy, json.loads((copy / 'manifest.json').read_text('utf-8'))))
    assert faults
    assert all(fault.startswith(f'{name}: row 0 ') for fault in faults)


@pytest.mark.parametrize('folder', ['g[1]', 'g*', 'a::b'])
def test_a_folder_that_load_dataset_takes_for_a_pattern_is_told_plainly(release: Path, tmp_path: Path, folder: str) -> None:
    shutil.copytree(release, tmp_path / folder)
    (fault,) = check(tmp_path / folder)
    assert 'move the release to another folder' in fault
    assert folder in fault


def test_the_card_of_the_examples_is_read_as_it_was_written(release: Path) -> None:
    matter = front_matter_of((release / 'README.md').read_text('utf-8'))
    assert [config['config_name'] for config in matter['configs'] if 'default' in config] == ['lines']

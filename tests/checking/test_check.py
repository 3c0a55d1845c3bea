"""`vinews check` passes what was built, and names what was changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.checking.check import check
from builder.checking.rows import row_faults
from builder.errors import InputError
from tests.checking.forging import TRAIN, change_card, edit_manifest, forge, set_column, sign_again, without_votes_on_names


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    shutil.copytree(release, tmp_path / 'copy')
    return tmp_path / 'copy'


def faults_of_rows(folder: Path) -> list[str]:
    """The faults that the rows alone show, whatever card and manifest say."""
    return list(row_faults(folder, json.loads((folder / 'manifest.json').read_text('utf-8'))))


def test_a_release_as_built_has_no_fault(release: Path) -> None:
    assert check(release) == []


def test_one_changed_byte_is_found_in_every_file(copy: Path) -> None:
    for path in sorted(copy.glob('*/*.parquet')):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
        faults = check(copy)
        name = path.relative_to(copy).as_posix()
        assert any(fault.startswith(f'{name}: sha256 differs') for fault in faults)
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
    assert check(copy) == []


def test_a_removed_row_is_counted(copy: Path) -> None:
    table = pq.ParquetFile(copy / TRAIN).read()
    pq.write_table(table.slice(1), copy / TRAIN)
    faults = check(copy)
    assert f'{TRAIN}: {table.num_rows - 1} rows, but the manifest says {table.num_rows}; restore the file' in faults


def test_swapped_label_names_in_the_card_are_found(copy: Path) -> None:
    path = copy / 'README.md'
    swapped = (
        path.read_text('utf-8')
        .replace("'0': main_story", "'0': TEMP")
        .replace("'1': sidebar_noise", "'1': main_story")
        .replace("'0': TEMP", "'0': sidebar_noise")
    )
    assert swapped != path.read_text('utf-8')
    path.write_text(swapped)
    assert any('sha256 differs' in fault for fault in check(copy))
    sign_again(copy, 'README.md')
    faults = check(copy)
    assert any(
        fault.startswith('README.md: field label of lines is ClassLabel') and 'labels would change their meaning' in fault
        for fault in faults
    )


@pytest.mark.parametrize(
    ('change', 'says'),
    [
        (lambda matter: matter['configs'][0].update(version='9.9.9'), 'has version 9.9.9'),
        (lambda matter: matter['configs'][0].update(description=f'content sha256 {"0" * 64}'), 'a local cache would go stale'),
        (lambda matter: matter['configs'][0]['data_files'].pop(), 'names the files'),
        (lambda matter: matter['configs'].pop(), 'is missing'),
        (lambda matter: matter['dataset_info'].pop(), 'dataset_info of'),
        (lambda matter: matter['dataset_info'][1]['splits'][0].update(num_examples=3), 'counts'),
        (lambda matter: matter.update(language=['no']), 'language is no, but the pages are in vi'),
        (lambda matter: matter.update(language=['Norwegian']), 'front matter'),
    ],
    ids=['version', 'digest', 'split', 'config', 'info', 'count', 'language', 'no code'],
)
def test_a_card_that_says_something_else_is_found(copy: Path, change: Callable[[dict[str, Any]], None], says: str) -> None:
    change_card(copy, change)
    assert any(fault.startswith('README.md: ') and says in fault for fault in check(copy))


def test_a_repeated_key_in_the_card_is_found(copy: Path) -> None:
    path = copy / 'README.md'
    path.write_text(path.read_text('utf-8').replace('license: apache-2.0', 'license: apache-2.0\nlicense: mit', 1))
    sign_again(copy, 'README.md')
    assert any('the key license stands twice' in fault for fault in check(copy))


def test_missing_and_foreign_files_are_found(copy: Path) -> None:
    (copy / 'LICENSE').unlink()
    (copy / 'lines' / 'train-00001-of-00002.parquet').write_bytes(b'')
    faults = check(copy)
    assert 'LICENSE: is in the manifest but not in the release; restore it' in faults
    assert 'lines/train-00001-of-00002.parquet: is in the release but not in the manifest; remove it' in faults


@pytest.mark.parametrize(
    ('name', 'change', 'says'),
    [
        (TRAIN, lambda table: set_column(table, 'label', [7, *table['label'].to_pylist()[1:]]), '7 is not'),
        (TRAIN, lambda table: set_column(table, 'text', ['khác', *table['text'].to_pylist()[1:]]), "text is 'khác' in lines"),
        (TRAIN, lambda table: table.slice(1), 'line 0 is not where it belongs in lines'),
        (
            'pairs/test-00000-of-00001.parquet',
            lambda table: set_column(table, 'clean', [''] * table.num_rows),
            'its row in pairs does not say the same',
        ),
        (
            'entities/test-00000-of-00001.parquet',
            lambda table: set_column(table, 'ner_tags', [[0] * len(tags) for tags in table['ner_tags'].to_pylist()]),
            'spell other spans',
        ),
        (
            'entities/test-00000-of-00001.parquet',
            lambda table: set_column(table, 'starts', [[n + 1 for n in row] for row in table['starts'].to_pylist()]),
            'is not the text it points to',
        ),
        (
            'pages/validation-00000-of-00001.parquet',
            lambda table: set_column(table, 'site', ['toancau.example'] * table.num_rows),
            'site toancau.example is unknown or stands in another split too',
        ),
        (
            'pages/validation-00000-of-00001.parquet',
            lambda table: set_column(table, 'text', [text[1:] for text in table['text'].to_pylist()]),
            'do not cut its text out of the page',
        ),
        (
            'pages/test-00000-of-00001.parquet',
            lambda table: set_column(table, 'no_story', [not flag for flag in table['no_story'].to_pylist()]),
            'no_story contradicts its labels',
        ),
        ('pages/test-00000-of-00001.parquet', without_votes_on_names, 'a name has no vote of its source'),
    ],
    ids=['class id', 'text', 'row', 'pairs', 'tags', 'starts', 'site', 'offsets', 'no story', 'votes on names'],
)
def test_rows_that_contradict_schema_guideline_or_each_other_are_found(
    copy: Path, name: str, change: Callable[[pa.Table], pa.Table], says: str
) -> None:
    forge(copy, name, change)
    assert any(says in fault for fault in faults_of_rows(copy))
    assert check(copy)


def test_a_machine_label_in_a_test_split_is_found(copy: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        pages = table['lines'].to_pylist()
        pages[0][0]['label_source'] = 'model'
        return set_column(table, 'lines', pages)

    forge(copy, 'pages/test-00000-of-00001.parquet', change)
    assert any('a test split holds a label that is not gold' in fault for fault in faults_of_rows(copy))


def test_a_page_in_two_splits_is_found(copy: Path) -> None:
    other = pq.ParquetFile(copy / 'pages' / 'validation-00000-of-00001.parquet').read()
    forge(copy, 'pages/train-00000-of-00001.parquet', lambda table: pa.concat_tables([table, other.slice(0, 1)]))
    assert any(
        'stands in train and in validation' in fault or 'stands in validation and in train' in fault for fault in faults_of_rows(copy)
    )


def test_a_conservation_table_that_does_not_balance_is_found(copy: Path) -> None:
    edit_manifest(copy, lambda manifest: manifest['conservation'][0].update(read=99))
    assert any('read 99 pieces' in fault for fault in check(copy))


@pytest.mark.parametrize('content', [None, '{', '{}'])
def test_a_folder_that_holds_no_release_is_an_error(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / 'manifest.json').write_text(content)
    with pytest.raises(InputError, match=str(tmp_path)):
        check(tmp_path)

"""A release without texts holds none, loads, and is full again once the texts are joined to it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from builder.checking.check import check
from builder.checking.rows import read_rows
from builder.errors import UsageError
from builder.explain import find_page
from builder.export import export
from builder.release.card import front_matter_of
from builder.release.manifest import digest_of, read_release_manifest
from builder.release.refill import Found, misfits, refill
from builder.release.rows import CONFIGS
from builder.release.text_modes import digest_of_text, in_mode
from builder.text.normalization import nfc
from tests.checking.forging import change_card, forge, set_column, without_votes_on_names
from tests.conftest import every_string

MODES = ('excerpt', 'standoff')
_SAME = ('leakage', 'voters', 'name_voters', 'gold')
"""Fields of the manifest that are those of the full release."""
TRAIN = 'train-00000-of-00001.parquet'


def texts(release: Path) -> set[str]:
    """Every line, title and text of the pages of a full release."""
    found: set[str] = set()
    for path in sorted((release / 'pages').glob('*.parquet')):
        for page in pq.read_table(path, columns=['text', 'title']).to_pylist():
            found |= {page['text'], page['title'], *page['text'].splitlines()}
    return {text for text in found if text and not text.isspace()}


def test_a_standoff_release_holds_no_text_of_a_page(release: Path, textless: dict[str, Path]) -> None:
    there = every_string(textless['standoff'])
    whole = '\n'.join(sorted(there))
    # "Ảnh" or a site's own name may stand elsewhere for another reason; nothing of four signs or more does, as a whole value,
    # and nothing of eight even inside another.
    assert [text for text in texts(release) if len(text) >= 4 and text in there] == []
    assert [text for text in texts(release) if len(text) >= 8 and text in whole] == []
    assert len([text for text in texts(release) if len(text) >= 8]) > 1_000


def test_an_excerpt_holds_the_first_of_each_line_and_no_more(release: Path, textless: dict[str, Path]) -> None:
    longest = max(len(text) for path in (textless['excerpt'] / 'lines').glob('*') for text in pq.read_table(path)['text'].to_pylist())
    whole = '\n'.join(every_string(textless['excerpt']))
    long = [text for text in texts(release) if len(text) > 40]
    assert (longest, len(long) > 300) == (40, True)
    assert [text for text in long if text in whole] == []
    for path in sorted((release / 'lines').glob('*.parquet')):
        full, cut = (pq.read_table(folder / 'lines' / path.name) for folder in (release, textless['excerpt']))
        assert [text[:40] for text in full['text'].to_pylist()] == cut['text'].to_pylist()
        assert full.drop_columns('text').equals(cut.drop_columns(['text', 'text_digest']))


@pytest.mark.parametrize('mode', MODES)
def test_check_passes_and_every_config_loads(mode: str, release: Path, textless: dict[str, Path]) -> None:
    assert check(textless[mode]) == []
    full, manifest = read_release_manifest(release), read_release_manifest(textless[mode])
    assert {entry['config'] for entry in manifest['files']} == {*CONFIGS, None} - {'pairs'}
    contents = {entry['path']: entry['content_sha256'] for entry in full['files'] if entry['config']}
    assert {entry['path']: entry['content_sha256'] for entry in manifest['full']} == contents
    assert [manifest[name] for name in _SAME] == [full[name] for name in _SAME]


@pytest.mark.parametrize('mode', MODES)
def test_votes_on_names_are_whole_and_hold_no_text(mode: str, release: Path, textless: dict[str, Path]) -> None:
    full, cut = (
        [[line['entity_votes'] for line in page['lines']] for page in pq.read_table(folder / 'pages' / TRAIN).to_pylist()]
        for folder in (release, textless[mode])
    )
    assert full == cut
    votes = [vote for page in cut for votes in page for vote in votes]
    assert votes
    assert not any('text' in vote for vote in votes)


@pytest.mark.parametrize('mode', MODES)
def test_the_card_says_what_is_there_and_how_to_get_the_rest(mode: str, textless: dict[str, Path]) -> None:
    card = (textless[mode] / 'README.md').read_text('utf-8')
    matter = front_matter_of(card)
    assert [config['config_name'] for config in matter['configs']] == ['lines', 'pages', 'entities']
    assert 'text-generation' not in matter['task_categories']
    assert 'vinews rehydrate' in card
    assert '`text_digest`' in card
    assert '`pairs`' not in card
    assert ('first 40 code points' in card) == (mode == 'excerpt')


@pytest.mark.parametrize('mode', ['full', *MODES])
def test_rows_are_valid_by_the_schemas_that_lie_beside_them(mode: str, release: Path, textless: dict[str, Path]) -> None:
    folder = {'full': release, **textless}[mode]
    documents = {path.name: json.loads(path.read_text('utf-8')) for path in (folder / 'schemas').iterdir()}
    assert not any('x-text' in json.dumps(document) for name, document in documents.items() if name != 'config.schema.json')
    registry: Registry[Any] = Registry().with_resources((name, Resource.from_contents(document)) for name, document in documents.items())
    for config in ('lines', 'pages', 'entities'):
        judge = Draft202012Validator(documents[f'{config}.schema.json'], registry=registry)
        rows = list(read_rows(folder / config / TRAIN, config, text=mode))[:3]
        assert rows
        assert [error.message for row in rows for error in judge.iter_errors(row)] == []


@pytest.mark.parametrize(
    ('mode', 'column', 'value', 'says'),
    [
        ('excerpt', 'text', 'Một câu khác hẳn với câu trên trang ấy.', 'its excerpt is not the first 40'),
        ('excerpt', 'text_digest', '0' * 16, 'text_digest is'),
        ('standoff', 'length', 1, 'an entity ends beyond the line'),
    ],
)
def test_a_forged_row_is_told(mode: str, column: str, value: object, says: str, textless: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(textless[mode], tmp_path / 'copy')
    forge(folder, f'lines/{TRAIN}', lambda table: set_column(table, column, [value] * table.num_rows))
    forget_digest(folder)
    if column == 'text':
        forge(folder, f'pages/{TRAIN}', lambda table: with_line_texts(table, str(value)))
        forget_digest(folder)
    assert any(says in fault for fault in check(folder)), check(folder)


@pytest.mark.parametrize('mode', MODES)
def test_names_without_votes_are_told(mode: str, textless: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(textless[mode], tmp_path / 'copy')
    forge(folder, f'pages/{TRAIN}', without_votes_on_names)
    forget_digest(folder)
    assert any('a name has no vote of its source' in fault for fault in check(folder)), check(folder)


def with_line_texts(table: pa.Table, text: str) -> pa.Table:
    pages = table['lines'].to_pylist()
    for lines in pages:
        for line in lines:
            line['text'] = text
    return set_column(table, 'lines', pages)


def forget_digest(folder: Path) -> None:
    """Give the card the sizes and digests of what was forged, as a careful forger would."""
    manifest = read_release_manifest(folder)

    def change(matter: dict[str, Any]) -> None:
        for config in matter['configs']:
            files = sorted(
                (entry for entry in manifest['files'] if entry['config'] == config['config_name']), key=lambda entry: entry['path']
            )
            config['description'] = f'content sha256 {digest_of([(entry["path"], entry["content_sha256"]) for entry in files])}'
        for info in matter['dataset_info']:
            info['download_size'] = sum(entry['bytes'] for entry in manifest['files'] if entry['config'] == info['config_name'])

    change_card(folder, change)


def rows_of_a_bucket(release: Path) -> dict[str, pa.Table]:
    return {config: pq.ParquetFile(release / config / TRAIN).read() for config in CONFIGS}


def found_in(pages: pa.Table) -> dict[str, Found]:
    columns = (pages[name].to_pylist() for name in ('id', 'text', 'title'))
    return {page: Found(text, title) for page, text, title in zip(*columns, strict=True)}


@pytest.mark.parametrize('mode', MODES)
@given(data=st.data())
@settings(max_examples=5)
def test_texts_left_out_and_joined_again_are_the_same_rows(mode: str, release: Path, data: st.DataObject) -> None:
    full = rows_of_a_bucket(release)
    ids = full['pages']['id'].to_pylist()
    kept = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    full = {config: table.filter(pc.is_in(table['id'], pa.array(kept))) for config, table in full.items()}
    length = data.draw(st.integers(1, 100))
    without = {config: in_mode(full[config], config, mode, length) for config in CONFIGS if config != 'pairs'}
    found = found_in(full['pages'])
    assert misfits(without['pages'], found) == {}
    again = refill(without, found)
    assert again.keys() == full.keys()
    for config, table in again.items():
        assert table.equals(full[config]), config


def test_a_line_that_is_not_that_of_its_digest_is_a_misfit(release: Path) -> None:
    full = rows_of_a_bucket(release)['pages']
    without = in_mode(full, 'pages', 'standoff', 0)
    found = found_in(full)
    page = next(iter(found))
    third = full['lines'].to_pylist()[0][2]
    text = found[page].text
    found[page] = Found(text[: third['start']] + '?' + text[third['start'] + 1 :], None)
    assert misfits(without, found) == {page: 2}


@given(st.text(st.characters(exclude_categories=['Cs']), min_size=1), st.integers(1, 30))
def test_an_excerpt_of_nfc_is_nfc_and_a_digest_is_of_the_whole(text: str, length: int) -> None:
    text = nfc(text)
    assert nfc(text[:length]) == text[:length]
    assert len(digest_of_text(text)) == 16


def test_what_needs_texts_refuses_a_release_without_them(textless: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'is standoff.*vinews rehydrate'):
        export(textless['standoff'], tmp_path / 'out', 'conll')
    with pytest.raises(UsageError, match=r'is excerpt.*vinews rehydrate'):
        find_page(textless['excerpt'], 'd9')

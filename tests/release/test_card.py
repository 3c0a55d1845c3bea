"""The card of a release: nothing from outside can break its tables, its links or its front matter."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.release.card import CardFacts, _cell, front_matter_of, render_card
from builder.release.figures import figures
from builder.release.manifest import config_digests, read_release_manifest
from builder.release.parquet import WrittenFile

HOSTILE = [
    r'\[click](http://evil.example)',
    r'a\|b',
    'a|b',
    'a\\',
    'x\ny\r\n| z |',
    '<script>alert(1)</script>',
    '&lt;b&gt;',
    '`code`',
    '**bold** _it_ ~~no~~ ![x](y)',
    '[ref]: http://evil.example',
    'x' * 500,
    '\u202egnp.exe\u2028\u0000',
    '---',
    '{{ 7 * 7 }}',
]


def facts(release: Path, sites: dict[str, int] | None = None, **dataset: str) -> CardFacts:
    manifest = read_release_manifest(release)
    files = [WrittenFile(**entry) for entry in manifest['files'] if entry['config']]
    manifest['plan']['dataset'] |= dataset
    counts = figures(release, list(manifest['splits']))
    if sites:
        counts['train']['sites'] = sites
    return CardFacts(manifest['version'], manifest, files, counts, config_digests(files))


def table_rows(card: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading; as GFM does, only a `|` after no backslash, or after one that is escaped, cuts."""
    section = card.split(f'\n## {heading}\n', 1)[1].split('\n## ', 1)[0]
    return [re.split(r'(?<!\\)(?:\\\\)*\|', line)[1:-1] for line in section.splitlines() if line.startswith('|')]


def test_hostile_site_names_stay_in_their_cells(release: Path) -> None:
    card = render_card(facts(release, dict.fromkeys(HOSTILE, 1)))
    rows = table_rows(card, 'Sites')
    assert {len(row) for row in rows} == {5}
    names = [row[0].strip() for row in rows[2:]]
    assert {_cell(site) for site in HOSTILE} < set(names)
    section = card.split('\n## Sites\n', 1)[1].split('\n## ', 1)[0]
    for markup in ('](', '<', '`', '**', '~~', '![', '://', '\\', '{{'):
        assert markup not in section
    assert all(line.startswith('|') for line in section.strip().splitlines())


@given(st.text())
def test_a_cell_is_one_line_without_markup_and_not_long(text: str) -> None:
    cell = _cell(text)
    assert not re.search(r'[\\|<>`*_~!\[\]\n\r\u2028\u2029\x00-\x1f]', cell)
    assert len(re.sub(r'&#[0-9]+;', '.', cell)) <= 100
    assert not re.search(r'&(?!#[0-9]+;)', cell)


def test_a_long_cell_says_that_it_was_cut() -> None:
    assert _cell('ổ' * 100) == 'ổ' * 100
    assert _cell('ổ' * 101) == 'ổ' * 99 + '…'


@pytest.mark.parametrize('name', ['Bộ dữ liệu ---', '--- a', 'a --- b', '---', "'---'", 'x: y # z', '2026-01-01', '~', '1'])
def test_every_title_survives_the_front_matter(release: Path, name: str) -> None:
    given_facts = facts(release, pretty_name=name)
    matter = front_matter_of(render_card(given_facts))
    assert matter['pretty_name'] == name
    assert len(matter['dataset_info']) == len(matter['configs']) == 4


@pytest.mark.parametrize('text', ['', 'a', '---\n', '---\na: 1\n', '---\na: 1\n--- \n', ' ---\na: 1\n---\n', 'x---\na: 1\n---\n'])
def test_a_text_without_two_lines_of_dashes_has_no_front_matter(text: str) -> None:
    with pytest.raises(ValueError, match='no YAML between two lines of ---'):
        front_matter_of(text)


def test_languages_and_dates_of_every_split_stand_in_the_card(release: Path) -> None:
    card = (release / 'README.md').read_text('utf-8')
    for split, of in figures(release, ['train', 'validation', 'test', 'test_unseen_sites']).items():
        languages = ', '.join(f'`{name}` {count}' for name, count in of['languages'].items())
        assert of['dated'] > 0
        assert f'| `{split}` | {languages} | {of["dates"][0]} to {of["dates"][1]} | {of["dated"]} |' in card


def test_only_dates_that_can_be_ordered_make_a_range(release: Path, tmp_path: Path) -> None:
    name = 'train-00000-of-00001.parquet'
    for config in ('pages', 'lines', 'entities'):
        table = pq.ParquetFile(release / config / name).read()
        if config == 'pages':
            dates = ['31/12/2025', '2025-02-03T04:05:06+07:00', '2024-13-01', '2024-01-02', 'hôm qua', '2024-05-06x']
            column = pa.array((dates + [None] * table.num_rows)[: table.num_rows], pa.string())
            table = table.set_column(table.schema.get_field_index('published'), 'published', column)
        (tmp_path / config).mkdir()
        pq.write_table(table, tmp_path / config / name)
    found = figures(tmp_path, ['train'])['train']
    assert (found['dates'], found['dated']) == (['2024-01-02', '2025-02-03'], 2)

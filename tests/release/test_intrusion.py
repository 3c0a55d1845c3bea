"""Names in the sidebar: they are tagged on request, measured, and never change what is said of the story."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.checking.check import check
from builder.checking.rows import row_faults
from builder.labels import LABELS, MAIN, NOISE
from builder.planning import Request
from builder.release.figures import figures
from builder.release.intrusion import page_intrusion
from tests.checking.forging import edit_manifest
from tests.conftest import EXAMPLES, silent


def built(out: Path, entities: str) -> Path:
    build(Request((EXAMPLES / 'text',), out, '0.1.0', (EXAMPLES / 'gold.jsonl',), EXAMPLES / 'build.yaml', entities=entities), silent)
    return out


@pytest.fixture(scope='module')
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp('all') / 'release', 'all')


def line(label: str, *names: tuple[str, int]) -> dict[str, object]:
    return {'label': LABELS.index(label), 'entities': [{'text': text, 'type': kind} for text, kind in names]}


@pytest.mark.parametrize(
    ('lines', 'share'),
    [
        ([line(MAIN, ('Hà Nội', 1)), line(NOISE, ('HÀ NỘI', 1))], 0.0),
        ([line(MAIN, ('Hà Nội', 1)), line(NOISE, ('Hà Nội', 2))], 0.5),
        ([line(MAIN, ('Hòa', 0), ('Huế', 1)), line(NOISE, ('Hoà', 0), ('Mỹ', 1), ('Mỹ', 1), ('Nga', 1))], 0.5),
        ([line(MAIN), line(NOISE, ('Mỹ', 1))], 1.0),
        ([line(MAIN), line(NOISE)], None),
        ([line(NOISE, ('Mỹ', 1))], None),
    ],
    ids=['case folded', 'other type', 'distinct', 'noise only', 'no name', 'no story'],
)
def test_the_share_counts_distinct_names_that_only_noise_has(lines: list[dict[str, object]], share: float | None) -> None:
    assert page_intrusion(lines) == share


def test_names_of_the_sidebar_stand_in_pages_alone(release: Path, everywhere: Path) -> None:
    assert check(everywhere) == []
    for config in ('entities', 'lines', 'pairs'):
        for path in sorted((release / config).iterdir()):
            assert pq.read_table(everywhere / config / path.name).equals(pq.read_table(path)), path
    assert names_of_noise(release) == 0 < names_of_noise(everywhere)


def names_of_noise(folder: Path) -> int:
    pages = [page for path in sorted((folder / 'pages').iterdir()) for page in pq.ParquetFile(path).read().to_pylist()]
    return sum(len(line['entities']) for page in pages for line in page['lines'] if LABELS[line['label']] == NOISE)


def test_the_figure_is_computed_and_stands_in_manifest_and_card(release: Path, everywhere: Path) -> None:
    said = json.loads((everywhere / 'manifest.json').read_text('utf-8'))['sidebar_entity_intrusion']
    pages = pq.ParquetFile(everywhere / 'pages' / 'test-00000-of-00001.parquet').read().to_pylist()
    shares = [share for page in pages if (share := page_intrusion(page['lines'])) is not None]
    assert said['test']['pages'] == len(shares) == sum(of['pages'] for of in said['test']['sites'].values())
    assert said['test']['share'] == pytest.approx(sum(shares) / len(shares), abs=1e-4)
    card = (everywhere / 'README.md').read_text('utf-8')
    assert f'| `test` | {len(shares)} | {100 * said["test"]["share"]:.1f} % |' in card
    assert json.loads((release / 'manifest.json').read_text('utf-8'))['sidebar_entity_intrusion'] is None
    assert 'Names from the sidebar' not in (release / 'README.md').read_text('utf-8')


def test_check_computes_the_figure_again(everywhere: Path) -> None:
    before = (everywhere / 'manifest.json').read_bytes()
    edit_manifest(everywhere, lambda manifest: manifest['sidebar_entity_intrusion']['test'].update(share=0.01))
    faults = list(row_faults(everywhere, json.loads((everywhere / 'manifest.json').read_text('utf-8'))))
    (everywhere / 'manifest.json').write_bytes(before)
    assert faults == ['manifest.json: the sidebar entity intrusion is not what the files give; build again']


def test_without_entities_the_release_has_no_such_config(tmp_path: Path) -> None:
    out = built(tmp_path / 'none', 'none')
    assert check(out) == []
    assert not (out / 'entities').exists()
    card = (out / 'README.md').read_text('utf-8')
    assert 'token-classification' not in card
    assert 'people, places' not in card
    assert sum(figures(out, ['test'])['test']['entities'].values()) == 0


def test_the_option_wins_over_the_setting(tmp_path: Path) -> None:
    config = tmp_path / 'config.yaml'
    config.write_text('entities: none\n')
    dump = EXAMPLES / 'text' / 'songhau.example'
    build(Request((dump,), tmp_path / 'a', '0.1.0', config=config), silent)
    build(Request((dump,), tmp_path / 'b', '0.1.0', config=config, entities='story'), silent)
    assert not (tmp_path / 'a' / 'entities').exists()
    assert (tmp_path / 'b' / 'entities').exists()

"""croissant.json of a release: mlcroissant reads it and makes records by it, and it says what the files and the card say."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.checking.manifest import rows_of
from builder.digests import file_sha256
from builder.release.card import CardFacts, front_matter_of
from builder.release.croissant import CROISSANT, croissant, facts_of, render_croissant
from builder.release.licences import croissant_licence, licence_url
from builder.release.manifest import read_release_manifest
from builder.release.rows import CONFIGS
from builder.schema.features import features
from builder.schema.loading import load_schema
from tests.release.small import built, page

ASKED = {
    'rai:dataLimitations',
    'rai:dataBiases',
    'rai:personalSensitiveInformation',
    'rai:dataUseCases',
    'rai:dataSocialImpact',
    'rai:hasSyntheticData',
    'prov:wasDerivedFrom',
    'prov:wasGeneratedBy',
}
"""What a track for datasets asks for beside the core of Croissant."""


@pytest.fixture(scope='module')
def without_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release without gold, so without test splits, of a licence that nobody knows and of a site with a name from hell."""
    site = 'x' * 200 + ' {{ 7 * 7 }} "\\'
    pages = [page(f'{number}', f'Ông Tư kể chuyện số {number} ở bến sông.', site=site) for number in range(12)]
    return built(tmp_path_factory.mktemp('plain') / 'small', pages, 'dataset: {license: other}\nentities: none\n')


@pytest.fixture(scope='module')
def releases(release: Path, textless: dict[str, Path], without_tests: Path) -> dict[str, Path]:
    return {'full': release, **textless, 'without tests': without_tests}


reads_by_mlcroissant = pytest.mark.filterwarnings('ignore::DeprecationWarning')
"""It calls what rdflib and pandas will take away one day; that is not ours to mend."""
NAMES = ('full', 'excerpt', 'standoff', 'without tests')


def document(release: Path) -> Any:
    return json.loads((release / CROISSANT).read_text('utf-8'))


def facts(release: Path) -> CardFacts:
    return facts_of(release, read_release_manifest(release))


@reads_by_mlcroissant
@pytest.mark.parametrize('name', NAMES)
def test_mlcroissant_finds_no_error_and_makes_every_record(name: str, releases: dict[str, Path]) -> None:
    dataset = mlcroissant.Dataset(releases[name] / CROISSANT)
    manifest = read_release_manifest(releases[name])
    assert not dataset.metadata.ctx.issues.errors
    # Neither is known to a build.
    assert {re.findall(r'[A-Za-z]+(?=" is)', issue)[0] for issue in dataset.metadata.ctx.issues.warnings} == {'citeAs', 'datePublished'}
    configs = [config for config in CONFIGS if rows_of(manifest, config)]
    for record_set in dataset.metadata.record_sets:
        records = list(dataset.records(record_set=record_set.uuid))
        assert records[0].keys() == {field.id for field in record_set.fields}
        if record_set.uuid in configs:
            splits = [record[f'{record_set.uuid}/file_split'].decode() for record in records]
            assert {split: splits.count(split) for split in splits} == rows_of(manifest, record_set.uuid)
    assert configs == [record_set.uuid for record_set in dataset.metadata.record_sets][-len(configs) :]


@reads_by_mlcroissant
def test_records_are_the_rows(release: Path) -> None:
    dataset = mlcroissant.Dataset(release / CROISSANT)
    first = next(iter(dataset.records(record_set='pages')))
    text = first['pages/text'].decode()
    for line in first['pages/lines']:
        assert text[line['pages/lines/start'] : line['pages/lines/end']] == line['pages/lines/text'].decode()
    kinds = {record['kinds/id']: record['kinds/name'] for record in dataset.records(record_set='kinds')}
    assert list(kinds.values()) == features('lines')['kind'].names
    assert {line['pages/lines/kind'] for line in first['pages/lines']} <= {*kinds, None}


@pytest.mark.parametrize('name', NAMES)
def test_it_is_what_the_facts_of_the_release_give(name: str, releases: dict[str, Path]) -> None:
    assert render_croissant(facts(releases[name])) == (releases[name] / CROISSANT).read_text('utf-8')


@pytest.mark.parametrize('name', NAMES)
def test_files_splits_and_fields_are_those_of_the_release(name: str, releases: dict[str, Path]) -> None:
    told, manifest = document(releases[name]), read_release_manifest(releases[name])
    files = {entry['contentUrl']: entry for entry in told['distribution'] if entry['@type'] == 'cr:FileObject'}
    assert files.keys() == {entry['path'] for entry in manifest['files'] if entry['config']}
    for path, entry in files.items():
        assert entry['sha256'] == file_sha256(releases[name] / path)
        assert entry['contentSize'] == f'{(releases[name] / path).stat().st_size} B'
    sets = {entry['@id']: entry for entry in told['recordSet']}
    assert [record['splits/name'] for record in sets['splits']['data']] == list(manifest['splits'])
    for config in (config for config in CONFIGS if rows_of(manifest, config)):
        schema = load_schema(config, manifest['plan']['text'])
        described = {field['name']: field for field in sets[config]['field'][1:]}
        assert described.keys() == schema['properties'].keys()
        assert all(described[field]['description'].startswith(node['description']) for field, node in schema['properties'].items())


@pytest.mark.parametrize('name', NAMES)
def test_it_agrees_with_the_card_and_has_what_is_asked_for(name: str, releases: dict[str, Path]) -> None:
    told = document(releases[name])
    matter = front_matter_of((releases[name] / 'README.md').read_text('utf-8'))
    assert (told['name'], told['inLanguage']) == (matter['pretty_name'], matter['language'])
    assert {told['version']} == {config['version'] for config in matter['configs']}
    assert told.keys() >= ASKED
    words = json.dumps({key: value for key, value in told.items() if key in ASKED or key == 'description'}, ensure_ascii=False)
    assert not re.search(r'\{\{|\{%|%\}|None|Undefined|More Information', words.replace('{{ 7 *', ''))


def test_nothing_is_said_of_what_a_mode_does_not_hold(textless: dict[str, Path], without_tests: Path) -> None:
    words = json.dumps(document(textless['standoff']))
    assert 'No text of a page is in this release' in words
    assert 'pairs' not in words
    told = document(without_tests)
    assert 'ner_tags' not in json.dumps(told)
    assert 'Names were not looked for.' in told['rai:dataAnnotationProtocol']
    assert 'without a page, and absent: test, test_unseen_sites.' in told['description']
    assert told['license'] == {'@type': 'sc:CreativeWork', 'name': 'unknown', 'url': 'LICENSE'}


def test_what_a_dump_says_is_one_short_line(without_tests: Path) -> None:
    biases = document(without_tests)['rai:dataBiases'][0]
    assert f'{"x" * 99}… (100.0 %)' in biases
    assert 'x' * 100 not in biases


@pytest.mark.parametrize('text', ['"}, "license": "mit', '{{ 7 * 7 }} {% if %}', '\\', "'; --", '</script>', 'Tiếng Việt\u2028và \ud7ff'])
def test_settings_are_data(release: Path, text: str) -> None:
    told = facts(release)
    told.manifest['plan']['dataset'].update(pretty_name=text, description=text, gold_process=text, contact=text)
    read = json.loads(render_croissant(told))
    assert read['name'] == text
    assert read['description'].startswith(' '.join(text.split()))
    assert read['license'] == document(release)['license']


@pytest.mark.parametrize(
    ('sources', 'said', 'synthetic'),
    [
        ({'model': 9, 'gold': 1}, False, False),
        ({'model': 9, 'gold': 1}, True, True),
        ({'composed': 1, 'model': 9}, False, True),
    ],
)
def test_synthetic_is_what_vinews_composed_or_its_publisher_says_is(
    release: Path, sources: Mapping[str, int], said: bool, synthetic: bool
) -> None:
    told = facts(release)
    counts = {split: {**of, 'label_sources': sources} for split, of in told.figures.items()}
    told.manifest['plan']['dataset']['synthetic'] = said
    found = croissant(replace(told, figures=counts))
    assert found['rai:hasSyntheticData'] is synthetic
    assert any(('composed none' in text) is not synthetic for text in found['rai:dataLimitations'])


def test_a_release_of_before_the_setting_says_no(release: Path) -> None:
    told = facts(release)
    del told.manifest['plan']['dataset']['synthetic']
    assert croissant(told)['rai:hasSyntheticData'] is False


@pytest.mark.parametrize(
    ('identifier', 'url'),
    [
        ('cc-by-4.0', 'https://creativecommons.org/licenses/by/4.0/'),
        ('cc-by-sa-3.0', 'https://creativecommons.org/licenses/by-sa/3.0/'),
        ('CC-BY-NC-ND-2.5', 'https://creativecommons.org/licenses/by-nc-nd/2.5/'),
        ('cc0-1.0', 'https://creativecommons.org/publicdomain/zero/1.0/'),
        ('apache-2.0', 'https://spdx.org/licenses/Apache-2.0.html'),
        ('mit', 'https://spdx.org/licenses/MIT.html'),
        ('cdla-permissive-2.0', 'https://spdx.org/licenses/CDLA-Permissive-2.0.html'),
        ('odc-by', 'https://spdx.org/licenses/ODC-By-1.0.html'),
        ('odbl', 'https://spdx.org/licenses/ODbL-1.0.html'),
        ('https://a.example/licence', 'https://a.example/licence'),
        ('cc', None),
        ('cc-by-5.0', None),
        ('gpl', None),
        ('other', None),
        ('unknown', None),
        ('javascript:alert(1)', None),
    ],
)
def test_the_address_of_a_licence(identifier: str, url: str | None) -> None:
    assert licence_url(identifier) == url


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_a_licence_is_an_address_or_a_named_work(identifier: str, name: str, link: str) -> None:
    licence = croissant_licence({'license': identifier, 'license_name': name, 'license_link': link})
    if isinstance(licence, str):
        assert re.fullmatch(r'https?://\S+', licence)
    else:
        assert licence['name'] in {identifier, name}
        assert licence['url'] in {'LICENSE', link}


@pytest.mark.parametrize(
    ('link', 'licence'),
    [
        ('https://a.example/terms', 'https://a.example/terms'),
        ('LICENSE', {'@type': 'sc:CreativeWork', 'name': 'House terms', 'url': 'LICENSE'}),
    ],
)
def test_another_licence_is_where_its_link_says(link: str, licence: object) -> None:
    assert croissant_licence({'license': 'other', 'license_name': 'House terms', 'license_link': link}) == licence

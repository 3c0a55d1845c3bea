"""What card and croissant.json say in words is true of releases that are not like the example: composed, of many languages, of no known site."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from builder.checking.check import check
from builder.release.card import front_matter_of
from builder.release.wording import languages_of, pages_in_words
from builder.takedown import Request, take_down
from tests.conftest import build_examples, silent
from tests.release.small import Page, built, manifest, page

ENGLISH = (
    'This morning the farmers on both banks of the river went out early to bring in the harvest before the tide.\n'
    'The boats that were on the river came home with the tide, and the market was open until the evening.'
)


def copy(of: Page, name: str, **row: str) -> Page:
    """A page of the dump that has the text of another, under a name of its own, and the truth of a page that is not in the dump."""
    return {'row': {**of['row'], 'id': name, **row}, 'truth': page(f'absent {name}', f'Không ai đọc trang {name}.')['truth']}


def untold(name: str, text: str, **row: str) -> Page:
    """A page of the dump that nobody but machines labels."""
    return copy(page(name, ''), name, text=text, **row)


def croissant(release: Path) -> Any:
    return json.loads((release / 'croissant.json').read_text('utf-8'))


def card(release: Path) -> str:
    return (release / 'README.md').read_text('utf-8')


def steps(release: Path) -> dict[str, str]:
    return {step['prov:label']: step['description'] for step in croissant(release)['prov:wasGeneratedBy']}


def tools(release: Path) -> str:
    return '\n'.join(croissant(release)['rai:machineAnnotationTools'])


@pytest.fixture(scope='module')
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two gold pages, one of which was read twice; a page in English of machines, and pieces that are no page."""
    gold = [
        page(f'{number}', f'Ông Tư kể chuyện số {number} ở bến sông.', gold=True, url=f'https://a.example/{number}') for number in range(2)
    ]
    again = copy(gold[0], 'again', url='https://a.example/again')
    broken = [copy(gold[1], 'empty', text=''), copy(gold[1], '0', text='Cùng một số, nhưng là một trang khác.', url='https://a.example/0')]
    english = untold('english', ENGLISH, site='', url='')
    config = 'languages: [vi, en]\nduplicates: {policy: "off"}\n'
    policy = 'name: small\nversion: 1\nsalt: small\nvalidation_share: 0\nunseen_site_share: 0\nunseen_sites: []\nseen_sites: []\ngroup_by: [site]\n'
    return built(tmp_path_factory.mktemp('twice') / 'small', [*gold, again, *broken, english], config, policy)


@pytest.fixture(scope='module')
def composed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Composed pages alone, of a site that nothing tells."""
    pages = [page(f'{number}', f'Ông Tư kể chuyện số {number} ở bến sông.', site='') for number in range(12)]
    nowhere = [{**one, 'truth': {**one['truth'], 'site': 'unknown'}} for one in pages]
    return built(tmp_path_factory.mktemp('composed') / 'small', nowhere)


@pytest.fixture(scope='module')
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp('html') / 'example'
    build_examples(out, dump='html')
    return out


@pytest.fixture(scope='module')
def after_takedown(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp('after') / 'release'
    url = 'https://songhau.example/thoi-su/sau-ap-cu-lao-co-cau-be-tong-100231.html'
    take_down(Request(release, out, urls=(url,), reason='rights'), silent)
    return out


def test_pages_of_test_splits_are_counted_where_a_gold_page_was_read_twice(twice: Path) -> None:
    told = manifest(twice)
    assert (told['gold']['joined'], told['splits']['test']['pages']) == (2, 3)
    assert 'have labels given as gold alone: 3 pages.' in croissant(twice)['rai:dataAnnotationProtocol'][1]
    assert steps(twice)['Annotation of gold'].startswith('3 pages of the test splits have gold labels, ')


def test_labels_of_composed_pages_are_not_said_to_be_of_a_machine(composed: Path) -> None:
    assert 'given by machine' not in card(composed)
    assert 'The labels of `train` and `validation` are those that their pages were composed with (`composed`)' in card(composed)
    assert 'Machine labels are imperfect' not in card(composed)
    assert 'gold files' not in card(composed)
    assert steps(composed).keys() == {'Composition', 'Reading and cutting into lines'}
    assert steps(composed)['Composition'].startswith('24 of 24 lines stand on pages that a program composed')


def test_a_release_of_machine_labels_and_composed_pages_tells_both(tmp_path: Path) -> None:
    release = built(tmp_path / 'small', [page('a', 'Ông Tư kể chuyện ở bến sông.'), untold('english', ENGLISH)], 'languages: [vi, en]\n')
    told = next(line for line in card(release).splitlines() if line.startswith('Of the lines of '))
    assert re.search(r', 2 were labelled by machine \(.+\), and no person .+; 2 have the labels that their pages were composed with', told)
    assert steps(release)['Composition'].startswith('2 of 4 lines')
    assert steps(release)['Labelling by machine'].endswith('2 of 4 lines.')


def test_nothing_composed_is_told_of_other_releases(twice: Path, release: Path) -> None:
    for folder in (twice, release):
        assert 'Composition' not in steps(folder)
        assert 'composed with' not in card(folder)
    assert 'The labels of `train` were given by machine (' in card(twice)


def test_inputs_that_a_takedown_took_from_the_list_are_not_counted_as_all(release: Path, after_takedown: Path) -> None:
    before, after = (croissant(folder)['rai:dataCollection'] for folder in (release, after_takedown))
    files, left = (len(manifest(folder)['inputs']) for folder in (release, after_takedown))
    assert left < files
    assert f'manifest.json lists by digest the {files} files read.' in before
    assert f'input files, of which manifest.json still lists {left} by digest.' in after
    assert croissant(after_takedown)['prov:wasDerivedFrom'][1]['prov:label'].startswith(f'dump text: {left} files still listed, ')
    assert 'but for those of which' in croissant(after_takedown)['rai:dataCollectionRawData']
    assert 'every input but for those of which the takedown left nothing' in card(after_takedown)


def test_rejects_are_told_with_their_reasons(twice: Path) -> None:
    assert manifest(twice)['conservation'][0]['rejected'] == {'gold_mismatch': 1, 'no_text': 1}
    assert 'and rejected 2 (gold_mismatch 1, no_text 1).' in croissant(twice)['rai:dataCollection']


def test_who_labelled_html_is_named(html: Path, release: Path) -> None:
    models = manifest(html)['labeller']
    for told in (tools(html), steps(html)['Labelling by machine']):
        assert f'{models["name"]} {models["version"]}, {models["html"]["name"]} {models["html"]["version"]}' in told
    assert 'on HTML pages that of markup_labeller' in steps(html)['Labelling by machine']
    assert 'markup' not in tools(release) + steps(release)['Labelling by machine']


def test_who_found_names_is_named_where_anybody_looked(release: Path, tmp_path: Path) -> None:
    tagger = manifest(release)['labeller']['tagger']
    assert f'names: {tagger["name"]} {tagger["version"]}.' in tools(release)
    (row,) = (row for row in manifest(release)['name_voters'] if row['source'] == 'model')
    assert f'{tagger["name"]} {row["right"]} of {row["gold_names"]}' in tools(release)
    without = built(tmp_path / 'small', [page('a', 'Ông Tư kể chuyện ở bến sông.')], 'entities: none\n')
    assert 'names' not in tools(without)


def test_nothing_is_said_of_how_often_voters_are_right_where_gold_judges_none(composed: Path, release: Path) -> None:
    assert 'right' not in tools(composed)
    assert ' of 0' not in tools(composed)
    assert 'model line_labeller' in tools(composed)
    judged = {voter['name'] for voter in manifest(release)['voters'] if voter['source'] != 'gold' and voter['gold_lines']}
    assert judged == set(re.findall(r'(?:right: |; )([a-z_:]+) \d+ of \d+', tools(release).split('Sources that found names')[0]))


def test_languages_are_those_of_the_pages(twice: Path) -> None:
    matter = front_matter_of(card(twice))
    assert matter['language'] == croissant(twice)['inLanguage'] == ['vi', 'en']
    assert matter['multilinguality'] == ['multilingual']
    for text in (card(twice), croissant(twice)['description']):
        assert '4 news pages (3 in Vietnamese), 3 of 1 site and 1 whose site is unknown, ' in text


def test_a_site_that_is_not_known_is_no_site(composed: Path, twice: Path) -> None:
    for text in (card(composed), croissant(composed)['description']):
        assert '12 Vietnamese news pages whose site is unknown, 24 lines.' in text
    assert croissant(composed)['rai:dataBiases'][0] == (
        'News of unknown sites, not a sample of all Vietnamese news. The site of 12 pages is unknown (100.0 %).'
    )
    assert croissant(twice)['rai:dataBiases'][0] == (
        'News of 1 site, not a sample of all Vietnamese news: with most pages a.example (75.0 %). The site of 1 page is unknown (25.0 %).'
    )
    assert '\n| site unknown | 1 | 0 |\n' in card(twice)
    assert '| 0 (unknown: 1 page) | model |' in card(twice)


@pytest.mark.parametrize('name', ['twice', 'composed', 'html', 'after_takedown'])
def test_these_releases_are_sound(name: str, request: pytest.FixtureRequest) -> None:
    assert check(request.getfixturevalue(name)) == []


@pytest.mark.parametrize(
    ('languages', 'codes'),
    [
        ({'vi': 3}, ['vi']),
        ({'vi': 1, 'und': 3}, ['vi']),
        ({'af': 9, 'vi': 1, 'en': 3}, ['vi', 'af', 'en']),
        ({'zh-cn': 1, 'zh-tw': 1}, ['zh']),
        ({'und': 1}, ['und']),
    ],
)
def test_codes_of_languages_are_such_as_hubs_take(languages: Mapping[str, int], codes: list[str]) -> None:
    assert languages_of({'train': {'languages': languages}}) == codes


@pytest.mark.parametrize(
    ('languages', 'sites', 'words'),
    [
        ({'vi': 1}, {'a': 1}, '1 Vietnamese news page of 1 site'),
        ({'vi': 3}, {'a': 1, 'b': 2}, '3 Vietnamese news pages of 2 sites'),
        ({'vi': 1}, {'unknown': 1}, '1 Vietnamese news page whose site is unknown'),
        ({'en': 2}, {'unknown': 1, 'a': 1}, '2 news pages (none in Vietnamese), 1 of 1 site and 1 whose site is unknown'),
        ({'vi': 1, 'und': 1}, {'a': 2}, '2 news pages (1 in Vietnamese) of 1 site'),
    ],
)
def test_pages_in_words(languages: Mapping[str, int], sites: Mapping[str, int], words: str) -> None:
    assert pages_in_words({'train': {'pages': sum(sites.values()), 'languages': languages, 'sites': sites}}) == words

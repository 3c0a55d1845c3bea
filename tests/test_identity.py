import json
from dataclasses import replace
from pathlib import Path

import pytest

from builder.errors import InputError
from builder.identity import canonical_url, host, load_sidecar, page_id, site_of, with_sidecar
from builder.model import Page, Place

PAGE = Page(Place('dump', 'a.example/page.txt', 'byte', 0, 3), 'Tin', 'f' * 64, 'text')


def test_the_dumps_own_id_comes_before_the_address_and_the_address_before_the_text() -> None:
    keyed = replace(PAGE, key='k', url='https://a.example/1')
    addressed = replace(PAGE, url='https://a.example/1', crawled='2024')
    assert page_id(keyed) == page_id(replace(keyed, text='khác', url=None))
    assert page_id(addressed) == page_id(replace(addressed, text='khác'))
    assert page_id(addressed) != page_id(replace(addressed, crawled='2025'))
    assert page_id(PAGE) != page_id(replace(PAGE, text='khác'))
    assert len({page_id(keyed), page_id(addressed), page_id(PAGE)}) == 3


def test_an_id_is_the_same_in_every_version() -> None:
    assert page_id(PAGE) == 'a6d95c50009e70e9df05925b296fd68b'


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ('https://A.example/x#top', 'https://a.example/x'),
        ('https://a.example/x?b=2&a=1', 'https://a.example/x?a=1&b=2'),
        (' https://a.example/x ', 'https://a.example/x'),
    ],
)
def test_addresses_of_one_page_agree(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ('url', 'wanted'),
    [
        ('https://www.A.example:8080/x', 'a.example'),
        ('a.example/x', 'a.example'),
        ('//a.example./x', 'a.example'),
        ('Báo Mới. vn', None),
        ('localhost', None),
        ('http://[bad', None),
        (None, None),
        ('https://m.a.example', 'm.a.example'),
    ],
)
def test_the_host(url: str | None, wanted: str | None) -> None:
    assert host(url) == wanted


def test_the_site_is_the_host_then_the_field_then_the_path_then_gold_then_unknown() -> None:
    pattern = r'^(?P<site>[^/]+)/'
    full = replace(PAGE, url='https://www.b.example/1', site='c.example')
    assert site_of(full, pattern, 'gold.example') == 'b.example'
    assert site_of(replace(full, url=None), pattern, 'gold.example') == 'c.example'
    assert site_of(PAGE, pattern, 'gold.example') == 'a.example'
    assert site_of(PAGE, None, 'gold.example') == 'gold.example'
    assert site_of(PAGE, None, None) == 'unknown'
    spellings = ['www.Bao.example', 'https://bao.example/x', 'bao.example.', ' bao.example']
    assert {site_of(replace(PAGE, site=spelling), None, None) for spelling in spellings} == {'bao.example'}
    assert site_of(replace(PAGE, site='Báo  Sông Hậu'), None, None) == 'báo sông hậu'


def test_a_sidecar_fills_only_what_is_open(tmp_path: Path) -> None:
    path = tmp_path / 'metadata.jsonl'
    path.write_text(json.dumps({'path': 'a.example/page.txt', 'url': 'https://a.example/1', 'title': 'Tựa'}) + '\n\n')
    filled = with_sidecar(replace(PAGE, title='Tựa riêng'), load_sidecar(path))
    assert (filled.url, filled.title, filled.key) == ('https://a.example/1', 'Tựa riêng', None)
    namesake = replace(PAGE, place=replace(PAGE.place, path='b/a.example/page.txt'))
    assert with_sidecar(namesake, load_sidecar(path)) == namesake
    many = replace(PAGE, format='jsonl')
    assert with_sidecar(many, load_sidecar(path)) == many


@pytest.mark.parametrize(
    ('lines', 'says'),
    [
        (['{'], ':1: not JSON'),
        (['{"url": "x"}'], ":1: 'path' is a required property"),
        (['{"path": "a"}', '{"path": "a"}'], ':2: a was described before'),
        (['{"path": "a", "url": "\\ud800"}'], 'half a surrogate'),
    ],
)
def test_a_faulty_sidecar_is_an_error_that_names_the_line(lines: list[str], says: str, tmp_path: Path) -> None:
    path = tmp_path / 'metadata.jsonl'
    path.write_text('\n'.join(lines))
    with pytest.raises(InputError, match=says):
        load_sidecar(path)

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from builder.errors import InputError
from builder.gold import load_gold

PAGE: dict[str, Any] = {
    'id': 'p1',
    'site': 'a.example',
    'url': 'https://a.example/1',
    'no_story': False,
    'lines': [
        {'text': 'Cầu mới ở Cà Mau', 'label': 'main_story', 'kind': 'title'},
        {'text': 'Đọc nhiều', 'label': 'sidebar_noise', 'kind': 'section_heading'},
    ],
    'entities': [{'line': 0, 'start': 10, 'end': 16, 'type': 'LOC', 'text': 'Cà Mau'}],
}


def write(folder: Path, *pages: Any) -> tuple[Path, ...]:
    path = folder / 'gold.jsonl'
    path.write_text(''.join((page if isinstance(page, str) else json.dumps(page)) + '\n' for page in pages))
    return (path,)


def changed(*path: Any, value: Any) -> dict[str, Any]:
    page = copy.deepcopy(PAGE)
    parent: Any = page
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return page


def test_gold_is_found_by_its_lines_alone(tmp_path: Path) -> None:
    gold = load_gold(write(tmp_path, {**PAGE, 'year': 2026}))
    found = gold.find(['Cầu mới ở Cà Mau', 'Đọc nhiều'])
    assert found is not None
    assert found.name == 'p1'
    assert gold.find(['Cầu mới ở Cà Mau']) is None


@pytest.mark.parametrize(
    ('page', 'says'),
    [
        ('{', r'gold.jsonl:1: not JSON'),
        (changed('lines', 0, 'kind', value='sapo'), r"'sapo' is not valid"),
        (changed('lines', 0, 'kind', value='headline'), r'headline is sidebar_noise, but the label is main_story @ \$\.lines\[0\]\.kind'),
        (changed('lines', 0, 'kind', value=None), r'is null on a main_story line'),
        (changed('lines', 1, 'text', value='Đọc\nnhiều'), r'is not one non-blank line in NFC'),
        (changed('lines', 1, 'text', value='Ða\u0323i'), r'is not one non-blank line in NFC'),
        (changed('no_story', value=True), r'is true, but the page has main_story lines'),
        (changed('entities', 0, 'end', value=40), r'span 10-40'),
        (changed('entities', 0, 'text', value='Cà mau'), r"is not 'Cà mau'"),
        (changed('entities', 0, 'line', value=5), r'speaks of line 5 of 2'),
        (changed('entities', 0, value={'line': 1, 'start': 0, 'end': 3, 'type': 'LOC'}), r'stands outside main_story'),
        (changed('entities', value=PAGE['entities'] * 2), r'overlaps the entity before it'),
        (changed('lines', value=[]), r'lines'),
        (changed('entities', 0, 'start', value=10.0), r'counts with a number such as 1.0'),
        (changed('entities', 0, value={'line': 0, 'start': 9, 'end': 16, 'type': 'LOC'}), r'begins or ends with a space'),
        (changed('site', value='\ud800'), r'half a surrogate pair'),
        (changed('html_title', value=5), r'html_title'),
        ('[' * 100_000, r'not JSON'),
    ],
)
def test_faulty_gold_is_an_error_that_names_file_line_and_fault(page: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        load_gold(write(tmp_path, page))


def test_two_gold_pages_of_the_same_lines_must_agree(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r':2: gold page p2 has the same lines as p1'):
        load_gold(write(tmp_path, PAGE, {**PAGE, 'id': 'p2'}))


def test_two_gold_pages_must_not_share_a_name(tmp_path: Path) -> None:
    other = changed('lines', 1, 'text', value='Đọc nhiều nhất')
    with pytest.raises(InputError, match=r':2: p1 names a gold page of gold.jsonl too'):
        load_gold(write(tmp_path, PAGE, other))


def test_a_gold_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='cannot read the gold file'):
        load_gold((tmp_path / 'none.jsonl',))

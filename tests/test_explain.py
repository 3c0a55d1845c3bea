"""`vinews explain`: every line, every vote, and what spoke for it."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from builder.errors import InputError, UsageError
from builder.explain import explain, find_page
from builder.labels import ENTITY_TYPES
from tests.conftest import EXAMPLES, invoked


@pytest.fixture(scope='module')
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp('labelled') / 'pages.jsonl'
    assert invoked('label', EXAMPLES / 'jsonl', EXAMPLES / 'html' / 'songhau.example', '-o', out).returncode == 0
    return out


def records(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text('utf-8').splitlines()]


def test_every_line_and_vote_of_a_released_page_is_told(release: Path) -> None:
    ids = [name for path in sorted((release / 'pages').glob('*')) for name in pq.read_table(path, columns=['id'])['id'].to_pylist()]
    for name in ids[::14]:
        page = find_page(release, name)
        told = list(explain(page))
        assert told[0].startswith(name)
        votes = [f'       {vote["source"]} {vote["name"]} {vote["version"]}: ' for line in page['lines'] for vote in line['votes']]
        assert [row for row in told if row.startswith(tuple(votes))] == [
            row for row in told if ': main_story' in row or ': sidebar_noise' in row
        ]
        assert sum(row.startswith(tuple(votes)) for row in told) == len(votes)
        assert len([row for row in told[1:] if row[:4].strip().isdigit()]) == len(page['lines'])


def test_every_name_and_vote_on_one_is_told_with_its_type_and_text(release: Path) -> None:
    names = 0
    for path in sorted((release / 'pages').glob('test-*')):
        for row in pq.read_table(path).to_pylist():
            page = find_page(release, row['id'])
            told = [line for line in explain(page) if line.startswith('       ')]
            for line in page['lines']:
                for vote in line['entity_votes']:
                    start, end = vote['start'], vote['end']
                    said = f'{vote["type"]} {start}-{end} {line["text"][start:end]}'
                    assert f'         {vote["source"]} {vote["name"]} {vote["version"]}: {said} {vote["confidence"]:.3f}' in told
                    assert vote['type'] in ENTITY_TYPES
                    names += 1
                assert all(
                    f'       {name["type"]} {name["start"]}-{name["end"]} {name["text"]} by gold' in told for name in line['entities']
                )
    assert names > 100


def test_what_spoke_for_a_line_is_told_of_text_and_not_of_markup(labelled: Path) -> None:
    text, html = ([one for one in records(labelled) if one['source']['format'] == form] for form in ('jsonl', 'html'))  # type: ignore[index]
    of_text, of_html = ('\n'.join(explain(one)) for one in (text[0], html[0]))
    assert of_text.count('\n       for ') > len(text[0]['lines'])  # type: ignore[arg-type]
    assert 'What spoke for each line is not shown' not in of_text
    assert '\n       for ' not in of_html
    assert 'What spoke for each line is not shown' in of_html


def test_the_first_letters_of_an_id_are_enough_where_they_are_of_one_page(labelled: Path) -> None:
    name = str(records(labelled)[3]['id'])
    done = invoked('explain', labelled, name[:10])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.startswith(name)
    for wrong, says in (('', 'more of the id'), ('zz', 'no page')):
        with pytest.raises(UsageError, match=says):
            find_page(labelled, wrong)


def test_a_line_that_would_steer_a_terminal_is_shown_and_not_obeyed(labelled: Path) -> None:
    page = records(labelled)[0]
    page['title'] = 'red \x1b[31m and\u202e back'
    assert not any(sign in row for row in explain(page) for sign in '\x1b\u202e')


def test_what_is_no_labelled_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'pages.jsonl').write_text('{"id": "a"}\n')
    with pytest.raises(InputError, match='no labelled page'):
        find_page(tmp_path / 'pages.jsonl', 'a')
    with pytest.raises(InputError, match='no release here'):
        find_page(tmp_path, 'a')
    with pytest.raises(InputError, match='cannot be read'):
        find_page(tmp_path / 'missing', 'a')

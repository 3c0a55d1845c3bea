"""What `vinews export` writes leads back to the release, span by span, and is what spaCy makes of it."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given

from builder.checking.rows import read_rows
from builder.entities.conll import TaggedLine, read_conll
from builder.export import export, write_spacy_line
from tests.conftest import invoked
from tests.entities.test_conll import lines

SPLITS = ['train', 'validation', 'test', 'test_unseen_sites']


def names(folder: Path, split: str) -> list[tuple[str, int, int, int, str]]:
    """(page, line, start, end, type) of every entity of a main-story line, read from the release itself."""
    return [
        (page['id'], number, entity['start'], entity['end'], entity['type'])
        for path in sorted((folder / 'pages').glob(f'{split}-*'))
        for page in read_rows(path, 'pages')
        for number, line in enumerate(page['lines'])
        if line['label'] == 'main_story'
        for entity in line['entities']
    ]


def test_every_split_comes_back_from_its_conll_file(release: Path, tmp_path: Path) -> None:
    done = invoked('export', release, '--to', 'conll', '-o', tmp_path / 'out')
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.rglob('*.conll')) == sorted(f'{split}.conll' for split in SPLITS)
    for split in SPLITS:
        read = list(read_conll(tmp_path / 'out' / f'{split}.conll'))
        assert [(line.page, line.line, *span) for line in read for span in line.spans] == names(release, split)
        rows = sum(pq.read_metadata(path).num_rows for path in (release / 'entities').glob(f'{split}-*'))
        assert len(read) == rows
    assert [path.name for path in tmp_path.iterdir()] == ['out']


def test_one_split_is_one_file_and_the_same_bytes_again(release: Path, tmp_path: Path) -> None:
    for name in ('a', 'b'):
        assert export(release, tmp_path / name, 'spacy', 'test').keys() == {'test'}
    assert (tmp_path / 'a').read_bytes() == (tmp_path / 'b').read_bytes()
    rows = [json.loads(row) for row in (tmp_path / 'a').read_text('utf-8').splitlines()]
    found = [(row['page'], row['line'], ent['start'], ent['end'], ent['label']) for row in rows for ent in row['ents']]
    assert found == names(release, 'test')


def from_json(row: dict[str, Any]) -> list[str]:
    """The tokens that spaCy 3.8 would make of the text (`spacy.util.get_words_and_spaces`), which `Doc.from_json` demands."""
    text, made, place = row['text'], [], 0
    words = [text[token['start'] : token['end']] for token in row['tokens']]
    for word in (word for word in words if not word.isspace()):
        begin = text.index(word, place)
        made += [text[place:begin]] if begin > place else []
        made.append(word)
        place = begin + len(word)
        place += text.startswith(' ', place)
    return made + ([text[place:]] if place < len(text) else [])


@given(lines())
def test_a_row_is_what_spacy_demands(line: TaggedLine) -> None:
    row = json.loads(write_spacy_line(line))
    words = [row['text'][token['start'] : token['end']] for token in row['tokens']]
    assert words == from_json(row)
    edges = {token['start'] for token in row['tokens']}, {token['end'] for token in row['tokens']}
    assert all(ent['start'] in edges[0] and ent['end'] in edges[1] for ent in row['ents'])


@pytest.mark.skipif(find_spec('spacy') is None, reason='spaCy is not installed: no extra of vinews needs it')
@given(lines())
def test_spacy_itself_reads_a_row(line: TaggedLine) -> None:
    spacy = pytest.importorskip('spacy')
    row = json.loads(write_spacy_line(line))
    document = spacy.tokens.Doc(spacy.blank('xx').vocab).from_json(row, validate=True)
    assert document.text == line.text
    assert [(span.start_char, span.end_char, span.label_) for span in document.ents] == list(line.spans)


@pytest.mark.parametrize(
    ('arguments', 'code', 'says'),
    [
        (['RELEASE', '--to', 'conll', '-o', '.'], 2, 'is there already'),
        (['RELEASE', '--to', 'conll', '-o', '.', '--split', 'test'], 2, 'is there already'),
        (['.', '--to', 'conll', '-o', 'out'], 1, 'no release here'),
        (['RELEASE', '--to', 'iob', '-o', 'out'], 2, "'iob' is not one of"),
    ],
)
def test_errors_are_one_line_and_an_exit_code(release: Path, arguments: list[str], code: int, says: str, tmp_path: Path) -> None:
    done = invoked('export', *[str(release) if item == 'RELEASE' else item for item in arguments], cwd=tmp_path)
    assert done.returncode == code
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []

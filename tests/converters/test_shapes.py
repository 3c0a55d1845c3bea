"""Records in the shapes of the corpora that people have at hand: the field mapping finds text, address, time and title in each."""

import gzip
from pathlib import Path
from typing import Any

import pytest
import yaml

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Page
from builder.plan import load_plan
from tests.converters.dumps import COMPRESS, as_jsonl, as_parquet, write

CASES = yaml.safe_load((Path(__file__).parent.parent / 'cases' / 'record_shapes.yaml').read_text('utf-8'))
RULES = Rules(load_plan().limits, field_mapping({}))
FIELDS = ('text', 'key', 'url', 'site', 'title', 'published', 'crawled')
CORPORA = {'news-please', 'FineWeb-2', 'CulturaX', 'mC4', 'OSCAR 22.01', 'OSCAR 23.01', 'HPLT v1', 'HPLT v2', 'Common Crawl WET'}


def dumps(case: dict[str, Any]) -> dict[str, bytes]:
    """The case as a dump in each form in which such a corpus comes."""
    if 'warc' in case:
        return {'pages.wet.gz': gzip.compress(wet(case['warc'], case['content'].encode()), mtime=0)}
    lines = as_jsonl([case['record']])
    return {'pages.jsonl': lines, 'pages.jsonl.zst': COMPRESS['.zst'](lines), 'pages.parquet': as_parquet([case['record']])}


def wet(fields: dict[str, str], content: bytes) -> bytes:
    header = ''.join(f'{name}: {value}\r\n' for name, value in {**fields, 'Content-Length': len(content)}.items())
    return f'WARC/1.0\r\n{header}\r\n'.encode() + content + b'\r\n\r\n'


@pytest.mark.parametrize('case', CASES, ids=lambda case: case['label'])
def test_the_mapping_finds_what_the_record_says(case: dict[str, Any], tmp_path: Path) -> None:
    for name, content in dumps(case).items():
        (file,) = find_inputs([write(tmp_path, name, content)])
        (page,) = convert(Segment(file), RULES)
        assert isinstance(page, Page), page
        assert {field: getattr(page, field) for field in FIELDS} == {field: case['page'].get(field) for field in FIELDS}, name


def test_there_is_a_case_for_every_corpus_that_the_mapping_speaks_of() -> None:
    assert {corpus for corpus in CORPORA for case in CASES if case['label'].startswith(corpus)} == CORPORA

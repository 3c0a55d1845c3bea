"""The columns of the configs that are computed from the text of a line."""

import pyarrow as pa
import pytest

from builder.release.rows import config_tables
from builder.schema.arrow import staged_schema

ENDS = {
    'Hết.': True,
    'Hết.\u00a0': True,
    'Hết.”\u3000': True,
    'Hết…\t': True,
    '\u00a0(Theo báo.)': True,
    'Hết\u00a0': False,
    'Hết 8.5': False,
}


def staged(*texts: str) -> pa.Table:
    """One staged page of these lines, all noise."""
    line = {
        'label': 'sidebar_noise',
        'kind': 'widget',
        'label_source': 'model',
        'confidence': 0.9,
        'votes': [],
        'entities': [],
        'entity_votes': [],
        'flags': [],
    }
    page = {
        'id': 'a' * 32,
        'site': 'a.example',
        'source': {'sha256': 'b' * 64, 'path': 'p.txt'},
        'notes': [],
        'text': '\n'.join(texts),
        'no_story': True,
        'lines': [{**line, 'text': text} for text in texts],
    }
    records = pa.Table.from_pylist([page], staged_schema('page'))
    return records.append_column('group', pa.array(['machine'])).append_column('cluster', pa.nulls(1, pa.string()))


@pytest.mark.parametrize('text', ENDS)
def test_a_line_ends_a_sentence_before_any_white_space(text: str) -> None:
    assert config_tables(staged(text), None)['lines']['ends_sentence'].to_pylist() == [ENDS[text]]

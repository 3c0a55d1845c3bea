"""The table of who found names, against the same counted vote by vote."""

import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from builder.labels import LABELS, MAIN
from builder.release.manifest import read_release_manifest
from builder.release.name_voters import name_voters
from builder.schema.features import release_schema

Row = dict[str, Any]
SOURCES = (('gold', 'gold.jsonl'), ('model', 'crf_tagger'), ('rule', 'rules'))


def span(vote: Row) -> tuple[int, int, int]:
    return vote['start'], vote['end'], vote['type']


def counted(pages: list[Row]) -> dict[tuple[str, str], Counter[str]]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for page in pages:
        story = [line for line in page['lines'] if line['label'] == LABELS.index(MAIN)]
        marked = any(vote['source'] == 'gold' for line in story for vote in line['entity_votes'])
        for line in page['lines']:
            for vote in line['entity_votes']:
                mine = counts.setdefault((vote['source'], vote['name']), Counter())
                others = [other for other in line['entity_votes'] if other['name'] != vote['name']]
                meeting = [other for other in others if other['start'] < vote['end'] and vote['start'] < other['end']]
                mine['names'] += 1
                mine['overlap'] += any(span(other) == span(vote) for other in others)
                mine['conflict'] += any(span(other) != span(vote) for other in meeting)
                mine['gold_names'] += marked and line in story
                mine['right'] += any(span(other) == span(vote) and other['source'] == 'gold' for other in line['entity_votes'])
    return counts


def assert_same(found: list[Row], wanted: dict[tuple[str, str], Counter[str]]) -> None:
    assert [(row['source'], row['name']) for row in found] == sorted(wanted)
    for row in found:
        assert {name: value for name, value in row.items() if name not in {'source', 'name'}} == {
            name: wanted[row['source'], row['name']][name] for name in ('names', 'overlap', 'conflict', 'gold_names', 'right')
        }


def test_the_columns_count_what_a_loop_over_all_votes_counts(release: Path) -> None:
    found = name_voters(release)
    assert_same(found, counted([page for path in (release / 'pages').glob('*') for page in pq.read_table(path).to_pylist()]))
    assert [row['name'] for row in found] == ['gold.jsonl', 'crf_tagger', 'rules']
    assert read_release_manifest(release)['name_voters'] == found
    card = (release / 'README.md').read_text('utf-8')
    assert f'| rule | rules | {found[2]["names"]} |' in card


@st.composite
def votes_of(draw: st.DrawFn, source: tuple[str, str]) -> list[Row]:
    """Votes of one source on a line: some of the spans between cuts, which do not overlap."""
    cuts = sorted(draw(st.sets(st.integers(0, 9), max_size=6)))
    told = [(start, end, draw(st.integers(0, 2))) for start, end in pairwise(cuts) if draw(st.booleans())]
    return [{'start': start, 'end': end, 'type': kind, 'source': source[0], 'name': source[1]} for start, end, kind in told]


@st.composite
def lines(draw: st.DrawFn) -> Row:
    label = draw(st.sampled_from(range(len(LABELS))))
    voting = SOURCES if LABELS[label] == MAIN else SOURCES[1:]
    votes = [vote for source in voting for vote in draw(votes_of(source))]
    return {'label': label, 'entity_votes': sorted(votes, key=lambda vote: (vote['start'], vote['end']))}


@given(st.lists(st.lists(lines(), max_size=4), max_size=4))
def test_any_votes_are_counted_as_one_by_one(pages: list[list[Row]]) -> None:
    table = pa.Table.from_pylist([{'id': str(number), 'lines': of_page} for number, of_page in enumerate(pages)], release_schema('pages'))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / 'pages').mkdir()
        pq.write_table(table, Path(folder) / 'pages' / 'train-00000-of-00001.parquet')
        assert_same(name_voters(Path(folder)), counted(table.to_pylist()))

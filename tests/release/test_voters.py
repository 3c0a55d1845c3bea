"""The table of voters, against the same counted vote by vote."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from builder.release.manifest import read_release_manifest
from builder.release.voters import voters


def test_the_columns_count_what_a_loop_over_all_votes_counts(release: Path) -> None:
    counts: dict[tuple[str, str], Counter[str]] = {}
    pages = [page for path in (release / 'pages').glob('*') for page in pq.read_table(path)['lines'].to_pylist()]
    for votes in (line['votes'] for page in pages for line in page):
        gold = next((vote['label'] for vote in votes if vote['source'] == 'gold'), None)
        for vote in votes:
            mine = counts.setdefault((vote['source'], vote['name']), Counter())
            mine['lines'] += 1
            mine['overlap'] += len(votes) > 1
            mine['conflict'] += any(other['label'] != vote['label'] for other in votes)
            mine['gold_lines'] += gold is not None
            mine['right'] += gold == vote['label']
    found = voters(release)
    assert len(found) == len(counts) > 3
    for row in found:
        assert {name: counts[row['source'], row['name']][name] for name in row.keys() - {'source', 'name'}} == {
            name: row[name] for name in row.keys() - {'source', 'name'}
        }
    assert read_release_manifest(release)['voters'] == found
    told = {row['name']: row for row in found}
    assert told['line_labeller']['conflict'] > 0
    assert told['gold.jsonl']['right'] == told['gold.jsonl']['lines']

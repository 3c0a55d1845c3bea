"""The fault table, and what a build makes of a row of it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from builder.build import build
from builder.planning import Request
from tests.conftest import silent
from tests.converters.faults import sound

CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / 'cases' / 'faults.yaml').read_text('utf-8'))
ROWS = [(dump, fault) for dump, faults in CASES.items() for fault in faults]
PAGES_OF_THE_WEB = [row for row in ROWS if row[0].startswith(('html', 'pages.warc', 'pages.wet'))]
"""Rows of saved pages and of crawls."""


def build_with(files: Mapping[str, bytes], folder: Path) -> Path:
    """A release of a dump with these files, and of one sound page beside it."""
    for name, content in files.items():
        path = folder / 'dump' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / 'sound.jsonl').write_bytes(sound())
    (folder / 'config.yaml').write_text('limits: {page_bytes: 20000}\n')
    dumps = (folder / 'dump', folder / 'sound.jsonl')
    # Names, which no fault is about, would take a third of the time.
    build(Request(dumps, folder / 'out', '0.1.0', (), folder / 'config.yaml', keep_staged=False, entities='none'), silent)
    return folder / 'out'


def outcome(release: Path) -> dict[str, Any]:
    """What became of the dump, as a row of the table; every row of the release's own table balances."""
    table = json.loads((release / 'manifest.json').read_text('utf-8'))['conservation']
    for row in table:
        lost = sum(sum(row[fate].values()) for fate in ('filtered', 'rejected'))
        assert row['read'] == row['kept'] + row['duplicate'] + row['leak'] + lost
    found = {
        'kept': sum(row['kept'] for row in table) - 1,
        'duplicate': sum(row['duplicate'] for row in table),
        'filtered': _total(row['filtered'] for row in table),
        'rejected': _total(row['rejected'] for row in table),
        'noted': dict(Counter(note for notes in _pages(release, 'notes') for note in notes)),
    }
    return {name: value for name, value in found.items() if value or name == 'kept'}


def _total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def _pages(release: Path, column: str) -> list[Any]:
    files = sorted((release / 'pages').glob('*.parquet'))
    return [value for file in files for value in pq.read_table(file, columns=[column])[column].to_pylist()]

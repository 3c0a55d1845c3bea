"""The examples are what `make.py` writes, and every format of them gives the same records."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from builder.converters.inputs import find_inputs
from builder.gold import load_gold
from builder.label import label
from builder.model import Reject
from builder.plan import load_plan
from tests.conftest import EXAMPLES


def truth() -> dict[str, dict[str, object]]:
    rows = [json.loads(line) for name in ('gold', 'held_back') for line in (EXAMPLES / f'{name}.jsonl').read_text('utf-8').splitlines()]
    return {row['id']: row for row in rows}


def test_the_dumps_are_up_to_date(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / 'make.py', tmp_path], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob('*') if path.is_file())
    assert len(made) >= 40
    for path in made:
        if path.suffix == '.parquet':
            # Its bytes depend on the version of pyarrow; its rows must not.
            assert pq.read_table(tmp_path / path).equals(pq.read_table(EXAMPLES / path)), 'run python examples/make.py'
        else:
            assert (tmp_path / path).read_bytes() == (EXAMPLES / path).read_bytes(), f'{path}: run python examples/make.py'


def test_there_are_enough_pages_sites_and_layouts() -> None:
    pages = truth()
    assert len(pages) >= 24
    assert len({page['site'] for page in pages.values()}) >= 6
    kinds = Counter(line['kind'] for page in pages.values() for line in page['lines'])
    assert len(kinds) == 20
    assert sum(page['no_story'] for page in pages.values()) >= 4
    assert sum(any(line['kind'] == 'related_story' for line in page['lines']) for page in pages.values()) >= 6


def test_gold_and_held_back_pages_are_valid_gold_and_disjoint() -> None:
    gold, held_back = (load_gold((EXAMPLES / f'{name}.jsonl',)) for name in ('gold', 'held_back'))
    assert len(gold.by_lines) + len(held_back.by_lines) == len(truth())
    assert not gold.by_lines.keys() & held_back.by_lines.keys()


def test_every_format_gives_the_same_records() -> None:
    plan = load_plan(EXAMPLES / 'build.yaml')
    records = {}
    for dump in ('text', 'jsonl', 'parquet'):
        made = [item for item in label(find_inputs([EXAMPLES / dump]), plan, 'all') if not isinstance(item, Reject)]
        records[dump] = {row['id']: {name: value for name, value in row.items() if name != 'source'} for row in made}
    assert len(records['text']) == len(truth())
    assert records['text'] == records['jsonl'] == records['parquet']

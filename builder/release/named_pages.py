"""What became of the pages that the user has named: gold pages, and ids on frozen lists."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from builder.gold import lines_digest, load_gold
from builder.release.assignment import Assignment
from builder.split_policy import SplitPolicy, frozen_ids
from builder.splits import is_test
from builder.tables import read_columns


def gold_facts(
    files: tuple[Path, ...], described: Sequence[Mapping[str, Any]], assignment: Assignment, shards: Sequence[Path]
) -> dict[str, Any]:
    """The manifest's `gold`: how many gold pages stand in the test splits, and which do not, and why. `described` are the files by digest."""
    wanted = {digest: page for digest, page in load_gold(files).by_lines.items() if page.source == 'gold'}
    joined: set[str] = set()
    left_out: dict[str, str] = {}
    for digest, split, fate in _found(assignment, shards):
        if split and is_test(split):
            joined.add(digest)
        else:
            left_out.setdefault(digest, split or fate)
    left = sorted((wanted[digest].name, reason) for digest, reason in left_out.items() if digest not in joined)
    missing = sorted(page.name for digest, page in wanted.items() if digest not in joined and digest not in left_out)
    return {
        'files': list(described),
        'pages': len(wanted),
        'joined': len(joined),
        'left_out': [{'name': name, 'reason': reason} for name, reason in left],
        'not_in_dump': missing,
    }


def _found(assignment: Assignment, shards: Sequence[Path]) -> Iterator[tuple[str, str | None, str]]:
    """(digest of lines, split, reason or fate) of every staged page with gold."""
    table = assignment.table
    gold = table.filter(pc.and_(table['gold'], pc.greater_equal(table['row'], 0)))
    for number, shard in enumerate(shards):
        mine = gold.filter(pc.equal(gold['shard'], number))
        if not mine.num_rows:
            continue
        lines = read_columns(shard / 'records.parquet', ['lines.list.element.text'])['lines'].take(pa.array(mine['row']))
        columns = (mine[name].to_pylist() for name in ('split', 'reason', 'fate'))
        for of_page, split, reason, fate in zip(lines.to_pylist(), *columns, strict=True):
            yield lines_digest([line['text'] for line in of_page]), split, reason or fate


def frozen_facts(policy: SplitPolicy, assignment: Assignment) -> dict[str, Any]:
    """The manifest's `frozen`: by split, how many ids its list has and what became of them."""
    frozen = frozen_ids(policy)
    placed: dict[str, str | None] = {}
    columns = (assignment.table[name].to_pylist() for name in ('id', 'split'))
    for page, split in zip(*columns, strict=True):
        if page in frozen:
            placed[page] = split or placed.get(page)
    found: dict[str, Any] = {}
    for of_list in policy.frozen:
        ids = sorted(page for page, split in frozen.items() if split == of_list.split)
        found[of_list.split] = {
            'listed': len(ids),
            'placed': sum(placed.get(page) == of_list.split for page in ids),
            'dropped': [page for page in ids if page in placed and placed[page] is None],
            'absent': [page for page in ids if page not in placed],
        }
    return found

"""All rejects of a build in one file: those of the shards, and the pages that the assignment refused."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from builder.model import Place, Reject
from builder.release.assignment import ID_CONFLICT, Assignment
from builder.staging.folder import read_rejects
from builder.staging.rows import reject_row
from builder.tables import read_columns

NAME: Final = 'rejects.jsonl'


def write_rejects(folder: Path, assignment: Assignment, shards: Sequence[Path], limit: int) -> int:
    """Write `rejects.jsonl` (rows of `schemas/reject.schema.json`) in the order of the shards; returns how many there are."""
    count = 0
    conflicts: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in assignment.dropped(ID_CONFLICT).to_pylist():
        conflicts[row['shard']].append(row)
    with (folder / NAME).open('w', encoding='utf-8', newline='\n') as stream:
        for number, shard in enumerate(shards):
            for row in (*read_rejects(shard), *_conflicts(conflicts[number], shard, limit)):
                stream.write(json.dumps(row, ensure_ascii=False) + '\n')
                count += 1
    return count


def _conflicts(refused: Sequence[Mapping[str, Any]], shard: Path, limit: int) -> Iterator[dict[str, Any]]:
    if not refused:
        return
    texts = read_columns(shard / 'records.parquet', ['text'])['text']
    for row in refused:
        place = Place(row['dump'], row['path'], row['unit'], row['start'], row['end'], row['member'])
        message = f'another page with id {row["id"]} and another text came before; give the pages different ids'
        raw = texts[row['row']].as_py().encode()
        yield reject_row(Reject(place, raw, 'identify', ID_CONFLICT, message), limit)

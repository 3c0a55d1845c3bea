"""Tombstones: what a release says of pages that were taken down, so that they stay away. No text, title or address of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from builder.errors import InputError
from builder.release.assignment import Assignment
from builder.schema.validation import validator

NAME: Final = 'tombstones.jsonl'
TAKEN_DOWN: Final = 'taken_down'
Tombstone = Mapping[str, Any]
"""A row of `schemas/tombstone.schema.json`."""


def read_tombstones(release: Path) -> list[Tombstone]:
    """The tombstones of a release, by id; none where it has no such file. Raises InputError that names the line of the first fault."""
    path = release / NAME
    if not path.exists():
        return []
    try:
        lines = path.read_text('utf-8').splitlines()
        rows = [json.loads(line) for line in lines]
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f'{path}: cannot be read as JSON lines ({error}); restore it') from error
    for number, row in enumerate(rows, 1):
        for fault in validator('tombstone').faults(row)[:1]:
            raise InputError(f'{path}:{number}: {fault}; restore it')
    return rows


def write_tombstones(release: Path, tombstones: Sequence[Tombstone]) -> None:
    """Write the tombstones, by id, where there are any. Raises SchemaError, OSError."""
    if not tombstones:
        return
    for row in tombstones:
        validator('tombstone').require(row, f'tombstone {row["id"]}')
    ordered = sorted(tombstones, key=lambda row: str(row['id']))
    (release / NAME).write_text(''.join(json.dumps(row) + '\n' for row in ordered), 'utf-8')


def merged(releases: Iterable[Path]) -> list[Tombstone]:
    """The tombstones of some releases by id, of one page that of the first release that has it."""
    found: dict[str, Tombstone] = {}
    for release in releases:
        for row in read_tombstones(release):
            found.setdefault(row['id'], row)
    return [found[page] for page in sorted(found)]


def without_taken_down(assignment: Assignment, tombstones: Sequence[Tombstone]) -> Assignment:
    """The assignment with every page filtered that bears the id, or holds the very text, of a page that was taken down."""
    table = assignment.table
    gone = [pc.is_in(table[name], pa.array([row[name] for row in tombstones], pa.string())) for name in ('id', 'text_sha256')]
    back = pc.and_(pc.or_(*gone), pc.is_valid(table['split']))
    if not pc.any(back).as_py():
        return assignment
    empty = pa.scalar(None, pa.string())
    values = {'fate': pa.scalar('filtered'), 'reason': pa.scalar(TAKEN_DOWN), 'split': empty, 'group': empty}
    arrays = {name: pc.if_else(back, values[name], table[name]) if name in values else table[name] for name in table.column_names}
    return Assignment(pa.table(arrays))

"""A staged shard on disk: four files in a folder that appears by one rename.

`records.parquet` holds the records; `ledger.parquet` one row for each piece of input with its fate; `rejects.jsonl` the
rejects; `manifest.json`, written last, what it was made from, the counts, and the digests of the other three. So a shard is
there whole or not at all; and one that was damaged since is told by its digests and made again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from builder.journal import UNREPEATABLE
from builder.schema.arrow import staged_schema

STAGED_SCHEMA: Final = staged_schema('page').append(pa.field('line_keys', pa.list_(pa.int64())))
LEDGER_SCHEMA: Final = staged_schema('ledger')
RECORDS: Final = 'records.parquet'
LEDGER: Final = 'ledger.parquet'
REJECTS: Final = 'rejects.jsonl'
_MANIFEST: Final = 'manifest.json'


def seal(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the manifest of a shard whose other files are complete: `facts`, and their sizes and digests."""
    manifest = {**facts, 'files': _written(folder)}
    (folder / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + '\n', 'utf-8')


def is_as_written(folder: Path) -> bool:
    """Whether a staged shard is there and its files are those that its manifest lists."""
    try:
        return bool(read_manifest(folder)['files'] == _written(folder))
    except (OSError, ValueError, LookupError, TypeError):
        return False  # nothing there, or a manifest that is none: what is wrong with it makes no difference


def is_final(folder: Path) -> bool:
    """Whether a staged shard is as it was written and would be written so again: what killed a worker may have been the machine's fault."""
    return is_as_written(folder) and not any(f'rejected:{reason}' in read_manifest(folder)['fates'] for reason in UNREPEATABLE)


def take_up(staged: Path, folder: Path) -> None:
    """Have a shard that was staged elsewhere stand in `folder`: by links to its files where the disk allows it, else by copies of them."""
    for name in (RECORDS, LEDGER, REJECTS, _MANIFEST):
        try:
            os.link(staged / name, folder / name)
        except OSError:
            shutil.copyfile(staged / name, folder / name)


def _written(folder: Path) -> dict[str, dict[str, Any]]:
    return {name: _size_and_digest(folder / name) for name in (RECORDS, LEDGER, REJECTS)}


def _size_and_digest(path: Path) -> dict[str, Any]:
    with path.open('rb') as stream:
        return {'sha256': hashlib.file_digest(stream, 'sha256').hexdigest(), 'bytes': stream.tell()}


def read_rejects(folder: Path) -> Iterator[dict[str, Any]]:
    """The rejects of a staged shard."""
    with (folder / REJECTS).open(encoding='utf-8') as stream:
        for line in stream:
            yield json.loads(line)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a staged shard: its name, what it was made from, what was read, the counts of fates, and size and digest of its files."""
    manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text('utf-8'))
    return manifest

"""Changing a release as a disk, a careless hand or a careful forger would."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from builder.digests import file_sha256
from builder.release.card import front_matter_of
from builder.release.parquet import write_parquet

TRAIN = 'lines/train-00000-of-00001.parquet'


def edit_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / 'manifest.json'
    manifest = json.loads(path.read_text('utf-8'))
    change(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False))


def sign_again(folder: Path, name: str) -> None:
    """Give the manifest the new digest of a file that is no Parquet, as a careful forger would."""

    def change(manifest: dict[str, Any]) -> None:
        entry = next(entry for entry in manifest['files'] if entry['path'] == name)
        entry.update(sha256=file_sha256(folder / name), bytes=(folder / name).stat().st_size)

    edit_manifest(folder, change)


def forge(folder: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change the rows of a Parquet file and repair manifest and card, so that only the rows themselves can tell."""
    config, _, file = name.partition('/')
    split = file.partition('-')[0]
    text = json.loads((folder / 'manifest.json').read_text('utf-8'))['plan']['text']
    written = write_parquet(folder, name, config, split, change(pq.ParquetFile(folder / name).read()), text)

    def update(manifest: dict[str, Any]) -> None:
        entry = next(entry for entry in manifest['files'] if entry['path'] == name)
        entry.update(rows=written.rows, bytes=written.bytes, sha256=written.sha256, content_sha256=written.content_sha256)

    edit_manifest(folder, update)


def set_column(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    index = table.schema.get_field_index(name)
    return table.set_column(index, table.schema.field(name), pa.array(values, table.schema.field(name).type))


def without_votes_on_names(table: pa.Table) -> pa.Table:
    pages = table['lines'].to_pylist()
    for lines in pages:
        for line in lines:
            line['entity_votes'] = []
    return set_column(table, 'lines', pages)


def change_card(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / 'README.md'
    text = path.read_text('utf-8')
    matter = front_matter_of(text)
    change(matter)
    body = text.split('---\n', 2)[2]
    path.write_text(f'---\n{yaml.safe_dump(matter, sort_keys=False, allow_unicode=True)}---\n{body}')
    sign_again(folder, 'README.md')

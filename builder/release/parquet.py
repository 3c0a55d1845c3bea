"""Writing and reading back the Parquet files of a release, so that `datasets`, viewers and streaming all take them well.

Settings and their reasons: zstd level 3; row groups of at most 32 MB uncompressed (streaming memory, a viewer's scan
limit); content-defined chunks (a relabelled page re-uploads little); page index and checksums; a dictionary only where
values repeat; one combined table a row group, since bytes depend on how a table is chunked.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from builder.release.content import ContentDigest
from builder.schema.features import release_schema
from builder.schema.loading import FULL

ROW_GROUP_BYTES: Final = 32 << 20
_CHUNKING: Final = {'min_chunk_size': 256 << 10, 'max_chunk_size': 1 << 20, 'norm_level': 0}
_REPEATED: Final = frozenset(('id', 'site', 'split', 'source', 'path', 'language', 'label_source', 'name', 'version', 'flags'))
"""String columns, by their last name, whose values recur within a row group."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A Parquet file of a release: as the manifest lists it."""

    path: str
    config: str
    split: str
    rows: int
    bytes: int
    arrow_bytes: int
    sha256: str
    content_sha256: str


def file_name(config: str, split: str, number: int, count: int) -> str:
    """Path of a Parquet file in a release."""
    return f'{config}/{split}-{number:05d}-of-{count:05d}.parquet'


def write_parquet(folder: Path, path: str, config: str, split: str, table: pa.Table, text: str = FULL) -> WrittenFile:
    """Write a table of a config's rows, in a mode of text, to `folder/path`."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    content = ContentDigest()
    schema = release_schema(config, text)
    options: dict[str, Any] = {
        'compression': 'zstd',
        'compression_level': 3,
        'use_content_defined_chunking': _CHUNKING,
        'use_dictionary': [path for path, kind in _leaves(schema) if _has_dictionary(path, kind)],
        'write_page_index': True,
        'write_page_checksum': True,
        'store_schema': True,
        'version': '2.6',
        'data_page_version': '1.0',
    }
    with pq.ParquetWriter(target, schema, **options) as writer:
        for group in _row_groups(table):
            content.update(group)
            writer.write_table(group, row_group_size=max(group.num_rows, 1))
    with target.open('rb') as stream:
        digest = hashlib.file_digest(stream, 'sha256').hexdigest()
    size = target.stat().st_size
    return WrittenFile(path, config, split, table.num_rows, size, table.nbytes, digest, content.hexdigest())


def _row_groups(table: pa.Table) -> Iterator[pa.Table]:
    rows = max(1, int(table.num_rows * ROW_GROUP_BYTES / max(table.nbytes, 1)))
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows).combine_chunks()


def _leaves(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    found: list[tuple[str, pa.DataType]] = []

    def walk(path: str, kind: pa.DataType) -> None:
        if pa.types.is_struct(kind):
            for field in kind:
                walk(f'{path}.{field.name}', field.type)
        elif pa.types.is_list(kind):
            walk(f'{path}.list.element', kind.value_type)
        else:
            found.append((path, kind))

    for field in schema:
        walk(field.name, field.type)
    return found


def _has_dictionary(path: str, kind: pa.DataType) -> bool:
    name = path.removesuffix('.list.element').rpartition('.')[2]
    return name in _REPEATED if pa.types.is_string(kind) else not pa.types.is_boolean(kind)


def content_of(path: Path) -> tuple[int, str]:
    """(rows, content digest) of a Parquet file on disk, read a row group at a time."""
    content, rows = ContentDigest(), 0
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            content.update(table)
            rows += table.num_rows
    return rows, content.hexdigest()

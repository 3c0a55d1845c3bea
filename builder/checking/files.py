"""Are the files of a release those that the manifest lists, byte for byte and row for row?"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from builder.release.manifest import NAME, file_sha256
from builder.release.parquet import content_of
from builder.schema.arrow import release_schema


def file_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Missing, foreign and changed files; for a changed Parquet file also what its rows say."""
    listed = {entry['path']: entry for entry in manifest['files']}
    there = {path.relative_to(release).as_posix() for path in release.rglob('*') if path.is_file()} - {NAME}
    for path in sorted(listed.keys() - there):
        yield f'{path}: is in the manifest but not in the release; restore it'
    for path in sorted(there - listed.keys()):
        yield f'{path}: is in the release but not in the manifest; remove it'
    for path in sorted(listed.keys() & there):
        entry = listed[path]
        if entry['config'] and Path(path).suffix == '.parquet':
            yield from _parquet_faults(release / path, entry)
        if file_sha256(release / path) != entry['sha256']:
            yield f'{path}: sha256 differs from the manifest: the file was changed after the build; restore it'


def _parquet_faults(path: Path, entry: Mapping[str, Any]) -> Iterator[str]:
    name, config = entry['path'], entry['config']
    try:
        schema = pq.read_schema(path)
        rows, content = content_of(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        yield f'{name}: cannot be read ({" ".join(str(error).split())[:200]}); restore it'
        return
    wanted = release_schema(config)
    if not schema.equals(wanted) or schema.metadata.get(b'huggingface') != wanted.metadata[b'huggingface']:
        yield f'{name}: columns or class labels are not those of schemas/{config}.schema.json ({_first_difference(schema, wanted)}); build again'
    if rows != entry['rows']:
        yield f'{name}: {rows} rows, but the manifest says {entry["rows"]}; restore the file'
    elif content != entry['content_sha256']:
        yield f'{name}: the rows are not those that were built (content digest differs); restore the file'


def _first_difference(schema: pa.Schema, wanted: pa.Schema) -> str:
    for field in wanted:
        index = schema.get_field_index(field.name)
        if index < 0 or schema.field(index).type != field.type:
            return f'column {field.name}'
    return 'the declared features, or the order of columns'

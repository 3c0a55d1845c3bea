"""Are the files of a release those that the manifest lists, byte for byte and row for row?"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from builder.digests import file_sha256
from builder.release.manifest import NAME
from builder.release.parquet import content_of
from builder.schema.features import release_schema


def file_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Missing, foreign and changed files, and what is no plain file; for a Parquet file also what its columns and rows say."""
    listed = {entry['path']: entry for entry in manifest['files']}
    kinds = dict(_entries(release))
    folders = {'.'} | {str(parent) for path in listed for parent in PurePosixPath(path).parents}
    for path in sorted(listed.keys() - kinds.keys()):
        yield f'{path}: is in the manifest but not in the release; restore it'
    for path, kind in kinds.items():
        if str(PurePosixPath(path).parent) not in folders:
            continue  # the foreign folder around it is told
        expected = 'folder' if path in folders else 'file'
        if kind != expected and (path in listed or path in folders or path == NAME):
            yield f'{path}: is a {kind}, not a plain {expected}; restore it'
        elif path not in listed and path not in folders and path != NAME:
            yield f'{path}: is in the release but not in the manifest{"" if kind == "file" else f" (a {kind})"}; remove it'
        elif path in listed:
            yield from _content_faults(release / path, listed[path], manifest['plan']['text'])


def _entries(release: Path) -> Iterator[tuple[str, str]]:
    """(path, kind) of everything below a folder, by path; links are named, never followed."""
    for folder, folders, files in os.walk(release):
        folders.sort()
        for name in sorted(folders + files):
            path = Path(folder, name)
            yield path.relative_to(release).as_posix(), _kind(path)


def _kind(path: Path) -> str:
    if path.is_symlink():
        return 'link'
    if path.is_dir():
        return 'folder'
    return 'file' if path.is_file() else 'special file'


def _content_faults(path: Path, entry: Mapping[str, Any], text: str) -> Iterator[str]:
    name = entry['path']
    try:
        size, digest = path.stat().st_size, file_sha256(path)
    except OSError as error:
        yield f'{name}: cannot be read ({error.strerror}); restore it'
        return
    if entry['config']:
        yield from _parquet_faults(path, entry, text)
    if digest == entry['sha256'] and size != entry['bytes']:
        yield f'{name}: has {size} bytes, but the manifest says {entry["bytes"]}; restore the manifest'
    if digest != entry['sha256']:
        yield f'{name}: sha256 differs from the manifest: the file was changed after the build; restore it'


def _parquet_faults(path: Path, entry: Mapping[str, Any], text: str) -> Iterator[str]:
    """Columns first: only of the right columns can a content digest be taken."""
    name, wanted = entry['path'], release_schema(entry['config'], text)
    try:
        schema = pq.read_schema(path)
        differs = _first_difference(schema, wanted)
        if differs:
            yield f'{name}: columns or class labels are not those of schemas/{entry["config"]}.schema.json ({differs}); build again'
        if schema.equals(wanted):
            yield from _row_faults(path, entry)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        yield f'{name}: cannot be read ({" ".join(str(error).split())[:200]}); restore it'


def _row_faults(path: Path, entry: Mapping[str, Any]) -> Iterator[str]:
    rows, content = content_of(path)
    if rows != entry['rows']:
        yield f'{entry["path"]}: {rows} rows, but the manifest says {entry["rows"]}; restore the file'
    elif content != entry['content_sha256']:
        yield f'{entry["path"]}: the rows are not those that were built (content digest differs); restore the file'


def _first_difference(schema: pa.Schema, wanted: pa.Schema) -> str:
    """Where a file's schema is another than the wanted one; empty where it is not."""
    if not schema.equals(wanted):
        for field in wanted:
            index = schema.get_field_index(field.name)
            if index < 0 or schema.field(index).type != field.type:
                return f'column {field.name} is {"missing" if index < 0 else schema.field(index).type}'
        return f'the columns are {", ".join(schema.names)}'[:200]
    features = (schema.metadata or {}).get(b'huggingface')
    return '' if features == wanted.metadata[b'huggingface'] else 'the declared features'

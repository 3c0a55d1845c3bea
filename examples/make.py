"""Writes the example dumps and their gold from the pages under `authored/`; a test checks that they are up to date.

usage: python examples/make.py [FOLDER]

Every dump holds the same pages in the same order. Its bytes follow from the pages alone, with one version of the compressors.
"""

import bz2
import csv
import gzip
import hashlib
import io
import json
import lzma
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from archives import as_tar_gz, as_warc, as_wet, as_zip
from authoring import Authored, read_pages
from saved_page import html_of

HERE = Path(__file__).resolve().parent
Record = Mapping[str, str | None]


def write_examples(target: Path) -> None:
    """Write all dumps, their sidecar and their gold into a folder."""
    pages = read_pages(HERE / 'authored')
    files = {**_gold(pages), **_folders(pages), **_tables(pages), **_archives(pages)}
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _gold(pages: Sequence[Authored]) -> dict[str, bytes]:
    texts = [{'path': f'{page.site}/{page.name}.txt', **_known(page)} for page in pages]
    # A saved page says all of itself but when it was saved.
    saved = [{'path': f'{page.site}/{page.name}.html', 'crawled': page.head['crawled']} for page in pages]
    return {
        'metadata.jsonl': _as_jsonl([*texts, *saved]),
        'gold.jsonl': _as_jsonl([page.gold for page in pages if page.head['gold'] == 'yes']),
        'held_back.jsonl': _as_jsonl([page.gold for page in pages if page.head['gold'] == 'no']),
    }


def _folders(pages: Sequence[Authored]) -> dict[str, bytes]:
    texts = {f'text/{name}': content for name, content in _texts(pages).items()}
    return texts | {f'html/{page.site}/{page.name}.html': html_of(page).encode() for page in pages}


def _texts(pages: Sequence[Authored]) -> dict[str, bytes]:
    return {f'{page.site}/{page.name}.txt': page.text.encode() for page in pages}


def _tables(pages: Sequence[Authored]) -> dict[str, bytes]:
    records = [{'text': page.text, **_known(page)} for page in pages]
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), parquet, compression='zstd')
    lines = _as_jsonl(records)
    return {
        'jsonl/pages.jsonl': lines,
        'json/pages.json': (json.dumps(records, ensure_ascii=False, indent=1) + '\n').encode(),
        'csv/pages.csv': _as_csv(records, ','),
        'tsv/pages.tsv': _as_csv(records, '\t'),
        'parquet/pages.parquet': parquet.getvalue(),
        **{f'arrow/{name}': content for name, content in _as_saved_dataset(records).items()},
        'compressed/pages.jsonl.gz': gzip.compress(lines, mtime=0),
        'compressed/pages.jsonl.bz2': bz2.compress(lines),
        'compressed/pages.jsonl.xz': lzma.compress(lines),
        'compressed/pages.jsonl.zst': _as_zstd(lines),
    }


def _archives(pages: Sequence[Authored]) -> dict[str, bytes]:
    return {
        'warc/pages.warc.gz': as_warc(pages),
        'wet/pages.wet.gz': as_wet(pages),
        'containers/pages.tar.gz': as_tar_gz(_texts(pages)),
        'containers/pages.zip': as_zip(_texts(pages)),
    }


def _known(page: Authored) -> dict[str, str | None]:
    return {
        'url': page.head['url'],
        'title': page.head.get('title') or None,
        'published': page.head.get('published'),
        'crawled': page.head['crawled'],
    }


def _as_jsonl(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return ''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows).encode()


def _as_csv(records: Sequence[Record], delimiter: str) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(records[0]), delimiter=delimiter, lineterminator='\n')
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue().encode()


def _as_zstd(content: bytes) -> bytes:
    stream = pa.BufferOutputStream()
    with pa.CompressedOutputStream(stream, 'zstd') as packed:
        packed.write(content)
    return bytes(stream.getvalue())


def _as_saved_dataset(records: Sequence[Record]) -> dict[str, bytes]:
    """The files that `Dataset.save_to_disk` writes, without the fingerprint that differs from run to run."""
    table = pa.Table.from_pylist(list(records))
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    name = 'data-00000-of-00001.arrow'
    state: dict[str, Any] = {
        '_data_files': [{'filename': name}],
        '_fingerprint': hashlib.sha256(_as_jsonl(records)).hexdigest()[:16],
        '_format_columns': None,
        '_format_kwargs': {},
        '_format_type': None,
        '_output_all_columns': False,
        '_split': None,
    }
    features = {column: {'dtype': 'string', '_type': 'Value'} for column in table.column_names}
    info = {'citation': '', 'description': '', 'features': features, 'homepage': '', 'license': ''}
    return {name: stream.getvalue(), 'state.json': _as_json(state), 'dataset_info.json': _as_json(info)}


def _as_json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2) + '\n').encode()


if __name__ == '__main__':
    write_examples(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)

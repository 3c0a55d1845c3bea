"""Writes one set of records in every format and container that vinews reads, for the tests."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

Record = Mapping[str, str | None]

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    '.gz': lambda data: gzip.compress(data, mtime=0),
    '.bz2': bz2.compress,
    '.xz': lzma.compress,
    '.zst': zstandard.compress,
}


def as_jsonl(records: Sequence[Record]) -> bytes:
    return ''.join(json.dumps(record, ensure_ascii=False) + '\n' for record in records).encode()


def as_json(records: Sequence[Record]) -> bytes:
    return json.dumps(records, ensure_ascii=False, indent=2).encode()


def as_compact_json(records: Sequence[Record]) -> bytes:
    return json.dumps(records).encode()


def as_csv(records: Sequence[Record], delimiter: str = ',') -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(records[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue().encode()


def as_parquet(records: Sequence[Record]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(records)), stream)
    return stream.getvalue()


def as_arrow(records: Sequence[Record], *, file: bool = False) -> bytes:
    table = pa.Table.from_pylist(list(records))
    stream = io.BytesIO()
    with (pa.ipc.new_file if file else pa.ipc.new_stream)(stream, table.schema) as writer:
        writer.write_table(table)
    return stream.getvalue()


FORMATS: dict[str, Callable[[Sequence[Record]], bytes]] = {
    'pages.jsonl': as_jsonl,
    'pages.json': as_json,
    'compact.json': as_compact_json,
    'pages.csv': as_csv,
    'semicolon.csv': lambda records: as_csv(records, ';'),
    'pages.tsv': lambda records: as_csv(records, '\t'),
    'pages.parquet': as_parquet,
    'stream.arrow': as_arrow,
    'file.arrow': lambda records: as_arrow(records, file=True),
}


def as_tar(members: Mapping[str, bytes], mode: str = 'w:gz') -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def as_zip(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


CONTAINERS: dict[str, Callable[[Mapping[str, bytes]], bytes]] = {
    'dump.tar': lambda members: as_tar(members, 'w'),
    'dump.tar.gz': lambda members: as_tar(members, 'w:gz'),
    'dump.tgz': lambda members: as_tar(members, 'w:gz'),
    'dump.tar.xz': lambda members: as_tar(members, 'w:xz'),
    'dump.tar.bz2': lambda members: as_tar(members, 'w:bz2'),
    'dump.tar.zst': lambda members: zstandard.compress(as_tar(members, 'w')),
    'dump.zip': as_zip,
}


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path

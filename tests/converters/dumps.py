"""Writes one set of records in every format and container that vinews reads, for the tests."""

import base64
import bz2
import csv
import gzip
import hashlib
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html import escape
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


def as_html(record: Record) -> bytes:
    """A page of one block a line, which says its encoding and address."""
    head = f'<meta charset="utf-8"><title>Trang</title><link rel="canonical" href="{record["url"]}">'
    blocks = '\n'.join(f'<p>{escape(line)}</p>' for line in (record['text'] or '').split('\n'))
    return f'<!doctype html><html><head>{head}</head><body>\n{blocks}\n</body></html>'.encode()


def as_warc_record(record: Record) -> bytes:
    """The response to a crawler, with the digest of its payload."""
    payload = as_html(record)
    http = f'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(payload)}\r\n\r\n'
    return _warc_record(record, 'response', 'application/http; msgtype=response', payload, http.encode())


def as_wet_record(record: Record) -> bytes:
    """The text that was extracted from a page."""
    return _warc_record(record, 'conversion', 'text/plain', (record['text'] or '').encode())


def _warc_record(record: Record, kind: str, content_type: str, payload: bytes, http: bytes = b'') -> bytes:
    fields = {
        'WARC-Type': kind,
        'WARC-Record-ID': f'<urn:uuid:{hashlib.md5((record["url"] or "").encode(), usedforsecurity=False).hexdigest()}>',
        'WARC-Date': '2026-03-01T00:00:00Z',
        'WARC-Target-URI': record['url'],
        'WARC-Payload-Digest': 'sha1:' + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode(),
        'WARC-Identified-Payload-Type': 'text/html' if http else 'text/plain',
        'Content-Type': content_type,
        'Content-Length': len(http) + len(payload),
    }
    head = ''.join(f'{name}: {value}\r\n' for name, value in fields.items())
    return f'WARC/1.1\r\n{head}\r\n'.encode() + http + payload + b'\r\n\r\n'


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

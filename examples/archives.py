"""Archives of pages whose bytes depend on nothing but the pages: WARC, WET, tar and zip, with fixed times, owners and record ids."""

import base64
import gzip
import hashlib
import io
import tarfile
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

from authoring import Authored
from saved_page import html_of

_MADE: Final = '2026-01-01T00:00:00Z'
_HTML: Final = 'text/html; charset=utf-8'


def as_warc(pages: Sequence[Authored]) -> bytes:
    """Response records with HTTP headers, each a gzip member; before them a `warcinfo` and a redirect, which hold no page."""
    first = pages[0].head
    moved = _http('301 Moved Permanently', {'Location': first['url'], 'Content-Type': 'text/html'}, b'')
    records = [_about('pages.warc.gz'), _response(first['url'].replace('https:', 'http:'), first['crawled'], moved, b'')]
    for page in pages:
        payload = html_of(page).encode()
        message = _http('200 OK', {'Content-Type': _HTML}, payload)
        records.append(_response(page.head['url'], page.head['crawled'], message, payload))
    return b''.join(records)


def as_wet(pages: Sequence[Authored]) -> bytes:
    """Conversion records, which hold the pages' text, each a gzip member."""
    return _about('pages.wet.gz') + b''.join(_conversion(page) for page in pages)


def _about(name: str) -> bytes:
    content = b'software: vinews examples\r\nformat: WARC File Format 1.0\r\n'
    return _record(
        {'WARC-Type': 'warcinfo', 'WARC-Date': _MADE, 'WARC-Filename': name, 'Content-Type': 'application/warc-fields'}, content, name
    )


def _response(url: str, date: str, message: bytes, payload: bytes) -> bytes:
    fields = {
        'WARC-Type': 'response',
        'WARC-Target-URI': url,
        'WARC-Date': date,
        'WARC-Payload-Digest': _digest(payload),
        'Content-Type': 'application/http; msgtype=response',
    }
    return _record(fields, message, f'response {url}')


def _conversion(page: Authored) -> bytes:
    url = page.head['url']
    fields = {
        'WARC-Type': 'conversion',
        'WARC-Target-URI': url,
        'WARC-Date': page.head['crawled'],
        'WARC-Refers-To': _record_id(f'response {url}'),
        'WARC-Identified-Content-Language': 'vie',
        'Content-Type': 'text/plain',
    }
    return _record(fields, page.text.encode(), f'conversion {url}')


def _http(status: str, fields: Mapping[str, str], payload: bytes) -> bytes:
    header = ''.join(f'{name}: {value}\r\n' for name, value in {**fields, 'Content-Length': str(len(payload))}.items())
    return f'HTTP/1.1 {status}\r\n{header}\r\n'.encode() + payload


def _record(fields: Mapping[str, str], content: bytes, name: str) -> bytes:
    """The record as a gzip member; its id follows from `name`."""
    own = {'WARC-Record-ID': _record_id(name), 'WARC-Block-Digest': _digest(content), 'Content-Length': str(len(content))}
    header = ''.join(f'{field}: {value}\r\n' for field, value in {**fields, **own}.items())
    return gzip.compress(f'WARC/1.0\r\n{header}\r\n'.encode() + content + b'\r\n\r\n', mtime=0)


def _record_id(name: str) -> str:
    return f'<{uuid.uuid5(uuid.NAMESPACE_URL, name).urn}>'


def _digest(content: bytes) -> str:
    return f'sha1:{base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()}'


def as_tar_gz(members: Mapping[str, bytes]) -> bytes:
    """A gzipped tar file of the members, by name; owned by root, of the year 1970."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode='w', format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(members.items()):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), mtime=0)


def as_zip(members: Mapping[str, bytes]) -> bytes:
    """A zip file of the members, by name; of the year 1980, the first that zip knows."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w') as archive:
        for name, content in sorted(members.items()):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it is made
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return stream.getvalue()

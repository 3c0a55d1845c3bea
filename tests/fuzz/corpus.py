"""Writes the seeds of a target from examples/: whole pages, and short ones in which every construct of the format stands."""

import gzip
import html
import json
import re
from pathlib import Path

from tests.conftest import EXAMPLES
from tests.converters.dumps import COMPRESS, FORMATS, as_tar, as_zip
from tests.warc.files import response, warc

_PAGES = 12
_LONGEST = 1_500  # bytes; long seeds make a fuzzer slow and blind


def pages() -> list[dict[str, str]]:
    """The first example pages, cut to a length that a fuzzer can turn over quickly."""
    rows = [json.loads(line) for line in (EXAMPLES / 'jsonl' / 'pages.jsonl').read_text('utf-8').splitlines()[:_PAGES]]
    return [{'url': f'https://a.example/{number}', 'text': row['text'][:_LONGEST]} for number, row in enumerate(rows)]


def as_html(text: str, title: str = 'Trang') -> bytes:
    """The page's lines as paragraphs, in the markup that news sites have around them."""
    lines = ''.join(f'<p class="body x{number}">{html.escape(line)}</p>\n' for number, line in enumerate(text.splitlines()))
    linked = json.dumps({'@type': 'NewsArticle', 'headline': title, 'datePublished': '2026-01-02', 'author': {'name': 'An'}})
    return (
        f'<!doctype html><html lang=vi><head><meta charset=utf-8><title>{title}</title><link rel=canonical href="https://a.example/">'
        f'<meta property="og:title" content="{title}"><script type="application/ld+json">{linked}</script></head><body><!-- x -->'
        f'<ul><li><a href=/>Mục</a><ol><li value=3>x</ol></ul><table><tr><td valign=top>1<td>2<table><tr><td>3</table></table><pre>a\n b</pre>'
        f'<div style="display:none">ẩn</div><h1 itemprop=headline>{title}</h1>{lines}<svg><g/></svg><b><i>&amp;&#x1F600;</b></i></body></html>'
    ).encode()


def as_warc(rows: list[dict[str, str]]) -> bytes:
    """A response for each page, between a note of the crawler and a conversion."""
    head = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n'
    bodies = [as_html(row['text'][:200]) for row in rows]
    records = [response(head + b'\r\n' + body, 'WARC-Target-URI: https://a.example/') for body in bodies]
    packed = gzip.compress(bodies[0], mtime=0)
    chunked = b'%x\r\n%s\r\n0\r\n\r\n' % (len(packed), packed)
    records.append(response(head + b'Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n' + chunked))
    text = warc('WARC-Type: conversion', 'Content-Type: text/plain', content=rows[0]['text'][:200].encode())
    return b''.join([warc('WARC-Type: warcinfo', content=b'software: x\r\n'), *records, text])


def seeds(target: str) -> dict[str, bytes]:
    """The seeds of a target by name."""
    rows = pages()
    match target:
        case 'text':
            encoded = {'1258': 'windows-1258', '16': 'utf-16'}
            texts = {f'page{number}': row['text'].encode() for number, row in enumerate(rows)}
            return texts | {name: rows[0]['text'][:400].encode(codec, 'ignore') for name, codec in encoded.items()}
        case 'html':
            return {f'page{number}': as_html(row['text'][:400]) for number, row in enumerate(rows)}
        case 'warc':
            plain = as_warc(rows[:2])
            members = [gzip.compress(part, mtime=0) for part in re.split(rb'(?=WARC/1\.0)', plain) if part]
            return {'plain': plain, 'members': b''.join(members), 'one': gzip.compress(plain, mtime=0)}
        case _:
            few = [{**row, 'text': row['text'][:100]} for row in rows[:3]]
            tables = {name: write(few) for name, write in FORMATS.items() if not name.endswith(('parquet', 'arrow'))}
            packed = {suffix: pack(FORMATS['pages.jsonl'](few)) for suffix, pack in COMPRESS.items()}
            members = {'a.txt': b'Tin', 'b.jsonl': FORMATS['pages.jsonl'](few)}
            return tables | packed | {'tar': as_tar(members, 'w'), 'tgz': as_tar(members), 'zip': as_zip(members)}


def write_corpus(target: str, folder: Path) -> None:
    """Write the seeds of a target into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds(target).items():
        (folder / f'seed-{name}').write_bytes(content)

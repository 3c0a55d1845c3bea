"""Writes the example dumps and their gold from the pages under `authored/`; a test checks that they are up to date.

usage: python examples/make.py [FOLDER]

A `.page` file has a head of `# name: value` lines and then one page line a line: kind, tab, text with entities marked
as `[Nguyễn Văn A](PER)`. `kind` may carry a story number (`related_story:1`) and flags (`body+damaged`). All stories,
people, companies and sites are invented for this project.
"""

import json
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from builder.labels import LABEL_OF_KIND, MAIN

HERE = Path(__file__).resolve().parent
_MARK = re.compile(r'\[([^\[\]]+)\]\((PER|LOC|ORG)\)')


@dataclass(frozen=True)
class Authored:
    """A page as its author wrote it."""

    site: str
    name: str
    head: dict[str, str]
    text: str
    gold: dict[str, Any]


def read_page(path: Path) -> Authored:
    """The page of one `.page` file."""
    head: dict[str, str] = {}
    rows: list[str] = []
    lines: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    for raw in path.read_text('utf-8').split('\n'):
        if raw.startswith('# ') and not rows:
            name, _, value = raw[2:].partition(':')
            head[name] = value.strip()
        elif '\t' not in raw:
            rows.append('')
        else:
            tags, _, marked = raw.partition('\t')
            text, spans = _unmark(marked)
            rows.append(text)
            entities += [{'line': len(lines), **span} for span in spans]
            lines.append(_line(tags, text))
    while rows and not rows[0]:
        del rows[0]
    text = unicodedata.normalize(head.get('form', 'NFC'), '\n'.join(rows))
    no_story = all(line['label'] != MAIN for line in lines)
    site = path.parent.name
    gold = {'id': f'{site}/{path.stem}', 'site': site, 'url': head['url'], 'html_title': head.get('title') or None, 'no_story': no_story}
    return Authored(site, path.stem, head, text, {**gold, 'lines': lines, 'entities': entities})


def _unmark(marked: str) -> tuple[str, list[dict[str, Any]]]:
    text, spans, reached = '', [], 0
    for match in _MARK.finditer(marked):
        text += marked[reached : match.start()]
        spans.append({'start': len(text), 'end': len(text) + len(match[1]), 'type': match[2], 'text': match[1]})
        text += match[1]
        reached = match.end()
    return text + marked[reached:], spans


def _line(tags: str, text: str) -> dict[str, Any]:
    kind, *flags = tags.split('+')
    kind, _, story = kind.partition(':')
    line: dict[str, Any] = {'text': text, 'label': LABEL_OF_KIND[kind], 'kind': kind}
    if story:
        line['story'] = int(story)
    if flags:
        line['flags'] = flags
    return line


def write_examples(target: Path) -> None:
    """Write `text/`, `jsonl/`, `parquet/`, `metadata.jsonl`, `gold.jsonl` and `held_back.jsonl` into a folder."""
    pages = [read_page(path) for path in sorted((HERE / 'authored').glob('*/*.page'))]
    for page in pages:
        path = target / 'text' / page.site / f'{page.name}.txt'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, 'utf-8')
    records = [_record(page) for page in pages]
    _write_jsonl(target / 'jsonl' / 'pages.jsonl', records)
    (target / 'parquet').mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(records), target / 'parquet' / 'pages.parquet', compression='zstd')
    sidecar = [{'path': f'{page.site}/{page.name}.txt', **_known(page)} for page in pages]
    _write_jsonl(target / 'metadata.jsonl', sidecar)
    _write_jsonl(target / 'gold.jsonl', [page.gold for page in pages if page.head['gold'] == 'yes'])
    _write_jsonl(target / 'held_back.jsonl', [page.gold for page in pages if page.head['gold'] == 'no'])


def _known(page: Authored) -> dict[str, str | None]:
    return {
        'url': page.head['url'],
        'title': page.head.get('title') or None,
        'published': page.head.get('published'),
        'crawled': page.head['crawled'],
    }


def _record(page: Authored) -> dict[str, str | None]:
    return {'text': page.text, **_known(page)}


def _write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows), 'utf-8')


if __name__ == '__main__':
    write_examples(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)

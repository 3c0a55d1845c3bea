"""Reads the pages under `authored/`: what their author wrote, as the text of the page and as its gold.

A `.page` file has a head of `# name: value` lines and then one page line a line: kind, tab, text with entities marked
as `[Nguyễn Văn A](PER)`. `kind` may carry a story number (`related_story:1`) and flags (`body+damaged`). All stories,
people, companies and sites are invented for this project.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.labels import LABEL_OF_KIND, MAIN

_MARK = re.compile(r'\[([^\[\]]+)\]\((PER|LOC|ORG)\)')


@dataclass(frozen=True)
class Authored:
    """A page as its author wrote it."""

    site: str
    name: str
    head: dict[str, str]
    text: str
    """In the Unicode form that the head names; blank lines included."""
    gold: dict[str, Any]


def read_pages(folder: Path) -> list[Authored]:
    """The pages of all `.page` files of a folder of sites, by path."""
    return [read_page(path) for path in sorted(folder.glob('*/*.page'))]


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

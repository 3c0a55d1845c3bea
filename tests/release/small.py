"""Small builds of pages whose lines are labelled by their maker: what a page tells, where it is from, and whether it is gold."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from builder.build import build
from builder.identity import sha256_of_text
from builder.planning import Request
from tests.conftest import silent

POLICY = (
    'name: small\nversion: 1\nsalt: small\nvalidation_share: 0.3\nunseen_site_share: 0\nunseen_sites: [unseen.example]\nseen_sites: []\n'
)
Page = Mapping[str, Any]


def page(name: str, *stories: str, gold: bool = False, field: str = 'text', beside: str = '', **row: str) -> Page:
    """A page that tells the stories, the first as its own; `row` is what the dump says of it beside its text, which is in `field`; `beside` is no story."""
    lines = [_line(text, 'navigation') for text in (f'Trang {name}', beside) if text]
    for number, story in enumerate(stories):
        kind = 'related_story' if number else 'body'
        lines += [_line(line, kind, number) for line in story.split('\n')]
    text = '\n'.join(line['text'] for line in lines)
    source = 'gold' if gold else 'composed'
    truth = {'id': name, 'site': 'a.example', 'source': source, 'no_story': not stories, 'lines': lines}
    return {'row': {'id': name, 'site': 'a.example', **row, field: text}, 'truth': truth}


def _line(text: str, kind: str, story: int = 0) -> dict[str, Any]:
    label = 'main_story' if kind == 'body' else 'sidebar_noise'
    return {'text': text, 'label': label, 'kind': kind, **({'story': story} if story else {})}


def page_id(name: str) -> str:
    """The id in a release of the page of that name."""
    return sha256_of_text(f'id\0{name}')[:32]


def built(folder: Path, pages: Sequence[Page], config: str = '', policy: str = POLICY, **request: Any) -> Path:
    """The release of a dump of the pages, made in the new folder."""
    (folder / 'dump').mkdir(parents=True)
    (folder / 'config.yaml').write_text(f'split_policy: splits.yaml\n{config}')
    (folder / 'splits.yaml').write_text(policy)
    for name, part in (('dump/pages.jsonl', 'row'), ('gold.jsonl', 'truth')):
        (folder / name).write_text(''.join(json.dumps(one[part], ensure_ascii=False) + '\n' for one in pages), 'utf-8')
    version = '1.0.0' if 'previous' in request else '0.1.0'
    asked = {'dumps': (folder / 'dump',), 'version': version, 'gold': (folder / 'gold.jsonl',), **request}
    build(Request(out=folder / 'release', config=folder / 'config.yaml', **asked), silent)
    return folder / 'release'


def splits(release: Path) -> dict[str, str]:
    """The split of each page, by id."""
    return {
        page: path.name.split('-')[0]
        for path in sorted((release / 'pages').glob('*.parquet'))
        for page in pq.ParquetFile(path).read(columns=['id'])['id'].to_pylist()
    }


def manifest(release: Path) -> Any:
    return json.loads((release / 'manifest.json').read_text('utf-8'))


def counted(release: Path) -> dict[str, int]:
    """Pieces by fate, filtered ones by reason."""
    counts: dict[str, int] = {}
    for row in manifest(release)['conservation']:
        for name in ('kept', 'leak', 'duplicate'):
            counts[name] = counts.get(name, 0) + row[name]
        for name in ('filtered', 'rejected'):
            for reason, count in row[name].items():
                counts[reason] = counts.get(reason, 0) + count
    return {name: count for name, count in counts.items() if count}


def texts(release: Path) -> dict[str, str]:
    """The text of each page, by id."""
    tables = [pq.ParquetFile(path).read(columns=['id', 'text']) for path in sorted((release / 'pairs').glob('*.parquet'))]
    return {row['id']: row['text'] for table in tables for row in table.to_pylist()}


def clusters(release: Path) -> list[dict[str, Any]]:
    path = release / 'clusters.jsonl'
    return [json.loads(line) for line in path.read_text('utf-8').splitlines()] if path.is_file() else []

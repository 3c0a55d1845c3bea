"""CHANGELOG.md of a release: what is there, and against a previous release, what came, went and changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from builder.errors import UsageError
from builder.release.manifest import read_release_manifest

_LINE: Final = 'lines.list.element'
_COLUMNS: Final = (
    'id',
    'site',
    'text_sha256',
    *(f'{_LINE}.{name}' for name in ('label', 'kind')),
    *(f'{_LINE}.entities.list.element.{name}' for name in ('start', 'end', 'type')),
)
_BATCH: Final = 128  # pages whose lines are Python objects at a time


@dataclass(frozen=True, slots=True)
class _Content:
    """What is compared of a page: some hundred bytes, however long it is."""

    split: str
    text: bytes
    labels: bytes
    """Of the labels and kinds of its lines."""
    entities: bytes
    """Of the places and types of the names in its lines."""
    site: bytes


def parse_version(version: str) -> tuple[int, int, int]:
    """`X.Y.Z` as numbers. Raises UsageError for anything else."""
    parts = version.split('.')
    if len(parts) != 3 or not all(
        len(part) <= 9 and part.isascii() and part.isdigit() and (part == '0' or part[0] != '0') for part in parts
    ):
        raise UsageError(f'version {version!r}: not of the form X.Y.Z with plain numbers, such as 0.1.0')
    major, minor, patch = map(int, parts)
    return major, minor, patch


def require_later(version: str, previous: Path) -> None:
    """Raises UsageError unless `version` is above that of the release `previous`."""
    before = read_release_manifest(previous)['version']
    if parse_version(version) <= parse_version(before):
        raise UsageError(f'version {version} is not above {before} of {previous}; give a higher --version')


def changelog(version: str, folder: Path, splits: Mapping[str, Mapping[str, int]], previous: Path | None, note: str = '') -> str:
    """The text of CHANGELOG.md, the newest version first; `note` is a paragraph on what no comparison tells."""
    counted = ', '.join(f'{split} {counts["pages"]} pages' for split, counts in splits.items())
    if previous is None:
        return f'# Changes\n\n## {version}\n\nFirst release: {counted}.\n'
    earlier = (previous / 'CHANGELOG.md').read_text('utf-8').removeprefix('# Changes\n\n')
    return f'# Changes\n\n## {version}\n\n{counted}. {_difference(folder, previous)}\n\n{note}{earlier}'


def _difference(folder: Path, previous: Path) -> str:
    old, new = _pages(previous), _pages(folder)
    both = old.keys() & new.keys()
    moved = sum(old[page].split != new[page].split for page in both)
    texts = sum(old[page].text != new[page].text for page in both)
    same = [page for page in both if old[page].text == new[page].text]  # lines of another text cannot be set against one another
    labels = sum(old[page].labels != new[page].labels for page in same)
    entities = sum(old[page].entities != new[page].entities for page in same)
    sites = sum(old[page].site != new[page].site for page in both)
    before = read_release_manifest(previous)['version']
    return (
        f'Against {before}: {len(new.keys() - old.keys())} pages added, {len(old.keys() - new.keys())} removed, {moved} moved to another split, '
        f'{texts} with another text, {labels} with other labels, {entities} with other entities, {sites} with another site.'
    )


def _pages(folder: Path) -> dict[str, _Content]:
    """What is compared of each page, by id."""
    found: dict[str, _Content] = {}
    for path in sorted((folder / 'pages').glob('*.parquet')):
        split = path.name.split('-')[0]
        for row in _rows(path):
            labels = [(line['label'], line['kind']) for line in row['lines']]
            entities = [[(entity['start'], entity['end'], entity['type']) for entity in line['entities']] for line in row['lines']]
            text = bytes.fromhex(row['text_sha256'])
            found[row['id']] = _Content(split, text, _digest(labels), _digest(entities), _digest(row['site']))
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH, columns=list(_COLUMNS)):
            yield from batch.to_pylist()


def _digest(value: object) -> bytes:
    """64 bits: of two releases only pages of one id are compared, so that chance agreement does not add up."""
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=8).digest()

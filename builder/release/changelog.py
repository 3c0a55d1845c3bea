"""CHANGELOG.md of a release: what is there, and against a previous release, what came, went and changed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builder.errors import UsageError
from builder.release.manifest import read_release_manifest
from builder.tables import read_columns


def parse_version(version: str) -> tuple[int, int, int]:
    """`X.Y.Z` as numbers. Raises UsageError for anything else."""
    parts = version.split('.')
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and (part == '0' or part[0] != '0') for part in parts):
        raise UsageError(f'version {version!r}: not of the form X.Y.Z with plain numbers, such as 0.1.0')
    major, minor, patch = map(int, parts)
    return major, minor, patch


def require_later(version: str, previous: Path) -> None:
    """Raises UsageError unless `version` is above that of the release `previous`."""
    before = read_release_manifest(previous)['version']
    if parse_version(version) <= parse_version(before):
        raise UsageError(f'version {version} is not above {before} of {previous}; give a higher --version')


def changelog(version: str, folder: Path, splits: Mapping[str, Mapping[str, int]], previous: Path | None) -> str:
    """The text of CHANGELOG.md, the newest version first."""
    counted = ', '.join(f'{split} {counts["pages"]} pages' for split, counts in splits.items())
    if previous is None:
        return f'# Changes\n\n## {version}\n\nFirst release: {counted}.\n'
    earlier = (previous / 'CHANGELOG.md').read_text('utf-8').removeprefix('# Changes\n\n')
    return f'# Changes\n\n## {version}\n\n{counted}. {_difference(folder, previous)}\n\n{earlier}'


def _difference(folder: Path, previous: Path) -> str:
    old, new = _pages(previous), _pages(folder)
    both = old.keys() & new.keys()
    moved = sum(old[page][0] != new[page][0] for page in both)
    texts = sum(old[page][1] != new[page][1] for page in both)
    labels = sum(old[page][1] == new[page][1] and old[page][2] != new[page][2] for page in both)
    before = read_release_manifest(previous)['version']
    return (
        f'Against {before}: {len(new.keys() - old.keys())} pages added, {len(old.keys() - new.keys())} removed, {moved} moved to another split, '
        f'{texts} with another text, {labels} with other labels.'
    )


def _pages(folder: Path) -> dict[str, tuple[str, str, Any]]:
    """For each page id: its split, the digest of its text, and its labels."""
    found: dict[str, tuple[str, str, Any]] = {}
    for path in sorted((folder / 'pages').glob('*.parquet')):
        split = path.name.split('-')[0]
        table = read_columns(path, ['id', 'text_sha256', 'lines.list.element.label', 'lines.list.element.kind'])
        rows = zip(table['id'].to_pylist(), table['text_sha256'].to_pylist(), table['lines'].to_pylist(), strict=True)
        found |= {page: (split, text, lines) for page, text, lines in rows}
    return found

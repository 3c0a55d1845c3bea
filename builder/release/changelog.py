"""Versions, which follow the data, and CHANGELOG.md of a release: what differs from the release before it, computed."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten
from typing import Final

from builder.errors import InputError, UsageError
from builder.release.comparison import Bump, Comparison, Contents, compare_contents, contents_of
from builder.release.comparison_report import differences_told, reason
from builder.release.manifest import read_release_manifest

NAME: Final = 'CHANGELOG.md'
_TITLE: Final = '# Changes\n\n'
_MOST_TOLD: Final = 400
"""Code points of what differs, in the refusal of a version: a relabelled release has dozens of kinds of changes."""


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


def bumped(version: str, bump: Bump) -> str:
    """The next version by such a step. That of 0.y.z is no other: its MAJOR step leads to 1.0.0."""
    major, minor, patch = parse_version(version)
    steps = {Bump.MAJOR: (major + 1, 0, 0), Bump.MINOR: (major, minor + 1, 0), Bump.PATCH: (major, minor, patch + 1)}
    return '.'.join(map(str, steps[bump]))


def require_bump(comparison: Comparison) -> None:
    """Raises UsageError, which says what changed and which version is the least, unless the newer version is step enough."""
    least = bumped(comparison.old, comparison.bump)
    if parse_version(comparison.new) < parse_version(least):
        told = shorten('; '.join(differences_told(comparison)), _MOST_TOLD, placeholder=' …')
        raise UsageError(f'version {comparison.new} is too small a step from {comparison.old} ({told}); give --version {least} or above')


def first_changelog(version: str, splits: Mapping[str, Mapping[str, int]]) -> str:
    """The text of CHANGELOG.md of a release that has none before it; `splits` counts the pages of each."""
    return f'{_TITLE}## {version}\n\nFirst release: {_counted(splits)}.\n'


def changes_since(previous: Path, new: Contents, splits: Mapping[str, Mapping[str, int]], note: str = '') -> str:
    """The text of CHANGELOG.md of what comes after the release `previous`: `changelog` of their comparison, once the step is enough.

    Raises UsageError where it is not (`require_bump`), InputError where the previous release is damaged.
    """
    comparison = compare_contents(contents_of(previous), new)
    require_bump(comparison)
    return changelog(comparison, splits, previous, note)


def changelog(comparison: Comparison, splits: Mapping[str, Mapping[str, int]], previous: Path, note: str = '') -> str:
    """The text of CHANGELOG.md, the newest version first; that of the release `previous` is carried on below.

    `note` is a paragraph on what no comparison tells.

    Raises InputError where that cannot be read.
    """
    heading = f'## {comparison.new}\n\n{_counted(splits)}. Against {comparison.old} {reason(comparison.bump)}.\n'
    changes = ''.join(f'- {line}.\n' for line in differences_told(comparison))
    return '\n'.join(filter(None, [f'{_TITLE}{heading}', changes, note, _earlier(previous)]))


def _counted(splits: Mapping[str, Mapping[str, int]]) -> str:
    return ', '.join(f'{split} {counts["pages"]} pages' for split, counts in splits.items())


def _earlier(previous: Path) -> str:
    try:
        return (previous / NAME).read_text('utf-8').removeprefix(_TITLE)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f'{previous / NAME}: cannot be read ({error}); restore it') from error

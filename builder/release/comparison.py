"""What differs between two releases, by page id and content, and which step of the version that needs.

MAJOR where a record, label or split of a page that was there has changed or gone: its text, the way it is cut into lines, labels, kinds,
stories, entities, votes, confidences and every other field; or where a config or column has gone or has another type.
MINOR where that is not so, but the data read is another all the same: pages, configs, columns or classes came; or what a page was read
from (`source`, `path`) or its relation to other pages of the release (`cluster`, `seen_in_train`) is another.
PATCH where the data read is the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from builder.digests import file_sha256
from builder.errors import InputError
from builder.release.columns import REMOVED, RETYPED, ColumnChange, column_changes, comparable, leaf_columns
from builder.release.fingerprints import Differences, Source, differences
from builder.release.flips import Flip, flips
from builder.release.manifest import read_release_manifest
from builder.release.parquet import WrittenFile
from builder.release.subjects import LABELS, RELATION, by_subject


class Bump(IntEnum):
    """A step of a version, the smallest first."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True, slots=True)
class Contents:
    """What is compared of a release."""

    folder: Path
    version: str
    label_set: str
    files: Sequence[WrittenFile]

    def sources(self, config: str) -> list[Source]:
        """The Parquet files of a config, by path."""
        found = (file for file in self.files if file.config == config)
        return [Source(self.folder / file.path, file.split) for file in sorted(found, key=lambda file: file.path)]

    @property
    def digests(self) -> dict[str, str]:
        """Content digests by path."""
        return {file.path: file.content_sha256 for file in self.files}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs. Pages are told by id."""

    old: str
    """Its version."""
    new: str
    label_sets: tuple[str, str]
    """Versions of the guideline."""
    added: Mapping[str, Sequence[str]]
    """By split."""
    removed: Mapping[str, Sequence[str]]
    moved: Mapping[tuple[str, str], Sequence[str]]
    """By old and new split."""
    changed: Mapping[str, Mapping[str, Sequence[str]]]
    """By subject (`builder.release.subjects`) and column, the pages of both releases that differ."""
    flips: Mapping[Flip, int]
    """Lines by old and new label and kind."""
    columns: Sequence[ColumnChange]

    @property
    def bump(self) -> Bump:
        """The smallest step that the newer version needs."""
        gone = any(column.change in {REMOVED, RETYPED} for column in self.columns)
        if gone or self.removed or self.moved or self.changed.keys() - {RELATION}:
            return Bump.MAJOR
        return Bump.MINOR if self.columns or self.added or self.changed else Bump.PATCH

    def pages(self, subject: str) -> set[str]:
        """The pages that differ in a subject."""
        return {page for pages in self.changed.get(subject, {}).values() for page in pages}


def compare(old: Path, new: Path) -> Comparison:
    """What differs between the releases in two folders.

    Raises InputError where one holds no release, or its Parquet files are not those that its manifest lists.
    """
    return compare_contents(contents_of(old), contents_of(new))


def contents_of(release: Path) -> Contents:
    """What is to be compared of a release, its Parquet files verified by digest. Raises InputError."""
    manifest = read_release_manifest(release)
    files = [WrittenFile(**entry) for entry in manifest['files'] if entry['config']]
    for file in files:
        path = release / file.path
        if not path.is_file() or file_sha256(path) != file.sha256:
            raise InputError(f'{path}: is missing or not what the manifest says (sha256 differs); restore it, `vinews check` says more')
    return Contents(release, manifest['version'], manifest['label_set_version'], files)


def compare_contents(old: Contents, new: Contents) -> Comparison:
    """What differs between two releases whose files are as they were written. Raises InputError where one cannot be read."""
    columns: list[ColumnChange] = []
    rows: dict[str, Differences] = {}
    for config in dict.fromkeys(file.config for release in (old, new) for file in release.files):
        before, after = (release.sources(config) for release in (old, new))
        leaves = [leaf_columns(sources[0].path) if sources else None for sources in (before, after)]
        columns += column_changes(config, leaves[0], leaves[1])
        if before and after and old.digests != new.digests:
            rows[config] = differences(before, after, comparable(leaves[0] or {}, leaves[1] or {}))
    pages = rows.get('pages', Differences({}, {}, {}, {}))
    changed = by_subject(rows)
    relabelled = {page for column in ('pages.lines.label', 'pages.lines.kind') for page in changed.get(LABELS, {}).get(column, ())}
    flipped = flips(old.sources('pages'), new.sources('pages'), relabelled) if relabelled else Counter[Flip]()
    sets = old.label_set, new.label_set
    return Comparison(old.version, new.version, sets, pages.added, pages.removed, pages.moved, changed, flipped, columns)

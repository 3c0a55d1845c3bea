"""What publishing has to do: the files of a release against those that are at the destination."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from builder.digests import file_sha256
from builder.release.manifest import NAME

# A hub writes this file itself, to say which files are large; it is no part of a release.
_KEPT: Final = frozenset({'.gitattributes'})


@dataclass(frozen=True)
class ReleaseFile:
    """A file to publish: `path` in the release, where it lies, its size in bytes, its sha256."""

    path: str
    location: Path
    size: int
    sha256: str


@dataclass(frozen=True)
class RemoteFile:
    """A file at the destination; a hub gives the sha256 of large files and the git blob id (sha1) of small ones."""

    path: str
    size: int
    sha256: str | None
    blob_id: str | None


@dataclass(frozen=True)
class PublishPlan:
    """Files by what happens to them, each group by path. `reuse_known` is False where the destination could not be looked at."""

    added: tuple[ReleaseFile, ...]
    replaced: tuple[ReleaseFile, ...]
    unchanged: tuple[ReleaseFile, ...]
    deleted: tuple[str, ...]
    reuse_known: bool = True

    @property
    def sent(self) -> tuple[ReleaseFile, ...]:
        """The files whose bytes must be at the destination, by path."""
        return tuple(sorted((*self.added, *self.replaced), key=lambda file: file.path))

    @property
    def is_empty(self) -> bool:
        """Whether the destination holds the release, and nothing else."""
        return not (self.added or self.replaced or self.deleted)


def release_files(release: Path, manifest: Mapping[str, Any]) -> tuple[ReleaseFile, ...]:
    """Every file of a release by path, its manifest too."""
    listed = [ReleaseFile(entry['path'], release / entry['path'], entry['bytes'], entry['sha256']) for entry in manifest['files']]
    location = release / NAME
    own = ReleaseFile(NAME, location, location.stat().st_size, file_sha256(location))
    return tuple(sorted([*listed, own], key=lambda file: file.path))


def plan_publishing(files: Iterable[ReleaseFile], remote: Iterable[RemoteFile] | None) -> PublishPlan:
    """What to add, replace, leave and delete so that the destination holds the release; `remote` is None where it is unknown."""
    there = {file.path: file for file in remote or () if file.path not in _KEPT}
    wanted = tuple(files)
    same = {file.path for file in wanted if file.path in there and is_same(file, there[file.path])}
    return PublishPlan(
        added=tuple(file for file in wanted if file.path not in there),
        replaced=tuple(file for file in wanted if file.path in there and file.path not in same),
        unchanged=tuple(file for file in wanted if file.path in same),
        deleted=tuple(sorted(there.keys() - {file.path for file in wanted})),
        reuse_known=remote is not None,
    )


def is_same(file: ReleaseFile, remote: RemoteFile) -> bool:
    """Whether a remote file has the bytes of a file of the release, by digest."""
    if file.size != remote.size:
        return False
    return remote.sha256 == file.sha256 if remote.sha256 else remote.blob_id == git_blob_id(file.location)


def git_blob_id(path: Path) -> str:
    """The id under which git keeps a file: the sha1 of its length and its bytes."""
    content = path.read_bytes()
    return hashlib.sha1(b'blob %d\0' % len(content) + content, usedforsecurity=False).hexdigest()


def plan_lines(plan: PublishPlan) -> list[str]:
    """The plan for a reader: a line for each file, then a line of sums."""
    kinds = [('add', plan.added), ('replace', plan.replaced), ('keep', plan.unchanged)]
    rows = [(file.path, f'{kind:8}{file.size:>14,} bytes  {file.path}') for kind, files in kinds for file in files]
    rows += [(path, f'{"delete":8}{"":>14}        {path}') for path in plan.deleted]
    reused = f'{len(plan.unchanged)} files, {_total(plan.unchanged):,} bytes' if plan.reuse_known else 'unknown'
    return [*(line for _, line in sorted(rows)), f'to send: {len(plan.sent)} files, {_total(plan.sent):,} bytes; re-used: {reused}']


def _total(files: Iterable[ReleaseFile]) -> int:
    return sum(file.size for file in files)

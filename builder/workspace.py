"""The folders of a build: where unfinished work lies, how a release appears, and how a finished build is recognised."""

import fcntl
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from builder.digests import file_sha256
from builder.errors import InputError, UsageError
from builder.release.manifest import NAME, read_release_manifest

_MARK: Final = 'vinews-work'
"""A file in every work folder: a folder without it is somebody else's."""
_STAGED: Final = 'vinews-staged'
"""A file in every folder of staged shards beside a release, for the same purpose."""
_KEY: Final = 'build_key'
"""A file in every folder of rejects that says which build they are of."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders around `out`."""

    out: Path

    @property
    def work(self) -> Path:
        """Where unfinished work lies; a second run of the same build takes it up."""
        return self.out.with_name(f'{self.out.name}.work')

    @property
    def release(self) -> Path:
        """The release while it is being written."""
        return self.work / 'release'

    @property
    def full(self) -> Path:
        """Texts and rows with texts that are not for the release."""
        return self.work / 'full'

    @property
    def shards(self) -> Path:
        """The staged shards."""
        return self.work / 'shards'

    @property
    def rejects(self) -> Path:
        """The rejects while they are being gathered."""
        return self.work / 'rejects'

    @property
    def published_rejects(self) -> Path:
        """Where the rejects come to lie, beside the release."""
        return self.out.with_name(f'{self.out.name}.rejects')

    @property
    def kept(self) -> Path:
        """Where the staged shards come to lie, beside the release, for the build of the next one."""
        return kept_shards(self.out)

    def finished(self, build_key: str) -> Mapping[str, Any] | None:
        """The manifest of the release at `out` if this very build made it and every file is as it was written.

        None if there is nothing yet. Raises UsageError if `out` holds something else, InputError if a file was changed.
        """
        if self.out.is_symlink() and not self.out.exists():
            raise UsageError(f'{self.out}: is a link to nothing; remove it, or give another --out')
        if self._is_free():
            return None
        if not (self.out / NAME).is_file():
            raise UsageError(f'{self.out}: holds something that is no release; give an --out that does not exist')
        manifest = read_release_manifest(self.out)
        if manifest['build_key'] != build_key:
            raise UsageError(
                f'{self.out}: holds release {manifest["version"]} of another build, and a release is never written into; give another --out'
            )
        for entry in manifest['files']:
            path = self.out / entry['path']
            if not path.is_file() or file_sha256(path) != entry['sha256']:
                raise InputError(f'{path}: is not what this build wrote (sha256 differs); delete {self.out} and build again')
        return manifest

    def _is_free(self) -> bool:
        return not self.out.exists() or (self.out.is_dir() and not any(self.out.iterdir()))

    def require_outside(self, dumps: Sequence[Path]) -> None:
        """Raises UsageError if what is written would lie in a dump or another release, where the next run would find it."""
        for dump in dumps:
            if dump.is_dir() and self.out.resolve().is_relative_to(dump.resolve()):
                raise UsageError(
                    f'{self.out}: lies in the dump or release {dump}, and would be taken for a part of it; give an --out elsewhere'
                )

    @contextmanager
    def open(self, build_key: str) -> Iterator[None]:
        """Make or take up the work folder, and keep others out of it. Raises UsageError where something else is in the way."""
        if self.work.exists() and not (self.work / _MARK).is_file():
            raise UsageError(f'{self.work}: is in the way and not of vinews; move it')
        kept = self.published_rejects / _KEY
        if self.published_rejects.exists() and not (kept.is_file() and kept.read_text('utf-8') == build_key):
            raise UsageError(f'{self.published_rejects}: holds rejects of another build; move it, or give another --out')
        if self.kept.exists() and not (self.kept / _STAGED).is_file():
            raise UsageError(f'{self.kept}: is in the way and not of vinews; move it')
        self.shards.mkdir(parents=True, exist_ok=True)
        with (self.work / _MARK).open('w') as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(f'{self.work}: another build is at work here; wait for it, or give another --out') from None
            self._clear(build_key)
            yield

    def _clear(self, build_key: str) -> None:
        for folder in (self.release, self.full, self.rejects):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        (self.rejects / _KEY).write_text(build_key, 'utf-8')

    def publish(self, *, with_rejects: bool, staged: Collection[str]) -> None:
        """Let the shards of these names, the rejects, and then the release appear by one rename each, and remove the work folder.

        Raises UsageError if something has come to lie at `out` meanwhile.
        """
        if not self._is_free():
            raise UsageError(f'{self.out}: came to be while this was built, and is never written into; give another --out')
        self._keep(staged)
        shutil.rmtree(self.published_rejects, ignore_errors=True)
        if with_rejects:
            self.rejects.rename(self.published_rejects)
        self.release.rename(self.out)
        self.discard()

    def _keep(self, staged: Collection[str]) -> None:
        former = self.work / 'former'
        shutil.rmtree(former, ignore_errors=True)
        if self.kept.exists():
            self.kept.rename(former)
        if not staged:
            return
        for folder in self.shards.iterdir():
            if folder.name not in staged:  # of another configuration, say
                shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
        (self.shards / _STAGED).touch()
        self.shards.rename(self.kept)

    def discard(self) -> None:
        """Remove the work folder and all in it."""
        shutil.rmtree(self.work)


def kept_shards(release: Path) -> Path:
    """Where the staged shards of a release lie, if they were kept."""
    return release.with_name(f'{release.name}.staged')

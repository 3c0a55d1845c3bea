"""A release to a file store: any address that fsspec opens, one folder a version, its manifest last.

A folder without a manifest is no release, so a reader who asks for the manifest first never sees half of one; a folder that has its
manifest is never written into again. No store tells the sha256 of what it keeps, so verification reads the files back.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fsspec.core import url_to_fs

from builder.errors import PublishError, UsageError
from builder.publishing.hub import Report
from builder.publishing.patience import last_word
from builder.publishing.plan import PublishPlan, ReleaseFile, RemoteFile, plan_publishing
from builder.release.manifest import NAME

_PART: Final = f'{NAME}.part'


@dataclass(frozen=True)
class Store:
    """A folder of an fsspec file system; `shown` is its address without user and password."""

    filesystem: Any
    folder: str
    shown: str


def open_store(url: str, tag: str) -> Store:
    """The folder of a version below an address. Raises UsageError if no file system is known or installed for it."""
    shown = re.sub(r'://[^/]*@', '://', f'{url.rstrip("/")}/{tag}')
    try:
        filesystem, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f'{shown}: {" ".join(str(error).split())}') from None
    return Store(filesystem, f'{root.rstrip("/")}/{tag}', shown)


def plan_store(store: Store, files: tuple[ReleaseFile, ...]) -> PublishPlan:
    """What is to do so that the folder holds the release.

    Raises PublishError if the folder holds another release or what is of none, or with why it cannot be read.
    """
    with last_word(f'{store.shown}: looking at what is there', 'nothing was sent'):
        there = _stored(store, files)
    plan = plan_publishing(files, there)
    if not plan.is_empty and any(file.path == NAME for file in there):
        raise PublishError(f'{store.shown}: is published already with other files; nothing was sent; build with a new --version')
    foreign = [path for path in plan.deleted if path != _PART]
    if foreign:
        raise PublishError(
            f'{store.shown}: holds {foreign[0]}, which is not of this release; nothing was sent; remove it, if it is not needed'
        )
    return plan


def publish_to_store(store: Store, files: tuple[ReleaseFile, ...], report: Report) -> PublishPlan:
    """Send what is missing, verify by reading back, then the manifest; run again after any failure, it goes on where it stopped.

    Gives the plan that was carried out. Raises PublishError, with what the folder holds.
    """
    plan = plan_store(store, files)
    if plan.is_empty:
        return plan
    data = [file for file in plan.sent if file.path != NAME]
    with last_word(f'{store.shown}: sending files', f'the folder holds no release yet ({NAME} is missing)'):
        _send(store, data, report)
        _require(store, [file for file in files if file.path != NAME])
        _finish(store, next(file for file in files if file.path == NAME))
    with last_word(f'{store.shown}: verifying', 'the release is there'):
        _require(store, files)
    return plan


def _stored(store: Store, files: Iterable[ReleaseFile]) -> list[RemoteFile]:
    """Every file below the folder but a manifest that was not renamed yet; those of a size that differs are not read."""
    sizes = {file.path: file.size for file in files}
    store.filesystem.invalidate_cache()
    found: dict[str, dict[str, Any]] = store.filesystem.find(store.folder, detail=True)
    prefix = f'{store.folder}/'
    there = {name.removeprefix(prefix): (name, entry['size']) for name, entry in sorted(found.items()) if name != f'{prefix}{_PART}'}
    return [RemoteFile(path, size, _sha256(store, name) if sizes.get(path) == size else None, None) for path, (name, size) in there.items()]


def _sha256(store: Store, name: str) -> str:
    with store.filesystem.open(name, 'rb') as stream:
        return hashlib.file_digest(stream, 'sha256').hexdigest()


def _send(store: Store, files: list[ReleaseFile], report: Report) -> None:
    total, sent = sum(file.size for file in files), 0
    for file in files:
        _put(store, file, file.path)
        sent += file.size
        report(f'sending {len(files)} files, bytes', sent, total)


def _put(store: Store, file: ReleaseFile, path: str) -> None:
    place = f'{store.folder}/{path}'
    store.filesystem.makedirs(place.rsplit('/', 1)[0], exist_ok=True)
    store.filesystem.put_file(str(file.location), place)


def _require(store: Store, files: Iterable[ReleaseFile]) -> None:
    """Raises PublishError unless the folder holds these files, and no others, by digest."""
    wanted = tuple(files)
    left = plan_publishing(wanted, _stored(store, wanted))
    wrong = [*(file.path for file in left.sent), *left.deleted]
    if wrong:
        raise PublishError(
            f'{store.shown}: {wrong[0]} is not as in the release ({len(wrong)} files differ); run `vinews check`, then this again'
        )


def _finish(store: Store, manifest: ReleaseFile) -> None:
    """The manifest appears by a rename, whole: a copy into its place could be read half written."""
    _put(store, manifest, _PART)
    store.filesystem.mv(f'{store.folder}/{_PART}', f'{store.folder}/{NAME}')

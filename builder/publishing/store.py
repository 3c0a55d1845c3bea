"""A release to a file store: any address that fsspec opens, one folder a version, its manifest last.

A folder without a manifest is no release, so a reader who asks for the manifest first never sees half of one; a folder that has its
manifest is never written into again. No store tells the sha256 of what it keeps, so verification reads the files back.
"""

import hashlib
import re
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from fsspec.core import url_to_fs

from builder.errors import PublishError, UsageError, VinewsError
from builder.publishing.hub import Report
from builder.publishing.plan import PublishPlan, ReleaseFile, RemoteFile, plan_publishing
from builder.release.manifest import NAME

_PART: Final = f'{NAME}.part'


@dataclass(frozen=True)
class Store:
    """A folder of an fsspec file system; `shown` is its address without `secret`, the user and password that it was given with."""

    filesystem: Any
    folder: str
    shown: str
    secret: str = ''


def open_store(url: str, tag: str) -> Store:
    """The folder of a version below an address. Raises UsageError if no file system is known or installed for it."""
    address = f'{url.rstrip("/")}/{tag}'
    found, shown = re.search(r'://([^/]*)@', address), re.sub(r'://[^/]*@', '://', address)
    secret = found[1] if found else ''
    try:
        filesystem, root = url_to_fs(url)
    except Exception as error:  # noqa: BLE001 - whatever a file system of others raises on what it cannot use
        raise UsageError(_reason(f'{shown}: {error}', secret)) from None
    return Store(filesystem, f'{root.rstrip("/")}/{tag}', shown, secret)


def look_at_store(store: Store, files: tuple[ReleaseFile, ...]) -> tuple[PublishPlan, str]:
    """The plan and a line about the destination; where it cannot be looked at, what is re-used is unknown.

    Raises PublishError if the release would be refused.
    """
    try:
        there = _stored(store, files)
    except Exception as error:  # noqa: BLE001 - as above
        why = _reason(f'{type(error).__name__}: {error}', store.secret)
        return plan_publishing(files, None), f'{store.shown}: {why}: what is there is unknown'
    plan = _allowed(store, files, there)
    return plan, f'{store.shown}: {"is there already" if plan.is_empty else "would be written, the manifest last"}'


def plan_store(store: Store, files: tuple[ReleaseFile, ...]) -> PublishPlan:
    """What is to do so that the folder holds the release.

    Raises PublishError if the folder holds another release or what is of none, or with why it cannot be read.
    """
    with _last_word(store, 'looking at what is there', 'nothing was sent'):
        there = _stored(store, files)
    return _allowed(store, files, there)


def _allowed(store: Store, files: tuple[ReleaseFile, ...], there: list[RemoteFile]) -> PublishPlan:
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
    manifest = next(file for file in files if file.path == NAME)
    kept = {file.path for file in plan.unchanged}
    with _last_word(store, 'sending files', f'the folder holds no release yet ({NAME} is missing)'):
        _send(store, data, report)
        _require(store, [file for file in files if file.path != NAME], read_already=kept)
        _finish(store, manifest)
    with _last_word(store, 'verifying', 'the release is there'):
        _require(store, files, read_already={file.path for file in files} - {NAME})
    return plan


def _stored(store: Store, files: Iterable[ReleaseFile], read_already: Container[str] = frozenset()) -> list[RemoteFile]:
    """Every file below the folder but a manifest that was not renamed yet. Read are those of the right size that were not read already."""
    wanted = {file.path: file for file in files}
    store.filesystem.invalidate_cache()
    found: dict[str, dict[str, Any]] = store.filesystem.find(store.folder, detail=True)
    prefix = f'{store.folder}/'
    there = []
    for name, entry in sorted(found.items()):
        path, size = name.removeprefix(prefix), entry['size']
        digest = None
        if path in wanted and wanted[path].size == size:
            digest = wanted[path].sha256 if path in read_already else _sha256(store, name)
        there.append(RemoteFile(path, size, digest, None))
    return [file for file in there if file.path != _PART]


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


def _require(store: Store, files: Iterable[ReleaseFile], read_already: Container[str]) -> None:
    """Raises PublishError unless the folder holds these files, and no others: by digest, or by size where they were read already."""
    wanted = tuple(files)
    left = plan_publishing(wanted, _stored(store, wanted, read_already))
    wrong = [*(file.path for file in left.sent), *left.deleted]
    if wrong:
        raise PublishError(
            f'{store.shown}: {wrong[0]} is not as in the release ({len(wrong)} files differ); run `vinews check`, then this again'
        )


def _finish(store: Store, manifest: ReleaseFile) -> None:
    """The manifest appears by a rename, whole: a copy into its place could be read half written."""
    _put(store, manifest, _PART)
    store.filesystem.mv(f'{store.folder}/{_PART}', f'{store.folder}/{NAME}')


@contextmanager
def _last_word(store: Store, doing: str, state: str) -> Iterator[None]:
    """Turns whatever a file system raises into one line without a secret. Raises PublishError."""
    try:
        yield
    except (VinewsError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - file systems of others have errors of their own (botocore's are no OSError)
        why = _reason(f'{type(error).__name__}: {error}', store.secret)
        raise PublishError(f'{store.shown}: {doing}: {why}; {state}; mend it and run the same command again') from None


def _reason(text: str, secret: str) -> str:
    """An error's text as one line, without the secret."""
    for hidden in (secret, secret.rpartition(':')[2]):
        text = text.replace(hidden, '***') if hidden else text
    return ' '.join(text.split())[:400]

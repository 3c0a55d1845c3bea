"""The files of a dump, in a fixed order, each with its digest."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from builder.errors import InputError, UsageError


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of a dump. `location` is where it is on this machine, and is never recorded."""

    dump: str
    path: str
    location: Path
    bytes: int
    sha256: str
    link: bool = False
    """A symbolic link: listed, never followed."""


def find_inputs(dumps: Sequence[Path]) -> list[InputFile]:
    """Every file of the dumps, by dump and then by path.

    A dump is a file or a folder; it is named by its last path component, with `-2` and so on where two are alike.
    Symbolic links are listed but never followed, for they can lead out of the dump.

    Raises UsageError if a dump does not exist, InputError if a folder has no file or a file cannot be read.
    """
    found: list[InputFile] = []
    for dump, name in zip(dumps, _names(dumps), strict=True):
        if not dump.exists():
            raise UsageError(f'{dump}: no such file or folder; give a dump that exists')
        paths = sorted(_walk(dump)) if dump.is_dir() else [(_printable(dump.name), dump)]
        if not paths:
            raise InputError(f'{dump}: the folder holds no page; give a folder with at least one file')
        found += [_describe(name, path, location) for path, location in paths]
    return found


def _names(dumps: Sequence[Path]) -> list[str]:
    names: list[str] = []
    for dump in dumps:
        base = _printable(dump.resolve().name) or 'dump'
        candidates = (base if number == 1 else f'{base}-{number}' for number in count(1))
        names.append(next(name for name in candidates if name not in names))
    return names


def _printable(name: str) -> str:
    """A name that is not UTF-8 must still be written to JSON and Parquet: its odd bytes are spelled out."""
    return os.fsencode(name).decode('utf-8', 'backslashreplace')


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    def fail(error: OSError) -> None:
        raise InputError(f'{error.filename}: cannot read the folder ({error.strerror}); mend its permissions') from error

    for parent, folders, files in os.walk(folder, onerror=fail):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in (*files, *links):
            location = Path(parent, name)
            yield _printable(location.relative_to(folder).as_posix()), location


def _describe(dump: str, path: str, location: Path) -> InputFile:
    if location.is_symlink():
        target = os.fsencode(location.readlink())
        return InputFile(dump, path, location, 0, hashlib.sha256(target).hexdigest(), link=True)
    if not location.is_file():
        raise InputError(f'{location}: neither a file nor a folder; take it out of the dump')
    try:
        with location.open('rb') as stream:
            digest = hashlib.file_digest(stream, 'sha256').hexdigest()
            size = stream.tell()
    except OSError as error:
        raise InputError(f'{location}: cannot read the file ({error.strerror}); mend its permissions or take it out of the dump') from error
    return InputFile(dump, path, location, size, digest)

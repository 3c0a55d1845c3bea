"""Where the data folders `schemas/`, `splits/` and `cards/` are, in a checkout and in an installed wheel, and which program this is."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def folder(name: str) -> Traversable:
    """The data folder `name`: inside the installed package, or at the top of a checkout."""
    packaged = files('builder').joinpath('_data', name)
    return packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent / name


def program_version() -> str:
    """The version of the installed distribution, such as `0.1.0`."""
    return version('vinews-builder')


@cache
def program_sha256() -> str:
    """A digest of the program: its modules, models, word lists, schemas, policies and templates. Another program may build other bytes."""
    digest = hashlib.sha256()
    for root, start in (('builder', files('builder')), *((name, folder(name)) for name in ('schemas', 'splits', 'cards'))):
        for path, content in sorted(_contents(root, start)):
            digest.update(f'{path}\0{hashlib.sha256(content).hexdigest()}\n'.encode())
    return digest.hexdigest()


def _contents(path: str, entry: Traversable) -> Iterator[tuple[str, bytes]]:
    if entry.is_file():
        if not entry.name.endswith('.pyc'):
            yield path, entry.read_bytes()
    elif entry.name not in {'_data', '__pycache__'}:
        for child in entry.iterdir():
            yield from _contents(f'{path}/{child.name}', child)

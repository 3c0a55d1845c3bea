"""What the targets share: where an input is put so that it is read as a file, and how libFuzzer is started."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

_SCRATCH = tempfile.TemporaryDirectory(prefix='vinews-fuzz-', dir='/dev/shm' if Path('/dev/shm').is_dir() else None)  # noqa: S108 - memory, not a disk


def scratch(name: str, data: bytes) -> Path:
    """A file of these bytes, which the next call overwrites."""
    path = Path(_SCRATCH.name, name)
    path.write_bytes(data)
    return path


def run(check: Callable[[bytes], None]) -> None:
    """Fuzz `check` with the arguments of the command line, which are libFuzzer's."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()

"""Real parts for the tests: the example release, built once by the command a user types, and the data of `../shared` where it is there."""

import gc
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import settings

from builder.build import Built, build
from builder.cli import main
from builder.planning import Request

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / 'examples'
SHARED = ROOT.parent / 'shared'

settings.register_profile('suite', deadline=None, derandomize=True)
settings.load_profile('suite')


def pytest_collection_finish() -> None:
    """What has been imported and collected stays to the end; the collections that `vinews check` asks for need not go over it each time."""
    gc.collect()
    gc.freeze()


def silent(_stage: str, _done: int, _total: int) -> None:
    """A report that says nothing."""


def build_examples(
    out: Path, dump: str = 'text', workers: int = 0, version: str = '0.1.0', previous: Path | None = None, text: str | None = None
) -> Built:
    """The example release, in this process."""
    gold, config = EXAMPLES / 'gold.jsonl', EXAMPLES / 'build.yaml'
    return build(Request((EXAMPLES / dump,), out, version, (gold,), config, workers, previous, text=text), silent)


def every_string(release: Path) -> set[str]:
    """Every string in the columns of a release's Parquet files, however deep, and the text of every other file."""
    found: set[str] = set()
    for path in (path for path in release.rglob('*') if path.is_file()):
        waiting: list[object] = [path.read_text('utf-8')] if path.suffix != '.parquet' else pq.read_table(path).to_pylist()
        while waiting:
            value = waiting.pop()
            if isinstance(value, str):
                found.add(value)
            elif isinstance(value, dict | list):
                waiting += value.values() if isinstance(value, dict) else value
    return found


def vinews(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it: another process, offline."""
    command = [sys.executable, '-m', 'builder', *map(str, arguments)]
    values = {**os.environ, 'HF_HUB_OFFLINE': '1', **environment}
    return subprocess.run(command, capture_output=True, text=True, encoding='utf-8', cwd=cwd, env=values, check=False)


def invoked(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in this process: its answer and exit code, for a fraction of what a process of its own costs."""
    command = list(map(str, arguments))
    with chdir(cwd or Path.cwd()):
        done = CliRunner().invoke(main, command, env=environment, catch_exceptions=False)
    return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope='session')
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example release. Tests that change it work on a copy."""
    out = tmp_path_factory.mktemp('release') / 'example'
    build_examples(out)
    return out


@pytest.fixture(scope='session')
def textless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The example release by its mode of text: in excerpts and stand-off."""
    folder = tmp_path_factory.mktemp('textless')
    for text in ('excerpt', 'standoff'):
        build_examples(folder / text, text=text)
    return {text: folder / text for text in ('excerpt', 'standoff')}


@pytest.fixture(scope='session')
def shared() -> Path:
    """The real pages that developers have beside the checkout; they are not part of the project."""
    if not (SHARED / 'gold' / 'pages.jsonl').is_file():
        pytest.skip('the real pages of ../shared are not here: they belong to the newspapers and are not published')
    return SHARED

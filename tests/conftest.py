"""Real parts for the tests: the example release, built once by the command a user types, and the data of `../shared` where it is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from builder.build import Built, build
from builder.planning import Request

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / 'examples'
SHARED = ROOT.parent / 'shared'

settings.register_profile('suite', deadline=None, derandomize=True)
settings.load_profile('suite')


def silent(_stage: str, _done: int, _total: int) -> None:
    """A report that says nothing."""


def build_examples(out: Path, dump: str = 'text', workers: int = 0, version: str = '0.1.0', previous: Path | None = None) -> Built:
    """The example release, in this process."""
    gold, config = EXAMPLES / 'gold.jsonl', EXAMPLES / 'build.yaml'
    return build(Request((EXAMPLES / dump,), out, version, (gold,), config, workers, previous), silent)


def vinews(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it: another process, offline."""
    command = [sys.executable, '-m', 'builder', *map(str, arguments)]
    values = {**os.environ, 'HF_HUB_OFFLINE': '1', **environment}
    return subprocess.run(command, capture_output=True, text=True, encoding='utf-8', cwd=cwd, env=values, check=False)


@pytest.fixture(scope='session')
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example release. Tests that change it work on a copy."""
    out = tmp_path_factory.mktemp('release') / 'example'
    build_examples(out)
    return out


@pytest.fixture(scope='session')
def shared() -> Path:
    """The real pages that developers have beside the checkout; they are not part of the project."""
    if not (SHARED / 'gold' / 'pages.jsonl').is_file():
        pytest.skip('the real pages of ../shared are not here: they belong to the newspapers and are not published')
    return SHARED

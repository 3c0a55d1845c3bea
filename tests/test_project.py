"""What the project promises about itself: its README runs, its dependencies have reasons, its commits name no machine."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / 'README.md').read_text('utf-8')
PROJECT = tomllib.loads((ROOT / 'pyproject.toml').read_text('utf-8'))['project']
NAME = re.compile(r'^[A-Za-z0-9_.-]+')


def names(requirements: list[str]) -> list[str]:
    return [match.group() for requirement in requirements if (match := NAME.match(requirement)) and match.group() != 'vinews-builder']


def test_the_readme_shows_a_result_by_line_12() -> None:
    first = README.split('\n')[:12]
    assert any('releases/example built 0.1.0' in line for line in first)


def test_the_readmes_classifier_beats_the_length_rule(release: Path, tmp_path: Path) -> None:
    snippet = README.split('```python\n')[1].split('```')[0]
    assert len([line for line in snippet.splitlines() if line.strip()]) <= 15
    (tmp_path / 'releases').mkdir()
    (tmp_path / 'releases' / 'example').symlink_to(release)
    done = subprocess.run([sys.executable, '-c', snippet], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    scores = dict(line.rsplit(None, 1) for line in done.stdout.splitlines())
    assert float(scores['classifier']) > float(scores['length >= 80'])


def test_every_dependency_is_pinned_and_has_its_reason() -> None:
    table = (ROOT / 'CONTRIBUTING.md').read_text('utf-8')
    exact = {
        line.split('==')[0].lower().replace('_', '-') for line in (ROOT / 'constraints.txt').read_text('utf-8').splitlines() if '==' in line
    }
    groups = [PROJECT['dependencies'], *PROJECT['optional-dependencies'].values()]
    for requirement in (requirement for group in groups for requirement in group):
        for name in names([requirement]):
            assert re.search(r'>=.+,<', requirement), f'{requirement}: give a tested range'
            assert f'`{name}`' in table, f'{name}: give its reason in CONTRIBUTING.md'
            assert name.lower().replace('_', '-') in exact, f'{name}: give its exact version in constraints.txt'


@pytest.mark.parametrize(
    'path', ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'constraints.txt', 'pyproject.toml', 'Makefile', '.ci/run']
)
def test_no_file_names_a_host_of_a_registry(path: str) -> None:
    text = (ROOT / path).read_text('utf-8')
    assert not re.search(r'://(?!json-schema|github\.com|[a-z.]+\.example/)|--index-url|--find-links', text)


def test_make_alone_lists_the_commands() -> None:
    # The tests may themselves run under make, which tells its children so.
    plain = {name: value for name, value in os.environ.items() if not name.startswith('MAKE') and name != 'MFLAGS'}
    listed = subprocess.run(['make'], capture_output=True, text=True, cwd=ROOT, check=True, env=plain).stdout
    names = ['help', 'build', 'test', 'model', 'gate', 'soak', 'fuzz', 'check', 'format', 'clean']
    assert [line.split()[1] for line in listed.splitlines()] == names

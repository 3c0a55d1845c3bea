"""A hub on loopback, and small folders of files to publish to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import boto3
import pytest
from huggingface_hub import HfApi, constants
from s3fs import S3FileSystem

from builder.digests import file_sha256
from builder.publishing.hub import Published, publish_to_hub
from builder.publishing.plan import ReleaseFile
from builder.publishing.survey import Target
from tests.conftest import ROOT, silent
from tests.hub.server import serving
from tests.hub.state import Hub
from tests.publishing.objects import BUCKET, Objects, serving_objects

NAME = 'me/example'
FIRST = {'README.md': 'card', 'lines/a.parquet': 'rows a', 'lines/b.parquet': 'rows b', 'manifest.json': '{}'}
SECOND = {'README.md': 'card 2', 'lines/a.parquet': 'rows a', 'lines/c.parquet': 'rows c', 'manifest.json': '{"version": 2}'}


def files_of(folder: Path, contents: dict[str, str]) -> tuple[ReleaseFile, ...]:
    made = []
    for path, text in sorted(contents.items()):
        location = folder / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_text(text)
        made.append(ReleaseFile(path, location, len(text), file_sha256(location)))
    return tuple(made)


@dataclass
class Bench:
    """The hub, and what a test does with it."""

    hub: Hub
    url: str
    folder: Path
    token: str | None = 'hf_writer'  # noqa: S105 - of this hub alone

    def target(self, **options: object) -> Target:
        return Target(HfApi(endpoint=self.url, token=self.token), NAME, **{'waits': (0.0, 0.0), **options})

    def publish(self, contents: dict[str, str], tag: str, report: object = silent, **options: object) -> Published:
        return publish_to_hub(self.target(**options), files_of(self.folder / tag, contents), tag, report)

    @property
    def settings(self) -> dict[str, str]:
        """What a user of this hub has in the environment."""
        without_xet = {} if self.hub.xet else {'HF_HUB_DISABLE_XET': '1'}
        return {'HF_TOKEN': 'hf_writer', 'HF_HUB_OFFLINE': '0', 'HF_HOME': str(self.folder / 'home'), **without_xet}

    def start(self, contents: dict[str, str], tag: str) -> subprocess.Popen:
        """The same as `publish`, in a process that a test may kill."""
        files_of(self.folder / tag, contents)
        script = f"""
            from pathlib import Path
            from huggingface_hub import HfApi
            from builder.publishing.hub import publish_to_hub
            from builder.publishing.survey import Target
            from tests.publishing.conftest import files_of
            files = files_of(Path({str(self.folder / tag)!r}), {contents!r})
            publish_to_hub(Target(HfApi(endpoint={self.url!r}), {NAME!r}), files, {tag!r}, lambda *_: None)
        """
        return subprocess.Popen([sys.executable, '-c', dedent(script)], cwd=ROOT, env={**os.environ, **self.settings})

    @property
    def main(self) -> dict[str, str]:
        repository = self.hub.repositories[NAME]
        files = repository.commits[repository.refs['refs/heads/main']]
        return {path: file.content.decode() for path, file in files.items() if path != '.gitattributes'}

    @property
    def tags(self) -> set[str]:
        return {ref['name'] for ref in self.hub.repositories[NAME].listed('refs/tags/')}

    @property
    def messages(self) -> list[str]:
        return self.hub.repositories[NAME].messages

    def sent(self) -> list[str]:
        """The requests so far that change something or send bytes; forgets them."""
        writes = [
            request.split('?')[0]
            for request in self.hub.requests
            if request.startswith(('PUT', 'DELETE')) or '/commit/' in request or '/tag/' in request
        ]
        self.hub.requests.clear()
        return writes


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    # The setting HF_HUB_DISABLE_XET, which the client reads when it is imported: this hub keeps large files by LFS.
    monkeypatch.setattr(constants, 'HF_HUB_DISABLE_XET', True)
    yield from _bench(Hub(), tmp_path, monkeypatch)


@pytest.fixture
def xet_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A hub that keeps large files by Xet, as the public one does, and the client as it is installed."""
    monkeypatch.setattr(constants, 'HF_HUB_DISABLE_XET', False)
    (tmp_path / 'store').mkdir()
    yield from _bench(Hub(xet=tmp_path / 'store'), tmp_path, monkeypatch)


def _bench(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(constants, 'HF_HUB_OFFLINE', False)
    with serving(hub) as url:
        yield Bench(hub, url, folder)
        hub.go_on.set()


@pytest.fixture
def objects(monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """A bucket, and the settings of its user in the environment, where the client looks for them."""
    with serving_objects() as store:
        for name, value in store.settings.items():
            monkeypatch.setenv(name, value)
        boto3.client('s3').create_bucket(Bucket=BUCKET)
        S3FileSystem.clear_instance_cache()
        yield store
        S3FileSystem.clear_instance_cache()

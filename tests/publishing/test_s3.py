"""The real client of S3 against an object store on loopback: what an interruption leaves, what a reader sees, what is said."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import boto3
import fsspec
import pytest

from builder.errors import PublishError
from builder.publishing.plan import release_files
from builder.publishing.store import look_at_store, open_store, publish_to_store
from builder.release.manifest import read_release_manifest
from tests.conftest import ROOT, silent
from tests.hub.state import LONGEST
from tests.publishing.conftest import FIRST, SECOND, files_of
from tests.publishing.objects import BUCKET, KEYS, Objects
from tests.publishing.test_store import held, send


def test_a_refused_object_leaves_no_manifest_and_the_next_run_goes_on(objects: Objects, tmp_path: Path) -> None:
    objects.refused = r'PUT .*b\.parquet'
    with pytest.raises(PublishError, match=r'sending files: PermissionError: Access Denied; the folder holds no release yet'):
        send(objects.url, 'v1.0.0', FIRST, tmp_path)
    assert set(held(objects.url, 'v1.0.0')) == {'README.md', 'lines/a.parquet'}
    objects.refused = None
    objects.sent()
    assert send(objects.url, 'v1.0.0', FIRST, tmp_path) == ['lines/b.parquet', 'manifest.json']
    assert objects.sent() == [f'v1.0.0/{name}' for name in ('lines/b.parquet', 'manifest.json.part', 'manifest.json')]
    assert held(objects.url, 'v1.0.0') == FIRST


def test_a_run_that_is_killed_shows_no_half_and_the_next_sends_the_rest(objects: Objects, release: Path) -> None:
    objects.held = r'PUT .*/pages/train'
    command = [sys.executable, '-m', 'builder', 'publish', str(release), objects.url]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, env={**os.environ, **objects.settings}) as run:
        assert objects.holding.wait(LONGEST)
        run.send_signal(signal.SIGKILL)
        assert b'secret' not in run.communicate()[1]
    objects.held = None
    objects.go_on.set()
    first = objects.sent()
    with pytest.raises(FileNotFoundError):
        fsspec.open(f'{objects.url}/v0.1.0/manifest.json').open()
    files = release_files(release, read_release_manifest(release))
    publish_to_store(open_store(objects.url, 'v0.1.0'), files, silent)
    second = objects.sent()
    assert second[-2:] == ['v0.1.0/manifest.json.part', 'v0.1.0/manifest.json']
    # What was held when the run was killed may have arrived or not; nothing else is sent twice.
    assert len(first) > 5
    assert set(first) & set(second) <= {first[-1]}
    with fsspec.open(f'{objects.url}/v0.1.0/manifest.json') as stream:
        assert stream.read() == (release / 'manifest.json').read_bytes()


@pytest.mark.usefixtures('objects')
def test_a_bucket_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r's3://elsewhere/v1\.0\.0: looking at what is there: .*bucket does not exist; nothing was sent'):
        send('s3://elsewhere', 'v1.0.0', FIRST, tmp_path)
    assert [bucket['Name'] for bucket in boto3.client('s3').list_buckets()['Buckets']] == [BUCKET]


def test_without_keys_one_line_says_so(objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('AWS_EC2_METADATA_DISABLED', 'true')
    monkeypatch.setenv('HOME', str(tmp_path))
    for name in KEYS:
        monkeypatch.delenv(name)
    with pytest.raises(PublishError, match=r's3://releases/v1\.0\.0: looking at what is there: NoCredentialsError: .*; nothing was sent'):
        send(objects.url, 'v1.0.0', FIRST, tmp_path)


def test_a_look_at_a_store(objects: Objects, tmp_path: Path) -> None:
    plan, told = look_at_store(open_store(objects.url, 'v1.0.0'), files_of(tmp_path / 'first', FIRST))
    assert (len(plan.added), told) == (4, 's3://releases/v1.0.0: would be written, the manifest last')
    send(objects.url, 'v1.0.0', FIRST, tmp_path)
    plan, told = look_at_store(open_store(objects.url, 'v1.0.0'), files_of(tmp_path / 'first', FIRST))
    assert (plan.is_empty, told) == (True, 's3://releases/v1.0.0: is there already')
    with pytest.raises(PublishError, match='is published already with other files'):
        look_at_store(open_store(objects.url, 'v1.0.0'), files_of(tmp_path / 'second', SECOND))
    objects.refused = '.'
    plan, told = look_at_store(open_store(objects.url, 'v1.0.0'), files_of(tmp_path / 'first', FIRST))
    assert not plan.reuse_known
    assert told == 's3://releases/v1.0.0: PermissionError: Access Denied: what is there is unknown'

"""The command as a user types it, and the release as a stranger loads it: another process, a fresh cache, loopback."""

import shutil
from pathlib import Path

from builder.publishing.publish import card_body
from tests.conftest import invoked, vinews
from tests.publishing.conftest import NAME, Bench


def test_a_release_is_published_loads_by_its_tag_and_is_recognised(bench: Bench, release: Path) -> None:
    command = ('publish', release, NAME, '--public', '--endpoint', bench.url)
    done = vinews(*command, **bench.settings)
    assert done.returncode == 0, done.stderr
    assert 'v0.1.0 is at' in done.stdout
    assert 'every config loads by it' in done.stdout
    assert bench.tags == {'v0.1.0'}
    assert 'hf_writer' not in done.stdout + done.stderr
    for config in ('lines', 'pages', 'entities', 'pairs'):
        assert any('/resolve/' in request and f'/{config}/test-' in request for request in bench.hub.requests)
    told = invoked(*command, '--dry-run', **bench.settings)
    assert told.returncode == 0, told.stderr
    assert 'v0.1.0 is there already' in told.stdout
    assert 'to send: 0 files, 0 bytes' in told.stdout
    assert told.stdout.rstrip().endswith(card_body((release / 'README.md').read_text('utf-8')).rstrip())


def test_a_release_with_a_fault_is_not_sent(bench: Bench, release: Path, tmp_path: Path) -> None:
    shutil.copytree(release, tmp_path / 'copy')
    (tmp_path / 'copy' / 'LICENSE').write_text('other')
    done = invoked('publish', tmp_path / 'copy', NAME, '--endpoint', bench.url, **bench.settings)
    assert done.returncode == 1
    assert 'LICENSE: ' in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert bench.hub.requests == []


def test_a_dry_run_without_a_hub_ends_well(bench: Bench, release: Path) -> None:
    done = invoked('publish', release, NAME, '--dry-run', '--endpoint', 'http://127.0.0.1:9', **{**bench.settings, 'HF_HUB_OFFLINE': '1'})
    assert done.returncode == 0, done.stderr
    assert 're-used: unknown' in done.stdout

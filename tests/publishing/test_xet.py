"""The client as it is installed, which sends large files by Xet, against a hub that keeps them so."""

import signal
from pathlib import Path

import pytest

from builder.errors import PublishError
from tests.conftest import invoked
from tests.hub.state import HOLD, LONGEST
from tests.hub.xet import stored_bytes
from tests.publishing.conftest import FIRST, NAME, SECOND, Bench


def stored(bench: Bench) -> int:
    assert bench.hub.xet
    return stored_bytes(bench.hub.xet)


def test_large_files_go_by_xet_and_a_second_run_sends_nothing(xet_bench: Bench) -> None:
    first = xet_bench.publish(FIRST, 'v1.0.0')
    assert (xet_bench.main, xet_bench.tags, xet_bench.messages) == (FIRST, {'v1.0.0'}, ['initial commit', 'v1.0.0'])
    # Nothing by LFS: the bytes are in the store, and the tree names them by the store's own hash.
    assert not [request for request in xet_bench.sent() if request.startswith('PUT')]
    tree = xet_bench.target().api.list_repo_tree(NAME, 'lines', repo_type='dataset')
    assert all(len(file.xet_hash) == 64 for file in tree)
    size = stored(xet_bench)
    again = xet_bench.publish(FIRST, 'v1.0.0')
    assert (again.fresh, again.commit, xet_bench.sent(), stored(xet_bench)) == (False, first.commit, [], size)


def test_the_next_version_sends_what_is_new_and_deletes_what_is_stale(xet_bench: Bench) -> None:
    xet_bench.publish(FIRST, 'v1.0.0')
    done = xet_bench.publish(SECOND, 'v1.1.0')
    assert (xet_bench.main, xet_bench.tags, done.plan.deleted) == (SECOND, {'v1.0.0', 'v1.1.0'}, ('lines/b.parquet',))


def test_a_pull_request_leaves_main(xet_bench: Bench) -> None:
    xet_bench.publish(FIRST, 'v1.0.0')
    assert xet_bench.publish(SECOND, 'v1.1.0', as_pull_request=True).pull_request
    assert (xet_bench.main, xet_bench.tags) == (FIRST, {'v1.0.0'})
    refs = xet_bench.hub.repositories[NAME].refs
    refs['refs/heads/main'] = refs['refs/pr/1']
    assert not xet_bench.publish(SECOND, 'v1.1.0').fresh
    assert (xet_bench.main, xet_bench.tags) == (SECOND, {'v1.0.0', 'v1.1.0'})


def test_a_run_that_is_killed_has_sent_its_bytes_for_good(xet_bench: Bench) -> None:
    xet_bench.hub.fail('/commit/', HOLD)
    with xet_bench.start(FIRST, 'v1.0.0') as run:
        assert xet_bench.hub.held.wait(LONGEST)
        run.send_signal(signal.SIGKILL)
    xet_bench.hub.go_on.set()
    size = stored(xet_bench)
    assert (xet_bench.main, xet_bench.tags) == ({}, set())
    assert size > 0
    xet_bench.publish(FIRST, 'v1.0.0')
    assert (xet_bench.main, xet_bench.tags, stored(xet_bench)) == (FIRST, {'v1.0.0'}, size)


@pytest.mark.parametrize(('request_', 'status'), [('xet-write-token', 503), ('/commit/', 503), ('/commit/', 412)])
def test_a_passing_fault_costs_nothing(request_: str, status: int, xet_bench: Bench) -> None:
    xet_bench.hub.fail(request_, status, 1, Retry_After='0')
    xet_bench.publish(FIRST, 'v1.0.0')
    assert (xet_bench.main, xet_bench.tags, xet_bench.messages) == (FIRST, {'v1.0.0'}, ['initial commit', 'v1.0.0'])


@pytest.mark.parametrize(
    ('status', 'says'),
    [(403, 'the hub says 403, the token may not write there'), (404, 'the hub keeps no files by Xet.*set HF_HUB_DISABLE_XET=1')],
)
def test_a_hub_that_gives_no_access_to_its_store_is_left_as_it_was(status: int, says: str, xet_bench: Bench) -> None:
    xet_bench.hub.fail('xet-write-token', status, 9)
    with pytest.raises(PublishError, match=rf'sending files: {says}.*; main is as it was; mend it'):
        xet_bench.publish(FIRST, 'v1.0.0')
    assert (xet_bench.main, xet_bench.tags) == ({}, set())


def test_a_release_is_published_and_loads_by_its_tag(xet_bench: Bench, release: Path) -> None:
    done = invoked('publish', release, NAME, '--endpoint', xet_bench.url, **xet_bench.settings)
    assert done.returncode == 0, done.stderr
    assert 'every config loads by it' in done.stdout
    requests = xet_bench.hub.requests
    # The stranger's whole files come from the store, those that are streamed by ranges from the hub.
    assert any('/xet-read-token/' in request for request in requests)
    assert any(request.startswith('GET') and '/lines/test-' in request for request in requests)

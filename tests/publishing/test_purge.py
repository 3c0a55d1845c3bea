"""After a purge nothing of an older version is on the hub, whenever a run was stopped; and nothing newer is ever taken away."""

from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from huggingface_hub.errors import HfHubHTTPError

from builder.cli import main
from builder.errors import PublishError, UsageError
from builder.publishing.hub import losses
from builder.publishing.publish import Publication, publish
from tests.conftest import silent
from tests.hub.state import File, Repository
from tests.publishing.conftest import FIRST, NAME, SECOND, Bench, files_of

pytestmark = pytest.mark.filterwarnings('ignore:Use .content=:DeprecationWarning')

GONE = File(b'rows b', large=True).sha256


@pytest.fixture
def old(bench: Bench) -> str:
    """The commit of an older version, with a file that is to go."""
    return bench.publish(FIRST, 'v1.0.0').commit


def assert_second_alone(bench: Bench, old: str) -> None:
    repository = bench.hub.repositories[NAME]
    head = repository.refs['refs/heads/main']
    assert (bench.main, bench.tags) == (SECOND, {'v1.1.0'})
    assert repository.refs['refs/tags/v1.1.0'] == head
    assert repository.history(head) == [head]
    assert old not in repository.commits
    assert GONE not in bench.hub.blobs
    # What the release needs is not taken with the rest.
    assert set(repository.stored) == {File(SECOND[path].encode(), large=True).sha256 for path in ('lines/a.parquet', 'lines/c.parquet')}


def test_nothing_of_older_versions_is_left(bench: Bench, old: str) -> None:
    done = bench.publish(SECOND, 'v1.1.0', purge=True)
    assert_second_alone(bench, old)
    with pytest.raises(HfHubHTTPError, match='404'):
        bench.target().api.dataset_info(NAME, revision=old)
    bench.sent()
    assert bench.publish(SECOND, 'v1.1.0', purge=True).commit == done.commit
    assert [request.split('/')[-2] for request in bench.sent()] == ['tag']


def test_a_version_that_is_published_already_can_be_purged_later(bench: Bench, old: str) -> None:
    bench.publish(SECOND, 'v1.1.0')
    bench.publish(SECOND, 'v1.1.0', purge=True)
    assert_second_alone(bench, old)


@pytest.mark.parametrize('before', [False, True], ids=['new', 'published already'])
@pytest.mark.parametrize('after', [False, True], ids=['refused', 'answer lost'])
@pytest.mark.parametrize('request_', ['super-squash', 'POST .*lfs-files', 'DELETE .*/tag/v1.0.0', 'POST .*/tag/'])
def test_a_purge_that_was_stopped_is_taken_up(request_: str, after: bool, before: bool, bench: Bench, old: str) -> None:
    if before:
        bench.publish(SECOND, 'v1.1.0')
    bench.hub.fail(request_, 503, 3, after=after, Retry_After='0')
    # A step whose answer was lost may be found done by the next attempt.
    with suppress(PublishError):
        bench.publish(SECOND, 'v1.1.0', purge=True)
    assert bench.main == SECOND
    bench.hub.faults.clear()
    bench.publish(SECOND, 'v1.1.0', purge=True)
    assert_second_alone(bench, old)


def test_an_older_version_never_purges_a_newer_one(bench: Bench, old: str) -> None:
    bench.publish(SECOND, 'v1.1.0')
    bench.sent()
    with pytest.raises(PublishError, match=r'main holds another release than v1\.0\.0, and --purge would take it away; nothing was sent'):
        bench.publish(FIRST, 'v1.0.0', purge=True)
    assert bench.sent() == []
    assert (bench.main, bench.tags) == (SECOND, {'v1.0.0', 'v1.1.0'})
    assert old in bench.hub.repositories[NAME].commits


@pytest.mark.usefixtures('old')
def test_another_branch_is_not_emptied_by_the_way(bench: Bench) -> None:
    refs = bench.hub.repositories[NAME].refs
    refs['refs/heads/draft'] = refs['refs/heads/main']
    bench.sent()
    with pytest.raises(PublishError, match=r'has the branch draft, whose files --purge would take away; nothing was sent; delete it first'):
        bench.publish(SECOND, 'v1.1.0', purge=True)
    assert bench.sent() == []


@pytest.mark.usefixtures('old')
def test_a_commit_of_somebody_else_meanwhile_is_not_taken_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    repository, honest = bench.hub.repositories[NAME], Repository.squash

    def late(self: Repository, branch: str, message: str) -> None:
        self.put('refs/heads/main', {'theirs.parquet': File(b'theirs', large=True)}, 'theirs')
        honest(self, branch, message)

    monkeypatch.setattr(Repository, 'squash', late)
    with pytest.raises(PublishError, match='main was moved by somebody else meanwhile; no file and no tag was taken away'):
        bench.publish(SECOND, 'v1.1.0', purge=True)
    assert (bench.main, bench.tags) == ({'theirs.parquet': 'theirs'}, {'v1.0.0'})
    assert len(repository.stored) == 4


@pytest.mark.usefixtures('old')
def test_what_is_lost_is_said_first(bench: Bench) -> None:
    bench.publish(SECOND, 'v1.1.0', as_pull_request=True)
    bench.sent()
    told = losses(bench.target(), files_of(bench.folder / 'v1.1.0', SECOND), 'v1.1.0')
    assert [line.removeprefix(f'{NAME}: purge: ') for line in told] == [
        'v1.0.0 vanish; whoever cites or pins them finds nothing',
        '2 commits and what is sent become one; every commit id changes',
        '1 stored files (6 bytes) that are not of this release are deleted',
        'stays, and may hold older texts: refs/pr/1; ask the hub',
        'copies in the caches of others stay',
    ]
    assert bench.sent() == []


@pytest.mark.parametrize('answer', ['n\n', ''], ids=['no', 'nobody there'])
def test_a_purge_asks_before_anything_is_done(answer: str, bench: Bench, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('HF_TOKEN', 'hf_writer')
    done = CliRunner().invoke(main, ['publish', str(release), NAME, '--purge', '--endpoint', bench.url], input=answer)
    assert done.exit_code == 1
    assert f'{NAME}: purge: nothing is there yet' in done.stdout
    assert 'Aborted!' in done.output
    assert bench.hub.repositories == {}


@pytest.mark.parametrize(('destination', 'options'), [('file:///tmp/x', {}), (NAME, {'as_pull_request': True})])
def test_a_purge_is_for_the_main_of_a_hub(destination: str, options: dict, release: Path) -> None:
    with pytest.raises(UsageError, match='--purge'):
        list(publish(Publication(release, destination, purge=True, **options), silent))

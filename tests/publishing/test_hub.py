"""All or nothing, whatever the hub does: the unmodified client against a hub on loopback."""

import signal
from dataclasses import replace

import pytest
from huggingface_hub import constants

from builder.errors import PublishError, UsageError
from builder.publishing.hub import dry_run, publish_to_hub
from tests.conftest import silent
from tests.hub.state import HOLD, LONGEST, File, Hub
from tests.publishing.conftest import FIRST, NAME, SECOND, Bench, files_of

# huggingface_hub's own way of sending bytes is one that its HTTP library discourages.
pytestmark = pytest.mark.filterwarnings('ignore:Use .content=:DeprecationWarning')


def test_a_first_release_is_one_commit_private_and_tagged(bench: Bench) -> None:
    done = bench.publish(FIRST, 'v1.0.0')
    assert done.fresh
    assert bench.main == FIRST
    assert bench.messages == ['initial commit', 'v1.0.0']
    repository = bench.hub.repositories[NAME]
    assert repository.private
    assert repository.refs['refs/tags/v1.0.0'] == repository.refs['refs/heads/main'] == done.commit
    assert len([request for request in bench.sent() if request.startswith('PUT')]) == 2


def test_publishing_again_sends_nothing(bench: Bench) -> None:
    first = bench.publish(FIRST, 'v1.0.0')
    bench.sent()
    again = bench.publish(FIRST, 'v1.0.0')
    assert (again.fresh, again.commit) == (False, first.commit)
    assert bench.sent() == []


def test_the_next_version_deletes_stale_files_in_its_commit_and_sends_only_what_is_new(bench: Bench) -> None:
    bench.publish(FIRST, 'v1.0.0')
    bench.sent()
    done = bench.publish(SECOND, 'v1.1.0')
    assert bench.main == SECOND
    assert bench.messages[1:] == ['v1.0.0', 'v1.1.0']
    assert done.plan.deleted == ('lines/b.parquet',)
    assert [request for request in bench.sent() if request.startswith('PUT')] == [f'PUT /blobs/{File(b"rows c", large=True).sha256}']
    assert bench.tags == {'v1.0.0', 'v1.1.0'}
    # The older release is still what its tag says, and main stays at the newer.
    assert not bench.publish(FIRST, 'v1.0.0').fresh
    assert bench.main == SECOND


@pytest.mark.parametrize(('tag', 'says'), [('v1.0.0', 'v1.0.0 is published already'), ('v0.9.0', 'v1.0.0 is there already and is above')])
def test_a_taken_or_passed_tag_is_refused_before_anything_is_sent(tag: str, says: str, bench: Bench) -> None:
    bench.publish(FIRST, 'v1.0.0')
    bench.sent()
    with pytest.raises(PublishError, match=says):
        bench.publish(SECOND, tag)
    assert bench.sent() == []
    assert (bench.main, bench.tags) == (FIRST, {'v1.0.0'})


def test_a_repository_that_holds_something_else_is_left_alone(bench: Bench) -> None:
    bench.hub.create(NAME, private=True).put('refs/heads/main', {'theirs.csv': File(b'1', large=False)}, 'theirs')
    with pytest.raises(PublishError, match=r'holds theirs\.csv and no release'):
        bench.publish(FIRST, 'v1.0.0')
    assert bench.main == {'theirs.csv': '1'}


def test_visibility_is_never_changed_by_the_way(bench: Bench) -> None:
    bench.publish(FIRST, 'v1.0.0', private=False)
    assert not bench.hub.repositories[NAME].private
    with pytest.raises(UsageError, match='is public'):
        bench.publish(SECOND, 'v1.1.0')
    bench.hub.repositories[NAME].private = True
    with pytest.raises(UsageError, match='is private'):
        bench.publish(SECOND, 'v1.1.0', private=False)
    assert bench.main == FIRST


def test_a_commit_of_somebody_else_meanwhile_is_not_overwritten(bench: Bench) -> None:
    bench.publish(FIRST, 'v1.0.0')

    def intrude(*_progress: object) -> None:
        bench.hub.repositories[NAME].put('refs/heads/main', {'theirs.csv': File(b'1', large=False)}, 'theirs')

    with pytest.raises(PublishError, match='main moved'):
        bench.publish(SECOND, 'v1.1.0', intrude)
    assert (bench.main, bench.tags) == ({'theirs.csv': '1'}, {'v1.0.0'})


@pytest.mark.parametrize('after', [False, True], ids=['refused', 'answer lost'])
@pytest.mark.parametrize(
    ('request_', 'status'), [('/commit/', 412), ('/commit/', 503), ('/commit/', 429), ('/tag/', 503), ('/refs', 429), ('repos/create', 503)]
)
def test_a_passing_fault_costs_nothing(request_: str, status: int, after: bool, bench: Bench) -> None:
    bench.hub.fail(request_, status, 2, after=after, Retry_After='0')
    bench.publish(FIRST, 'v1.0.0')
    assert (bench.main, bench.tags) == (FIRST, {'v1.0.0'})
    assert bench.messages == ['initial commit', 'v1.0.0']


def test_a_hub_that_stays_busy_leaves_main_as_it_was_and_a_second_run_sends_no_file_again(bench: Bench) -> None:
    bench.publish(FIRST, 'v1.0.0')
    bench.hub.fail('/commit/', 503, 3)
    bench.sent()
    with pytest.raises(PublishError, match=r'committing: the hub says 503.*run the same command again') as caught:
        bench.publish(SECOND, 'v1.1.0')
    assert 'hf_writer' not in str(caught.value)
    assert (bench.main, bench.tags) == (FIRST, {'v1.0.0'})
    assert len([request for request in bench.sent() if '/commit/' in request]) == 3
    bench.publish(SECOND, 'v1.1.0')
    assert not [request for request in bench.sent() if request.startswith('PUT')]
    assert bench.main == SECOND


def test_an_upload_that_fails_once_is_repeated(bench: Bench) -> None:
    bench.hub.fail('PUT /blobs/', 503)
    bench.publish(FIRST, 'v1.0.0')
    assert bench.main == FIRST


def test_a_commit_without_a_tag_is_tagged_by_the_next_run(bench: Bench) -> None:
    bench.hub.fail('/tag/', 503, 3)
    with pytest.raises(PublishError, match=r'tagging: the hub says 503.*; main is at \w{8}, without v1\.0\.0'):
        bench.publish(FIRST, 'v1.0.0')
    bench.sent()
    bench.publish(FIRST, 'v1.0.0')
    assert [request.split('/')[-2] for request in bench.sent()] == ['tag']
    assert bench.tags == {'v1.0.0'}


def test_a_tree_that_is_not_the_release_gets_no_tag(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Hub.commit

    def tampering(hub: Hub, repository: object, revision: str, lines: list[dict], **options: object) -> str:
        changed = [{**line, 'value': {**line['value'], 'content': b'CARD'}} if line['key'] == 'file' else line for line in lines]
        return honest(hub, repository, revision, changed, **options)

    monkeypatch.setattr(Hub, 'commit', tampering)
    with pytest.raises(PublishError, match=r'README\.md at \w{8} is not as in the release'):
        bench.publish(FIRST, 'v1.0.0')
    assert bench.tags == set()


@pytest.mark.parametrize(
    ('token', 'says'),
    [('hf_wrong', 'the hub says 401, the token is refused'), ('hf_reader', 'the token may only read')],
)
def test_a_wrong_token_sends_nothing_and_is_not_shown(token: str, says: str, bench: Bench) -> None:
    bench.token = token
    with pytest.raises(PublishError, match=says) as caught:
        bench.publish(FIRST, 'v1.0.0')
    assert token not in str(caught.value)
    assert '\n' not in str(caught.value)
    assert bench.hub.repositories == {}


def test_without_a_token_nothing_is_sent(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv('HF_TOKEN', raising=False)
    monkeypatch.delenv('HUGGING_FACE_HUB_TOKEN', raising=False)
    monkeypatch.setattr(constants, 'HF_TOKEN_PATH', str(bench.folder / 'token'))
    bench.token = None
    with pytest.raises(PublishError, match='no token: log in'):
        bench.publish(FIRST, 'v1.0.0')
    assert bench.hub.requests == []


def test_a_file_that_changes_after_the_check_is_not_committed(bench: Bench) -> None:
    files = files_of(bench.folder, FIRST)
    (bench.folder / 'README.md').write_text('CARD')
    with pytest.raises(PublishError, match=r'README\.md was changed after it was checked; main is as it was'):
        publish_to_hub(bench.target(), files, 'v1.0.0', silent)
    assert (bench.main, bench.tags) == ({}, set())


def test_a_large_file_goes_up_in_parts(bench: Bench) -> None:
    bench.hub.part_bytes = 4
    bench.publish(FIRST, 'v1.0.0')
    assert bench.main == FIRST
    assert len([request for request in bench.sent() if request.startswith('PUT /parts/')]) == 4


def test_a_fine_grained_token_that_may_not_write_is_told_so(bench: Bench) -> None:
    bench.hub.fail('/preupload/', 403)
    with pytest.raises(PublishError, match='the hub says 403, the token may not write there'):
        bench.publish(FIRST, 'v1.0.0')
    assert bench.main == {}


def test_a_pull_request_leaves_main_and_a_run_after_the_merge_sets_the_tag(bench: Bench) -> None:
    bench.publish(FIRST, 'v1.0.0')
    offered = bench.publish(SECOND, 'v1.1.0', as_pull_request=True)
    assert offered.pull_request == f'{bench.url}/datasets/{NAME}/discussions/1'
    assert (bench.main, bench.tags) == (FIRST, {'v1.0.0'})
    with pytest.raises(PublishError, match=r'pull request 1 offers v1\.1\.0 already'):
        bench.publish(SECOND, 'v1.1.0', as_pull_request=True)
    refs = bench.hub.repositories[NAME].refs
    refs['refs/heads/main'] = refs['refs/pr/1']
    bench.sent()
    merged = bench.publish(SECOND, 'v1.1.0')
    assert (merged.fresh, bench.tags) == (False, {'v1.0.0', 'v1.1.0'})
    assert [request.split('/')[-2] for request in bench.sent()] == ['tag']


@pytest.mark.parametrize('request_', ['/commit/', 'PUT /blobs/'])
def test_a_run_that_is_killed_leaves_main_and_the_next_sends_no_file_again(request_: str, bench: Bench) -> None:
    bench.hub.fail(request_, HOLD)
    with bench.start(FIRST, 'v1.0.0') as run:
        assert bench.hub.held.wait(LONGEST)
        run.send_signal(signal.SIGKILL)
    bench.hub.go_on.set()
    assert (bench.main, bench.tags) == ({}, set())
    there = set(bench.hub.blobs)
    bench.sent()
    bench.publish(FIRST, 'v1.0.0')
    sent = {request.removeprefix('PUT /blobs/') for request in bench.sent() if request.startswith('PUT')}
    assert (bench.main, bench.tags) == (FIRST, {'v1.0.0'})
    assert sent == set(bench.hub.blobs) - there


@pytest.mark.parametrize(
    ('status', 'headers', 'seconds'),
    [
        (429, {'RateLimit': '"api";r=0;t=55'}, 55),
        (429, {'RateLimit': '"api";r=0;t=9000'}, 300),
        (429, {'RateLimit': '"api";r=7;t=55'}, 0),
        (503, {'Retry_After': '3'}, 3),
        (503, {'Retry_After': 'Wed, 21 Oct 2026 07:28:00 GMT'}, 0),
    ],
)
def test_the_pause_is_what_the_hub_asks_for_and_never_endless(
    status: int, headers: dict, seconds: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr('builder.publishing.patience.time.sleep', slept.append)
    bench.hub.fail('/commit/', status, 1, **headers)
    bench.publish(FIRST, 'v1.0.0')
    assert (bench.main, slept) == (FIRST, [seconds])


def test_a_card_that_the_hub_refuses_is_not_committed(bench: Bench) -> None:
    bench.hub.card_error = '"license" must be one of a list'
    with pytest.raises(PublishError, match=r'committing: .*"license" must be one of a list.*; mend it') as caught:
        bench.publish(FIRST, 'v1.0.0')
    assert '\n' not in str(caught.value)
    assert (bench.main, bench.tags) == ({}, set())


def test_a_dry_run_says_what_would_be_done_and_where_the_hub_is_away_that_it_does_not_know(bench: Bench) -> None:
    bench.publish(FIRST, 'v1.0.0')
    bench.sent()
    plan, told = dry_run(bench.target(), files_of(bench.folder / 'next', SECOND), 'v1.1.0')
    assert [file.path for file in plan.added] == ['lines/c.parquet']
    assert [file.path for file in plan.replaced] == ['README.md', 'manifest.json']
    assert ([file.path for file in plan.unchanged], plan.deleted) == (['lines/a.parquet'], ('lines/b.parquet',))
    assert 'main is at' in told
    assert bench.sent() == []
    away = replace(bench, url='http://127.0.0.1:9').target(waits=())
    plan, told = dry_run(away, files_of(bench.folder / 'next', SECOND), 'v1.1.0')
    assert not plan.reuse_known
    assert 'cannot be reached' in told

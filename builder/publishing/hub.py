"""A release to a hub: one commit on top of the one that was looked at, verified by digest, then tagged.

The flow and its traps were measured against huggingface_hub 2.4: `create_commit` makes one commit or none, its last request is not
repeated by the client, and `create_tag(exist_ok=True)` leaves a taken tag where it was.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from huggingface_hub import CommitInfo, CommitOperationAdd, CommitOperationDelete
from huggingface_hub.errors import RepositoryNotFoundError
from huggingface_hub.utils import logging as client_logging
from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

from builder.errors import PublishError
from builder.publishing.patience import HUB_ERRORS, is_passing, last_word, patiently, pause, reason, status_of
from builder.publishing.plan import PublishPlan, ReleaseFile, plan_publishing
from builder.publishing.purge import loss_lines, loss_of, purge
from builder.publishing.survey import Survey, Target, remote_files, require_no_open_offer, require_publishable, require_writer, survey

Report = Callable[[str, int, int], None]
# Two full blocks of Xet (64 MiB): less would leave blocks half full, more would let the progress stand still.
_BATCH_BYTES: Final = 128 * 1024 * 1024


@dataclass(frozen=True)
class Published:
    """Where a release is: its commit, whether this run made it, the pull request that offers it, and what the plan was."""

    commit: str
    fresh: bool
    pull_request: str | None
    plan: PublishPlan


def publish_to_hub(target: Target, files: tuple[ReleaseFile, ...], tag: str, report: Report) -> Published:
    """Publish files under a tag; run again after any failure, it goes on where it stopped.

    Raises PublishError, with what the repository holds; UsageError if the repository's visibility is not what was told.
    """
    with _quiet_client():
        require_writer(target)
        with last_word(f'{target.repo_id}: looking at what is there', 'nothing was sent'):
            there = survey(target)
            plan, done = require_publishable(target, there, tag, files)
            if there and target.as_pull_request and not plan.is_empty:
                require_no_open_offer(target, tag)
        if done is not None:
            published = Published(done, fresh=False, pull_request=None, plan=plan)
            return _purge(target, published, files, tag) if target.purge else published
        base = there or _create(target)
        made = _send(target, base, plan if there else plan_publishing(files, base.files), tag, report)
        published = replace(made, plan=plan)
        _verify(target, published.commit, files)
        if target.purge:
            return _purge(target, published, files, tag)
        if not target.as_pull_request or plan.is_empty:
            _tag(target, published.commit, tag)
        return published


def _purge(target: Target, published: Published, files: tuple[ReleaseFile, ...], tag: str) -> Published:
    commit = purge(target, tag, files)
    _verify(target, commit, files)
    _tag(target, commit, tag)
    return replace(published, commit=commit)


def _create(target: Target) -> Survey:
    private = target.private is not False
    with last_word(f'{target.repo_id}: creating the repository', 'nothing was sent'):
        create = partial(target.api.create_repo, target.repo_id, repo_type='dataset', private=private, exist_ok=True)
        patiently(create, target.waits)
        made = survey(target)
    if made is None or made.private != private:
        raise PublishError(f'{target.repo_id}: was created, but cannot be seen as told; nothing was sent; look at it on the hub')
    return made


def _send(target: Target, base: Survey, plan: PublishPlan, tag: str, report: Report) -> Published:
    if plan.is_empty:
        return Published(base.head, fresh=False, pull_request=None, plan=plan)
    additions = [CommitOperationAdd(file.path, file.location) for file in plan.sent]
    with last_word(f'{target.repo_id}: sending files', 'main is as it was'):
        _upload(target, plan, additions, report)
    operations = [*(CommitOperationDelete(path, is_folder=False) for path in plan.deleted), *additions]
    commit = partial(
        target.api.create_commit,
        target.repo_id,
        operations,
        repo_type='dataset',
        commit_message=tag,
        parent_commit=base.head,
        create_pr=target.as_pull_request,
    )
    with last_word(f'{target.repo_id}: committing', 'main is as it was, or holds the whole commit'):
        info = _commit(target, base, commit)
    if info is None:
        return Published(_moved_to(target, base, plan), fresh=True, pull_request=None, plan=plan)
    return Published(info.oid, fresh=True, pull_request=info.pr_url, plan=plan)


def _upload(target: Target, plan: PublishPlan, additions: list[CommitOperationAdd], report: Report) -> None:
    """Send large files, some MB at a time, so that the progress tells bytes; what the hub has already is not sent again."""
    total = sum(file.size for file in plan.sent)
    sent, batch, size = 0, list[CommitOperationAdd](), 0
    stage = f'sending {len(additions)} files, bytes'
    for addition, file in zip(additions, plan.sent, strict=True):
        batch.append(addition)
        size += file.size
        if size >= _BATCH_BYTES or addition is additions[-1]:
            send = partial(target.api.preupload_lfs_files, target.repo_id, batch, repo_type='dataset', create_pr=target.as_pull_request)
            patiently(partial(send, free_memory=False), target.waits)
            sent, batch, size = sent + size, [], 0
            report(stage, sent, total)
    changed = [file.path for addition, file in zip(additions, plan.sent, strict=True) if addition.upload_info.sha256.hex() != file.sha256]
    if changed:
        raise PublishError(f'{target.repo_id}: {changed[0]} was changed after it was checked; main is as it was; restore it')


def _commit(target: Target, base: Survey, commit: Callable[[], CommitInfo]) -> CommitInfo | None:
    """The commit; None where the hub refused it and main has moved, by our own commit whose answer was lost or by another's.

    A pull request is not tried twice: an answer that was lost would leave two of them.
    """
    for wait in () if target.as_pull_request else target.waits:
        try:
            return commit()
        except HUB_ERRORS as error:
            if not is_passing(error) and status_of(error) != 412:
                raise
            pause(error, wait)
            now = survey(target)
            if now is None or now.head != base.head:
                return None
    return commit()


def _moved_to(target: Target, base: Survey, plan: PublishPlan) -> str:
    """Raises PublishError unless main now holds what the plan wanted."""
    with last_word(f'{target.repo_id}: looking at main, which moved', 'main is as another left it, or holds the whole commit'):
        now = survey(target)
    files = tuple(sorted((*plan.sent, *plan.unchanged), key=lambda file: file.path))
    if now is None or not plan_publishing(files, now.files).is_empty:
        raise PublishError(
            f'{target.repo_id}: main moved from {base.head[:8]} while files were sent, by somebody else; nothing of theirs was touched; '
            'look at it, then run the same command again'
        )
    return now.head


def _verify(target: Target, commit: str, files: tuple[ReleaseFile, ...]) -> None:
    """Raises PublishError unless the tree of the commit is the release, by digest."""
    with last_word(f'{target.repo_id}: verifying {commit[:8]}', 'the commit is there, without a tag'):
        left = plan_publishing(files, remote_files(target, commit))
    wrong = [*(file.path for file in left.sent), *left.deleted]
    if wrong:
        raise PublishError(
            f'{target.repo_id}: {wrong[0]} at {commit[:8]} is not as in the release ({len(wrong)} files differ); it got no tag; '
            'run `vinews check`, then the same command again'
        )


def _tag(target: Target, commit: str, tag: str) -> None:
    create = partial(target.api.create_tag, target.repo_id, repo_type='dataset', tag=tag, revision=commit, exist_ok=True)
    with last_word(f'{target.repo_id}: tagging', f'main is at {commit[:8]}, without {tag}'):
        patiently(create, target.waits)
        refs = patiently(partial(target.api.list_repo_refs, target.repo_id, repo_type='dataset'), target.waits)
    at = {ref.name: ref.target_commit for ref in refs.tags}.get(tag)
    if at != commit:
        raise PublishError(
            f'{target.repo_id}: {tag} was set to {str(at)[:8]} by somebody else meanwhile, not to {commit[:8]}; build with a new --version'
        )


@contextmanager
def _quiet_client() -> Iterator[None]:
    """The client prints bars, and warnings with signed addresses; ours are the progress and the last word."""
    had_bars, verbosity = not are_progress_bars_disabled(), client_logging.get_verbosity()
    disable_progress_bars()
    client_logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        client_logging.set_verbosity(verbosity)
        if had_bars:
            enable_progress_bars()


def dry_run(target: Target, files: tuple[ReleaseFile, ...], tag: str) -> tuple[PublishPlan, str]:
    """The plan and a line about the destination; nothing is sent. Where the hub cannot be looked at, what is re-used is unknown.

    Raises PublishError or UsageError if the release would be refused.
    """
    with _quiet_client():
        try:
            there = survey(target)
            plan, done = require_publishable(target, there, tag, files)
        except HUB_ERRORS as error:
            return plan_publishing(files, None), f'{target.repo_id}: {reason(error)}: what is there is unknown'
    if there is None:
        kind = 'public' if target.private is False else 'private'
        return plan, f'{target.repo_id}: is not there, or not for your token; would be created, {kind}'
    if done is not None:
        return plan, f'{target.repo_id}: {tag} is there already at {done[:8]}'
    return plan, f'{target.repo_id}: main is at {there.head[:8]}'


def losses(target: Target, files: tuple[ReleaseFile, ...], tag: str) -> list[str]:
    """What a purge would take away, a line for each part; unknown where the hub cannot be looked at."""
    with _quiet_client():
        try:
            return list(loss_lines(target, loss_of(target, tag, files)))
        except RepositoryNotFoundError:
            return [f'{target.repo_id}: purge: nothing is there yet']
        except HUB_ERRORS as error:
            return [f'{target.repo_id}: purge: {reason(error)}: what would be lost is unknown']

"""After a takedown: nothing of older versions stays on a hub. The price: their tags vanish, and every commit id changes.

Done in steps that may be repeated, once main holds the new release: main becomes one commit, then the stored files that only older
commits name go, then their tags. The tag of the release is set last, so a run that was stopped is taken up by the next.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.hf_api import LFSFileInfo

from builder.errors import PublishError
from builder.publishing.patience import last_word, patiently, status_of
from builder.publishing.plan import ReleaseFile, plan_publishing
from builder.publishing.survey import Target, remote_files


@dataclass(frozen=True)
class Loss:
    """What a purge takes away for good: tags, commits of main, stored files. `left` are refs of the hub's own, which it cannot touch."""

    tags: tuple[str, ...]
    commits: int
    stored: tuple[LFSFileInfo, ...]
    left: tuple[str, ...]


def loss_of(target: Target, tag: str, files: Iterable[ReleaseFile]) -> Loss:
    """What a purge would take from a repository that is to hold these files alone. Raises what the client raises."""
    ask = partial(target.api.list_repo_refs, target.repo_id, repo_type='dataset', include_pull_requests=True)
    refs = patiently(ask, target.waits)
    commits = patiently(lambda: target.api.list_repo_commits(target.repo_id, repo_type='dataset'), target.waits)
    stored = patiently(partial(_stale, target, files), target.waits)
    tags = sorted(ref.name for ref in refs.tags if ref.name != tag)
    left = sorted(ref.ref for ref in (*refs.converts, *(refs.pull_requests or ())))
    return Loss(tuple(tags), len(commits), stored, tuple(left))


def loss_lines(target: Target, loss: Loss) -> Iterator[str]:
    """The price of a purge for a reader, a line for each part of it."""
    if loss.tags:
        yield f'{target.repo_id}: purge: {", ".join(loss.tags)} vanish; whoever cites or pins them finds nothing'
    yield f'{target.repo_id}: purge: {loss.commits} commits and what is sent become one; every commit id changes'
    size = sum(file.size for file in loss.stored)
    yield f'{target.repo_id}: purge: {len(loss.stored)} stored files ({size:,} bytes) that are not of this release are deleted'
    if loss.left:
        yield f'{target.repo_id}: purge: stays, and may hold older texts: {", ".join(loss.left)}; ask the hub'
    yield f'{target.repo_id}: purge: copies in the caches of others stay'


def purge(target: Target, tag: str, files: tuple[ReleaseFile, ...]) -> str:
    """Take away all but what main holds now; gives the commit that is left, untagged unless nothing was to do. Raises PublishError."""
    api, repo_id, waits = target.api, target.repo_id, target.waits
    with last_word(f'{repo_id}: purging', 'main holds the release; of older versions all or a part is still there'):
        if len(patiently(partial(api.list_repo_commits, repo_id, repo_type='dataset'), waits)) > 1:
            patiently(partial(api.super_squash_history, repo_id, repo_type='dataset', commit_message=tag), waits)
        if not plan_publishing(files, remote_files(target, 'main')).is_empty:
            raise PublishError(f'{repo_id}: main was moved by somebody else meanwhile; no file and no tag was taken away; look at it')
        patiently(partial(_delete_stored, target, files), waits)
        head = str(patiently(lambda: api.dataset_info(repo_id), waits).sha)
        refs = patiently(lambda: api.list_repo_refs(repo_id, repo_type='dataset'), waits)
        for ref in refs.tags:
            # The release's own tag, if it had one, is at a commit from which the history can be reached.
            if ref.name != tag or ref.target_commit != head:
                patiently(partial(_untag, target, ref.name), waits)
    return head


def _stale(target: Target, files: Iterable[ReleaseFile]) -> tuple[LFSFileInfo, ...]:
    kept = {file.sha256 for file in files}
    return tuple(file for file in target.api.list_lfs_files(target.repo_id, repo_type='dataset') if file.file_oid not in kept)


def _delete_stored(target: Target, files: Iterable[ReleaseFile]) -> None:
    """Looks anew, so that it may be repeated where the answer was lost."""
    if stale := _stale(target, files):
        target.api.permanently_delete_lfs_files(target.repo_id, stale, repo_type='dataset')


def _untag(target: Target, name: str) -> None:
    try:
        target.api.delete_tag(target.repo_id, repo_type='dataset', tag=name)
    except HfHubHTTPError as error:
        if status_of(error) != 404:
            raise

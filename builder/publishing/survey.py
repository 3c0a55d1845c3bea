"""What a repository of a hub holds, and whether this release may go there: all of it is asked before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from huggingface_hub import HfApi
from huggingface_hub.errors import RepositoryNotFoundError
from huggingface_hub.hf_api import RepoFile

from builder.errors import PublishError, UsageError
from builder.publishing.patience import WAITS, last_word, patiently
from builder.publishing.plan import PublishPlan, ReleaseFile, RemoteFile, plan_publishing
from builder.release.manifest import NAME

_UNTOUCHED = 'nothing was sent'
# What a hub's website puts into a repository that was made by hand.
_MADE_BY_HAND = frozenset({'.gitattributes', 'README.md', 'LICENSE'})


@dataclass(frozen=True)
class Target:
    """A dataset repository: `private` is None where the user did not say; `purge` leaves nothing but the release.

    `waits` are seconds before each further attempt.
    """

    api: HfApi
    repo_id: str
    private: bool | None = None
    as_pull_request: bool = False
    purge: bool = False
    waits: tuple[float, ...] = WAITS


@dataclass(frozen=True)
class Survey:
    """A repository as it is: the commit of main, the files there, the commit of each tag, other branches, who may read it."""

    head: str
    files: tuple[RemoteFile, ...]
    tags: Mapping[str, str]
    branches: tuple[str, ...]
    private: bool


def require_writer(target: Target) -> None:
    """Raises PublishError where there is no token, a wrong one, or one that may only read (which is enough for a pull request)."""
    with last_word(f'{target.repo_id}: asking who you are', _UNTOUCHED):
        user = patiently(target.api.whoami, target.waits)
    role = user.get('auth', {}).get('accessToken', {}).get('role')
    if role == 'read' and not target.as_pull_request:
        raise PublishError(f'{target.repo_id}: the token may only read; {_UNTOUCHED}; use one with write access')


def survey(target: Target) -> Survey | None:
    """The repository as it is now, None where there is none. Raises what the client raises."""
    api, repo_id = target.api, target.repo_id
    try:
        info = patiently(lambda: api.dataset_info(repo_id), target.waits)
    except RepositoryNotFoundError:
        return None
    refs = patiently(lambda: api.list_repo_refs(repo_id, repo_type='dataset'), target.waits)
    head = str(info.sha)
    tags = {tag.name: tag.target_commit for tag in refs.tags}
    branches = tuple(sorted(branch.name for branch in refs.branches if branch.name != 'main'))
    return Survey(head, remote_files(target, head), tags, branches, bool(info.private))


def remote_files(target: Target, revision: str) -> tuple[RemoteFile, ...]:
    """Every file at a revision, with the digest that the hub keeps. Raises what the client raises."""
    tree = patiently(
        lambda: list(target.api.list_repo_tree(target.repo_id, repo_type='dataset', revision=revision, recursive=True)), target.waits
    )
    files = (entry for entry in tree if isinstance(entry, RepoFile))
    return tuple(RemoteFile(file.path, file.size, file.lfs.sha256 if file.lfs else None, file.blob_id) for file in files)


def require_visibility(target: Target, there: Survey | None) -> None:
    """Raises UsageError where the repository is open to all and the user did not say so, or the other way round."""
    if there and not there.private and target.private is not False:
        raise UsageError(f'{target.repo_id}: is public, and a release is published privately unless told; {_UNTOUCHED}; give --public')
    if there and there.private and target.private is False:
        raise UsageError(f'{target.repo_id}: is private; {_UNTOUCHED}; make it public in its settings first, or leave --public out')


def require_own_repository(target: Target, there: Survey | None) -> None:
    """Raises PublishError where main holds somebody's work that is no release: it would be deleted as stale."""
    paths = {file.path for file in there.files} if there else set()
    foreign = sorted(paths - _MADE_BY_HAND)
    if foreign and NAME not in paths:
        raise PublishError(
            f'{target.repo_id}: holds {foreign[0]} and no release ({NAME} is missing); {_UNTOUCHED}; give a new repository, or empty it'
        )


def published_at(target: Target, there: Survey | None, tag: str, files: tuple[ReleaseFile, ...]) -> str | None:
    """The commit of the tag where it holds this very release already, None where the tag is free.

    Raises PublishError where the tag holds something else, or a later version is there: main would fall behind it.
    """
    if there is None:
        return None
    if tag in there.tags:
        commit = there.tags[tag]
        if not plan_publishing(files, remote_files(target, commit)).is_empty:
            raise PublishError(
                f'{target.repo_id}: {tag} is published already at {commit[:8]} with other files; {_UNTOUCHED}; build with a new --version'
            )
        return commit
    later = [name for name in there.tags if (_version(name) or ()) > (_version(tag) or ())]
    if later:
        raise PublishError(
            f'{target.repo_id}: {max(later, key=_order)} is there already and is above {tag}; {_UNTOUCHED}; build a higher --version'
        )
    return None


def require_publishable(target: Target, there: Survey | None, tag: str, files: tuple[ReleaseFile, ...]) -> tuple[PublishPlan, str | None]:
    """The plan, and the commit of the tag where all is done already. Raises PublishError or UsageError: see the parts."""
    require_visibility(target, there)
    done = published_at(target, there, tag, files)
    if done is None:
        require_own_repository(target, there)
    plan = plan_publishing(files, there.files if there else ())
    if there and target.purge:
        _require_purgeable(target, there, tag, on_main=done is None or plan.is_empty)
    return plan, done


def _require_purgeable(target: Target, there: Survey, tag: str, *, on_main: bool) -> None:
    if not on_main:
        raise PublishError(f'{target.repo_id}: main holds another release than {tag}, and --purge would take it away; {_UNTOUCHED}')
    if there.branches:
        raise PublishError(
            f'{target.repo_id}: has the branch {there.branches[0]}, whose files --purge would take away; {_UNTOUCHED}; delete it first'
        )


def require_no_open_offer(target: Target, tag: str) -> None:
    """Raises PublishError where an open pull request offers this version already; and what the client raises."""
    ask = partial(target.api.get_repo_discussions, target.repo_id, repo_type='dataset')
    offers = patiently(lambda: list(ask(discussion_type='pull_request', discussion_status='open')), target.waits)
    for offer in offers:
        if offer.title == tag:
            raise PublishError(f'{target.repo_id}: pull request {offer.num} offers {tag} already; {_UNTOUCHED}; merge it or close it')


def _version(tag: str) -> tuple[int, ...] | None:
    parts = tag.removeprefix('v').split('.')
    return tuple(int(part) for part in parts) if tag.startswith('v') and len(parts) == 3 and all(map(str.isdecimal, parts)) else None


def _order(tag: str) -> tuple[int, ...]:
    return _version(tag) or ()

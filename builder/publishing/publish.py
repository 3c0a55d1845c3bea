"""The command: check, publish to a hub or a file store, load by tag."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from huggingface_hub import HfApi

from builder.checking.check import check
from builder.checking.manifest import rows_of
from builder.errors import PublishError, UsageError
from builder.publishing.hub import Report, dry_run, publish_to_hub
from builder.publishing.plan import plan_lines, release_files
from builder.publishing.stranger import stranger_faults
from builder.publishing.survey import Target
from builder.release.manifest import read_release_manifest
from builder.release.rows import CONFIGS

_REPO_ID: Final = re.compile(r'[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*', re.ASCII)


@dataclass(frozen=True)
class Publication:
    """What the user asked for; `endpoint` None is the client's own, `private` None is private without having been said."""

    release: Path
    destination: str
    private: bool | None = None
    endpoint: str | None = None
    as_pull_request: bool = False


def publish(asked: Publication, report: Report) -> Iterator[str]:
    """Check and publish a release; yields what was done, line by line.

    Raises InputError if the folder holds no release; PublishError if it has faults, or with what the destination holds; UsageError.
    """
    manifest = _checked(asked.release)
    tag, target = f'v{manifest["version"]}', _target(asked)
    done = publish_to_hub(target, release_files(asked.release, manifest), tag, report)
    if done.fresh:
        sent = sum(file.size for file in done.plan.sent)
        yield f'{asked.destination}: {len(done.plan.sent)} files ({sent:,} bytes) sent, {len(done.plan.deleted)} deleted, commit {done.commit[:8]}'
    if done.pull_request:
        yield f'{done.pull_request}: merge it, then run this again without --pr for the tag {tag}'
        return
    yield from _load(target, manifest, tag)
    yield f'{asked.destination}: {tag} is at {done.commit[:8]}, verified, and every config loads by it'


def explain_publishing(asked: Publication) -> Iterator[str]:
    """What `publish` would do, line by line, and the card; nothing is sent. Raises what `publish` raises."""
    manifest = _checked(asked.release)
    plan, told = dry_run(_target(asked), release_files(asked.release, manifest), f'v{manifest["version"]}')
    yield told
    yield from plan_lines(plan)
    yield 'the card:'
    yield card_body((asked.release / 'README.md').read_text('utf-8'))


def card_body(card: str) -> str:
    """The card as a hub shows it: without the front matter, which becomes tags and the viewer's settings."""
    return re.sub(r'\A---\n.*?\n---\n+', '', card, flags=re.DOTALL)


def _checked(release: Path) -> dict[str, Any]:
    faults = check(release)
    if faults:
        raise PublishError(f'{release}: {faults[0]} ({len(faults)} faults in all: `vinews check`); nothing was sent')
    return read_release_manifest(release)


def _target(asked: Publication) -> Target:
    """Raises UsageError if the destination is no repository id."""
    if not _REPO_ID.fullmatch(asked.destination):
        raise UsageError(f'{asked.destination}: is no repository; give NAMESPACE/NAME')
    return Target(HfApi(endpoint=asked.endpoint), asked.destination, asked.private, asked.as_pull_request)


def _load(target: Target, manifest: dict[str, Any], tag: str) -> Iterator[str]:
    rows = {config: counts for config in CONFIGS if (counts := rows_of(manifest, config))}
    faults = stranger_faults(target.api.endpoint, target.repo_id, tag, rows, private=target.private is not False)
    yield from faults
    if faults:
        raise PublishError(f'{target.repo_id}: {tag} is there and verified, but a stranger could not load it; try again in a minute')

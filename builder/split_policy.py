"""A split policy: a YAML file that says who goes where, and the lists of ids beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from builder.errors import UsageError
from builder.resources import folder
from builder.schema.loading import load_schema, with_defaults
from builder.settings import is_file, read_settings, require_settings

_ID: Final = re.compile('[0-9a-f]{32}')


@dataclass(frozen=True, slots=True)
class FrozenList:
    """A file of page ids, one a line, that are in one split whatever the hash says."""

    split: str
    name: str
    sha256: str
    location: Traversable


@dataclass(frozen=True, slots=True)
class SplitPolicy:
    """Who goes where; meanings stand in `schemas/split_policy.schema.json`."""

    name: str
    version: int
    salt: str
    validation_share: float
    unseen_site_share: float
    unseen_sites: tuple[str, ...]
    seen_sites: tuple[str, ...]
    group_by: tuple[str, ...] = ('cluster', 'canonical_url')
    temporal_from: str | None = None
    frozen: tuple[FrozenList, ...] = ()


def load_split_policy(name: str, base: Path) -> SplitPolicy:
    """The policy `splits/NAME.yaml`, or the one in the file `name` seen from `base`.

    Raises UsageError where there is none, it is wrong, or a list of ids that it names is.
    """
    shipped = folder('splits')
    own = base / name
    beside: Traversable
    if is_file(shipped.joinpath(f'{name}.yaml')):
        policy, where, beside = read_settings(shipped.joinpath(f'{name}.yaml'), name), name, shipped
    elif is_file(own):
        policy, where, beside = read_settings(own, str(own)), str(own), own.parent
    else:
        known = ', '.join(sorted(entry.name.removesuffix('.yaml') for entry in shipped.iterdir() if entry.name.endswith('.yaml')))
        raise UsageError(f'split policy {name!r}: neither shipped ({known}) nor a file beside the configuration; name one of them')
    require_settings('split_policy', policy, where)
    filled = with_defaults(policy, load_schema('split_policy'))
    lists = {split: _frozen_list(split, file, beside) for split, file in sorted(filled.pop('frozen').items())}
    if 'test_temporal' in lists and not filled['temporal_from']:
        raise UsageError(f'{where}: frozen.test_temporal without a day from which that split begins; set temporal_from')
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in filled.items()}
    found = SplitPolicy(**plain, frozen=tuple(lists.values()))
    frozen_ids(found)
    return found


def _frozen_list(split: str, name: str, beside: Traversable) -> FrozenList:
    location = beside.joinpath(name)
    try:
        digest = sha256(location.read_bytes()).hexdigest()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UsageError(f'{location}: cannot read the list of ids ({getattr(error, "strerror", error)}); mend frozen.{split}') from error
    return FrozenList(split, name, digest, location)


def frozen_ids(policy: SplitPolicy) -> dict[str, str]:
    """The split of each page that a list freezes, by id. Raises UsageError that names list and line of what is no id, or stands twice."""
    found: dict[str, str] = {}
    for frozen in policy.frozen:
        for number, page in _ids(frozen):
            if not _ID.fullmatch(page):
                raise UsageError(f'{frozen.location}:{number}: {page[:50]!r} is no page id (32 of 0-9a-f); mend the list')
            if found.setdefault(page, frozen.split) != frozen.split:
                raise UsageError(f'{frozen.location}:{number}: {page} is frozen in {found[page]} too; keep it in one list')
    return found


def _ids(frozen: FrozenList) -> Iterator[tuple[int, str]]:
    """(number of the line from 1, id); what follows a `#` is a comment."""
    try:
        text = frozen.location.read_text('utf-8-sig')
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f'{frozen.location}: cannot read the list of ids ({error}); give one id a line in UTF-8') from error
    for number, line in enumerate(text.splitlines(), 1):
        page = line.partition('#')[0].strip()
        if page:
            yield number, page

"""Who goes where: the split of a page by a salted hash, as the split policy says."""

import hashlib
from dataclasses import dataclass
from typing import Final

from builder.identity import UNKNOWN_SITE, normalise_site
from builder.split_policy import SplitPolicy
from builder.text.dates import iso_day

SPLITS: Final = ('train', 'validation', 'test', 'test_temporal', 'test_unseen_sites')
PRECEDENCE: Final = ('test_unseen_sites', 'test_temporal', 'test', 'validation', 'train')
"""Of pages that may not stand in two splits, those of the first of these are kept."""
MACHINE: Final = 'machine'
GOLD_SEEN_SITE: Final = 'gold_seen_site'
GOLD_TEMPORAL: Final = 'gold_temporal'
GOLD_UNSEEN_SITE: Final = 'gold_unseen_site'
RESERVED_SITE: Final = 'reserved_site'
TEMPORAL: Final = 'temporal'
UNDATED: Final = 'undated'


@dataclass(frozen=True, slots=True)
class Place:
    """Where the policy puts a page: a split and the policy's group, or neither and the reason."""

    split: str | None
    group: str | None
    reason: str | None = None


def possible_splits(temporal_from: str | None) -> tuple[str, ...]:
    """The splits that a policy knows, in their fixed order."""
    return SPLITS if temporal_from else tuple(split for split in SPLITS if split != 'test_temporal')


def is_test(split: str) -> bool:
    """Whether a split holds gold only, and is trained on by nobody."""
    return split.startswith('test')


def is_reserved(site: str, policy: SplitPolicy) -> bool:
    """Whether the site is kept for test_unseen_sites. The unknown site never is: two of its pages may be of one real site."""
    if site == UNKNOWN_SITE or site in map(normalise_site, policy.seen_sites):
        return False
    return site in map(normalise_site, policy.unseen_sites) or _share(f'site\0{site}', policy) < policy.unseen_site_share


def assign(page_id: str, policy: SplitPolicy, *, gold: bool, reserved: bool, tense: str | None = None) -> Place:
    """Where a page goes; `reserved` says that its site is kept for test_unseen_sites, `tense` what `tense` says of its dates."""
    if reserved:
        return Place('test_unseen_sites', GOLD_UNSEEN_SITE) if gold else Place(None, None, RESERVED_SITE)
    if gold:
        return Place('test_temporal', GOLD_TEMPORAL) if tense == TEMPORAL else Place('test', GOLD_SEEN_SITE)
    return Place(None, None, tense) if tense else Place(machine_split(page_id, policy), MACHINE)


def group_of(split: str, *, gold: bool) -> str:
    """The policy group of a page that something else than the policy has put into a split."""
    if not gold:
        return MACHINE
    return {'test_unseen_sites': GOLD_UNSEEN_SITE, 'test_temporal': GOLD_TEMPORAL}.get(split, GOLD_SEEN_SITE)


def tense(published: str | None, crawled: str | None, temporal_from: str | None) -> str | None:
    """What keeps a page out of train for its dates: TEMPORAL, UNDATED, or None where it is older than the day or there is none.

    A page that was crawled before the day was published before it, whatever it says.
    """
    if not temporal_from:
        return None
    days = [day for day in map(iso_day, (published, crawled)) if day]
    if any(day < temporal_from for day in days):
        return None
    return TEMPORAL if iso_day(published) else UNDATED


def machine_split(name: str, policy: SplitPolicy) -> str:
    """`train` or `validation`, for a page by its id, or for pages that must stay together by the id of one of them."""
    return 'validation' if _share(f'page\0{name}', policy) < policy.validation_share else 'train'


def _share(key: str, policy: SplitPolicy) -> float:
    digest = hashlib.blake2b(f'{policy.salt}\0{key}'.encode(), digest_size=8).digest()
    return int.from_bytes(digest, 'big') / 2**64

"""Who goes where: the split of a page by a salted hash, as the split policy says."""

import hashlib
from typing import Final

from builder.identity import UNKNOWN_SITE, normalise_site
from builder.plan import SplitPolicy

SPLITS: Final = ('train', 'validation', 'test', 'test_unseen_sites')
MACHINE: Final = 'machine'
GOLD_SEEN_SITE: Final = 'gold_seen_site'
GOLD_UNSEEN_SITE: Final = 'gold_unseen_site'
RESERVED_SITE: Final = 'reserved_site'


def is_reserved(site: str, policy: SplitPolicy) -> bool:
    """Whether the site is kept for test_unseen_sites. The unknown site never is: two of its pages may be of one real site."""
    if site == UNKNOWN_SITE or site in map(normalise_site, policy.seen_sites):
        return False
    return site in map(normalise_site, policy.unseen_sites) or _share(f'site\0{site}', policy) < policy.unseen_site_share


def assign(page_id: str, site: str, policy: SplitPolicy, *, gold: bool) -> tuple[str, str] | None:
    """(split, policy group) of a page; None for a machine-labelled page of a site that is kept for test_unseen_sites."""
    if is_reserved(site, policy):
        return ('test_unseen_sites', GOLD_UNSEEN_SITE) if gold else None
    if gold:
        return 'test', GOLD_SEEN_SITE
    return machine_split(page_id, policy), MACHINE


def machine_split(name: str, policy: SplitPolicy) -> str:
    """`train` or `validation`, for a page by its id, or for pages that must stay together by the id of one of them."""
    return 'validation' if _share(f'page\0{name}', policy) < policy.validation_share else 'train'


def _share(key: str, policy: SplitPolicy) -> float:
    digest = hashlib.blake2b(f'{policy.salt}\0{key}'.encode(), digest_size=8).digest()
    return int.from_bytes(digest, 'big') / 2**64

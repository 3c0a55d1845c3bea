"""The split of each page by itself: as an earlier release has it, as a frozen list says, else as the policy does."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from builder.errors import InputError
from builder.identity import UNKNOWN_SITE
from builder.release.earlier import Earlier, placed_before, settled_sites
from builder.split_policy import SplitPolicy, frozen_ids
from builder.splits import Place, assign, group_of, is_reserved, is_test, tense

EARLIER: Final = 'earlier'
"""Of a page that a release before this one has: it is neither moved nor dropped."""
FIXED: Final = 'fixed'
"""Of a gold page, and of one on a frozen list: it is not moved, but dropped where it would leak."""
FREE: Final = 'free'
LOST_GOLD: Final = 'lost_gold'
"""Why a page of a test split of the previous release is filtered that has no gold now: it fits no test split, and train least of all."""


class Page(NamedTuple):
    """What decides where a page goes."""

    id: str
    site: str
    gold: bool
    published: str | None
    crawled: str | None


def place_pages(pages: Sequence[Page], policy: SplitPolicy, earlier: Earlier) -> Iterator[tuple[Place, str]]:
    """(place, standing) of each page.

    Raises InputError where an earlier release and a frozen list contradict one another, or the pages themselves.
    """
    before, frozen = placed_before(earlier), frozen_ids(policy)
    held = {page.id: before.get(page.id) or frozen[page.id] for page in pages if page.id in before or page.id in frozen}
    sites = settled_sites(earlier)
    for page in (page for page in pages if page.id in held):
        if page.id in frozen:
            _require_no_contradiction(page, frozen[page.id], before.get(page.id))
        _require_site(page, held[page.id], sites)
    for page in pages:
        of_page = tense(page.published, page.crawled, policy.temporal_from)
        split = held.get(page.id)
        if split is None:
            if page.site not in sites:
                sites[page.site] = is_reserved(page.site, policy)
            place = assign(page.id, policy, gold=page.gold, reserved=sites[page.site], tense=of_page)
            yield place, FIXED if page.gold else FREE
            continue
        if is_test(split) and not page.gold:
            yield Place(None, None, LOST_GOLD), EARLIER
            continue
        if of_page and not is_test(split):
            raise InputError(
                f'page {page.id}: stands in {split}, by a frozen list or the previous release, but is {of_page} under temporal_from '
                f'{policy.temporal_from}; give a later day, or build without that list or release'
            )
        yield Place(split, group_of(split, gold=page.gold)), EARLIER if page.id in before else FIXED


def _require_no_contradiction(page: Page, split: str, before: str | None) -> None:
    """Raises InputError where a page cannot be in the split that it is frozen in."""
    where = f'page {page.id}: is frozen in {split}, but '
    if before not in {None, split}:
        raise InputError(f'{where}the previous release has it in {before}; take it from the list, or build without --previous')
    if is_test(split) and not page.gold:
        raise InputError(f'{where}is labelled by machine, and test splits hold gold pages only; give its gold, or take it from the list')


def _require_site(page: Page, split: str, sites: dict[str, bool]) -> None:
    """Let the page's site be unseen or seen, as the page is. Raises InputError where it cannot be."""
    unseen = split == 'test_unseen_sites'
    where = f'page {page.id}: stands in {split}, by a frozen list or the previous release, but its site '
    if unseen and page.site == UNKNOWN_SITE:
        raise InputError(f'{where}is unknown; say it in the dump or a sidecar, or build without that list or release')
    if sites.setdefault(page.site, unseen) != unseen:
        other = 'another split' if unseen else 'test_unseen_sites'
        raise InputError(f'{where}{page.site} stands in {other} too; mend the list, or build without that release')

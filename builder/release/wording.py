"""Parts of sentences that the card and croissant.json share: how much of what, in which languages, of which sites, by which machines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from builder.identity import UNKNOWN_SITE
from builder.release.figures import sites_by_pages, total
from builder.splits import is_test
from builder.text.language import UNDETERMINED

Figures = Mapping[str, Mapping[str, Any]]
VIETNAMESE: Final = 'vi'
COMPOSED: Final = 'composed'
_GIVEN: Final = frozenset(('gold', COMPOSED))
"""Label sources that are no machine's guess."""


def many(count: int, noun: str) -> str:
    """A count with its noun, in the singular where it is one."""
    return f'{count} {noun}' if count == 1 else f'{count} {noun}s'


def languages_of(counts: Figures) -> list[str]:
    """Codes of ISO 639 of the languages of all pages, Vietnamese first; `und` (undetermined) only where nothing else is known.

    Of a code with a region or a script (zh-cn) the language alone: hubs take no other code.
    """
    found = {str(code).split('-')[0] for of in counts.values() for code in of['languages']}
    known = sorted(found - {UNDETERMINED}, key=lambda code: (code != VIETNAMESE, code))
    return known or [UNDETERMINED]


def known_sites(counts: Figures) -> list[tuple[str, int]]:
    """The sites that have a name, with their pages, most pages first."""
    return [(site, pages) for site, pages in sites_by_pages(counts) if site != UNKNOWN_SITE]


def pages_without_site(counts: Figures) -> int:
    """How many pages are of a site that nothing tells."""
    return dict(sites_by_pages(counts)).get(UNKNOWN_SITE, 0)


def pages_in_words(counts: Figures) -> str:
    """How many pages there are, in which language, and of how many sites."""
    pages, sites, without = total(counts, 'pages'), len(known_sites(counts)), pages_without_site(counts)
    vietnamese = sum(of['languages'].get(VIETNAMESE, 0) for of in counts.values())
    told = (
        many(pages, 'Vietnamese news page') if vietnamese == pages else f'{many(pages, "news page")} ({vietnamese or "none"} in Vietnamese)'
    )
    if not without:
        return f'{told} of {many(sites, "site")}'
    return (
        f'{told}, {pages - without} of {many(sites, "site")} and {without} whose site is unknown'
        if sites
        else f'{told} whose site is unknown'
    )


def lines_by_source(counts: Figures) -> dict[str, int]:
    """How many lines each source of labels decided, by its name."""
    lines = Counter[str]()
    for of in counts.values():
        lines.update(of['label_sources'])
    return dict(sorted(lines.items()))


def by_machine(lines: Mapping[str, int]) -> int:
    """Of lines by source, those that a machine decided: all but gold and what was known when a page was composed."""
    return sum(count for source, count in lines.items() if source not in _GIVEN)


def pages_of_tests(counts: Figures) -> int:
    """How many pages the test splits hold."""
    return sum(of['pages'] for split, of in counts.items() if is_test(split))


def outside_tests(counts: Figures) -> dict[str, Mapping[str, Any]]:
    """The splits that are no test splits."""
    return {split: of for split, of in counts.items() if not is_test(split)}


def machine_voters(voters: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The voters of a manifest but for gold and what was known when a page was composed."""
    return [voter for voter in voters if voter['source'] not in _GIVEN]


def trained_voters(manifest: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Name and version of the labellers that voted on a line here, and of the tagger if it found a name, as the manifest describes them."""
    models = manifest['labeller']
    labellers, taggers = [models, *_there(models, 'html')], _there(models, 'tagger')
    return _voted(labellers, manifest['voters']), _voted(taggers, manifest['name_voters'])


def combining_voter(manifest: Mapping[str, Any]) -> str | None:
    """The labeller of HTML, if it voted here: on the pages that it voted on, its vote decides."""
    return next((model['name'] for model in _there(manifest['labeller'], 'html') if _voted([model], manifest['voters'])), None)


def _there(models: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [models[name]] if name in models else []


def _voted(models: Sequence[Mapping[str, Any]], voters: Sequence[Mapping[str, Any]]) -> list[str]:
    names = {voter['name'] for voter in machine_voters(voters)}
    return [f'{model["name"]} {model["version"]}' for model in models if model['name'] in names]

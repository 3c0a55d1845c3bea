"""The CRF tagger on sites that it was not trained on, and how far its F1 is from that of the rules."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from builder.entities.conll import TaggedLine
from builder.entities.crf_tagger import CrfTagger
from builder.labels import MAIN
from builder.training.tagger import write_tagger

Span = tuple[int, int, str]
Page = Mapping[str, Any]
_DRAWS = 2_000


def crf_left_out(pages: Sequence[Page]) -> Callable[[Sequence[str], Sequence[bool]], list[list[Span]]]:
    """Tags a page of gold by a CRF trained on the story lines of all other sites."""
    sites = sorted({page['site'] for page in pages})
    taggers = {site: _trained([page for page in pages if page['site'] != site]) for site in sites}
    site_of = {tuple(line['text'] for line in page['lines']): page['site'] for page in pages}

    def tag(texts: Sequence[str], story: Sequence[bool]) -> list[list[Span]]:
        found = taggers[site_of[tuple(texts)]].tag(texts, story)
        return [[(entity.start, entity.end, entity.type) for entity in entities] for entities in found]

    return tag


def _trained(pages: Sequence[Page]) -> CrfTagger:
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, 'tagger.crfsuite')
        write_tagger([lines for page in pages if (lines := _story(page))], weights, [])
        return CrfTagger(weights)


def _story(page: Page) -> list[TaggedLine]:
    spans: list[list[Span]] = [[] for _ in page['lines']]
    for entity in page['entities']:
        spans[entity['line']].append((entity['start'], entity['end'], entity['type']))
    return [
        TaggedLine(line['text'], tuple(spans[number]), page['id'], number)
        for number, line in enumerate(page['lines'])
        if line['label'] == MAIN
    ]


def difference(pages: Sequence[Page], rules: Sequence[list[list[Span]]], crf: Sequence[list[list[Span]]]) -> str:
    """F1 of the CRF less that of the rules, with the middle 95 % of a bootstrap over sites."""
    counts: dict[str, list[list[int]]] = {}
    for page, first, second in zip(pages, rules, crf, strict=True):
        gold = {(entity['line'], entity['start'], entity['end'], entity['type']) for entity in page['entities']}
        of_site = counts.setdefault(page['site'], [[0, 0], [0, 0]])
        for system, found in zip(of_site, (first, second), strict=True):
            spans = {(number, *span) for number, line in enumerate(found) for span in line}
            system[0] += len(spans & gold)
            system[1] += len(spans) + len(gold)
    sites, random = sorted(counts), Random(1)  # noqa: S311 - drawn again from its seed, not secret
    draws = sorted(_gain([counts[site] for site in random.choices(sites, k=len(sites))]) for _ in range(_DRAWS))
    low, high = draws[_DRAWS // 40], draws[-_DRAWS // 40 - 1]
    return f'== F1 of the CRF less that of the rules: {_gain(list(counts.values())):+.3f} (95 % over sites: {low:+.3f} to {high:+.3f})'


def _gain(counts: Sequence[list[list[int]]]) -> float:
    rules, crf = ([sum(site[system][part] for site in counts) for part in (0, 1)] for system in (0, 1))
    return 2 * crf[0] / max(crf[1], 1) - 2 * rules[0] / max(rules[1], 1)

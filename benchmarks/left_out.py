"""The CRF tagger on what it was not trained on, and how far its F1 is from that of the rules."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from builder.entities.conll import TaggedLine
from builder.entities.crf_tagger import CrfTagger
from builder.model import Entity
from builder.text.normalization import match_key
from builder.training.annotated import annotated_pages, short_digest
from builder.training.articles import read_articles
from builder.training.tagger import write_tagger

Page = Mapping[str, Any]
Tag = Callable[[Sequence[str], Sequence[bool]], list[list[Entity]]]
Marked = list[list[TaggedLine]]
"""The marked lines of each article."""
_DRAWS = 2_000


def marked_by_publisher(articles: Path) -> dict[str, Marked]:
    """The marked articles of each publisher."""
    publishers = {short_digest(article.address): article.publisher for article in read_articles(articles)}
    found: dict[str, Marked] = {}
    for page in annotated_pages(articles):
        found.setdefault(publishers[str(page[0].page)], []).append(page)
    return found


def gold_form(marked: Mapping[str, Marked]) -> list[Page]:
    """The marked articles as gold pages, all of whose lines are the story's; their site is the publisher."""
    return [
        {
            'id': page[0].page,
            'site': publisher,
            'lines': [{'text': line.text, 'label': 'main_story'} for line in page],
            'entities': [
                {'line': number, 'start': start, 'end': end, 'type': kind}
                for number, line in enumerate(page)
                for start, end, kind in line.spans
            ],
        }
        for publisher, pages in marked.items()
        for page in pages
    ]


def other_half(marked: Mapping[str, Marked]) -> Tag:
    """Tags a marked article by a CRF trained on the publishers of the other half: every other one by name."""
    names = sorted(marked)
    halves = [set(names[start::2]) for start in (0, 1)]
    taggers = [_trained([page for name, pages in marked.items() if name not in half for page in pages]) for half in halves]
    return _by_page({_texts(page): taggers[name in halves[1]] for name, pages in marked.items() for page in pages})


def other_publishers(marked: Mapping[str, Marked], pages: Sequence[Page]) -> Tag:
    """Tags a gold page by a CRF trained on the marked articles, but those of a publisher that has the site's name."""
    taggers: dict[frozenset[str], CrfTagger] = {}
    chosen: dict[tuple[str, ...], CrfTagger] = {}
    for page in pages:
        stem = page['site'].removeprefix('www.').split('.')[0]
        used = frozenset(name for name in marked if stem not in match_key(name).replace(' ', ''))
        if used not in taggers:
            taggers[used] = _trained([lines for name, of_publisher in marked.items() if name in used for lines in of_publisher])
        chosen[tuple(line['text'] for line in page['lines'])] = taggers[used]
    return _by_page(chosen)


def _texts(page: Sequence[TaggedLine]) -> tuple[str, ...]:
    return tuple(line.text for line in page)


def _by_page(taggers: Mapping[tuple[str, ...], CrfTagger]) -> Tag:
    return lambda texts, story: taggers[tuple(texts)].tag(texts, story)


def _trained(pages: Marked) -> CrfTagger:
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, 'tagger.crfsuite')
        write_tagger(pages, weights, [])
        return CrfTagger(weights)


def judged(marked: Mapping[str, Marked], tag: Tag) -> list[tuple[float, bool]]:
    """Of all names found in marked articles the confidence, and whether span and type are right."""
    return [
        (entity.confidence, (entity.start, entity.end, entity.type) in line.spans)
        for pages in marked.values()
        for page in pages
        for line, entities in zip(page, tag(_texts(page), [True] * len(page)), strict=True)
        for entity in entities
    ]


def difference(pages: Sequence[Page], rules: Sequence[list[list[Entity]]], crf: Sequence[list[list[Entity]]]) -> str:
    """F1 of the CRF less that of the rules, with the middle 95 % of a bootstrap over sites."""
    counts: dict[str, list[list[int]]] = {}
    for page, first, second in zip(pages, rules, crf, strict=True):
        gold = {(entity['line'], entity['start'], entity['end'], entity['type']) for entity in page['entities']}
        of_site = counts.setdefault(page['site'], [[0, 0], [0, 0]])
        for system, found in zip(of_site, (first, second), strict=True):
            spans = {(number, entity.start, entity.end, entity.type) for number, line in enumerate(found) for entity in line}
            system[0] += len(spans & gold)
            system[1] += len(spans) + len(gold)
    sites, random = sorted(counts), Random(1)  # noqa: S311 - drawn again from its seed, not secret
    draws = sorted(_gain([counts[site] for site in random.choices(sites, k=len(sites))]) for _ in range(_DRAWS))
    low, high = draws[_DRAWS // 40], draws[-_DRAWS // 40 - 1]
    return f'== F1 of the CRF less that of the rules: {_gain(list(counts.values())):+.3f} (95 % over sites: {low:+.3f} to {high:+.3f})'


def _gain(counts: Sequence[list[list[int]]]) -> float:
    rules, crf = ([sum(site[system][part] for site in counts) for part in (0, 1)] for system in (0, 1))
    return 2 * crf[0] / max(crf[1], 1) - 2 * rules[0] / max(rules[1], 1)

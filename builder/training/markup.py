"""Training of the markup labeller: gold pages as HTML, and composed pages as HTML by a template grammar.

The text labellers whose votes it learns to weigh must not have seen the pages. So each gold page has the votes of one trained without its site, and the
composed pages those of one trained on other publishers and phrases; `benchmarks/labeller.py --keep` makes them. Each gold page is learned
four times: as it is, without its claims, with votes as a failing text labeller gives them, and with neither.
"""

import gzip
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

import pycrfsuite

from builder.digests import file_sha256
from builder.errors import InputError
from builder.html.limits import HtmlLimits
from builder.html.segmenter import segment
from builder.labelling.html_view import HtmlView, in_reading_order
from builder.labelling.labeller import LineLabeller
from builder.labelling.markup_features import MARKUP_FEATURE_VERSION, markup_features
from builder.labelling.markup_labeller import MARKUP_FORMAT_VERSION, NOISE_TAG, view_of
from builder.labelling.tags import BEGIN, INSIDE, RELATED, kind_of, tags_of
from builder.labels import STORY_KINDS
from builder.markup import Markup
from builder.model_files import write_model
from builder.training.articles import Article, half_of_publishers, read_articles, without_copies
from builder.training.compose import compose
from builder.training.crf import Regularization, fit_crf
from builder.training.degrading import degraded
from builder.training.gold import GoldPage, likely_noise, read_gold
from builder.training.labeller import member_seeds
from builder.training.lexicon import LEXICON
from builder.training.rendering import render

Line = tuple[str, int | None]
"""A line's kind, and the number of its story: 0 the page's own, from 1 another whole story, None noise."""


@dataclass(frozen=True, slots=True)
class MarkupSettings:
    """What a training depends on beside its files. Chosen on gold sites held out (`benchmarks/markup.py`)."""

    c1: float = 0.1
    c2: float = 1.0
    iterations: int = 100
    least_count: int = 2
    pages: int = 700
    """Composed pages."""
    degraded_share: float = 0.45
    """Of composed pages: those with votes as a failing text labeller gives them."""
    members: int = 3
    """CRFs whose probabilities are averaged, each trained on composed pages of its own."""


MARKUP_SETTINGS: Final = MarkupSettings()


@dataclass(frozen=True, slots=True)
class HtmlExample:
    """A page to learn from: the gold site that it is of (empty where it was composed), the features of its lines in reading order, their tags."""

    site: str
    features: list[list[str]]
    tags: list[str]


def train_markup(files: tuple[Path, Path], html: Path, labellers: Path, out: Path, *, seed: int) -> None:
    """Trains on gold pages and composed ones; writes `out` and its record `out`.json. The same arguments give the same bytes.

    `files` are the articles and the gold file; `html` is a folder with `<id>.html.gz` of gold pages (those without are left out), `labellers` one with
    `without-<site>.crfsuite` for each site of gold and `publishers.crfsuite`. Raises InputError or ModelError where a file cannot be used.
    """
    articles, gold = files
    members = [list(markup_examples(files, html, labellers, seed=own)) for own in member_seeds(seed, MARKUP_SETTINGS.members)]
    trained_on = [{'file': file.name, 'sha256': file_sha256(file)} for file in (articles, gold)]
    read = [labellers / 'publishers.crfsuite', *sorted(labellers.glob('without-*.crfsuite'))]
    texts = [{'file': file.name, 'sha256': file_sha256(file), 'version': LineLabeller(file).version} for file in read]
    sites = sorted({one.site for one in members[0]} - {''})
    facts: dict[str, Any] = {
        'seed': seed,
        'settings': asdict(MARKUP_SETTINGS),
        'sites': sites,
        'trained_on': trained_on,
        'text_labellers': texts,
    }
    fit_markup(members, out, facts)


def markup_examples(files: tuple[Path, Path], html: Path, labellers: Path, *, seed: int) -> Iterator[HtmlExample]:
    """The examples of gold, in the file's order, then the composed ones."""
    articles, gold = files
    pages = list(read_gold(gold))
    for page in pages:
        yield from gold_html_examples(page, html, labellers, seed)
    stock = without_copies(read_articles(articles), (text for page in pages for text, _ in page.lines))
    yield from composed_html_examples(stock, LineLabeller(labellers / 'publishers.crfsuite'), seed)


def gold_html_examples(page: GoldPage, html: Path, labellers: Path, seed: int) -> Iterator[HtmlExample]:
    """The page's four examples; none where it has no HTML. Raises InputError where its HTML has other lines."""
    segmented = read_html_of(page, html)
    if segmented is None:
        return
    markup, title = segmented
    random = Random(f'{seed} {page.id}')  # noqa: S311 - drawn again from its seed, not secret
    facts, read = in_reading_order(markup, [text for text, _ in page.lines])
    votes = LineLabeller(labellers / f'without-{page.site}.crfsuite').label(read, title)
    kinds = [page.lines[line][1] or likely_noise(page.lines[line][0]) for line in markup.order]
    tags = markup_tags([(kind, 0 if kind in STORY_KINDS else None) for kind in kinds])
    silent = replace(facts, claims=())
    views = ((facts, votes), (facts, degraded(votes, random)), (silent, votes), (silent, degraded(votes, random)))
    for some_facts, some_votes in views:
        yield _example(page.site, view_of(read, some_facts, some_votes)[0], tags)


def read_html_of(page: GoldPage, html: Path) -> tuple[Markup, str | None] | None:
    """The markup and the title of a gold page; None where there is no HTML of it. Raises InputError where its lines are others."""
    path = html / f'{page.id}.html.gz'
    if not path.exists():
        return None
    segmented = segment(gzip.decompress(path.read_bytes()).decode('utf-8'), HtmlLimits())
    if len(segmented.blocks) != len(page.lines):
        raise InputError(f'{path}: has {len(segmented.blocks)} lines, and gold {len(page.lines)}; segment it again or leave it out')
    return segmented.markup, segmented.metadata.title


def composed_html_examples(stock: Sequence[Article], text_labeller: LineLabeller, seed: int) -> Iterator[HtmlExample]:
    """Pages composed of every other publisher with one half of the lexicon, rendered; those whose lines the segmenter joins are left out."""
    pages = list(compose(half_of_publishers(stock, 1), seed + 76, MARKUP_SETTINGS.pages, LEXICON.half(1)))
    for number, page in enumerate(pages):
        random = Random(f'{seed} html {number}')  # noqa: S311 - drawn again from its seed, not secret
        rendered = render(page, pages[(number + 7) % len(pages)], random)
        if rendered is None:
            continue
        facts, read = in_reading_order(rendered.page.markup, rendered.page.text.split('\n'))
        votes = text_labeller.label(read, rendered.page.metadata.title)
        votes = degraded(votes, random) if random.random() < MARKUP_SETTINGS.degraded_share else votes
        lines = [rendered.lines[line] for line in rendered.page.markup.order]
        tags = markup_tags([(line.kind, line.story or (0 if line.kind in STORY_KINDS else None)) for line in lines])
        yield _example('', view_of(read, facts, votes)[0], tags)


def _example(site: str, view: HtmlView, tags: list[str]) -> HtmlExample:
    return HtmlExample(site, markup_features(view), tags)


def markup_tags(lines: Sequence[Line]) -> list[str]:
    """The tags of a page's lines: story kinds, noise with a mark inside the page's own story, other stories with a mark at their beginning."""
    own = tags_of([(kind, story if story == 0 else None) for kind, story in lines])
    begun: set[int] = set()
    tags = []
    for (kind, story), tag in zip(lines, own, strict=True):
        if story:
            tags.append(RELATED if story in begun else RELATED + BEGIN)
            begun.add(story)
        elif kind in STORY_KINDS:
            tags.append(kind_of(tag))
        else:
            tags.append(NOISE_TAG + INSIDE if tag.endswith(INSIDE) else NOISE_TAG)
    return tags


def fit_markup(members: Sequence[Sequence[HtmlExample]], out: Path, facts: Mapping[str, Any], exclude_sites: Collection[str] = ()) -> None:
    """Trains a CRF on each member's examples but those of `exclude_sites`; writes their weights, one after the other, and the record beside them."""
    chosen = MARKUP_SETTINGS
    settings = Regularization(chosen.c1, chosen.c2, chosen.iterations, chosen.least_count)
    used = ([one for one in examples if one.site not in exclude_sites] for examples in members)
    weights = [fit_crf(((pycrfsuite.ItemSequence(one.features), one.tags) for one in examples), settings) for examples in used]
    sizes = {'members': list(map(len, weights))}
    write_model(out, b''.join(weights), (MARKUP_FORMAT_VERSION, MARKUP_FEATURE_VERSION), {**sizes, **facts})

"""Training of the line labeller: pages composed of articles, gold pages, and composed stories in the frames of gold pages."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, Final

import pycrfsuite

from builder.converters.inputs import find_inputs
from builder.digests import file_sha256
from builder.errors import InputError
from builder.labelling.features import FEATURE_VERSION, features
from builder.labelling.labeller import FORMAT_VERSION, WEIGHTS
from builder.labelling.tags import tags_of
from builder.labels import STORY_KINDS
from builder.model_files import require_room, write_model
from builder.training.articles import Article, without_copies
from builder.training.compose import ComposedPage, compose
from builder.training.crf import Example, Regularization, fit_crf
from builder.training.gold import GoldPage, framed, read_gold, tagged, variants
from builder.training.published import read_stock


@dataclass(frozen=True, slots=True)
class Settings:
    """What a training depends on beside its files. Chosen on sites held out of the training pages (`benchmarks/labeller.py`)."""

    c1: float = 0.2
    c2: float = 0.1
    iterations: int = 70
    least_count: int = 3
    """Occurrences from which a feature is kept."""
    gold_variants: int = 4
    framed_share: float = 0.5
    """Pages in gold frames, as a share of the composed ones."""
    members: int = 3
    """CRFs of the ensemble, each trained on pages of its own."""


SETTINGS: Final = Settings()


def train_labeller(articles: Path, gold: Sequence[Path], out: Path, *, seed: int, pages: int, exclude_sites: Collection[str] = ()) -> None:
    """Trains each member on `pages` composed pages of its own and on the gold pages, those of `exclude_sites` left out; writes `out` and its
    record `out`.json.

    The same arguments give the same bytes. Raises InputError where a file cannot be used or holds too few articles, UsageError where `out`
    would be overwritten by its record.
    """
    require_room(out, (articles, *gold))
    known = [page for path in gold for page in read_gold(path)]
    stock = without_copies(read_stock(articles), (text for page in known for text, _ in page.lines))
    if len(stock) < 4:
        raise InputError(f'{articles}: {len(stock)} articles that are not in gold; give four or more')
    used = [page for page in known if page.site not in exclude_sites]
    members = [
        chain(composed_examples(compose(stock, own, pages)), gold_examples(used, stock, seed=own, pages=pages))
        for own in member_seeds(seed)
    ]
    files = [{'file': path.name, 'sha256': _sha256(path)} for path in (articles, *gold)]
    sites = sorted({page.site for page in used})
    fit(members, out, {'seed': seed, 'pages': pages, 'settings': asdict(SETTINGS), 'sites': sites, 'trained_on': files})


def _sha256(path: Path) -> str:
    """Of a file's bytes; of a dump, of the digests of its files."""
    if path.is_file():
        return file_sha256(path)
    return hashlib.sha256('\n'.join(f'{file.path} {file.sha256}' for file in find_inputs([path])).encode()).hexdigest()


def member_seeds(seed: int, members: int = SETTINGS.members) -> list[int]:
    """The seed of each member; far enough apart that none is the seed that another member's framed pages are drawn with."""
    return [seed + 100 * member for member in range(members)]


def composed_examples(pages: Iterable[ComposedPage]) -> Iterator[Example]:
    """The features and tags of composed pages."""
    for page in pages:
        yield pycrfsuite.ItemSequence(features([line.text for line in page.lines])), composed_tags(page)


def composed_tags(page: ComposedPage) -> list[str]:
    """The tags of a composed page: a line of another story has its role there."""
    return tags_of([(line.role or line.kind, line.story or (0 if line.kind in STORY_KINDS else None)) for line in page.lines])


def gold_examples(gold: Sequence[GoldPage], stock: Sequence[Article], *, seed: int, pages: int) -> Iterator[Example]:
    """The features and tags of gold pages, of pages cut out of them, and of composed pages in their frames."""
    rng = Random(f'{seed} gold')  # noqa: S311 - drawn again from its seed, not secret
    for page in gold:
        for variant in variants(page, rng, SETTINGS.gold_variants):
            texts, tags = tagged(variant)
            yield pycrfsuite.ItemSequence(features(texts)), tags
    if any(page.story_lines() for page in gold):
        inner = (page for page in compose(stock, seed + 1, int(pages * SETTINGS.framed_share), bare=True) if not page.no_story)
        yield from composed_examples(framed(inner, gold, rng))


def shipped_settings() -> dict[str, Any]:
    """The thresholds of the shipped labeller, and its calibration curves, which any other has until its own are fitted (`benchmarks/labeller.py`)."""
    record = json.loads(WEIGHTS.with_suffix('.json').read_text('utf-8'))
    return {name: record[name] for name in ('thresholds', 'calibration')}


def fit(members: Iterable[Iterable[Example]], out: Path, facts: Mapping[str, Any]) -> None:
    """Trains a CRF on each member's examples; writes their weights, one after the other, to `out`, and the record with `facts` beside it."""
    settings = Regularization(SETTINGS.c1, SETTINGS.c2, SETTINGS.iterations, SETTINGS.least_count)
    weights = [fit_crf(examples, settings) for examples in members]
    sizes = {'members': list(map(len, weights)), **shipped_settings()}
    write_model(out, b''.join(weights), (FORMAT_VERSION, FEATURE_VERSION), {**sizes, **facts})

"""Training of a CRF tagger on CoNLL files of the user's own, with whatever types they have.

The rules read the lines first, and what they find is a feature: the CRF learns when to believe them. Lines of one page should stand
together and name it (`builder.entities.conll`), since a page's other lines are features too.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pycrfsuite

from builder.curves import PLAIN
from builder.digests import file_sha256
from builder.entities.conll import TaggedLine, pages_of, read_conll
from builder.entities.crf_features import FEATURE_VERSION, NEAR, OUTSIDE, page_features, stretches
from builder.entities.crf_tagger import FORMAT_VERSION
from builder.entities.tagger import Reading, load_tagger
from builder.entities.token_line import TokenLine
from builder.errors import InputError, UsageError
from builder.model_files import require_room, write_model
from builder.training.annotated import NAMES, annotated_pages
from builder.training.crf import Example, Regularization, fit_crf


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """What a training depends on beside its files. Chosen by what a tagger trained on the marked articles finds on gold pages, of other
    sites and years: weaker penalties learn this year's names by heart (`benchmarks/entities.py`).
    """

    c1: float = 0.3
    c2: float = 0.5
    iterations: int = 100
    least_count: int = 3
    """Occurrences from which a feature is kept."""


TAGGER_SETTINGS: Final = TaggerSettings()
_ENOUGH: Final = 0.99
"""Share of the names' tokens near capitals with which the others are given up; of the marked articles it is .996."""


def train_tagger(files: Sequence[Path], out: Path, articles: Path | None = None) -> dict[str, Any]:
    """Train on the lines of CoNLL files, and on those of `articles` that are marked (`annotated`); write the weights to `out` and their record
    to `.json` beside it, and return the record.

    The same files in the same order give the same bytes. Raises InputError where a file cannot be read or none has an entity, UsageError
    where there is no file, or where `out` would be overwritten by its record.
    """
    if not files and not articles:
        raise UsageError('nothing to train on; give CoNLL files, or --articles')
    require_room(out, (*files, *([articles] if articles else [])))
    pages = [page for file in files for page in pages_of(read_conll(file))]
    pages += annotated_pages(articles) if articles else []
    if not any(line.spans for page in pages for line in page):
        raise InputError(f'{", ".join(map(str, files))}: no entity in any line; give lines with B- and I- tags')
    read = [*files, *([articles, NAMES] if articles else [])]
    trained_on = [{'file': file.name, 'sha256': file_sha256(file)} for file in read]
    return write_tagger(pages, out, trained_on)


def write_tagger(pages: Sequence[Sequence[TaggedLine]], out: Path, trained_on: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Fit a tagger to the lines of pages and write it with its record, which says that it was `trained_on` those files; returns the record."""
    types = sorted({kind for page in pages for line in page for _, _, kind in line.spans})
    near = NEAR if _have_capitals(pages) else None
    content = fit_tagger(example for page in pages for example in page_examples(page, near))
    counts = {'pages': len(pages), 'lines': sum(map(len, pages))}
    facts = {
        'types': types,
        'near': near,
        'calibration': list(PLAIN),
        'settings': asdict(TAGGER_SETTINGS),
        **counts,
        'trained_on': list(trained_on),
    }
    return write_model(out, content, (FORMAT_VERSION, FEATURE_VERSION), facts)


def _have_capitals(pages: Iterable[Sequence[TaggedLine]]) -> bool:
    """Whether so many of the names' tokens lie near capitals that a tagger need not read the others."""
    inside = total = 0
    for page in pages:
        for line, reading in zip(page, _readings(page), strict=True):
            named = [index for index, tag in enumerate(token_tags(reading[0], line.spans)) if tag != OUTSIDE]
            inside += sum(index in stretch for stretch in stretches(reading, NEAR) for index in named)
            total += len(named)
    return inside >= _ENOUGH * total


def _readings(page: Sequence[TaggedLine]) -> list[Reading]:
    return [reading for reading in load_tagger().read([line.text for line in page], [True] * len(page)) if reading]


def page_examples(page: Sequence[TaggedLine], near: int | None) -> Iterator[Example]:
    """The features and tags of the lines of one page, stretch by stretch (`stretches`), as a tagger reads them."""
    readings = _readings(page)
    for line, (tokens, _), of_line in zip(page, readings, page_features(readings, near), strict=True):
        tags = token_tags(tokens, line.spans)
        for start, rows in of_line:
            yield pycrfsuite.ItemSequence(rows), tags[start : start + len(rows)]


def token_tags(line: TokenLine, spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """The BIO tags of a line's tokens: one belongs to the span that it begins in. A span in which no token begins is not told."""
    tags = [OUTSIDE] * len(line)
    for start, end, kind in spans:
        inside = range(bisect_left(line.starts, start), bisect_left(line.starts, end))
        for index in inside:
            tags[index] = f'{"B" if index == inside.start else "I"}-{kind}'
    return tags


def fit_tagger(examples: Iterable[Example]) -> bytes:
    """The weights of a CRF fitted to the examples."""
    return fit_crf(examples, Regularization(**asdict(TAGGER_SETTINGS)))

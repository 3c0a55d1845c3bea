"""Fitting CRFs: the trainer of `python-crfsuite`, which every model of vinews is trained by."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pycrfsuite

Example = tuple[pycrfsuite.ItemSequence, list[str]]
"""The features of a sequence, as the trainer holds them, and its tags."""


@dataclass(frozen=True, slots=True)
class Regularization:
    """How a CRF is fitted (L-BFGS, elastic net), and from how many occurrences a feature is kept."""

    c1: float
    c2: float
    iterations: int
    least_count: int = 0


def fit_crf(examples: Iterable[Example], settings: Regularization) -> bytes:
    """The weights of a CRF fitted to the examples, those of no length left out; the same examples and settings give the same bytes."""
    trainer = pycrfsuite.Trainer(algorithm='lbfgs', verbose=False)
    trainer.set_params(
        {'c1': settings.c1, 'c2': settings.c2, 'max_iterations': settings.iterations, 'feature.minfreq': settings.least_count}
    )
    for rows, tags in examples:
        if tags:
            trainer.append(rows, tags)
    # The trainer writes files only.
    with tempfile.TemporaryDirectory(prefix='vinews-crf-') as folder:
        weights = Path(folder, 'weights.crfsuite')
        trainer.train(str(weights))
        return weights.read_bytes()

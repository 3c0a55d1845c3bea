"""The tagger of names: a linear-chain CRF over tokens that knows what the rules make of them.

The shipped weights are `weights/names.crfsuite`; a user's own have the types of the lines they were trained on (`builder.training.tagger`).
Weights are opened only if the record beside them has their digest: the reader of a damaged CRF file can crash.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pycrfsuite

from builder.entities.crf_features import FEATURE_VERSION, OUTSIDE, page_features
from builder.entities.lexicon import load_lexicon
from builder.entities.tagger import Reading, load_tagger
from builder.entities.token_line import TokenLine
from builder.entities.trie import longest
from builder.model import Entity
from builder.model_files import read_model
from builder.text.tokens import spans

NAME_WEIGHTS: Final = Path(__file__).parent / 'weights' / 'names.crfsuite'
FORMAT_VERSION: Final = 1
"""Of the record beside the weights."""


class CrfTagger:
    """Tags the lines of a page by trained weights; the same entities for the same lines. Pickled by path, as the line labeller is."""

    name = 'crf_tagger'

    def __init__(self, weights: Path = NAME_WEIGHTS) -> None:
        content, record = read_model(weights, (FORMAT_VERSION, FEATURE_VERSION))
        self.version: str = f'{FORMAT_VERSION}.{FEATURE_VERSION}+{record["sha256"][:8]}'
        self.types: tuple[str, ...] = tuple(record['types'])
        self._weights = weights
        self._content = content  # the model reads this memory as long as it lives
        self._model = pycrfsuite.Tagger()
        self._model.open_inmemory(content)
        self._rules = load_tagger()

    def __reduce__(self) -> tuple[Callable[[Path], 'CrfTagger'], tuple[Path]]:
        return CrfTagger, (self._weights,)

    def tag(self, texts: Sequence[str], story: Sequence[bool]) -> list[list[Entity]]:
        """The entities of each line of one page, as `builder.entities.tagger.EntityTagger.tag` gives them.

        A confidence is the least probable tag's probability among the entity's tokens. Raises ValueError where `texts` and `story` differ
        in length.
        """
        readings = self._rules.read(texts, story)
        rows = iter(page_features([reading for reading in readings if reading]))
        return [self._line(reading, next(rows)) if reading else [] for reading in readings]

    def _line(self, reading: Reading, rows: list[list[str]]) -> list[Entity]:
        line = reading[0]
        if not rows:
            return []
        self._model.set(pycrfsuite.ItemSequence(rows))
        tags: list[str] = self._model.tag()
        for index in self._called_like_countries(reading):
            if index + 1 == len(tags) or not tags[index + 1].startswith('I-'):
                tags[index] = 'B-PER'
        sure = [self._model.marginal(tag, index) if tag != OUTSIDE else 1.0 for index, tag in enumerate(tags)]
        return [self._entity(line, sure, *found) for found in spans([(index, index + 1) for index in range(len(line))], tags)]

    def _called_like_countries(self, reading: Reading) -> list[int]:
        """Tokens that name a country elsewhere, and on this page a person whose full name stands in it: no training has enough of them."""
        line, spans_ = reading
        alone = (span.start for span in spans_ if (span.type, span.rule, span.end - span.start) == ('PER', 'known', 1))
        listed = ((index, longest(load_lexicon().names, line, index)) for index in alone if 'PER' in self.types)
        return [index for index, name in listed if name and name.label == 'country']

    def _entity(self, line: TokenLine, sure: Sequence[float], first: int, last: int, kind: str) -> Entity:
        """The entity of the tokens `[first, last)`."""
        start, end = line.starts[first], line.ends[last - 1]
        confidence = min(1.0, *sure[first:last])
        return Entity(start, end, kind, line.text[start:end], 'model', self.name, self.version, confidence)


def describe_tagger() -> dict[str, Any]:
    """Name and version of the shipped tagger with the record of its training, for the manifest of a release.

    Raises ModelError if the shipped weights are not the recorded ones.
    """
    tagger = CrfTagger()
    record: dict[str, Any] = json.loads(NAME_WEIGHTS.with_suffix('.json').read_text('utf-8'))
    return {'name': tagger.name, 'version': tagger.version, 'training': record}

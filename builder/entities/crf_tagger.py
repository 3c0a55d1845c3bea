"""A tagger trained on its user's lines: a linear-chain CRF over tokens that knows what the rules make of them.

Its types are those of the lines it was trained on (`builder.training.tagger`). The weights are opened only if the record beside them has
their digest: the reader of a damaged CRF file can crash.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pycrfsuite

from builder.entities.crf_features import FEATURE_VERSION, OUTSIDE, page_features
from builder.entities.lexicon import load_lexicon
from builder.entities.tagger import load_tagger
from builder.entities.token_line import TokenLine
from builder.model import Entity
from builder.model_files import read_model
from builder.text.tokens import spans

FORMAT_VERSION: Final = 1
"""Of the record beside the weights."""


class CrfTagger:
    """Tags the lines of a page by trained weights; the same entities for the same lines. Pickled by path, as the line labeller is."""

    name = 'crf_tagger'

    def __init__(self, weights: Path) -> None:
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
        rows = iter(page_features([reading for reading in readings if reading], load_lexicon()))
        return [self._line(reading[0], next(rows)) if reading else [] for reading in readings]

    def _line(self, line: TokenLine, rows: list[list[str]]) -> list[Entity]:
        if not rows:
            return []
        self._model.set(pycrfsuite.ItemSequence(rows))
        tags: list[str] = self._model.tag()
        sure = [self._model.marginal(tag, index) if tag != OUTSIDE else 1.0 for index, tag in enumerate(tags)]
        return [self._entity(line, sure, *found) for found in spans([(index, index + 1) for index in range(len(line))], tags)]

    def _entity(self, line: TokenLine, sure: Sequence[float], first: int, last: int, kind: str) -> Entity:
        """The entity of the tokens `[first, last)`."""
        start, end = line.starts[first], line.ends[last - 1]
        confidence = min(1.0, *sure[first:last])
        return Entity(start, end, kind, line.text[start:end], 'model', self.name, self.version, confidence)

"""The tagger of names: a linear-chain CRF over tokens that knows what the rules make of them.

The shipped weights are `weights/names.crfsuite`; a user's own have the types of the lines they were trained on (`builder.training.tagger`).
Weights are opened only if the record beside them has their digest: the reader of a damaged CRF file can crash.
"""

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Final

import pycrfsuite

from builder.curves import on_curve
from builder.entities.crf_features import FEATURE_VERSION, Stretch, page_features
from builder.entities.lexicon import load_lexicon
from builder.entities.spans import CONFIDENCE
from builder.entities.tagger import Found, Reading, load_tagger, rule_entities
from builder.entities.token_line import TokenLine
from builder.entities.trie import longest
from builder.model import Entity
from builder.model_files import decisive_version, read_model
from builder.text.tokens import spans

NAME_WEIGHTS: Final = Path(__file__).parent / 'weights' / 'names.crfsuite'
FORMAT_VERSION: Final = 2
"""Of the record beside the weights."""
_PERSON: Final = 'B-PER'


class CrfTagger:
    """Tags the lines of a page by trained weights; the same entities for the same lines. Pickled by path, as the line labeller is."""

    name = 'crf_tagger'

    def __init__(self, weights: Path = NAME_WEIGHTS) -> None:
        content, record = read_model(weights, (FORMAT_VERSION, FEATURE_VERSION))
        self.version: str = decisive_version(record, ('sha256', 'near', 'calibration'))
        self.types: tuple[str, ...] = tuple(record['types'])
        self._near: int | None = record['near']
        self._curve: tuple[float, float] = tuple(record['calibration'])
        self._weights = weights
        self._content = content  # the model reads this memory as long as it lives
        self._model = pycrfsuite.Tagger()
        self._model.open_inmemory(content)
        self._rules = load_tagger()

    def __reduce__(self) -> tuple[Callable[[Path], 'CrfTagger'], tuple[Path]]:
        return CrfTagger, (self._weights,)

    def tag(self, texts: Sequence[str], story: Sequence[bool]) -> list[list[Entity]]:
        """The entities of each line of one page, as `builder.entities.tagger.EntityTagger.tag` gives them.

        A confidence is the least probable tag's probability among the entity's tokens, on the calibration curve of the weights. Raises
        ValueError where `texts` and `story` differ in length.
        """
        return [found[0] for found in self.vote(texts, story)]

    def vote(self, texts: Sequence[str], story: Sequence[bool]) -> list[Found]:
        """For each line what the model found, and what the rules did, which it has read."""
        readings = self._rules.read(texts, story)
        stretches = iter(page_features([reading for reading in readings if reading], self._near))
        return [(self._line(reading, next(stretches)), rule_entities(reading)) if reading else ([], []) for reading in readings]

    def _line(self, reading: Reading, stretches: list[Stretch]) -> list[Entity]:
        persons = self._called_like_countries(reading)
        return [entity for stretch in stretches for entity in self._stretch(reading[0], stretch, persons)]

    def _stretch(self, line: TokenLine, stretch: Stretch, persons: Collection[int]) -> list[Entity]:
        start, rows = stretch
        self._model.set(pycrfsuite.ItemSequence(rows))
        tags: list[str] = self._model.tag()
        overruled = set()
        for index in range(len(rows)) if persons else ():
            alone = start + index in persons and (index + 1 == len(tags) or not tags[index + 1].startswith('I-'))
            if alone and tags[index] != _PERSON:
                tags[index] = _PERSON
                overruled.add(index)
        entities = []
        for first, last, kind in spans([(index, index + 1) for index in range(len(tags))], tags):
            least = min(self._model.marginal(tags[index], index) for index in range(first, last))
            confidence = CONFIDENCE['known', 'PER'] if first in overruled else on_curve(self._curve, least)
            entities.append(self._entity(line, confidence, start + first, start + last, kind))
        return entities

    def _called_like_countries(self, reading: Reading) -> set[int]:
        """Tokens that name a country elsewhere, and on this page a person whose full name stands in it: no training has enough of them."""
        line, spans_ = reading
        alone = (span.start for span in spans_ if (span.type, span.rule, span.end - span.start) == ('PER', 'known', 1))
        listed = ((index, longest(load_lexicon().names, line, index)) for index in alone if 'PER' in self.types)
        return {index for index, name in listed if name and name.label == 'country'}

    def _entity(self, line: TokenLine, confidence: float, first: int, last: int, kind: str) -> Entity:
        """The entity of the tokens `[first, last)`."""
        start, end = line.starts[first], line.ends[last - 1]
        return Entity(start, end, kind, line.text[start:end], 'model', self.name, self.version, confidence)


def describe_tagger() -> dict[str, Any]:
    """Name and version of the shipped tagger with the record of its training, for the manifest of a release.

    Raises ModelError if the shipped weights are not the recorded ones.
    """
    tagger = CrfTagger()
    record: dict[str, Any] = json.loads(NAME_WEIGHTS.with_suffix('.json').read_text('utf-8'))
    return {'name': tagger.name, 'version': tagger.version, 'training': record}

"""The tagger of underthesea (extra `underthesea`): a CRF of 2017, whose tokens come without offsets and partly respelt."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Final

from builder.entities.adapters.alignment import aligned_spans
from builder.errors import UsageError
from builder.model import Entity

UNMEASURED: Final = 0.5
"""The confidence of its entities: it gives none."""

Ner = Callable[[str], Sequence[tuple[str, str, str, str]]]
"""`underthesea.ner`: (token, part of speech, chunk, BIO tag) for each token of a text."""


class UndertheseaTagger:
    """Tags line by line by the function it is given."""

    name = 'underthesea'

    def __init__(self, ner: Ner, version: str) -> None:
        self._ner = ner
        self.version = version

    def tag(self, texts: Sequence[str], story: Sequence[bool]) -> list[list[Entity]]:
        """The entities of each line, as `builder.entities.tagger.EntityTagger.tag` gives them. Raises ValueError where the two differ in length."""
        return [self._line(text) if wanted else [] for text, wanted in zip(texts, story, strict=True)]

    def _line(self, text: str) -> list[Entity]:
        tagged = [(token, tag) for token, _, _, tag in self._ner(text)]
        return [
            Entity(start, end, kind, text[start:end], 'model', self.name, self.version, UNMEASURED)
            for start, end, kind in aligned_spans(text, tagged)
        ]


def load_underthesea() -> UndertheseaTagger:
    """The tagger of the installed underthesea. Raises UsageError where it is not installed."""
    if find_spec('underthesea') is None:
        raise UsageError("underthesea is not installed: pip install 'vinews-builder[underthesea]'")
    return UndertheseaTagger(import_module('underthesea').ner, version('underthesea'))

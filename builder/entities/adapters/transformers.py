"""A model for token classification in a folder of the user's own (extra `transformers`), such as one trained on the config `entities`.

It is given the syllable tokens of the line (`builder.text.tokens`), as that config has them, and the tag of a token is that of its first
piece; so offsets are ours and none can be lost. Nothing is downloaded, no code of the model's is run and no pickle is read.
"""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from builder.entities.adapters.alignment import OUTSIDE, known_tag
from builder.errors import UsageError
from builder.model import Entity
from builder.text.tokens import spans, tokenize

_LONGEST: Final = 512
"""Pieces of a stretch, where the model's own limit is not known; tokenizers without one say 10^30."""
Read = tuple[str, float]
"""A token's BIO tag and its probability."""


class TransformersTagger:
    """Tags line by line; a line that is too long for the model is read in stretches, and a name on a cut is joined again."""

    name = 'transformers'

    def __init__(self, folder: Path) -> None:
        torch, transformers = import_module('torch'), import_module('transformers')
        options = {'local_files_only': True, 'trust_remote_code': False}
        self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(str(folder), **options)
        self._model: Any = transformers.AutoModelForTokenClassification.from_pretrained(str(folder), use_safetensors=True, **options).eval()
        self._torch: Any = torch
        self._tags = [known_tag(str(self._model.config.id2label[number])) for number in range(self._model.config.num_labels)]
        self._longest = min(self._tokenizer.model_max_length, getattr(self._model.config, 'max_position_embeddings', _LONGEST), _LONGEST)
        self.version = f'{transformers.__version__}+{_digest(folder)[:8]}'

    def tag(self, texts: Sequence[str], story: Sequence[bool]) -> list[list[Entity]]:
        """The entities of each line, as `builder.entities.tagger.EntityTagger.tag` gives them.

        A confidence is the least probable tag's probability among the entity's tokens. Raises ValueError where the two differ in length.
        """
        return [self._line(text) if wanted else [] for text, wanted in zip(texts, story, strict=True)]

    def _line(self, text: str) -> list[Entity]:
        ranges = tokenize(text)
        read = self._read([text[start:end] for start, end in ranges])
        # A token of which the model sees no piece, such as an invisible character, neither begins nor ends a name.
        seen = [(place, *told) for place, told in zip(ranges, read, strict=True) if told]
        found = []
        for start, end, kind in spans([place for place, _, _ in seen], [tag for _, tag, _ in seen]):
            sure = min(chance for place, _, chance in seen if start <= place[0] < end)
            found.append(Entity(start, end, kind, text[start:end], 'model', self.name, self.version, sure))
        return found

    def _read(self, words: list[str]) -> list[Read | None]:
        """The tag of each word; None for one without a piece."""
        if not words:
            return []
        pieces = self._tokenizer(words, is_split_into_words=True, truncation=len(words) == 1, max_length=self._longest, return_tensors='pt')
        if pieces['input_ids'].shape[1] > self._longest:
            middle = len(words) // 2
            return self._read(words[:middle]) + self._read(words[middle:])
        with self._torch.inference_mode():
            chances = self._model(**pieces).logits[0].softmax(-1).max(-1)
        read: list[Read | None] = [None] * len(words)
        for number, word in enumerate(pieces.word_ids(0)):
            if word is not None and read[word] is None:
                tag = self._tags[int(chances.indices[number])]
                read[word] = tag, min(1.0, float(chances.values[number]))
        return read


def load_transformers(folder: Path) -> TransformersTagger:
    """The tagger of the model in `folder`. Raises UsageError where the extra is not installed, or the folder holds no such model."""
    missing = [name for name in ('torch', 'transformers') if find_spec(name) is None]
    if missing:
        raise UsageError(f"{' and '.join(missing)} not installed: pip install 'vinews-builder[transformers]'")
    if not folder.is_dir():
        raise UsageError(f'{folder}: no folder here; give the one that `save_pretrained` wrote (nothing is downloaded)')
    try:
        tagger = TransformersTagger(folder)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f'{folder}: no model for token classification in safetensors ({error})') from error
    if not tagger._tokenizer.is_fast or set(tagger._tags) == {OUTSIDE}:  # noqa: SLF001 - its own module
        raise UsageError(f'{folder}: needs a fast tokenizer, and tags such as B-PER, I-LOC or ORG in `id2label`')
    return tagger


def _digest(folder: Path) -> str:
    """SHA-256 over the weights, by name."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob('*.safetensors')):
        with path.open('rb') as stream:
            digest.update(hashlib.file_digest(stream, 'sha256').digest())
    return digest.hexdigest()

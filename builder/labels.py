"""The label set, read from `schemas/label_set.schema.json`: kinds, labels and entity types in the order of their class ids."""

import json
from typing import Any, Final

from builder.resources import folder

_DEFINITIONS: Final[dict[str, Any]] = json.loads(folder('schemas').joinpath('label_set.schema.json').read_text('utf-8'))

LABEL_SET_VERSION: Final[str] = _DEFINITIONS['x-version']
LABELS: Final[tuple[str, ...]] = tuple(_DEFINITIONS['$defs']['label']['enum'])
KINDS: Final[tuple[str, ...]] = tuple(_DEFINITIONS['$defs']['kind']['enum'])
LABEL_OF_KIND: Final[dict[str, str]] = _DEFINITIONS['$defs']['kind']['x-label']
MEANING_OF_KIND: Final[dict[str, str]] = _DEFINITIONS['$defs']['kind']['x-meaning']
ENTITY_TYPES: Final[tuple[str, ...]] = tuple(_DEFINITIONS['$defs']['entity_type']['enum'])
NER_TAGS: Final[tuple[str, ...]] = tuple(_DEFINITIONS['$defs']['ner_tag']['enum'])

MAIN, NOISE = LABELS
STORY_KINDS: Final[frozenset[str]] = frozenset(kind for kind, label in LABEL_OF_KIND.items() if label == MAIN)
"""The seven kinds of the strict view."""

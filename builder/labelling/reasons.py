"""Why the sequence models gave a line its tag: the features that speak most for it, in words."""

import re
from collections.abc import Sequence
from typing import Final

from builder.labelling.features import features
from builder.labelling.labeller import LineLabeller

MOST: Final = 4
"""Features that are told of a line."""
_OFFSET: Final = re.compile(r'^([+-]?[12])(?=\D)')
_WORDS: Final = (
    ('l', 'length'), ('w', 'count of words'), ('e', 'last sign'), ('s', 'first sign'), ('c', 'capitals'), ('f', 'everyday words'), ('n', 'sentences'),
    ('p', 'pattern'), ('t', 'date or time'), (',', 'commas'), ('b', 'words shared with the text before'), ('a', 'words shared with the text after'),
    ('N', 'names shared with the text around'), ('T', 'whether the text changes its subject here'), ('k', 'links of words to other lines'),
    ('d', 'running text around'), ('P', 'running text of the page'), ('>', 'lines to the next running text'), ('<', 'lines from the last running text'),
    ('in', 'inside a cluster of running text'), ('to', 'above a cluster of running text'), ('from', 'below a cluster of running text'),
    ('r', 'a run of short lines'), ('R', 'a run of long lines'), ('twice', 'stands twice on the page'), ('held', 'a line below holds it'),
    ('H', 'headlines between it and the text'), ('UPPER', 'all capitals'), ('Name', 'the shape of a name'), ('digits', 'digits'),
    ('mostlydigits', 'mostly digits'), ('edge', 'the edge of the page'),
)  # fmt: skip
"""What features are called, by how their names begin; the longest beginning counts."""


def reasons(labeller: LineLabeller, texts: Sequence[str]) -> list[list[tuple[str, str, float]]]:
    """For each line the features that speak most for the tag it got: name, meaning, and mean weight over the models."""
    weights = labeller.state_weights()
    told = []
    for row, tag in zip(features([' '.join(text.split()) for text in texts]), labeller.read(texts).tags, strict=True):
        for_tag = ((name, sum(of_model.get((name, tag), 0.0) for of_model in weights) / len(weights)) for name in dict.fromkeys(row))
        strongest = sorted(for_tag, key=lambda item: (-item[1], item[0]))[:MOST]
        told.append([(name, meaning(name), round(weight, 2)) for name, weight in strongest if weight > 0])
    return told


def meaning(name: str) -> str:
    """What a feature is about, and of which line."""
    match = _OFFSET.match(name)
    rest = name[match.end() :] if match else name
    words = max((item for item in _WORDS if rest.startswith(item[0])), key=lambda item: len(item[0]), default=('', 'other'))[1]
    where = {'-': 'above', '+': 'below'}.get(name[0], 'below') if match else ''
    return f'{words}, line {where}' if where else words

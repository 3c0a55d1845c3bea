"""The line labeller: a linear-chain CRF over a page's lines, then a pass that finds the stories and says which is the page's own.

The weights are `weights/lines.crfsuite`; `lines.json` beside it records their digest and what they were trained on. They are opened only
if the digest is the recorded one: the reader of a damaged CRF file can crash.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

from builder.errors import ModelError
from builder.labelling.ensemble import Ensemble
from builder.labelling.features import FEATURE_VERSION, features
from builder.labelling.reading import Reading
from builder.labelling.shapes import shape
from builder.labelling.stories import find_stories, own_story
from builder.labelling.tags import NOISE_TAGS, RELATED, kind_of
from builder.labels import MAIN, NOISE
from builder.model import Vote

WEIGHTS: Final = Path(__file__).parent / 'weights' / 'lines.crfsuite'
FORMAT_VERSION: Final = 2
"""Of the record beside the weights."""
_CHOICE: Final = 0.95
"""Least confidence that a line of another whole story is noise. Of such lines .98 were on composed pages; on the few gold pages where the
second pass saw two stories in one, far fewer."""
_LEAST: Final = 0.55
"""Least confidence of a vote in which both passes agree."""
_ADDED: Final = 0.65
"""Least confidence of a line that the second pass adds to a story, such as a title: how often it was right on held-out pages."""
_DROPPED: Final = 0.7
"""Least confidence of a line that the second pass takes out of a story: between .58 on composed and 1.0 on gold pages."""


class LineLabeller:
    """Votes for each line of a page; the same votes for the same lines. Pickled by path, so that each process opens the weights itself."""

    name = 'line_labeller'

    def __init__(self, weights: Path = WEIGHTS) -> None:
        content, record = _read(weights)
        self.version: str = f'{FORMAT_VERSION}.{FEATURE_VERSION}+{record["sha256"][:8]}'
        self._weights = weights
        self._ensemble = Ensemble(_members(content, record))

    def __reduce__(self) -> tuple[Callable[[Path], 'LineLabeller'], tuple[Path]]:
        return LineLabeller, (self._weights,)

    def label(self, texts: Sequence[str], title: str | None = None) -> list[Vote]:
        """One vote a line, in order, for the non-blank lines of a page in NFC.

        `title`, where the dump knows the page's title, decides which of several stories is the page's own. A vote's confidence is the
        probability of its label.
        """
        if not texts:
            return []
        reading = self.read(texts)
        stories = find_stories(reading)
        own = own_story(reading.shapes, stories, title)
        told = {line: (kind, _story_number(number, own)) for number, story in enumerate(stories) for line, kind in story.kinds}
        return [self._vote(reading, line, *told.get(line, (None, None))) for line in range(len(texts))]

    def read(self, texts: Sequence[str]) -> Reading:
        """What the sequence models alone make of the lines; the marginals of the last page read stay in them.

        Runs of white space count as one space: saved HTML has none of them, a text dump of the same page may.
        """
        texts = [' '.join(text.split()) for text in texts]
        tags, probabilities = self._ensemble.read(features(texts))
        return Reading([shape(text) for text in texts], tags, probabilities)

    def _vote(self, reading: Reading, line: int, kind: str | None, story: int | None) -> Vote:
        """The vote for a line of the page's own story (0), of another whole story (from 1), or of none (None)."""
        probability, tag = reading.probabilities[line], reading.tags[line]
        if kind and story == 0:
            return self._voted(MAIN, kind, max(probability, _ADDED if tag in NOISE_TAGS else _LEAST))
        if story:
            return self._voted(NOISE, RELATED, max(1 - probability, _CHOICE), story)
        if tag in NOISE_TAGS:
            return self._voted(NOISE, kind_of(tag), max(1 - probability, _LEAST))
        return self._voted(NOISE, self._ensemble.likeliest_noise(line), max(1 - probability, _DROPPED))

    def _voted(self, label: str, kind: str, confidence: float, story: int | None = None) -> Vote:
        return Vote('model', self.name, self.version, label, kind, round(min(1.0, confidence), 4), story)


def _story_number(index: int | None, own: int | None) -> int | None:
    """0 for the page's own story; the others from 1 in the page's order."""
    if index is None or own is None:
        return None
    return 0 if index == own else index + (index < own)


def load_labeller() -> LineLabeller:
    """The labeller with the shipped weights; raises ModelError where they are missing or not the recorded ones."""
    return LineLabeller()


def _members(content: bytes, record: dict[str, Any]) -> list[bytes]:
    """The weights of each member, one after the other in the file."""
    ends = list(accumulate(record['members']))
    return [content[start:end] for start, end in pairwise([0, *ends])]


def _read(weights: Path) -> tuple[bytes, dict[str, Any]]:
    """The weights and their record, once the digest is found to be the recorded one."""
    record_path = weights.with_suffix('.json')
    try:
        content, record = weights.read_bytes(), json.loads(record_path.read_bytes())
    except (OSError, ValueError) as error:
        raise ModelError(f'{weights}: cannot be read with its record ({error}); install vinews again or train it anew') from None
    if not isinstance(record, dict) or record.get('sha256') != hashlib.sha256(content).hexdigest():
        raise ModelError(f'{weights}: its sha256 is not the one in {record_path.name}; install vinews again or train it anew')
    if (record.get('format_version'), record.get('feature_version')) != (FORMAT_VERSION, FEATURE_VERSION):
        raise ModelError(f'{weights}: was trained for other features than version {FEATURE_VERSION}; train it anew')
    return content, record

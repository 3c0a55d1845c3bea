"""The line labeller: a linear-chain CRF over a page's lines, then a pass that finds the stories and says which is the page's own.

The weights are `weights/lines.crfsuite`; `lines.json` beside it records their digest and what they were trained on. They are opened only
if the digest is the recorded one: the reader of a damaged CRF file can crash.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from builder.apart import opened
from builder.errors import ModelError
from builder.labelling.calibration import confidence
from builder.labelling.committee import members_of
from builder.labelling.ensemble import Ensemble
from builder.labelling.features import FEATURE_VERSION, shape_features
from builder.labelling.reading import Reading
from builder.labelling.shapes import shape
from builder.labelling.stories import find_stories, own_story
from builder.labelling.tags import NOISE_TAGS, RELATED, kind_of
from builder.labelling.thresholds import Thresholds
from builder.labels import LABEL_OF_KIND
from builder.model import Vote
from builder.model_files import decisive_version, read_model

WEIGHTS: Final = Path(__file__).parent / 'weights' / 'lines.crfsuite'
_NOISE: Final = frozenset(NOISE_TAGS)
FORMAT_VERSION: Final = 3
"""Of the record beside the weights."""
_TRIED: Final = ('Trang chủ', 'Dân làng cùng nhau sửa cây cầu gỗ', 'Sáng nay, dân làng cùng nhau sửa cây cầu gỗ đã cũ, đến trưa thì xong.')
"""An invented page."""
_DECISIVE: Final = ('sha256', 'thresholds', 'calibration')


@dataclass(frozen=True, slots=True)
class Judgement:
    """A line's kind, the way on which it was reached (`calibration.WAYS`), the sequence models' probability of its label, its story."""

    kind: str
    way: str
    probability: float
    story: int | None = None
    """Of whole other stories, from 1."""


class LineLabeller:
    """Votes for each line of a page; the same votes for the same lines. Pickled by path, so that each process opens the weights itself."""

    name = 'line_labeller'

    def __init__(self, weights: Path = WEIGHTS) -> None:
        content, record = read_model(weights, (FORMAT_VERSION, FEATURE_VERSION))
        self.version: str = decisive_version(record, _DECISIVE)
        self._weights = weights
        self.thresholds = Thresholds(**record['thresholds'])
        self._curves: dict[str, list[float]] = record['calibration']
        self._ensemble = Ensemble(members_of(content, record['members']))

    def __reduce__(self) -> tuple[Callable[[Path], 'LineLabeller'], tuple[Path]]:
        return LineLabeller, (self._weights,)

    def label(self, texts: Sequence[str], title: str | None = None) -> list[Vote]:
        """One vote a line, in order, for the non-blank lines of a page in NFC.

        `title`, where the dump knows the page's title, decides which of several stories is the page's own. A vote's confidence is the
        calibrated probability of its label (`calibration`).
        """
        return [self._vote(judged) for judged in self.judge(texts, title)]

    def judge(self, texts: Sequence[str], title: str | None = None) -> list[Judgement]:
        """What both passes make of each line, in order, before the calibration."""
        if not texts:
            return []
        reading = self.read(texts)
        stories = find_stories(reading)
        own = own_story(reading.shapes, stories, title)
        told = {line: (kind, _story_number(number, own)) for number, story in enumerate(stories) for line, kind in story.kinds}
        return [self._judged(reading, line, *told.get(line, (None, None))) for line in range(len(texts))]

    def read(self, texts: Sequence[str]) -> Reading:
        """What the sequence models alone make of the lines; the marginals of the last page read stay in them.

        Runs of white space count as one space: saved HTML has none of them, a text dump of the same page may.
        """
        shapes = [shape(' '.join(text.split())) for text in texts]
        tags, probabilities = self._ensemble.read(shape_features(shapes))
        return Reading(shapes, tags, probabilities, self.thresholds)

    def state_weights(self) -> list[dict[tuple[str, str], float]]:
        """For each model its weight of a feature for a tag. Takes a second; made for looking at."""
        return self._ensemble.state_weights()

    def _judged(self, reading: Reading, line: int, kind: str | None, story: int | None) -> Judgement:
        """The judgement on a line of the page's own story (0), of another whole story (from 1), or of none (None)."""
        probability, is_noise = reading.probabilities[line], reading.tags[line] in _NOISE
        if kind and story == 0:
            return Judgement(kind, 'added' if is_noise else 'kept', probability)
        if story:
            return Judgement(RELATED, 'other', 1 - probability, story)
        if is_noise:
            return Judgement(kind_of(reading.tags[line]), 'noise', 1 - probability)
        return Judgement(self._ensemble.likeliest_noise(line), 'dropped', 1 - probability)

    def _vote(self, judged: Judgement) -> Vote:
        certain = round(confidence(self._curves, judged.way, judged.probability), 4)
        return Vote('model', self.name, self.version, LABEL_OF_KIND[judged.kind], judged.kind, certain, judged.story)


def _story_number(index: int | None, own: int | None) -> int | None:
    """0 for the page's own story; the others from 1 in the page's order."""
    if index is None or own is None:
        return None
    return 0 if index == own else index + (index < own)


def load_labeller() -> LineLabeller:
    """The labeller with the shipped weights; raises ModelError where they are missing or not the recorded ones."""
    return LineLabeller()


def require_labeller(weights: Path) -> None:
    """Raises ModelError where a user's own weights cannot be opened or cannot read a page, which is tried in a child process."""
    read_record(weights)
    with opened(partial(_open, weights), [weights]) as read:
        read('that is tried first', _TRIED)


def _open(weights: Path) -> Callable[[Sequence[str]], list[Vote]]:
    return LineLabeller(weights).label


def read_record(weights: Path = WEIGHTS) -> tuple[str, dict[str, Any]]:
    """The version of a labeller and the record of its training, without opening the weights; raises ModelError as opening them would."""
    _, record = read_model(weights, (FORMAT_VERSION, FEATURE_VERSION))
    try:
        return decisive_version(record, _DECISIVE), record
    except KeyError as error:
        raise ModelError(f'{weights}: its record has no {error}, so it is not that of a line labeller; train it anew') from None

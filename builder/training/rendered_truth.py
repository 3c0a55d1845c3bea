"""Which composed line each line of a rendered page is: the segmenter adds bullets, and runs the columns of a table together."""

from collections.abc import Sequence
from typing import Final

from builder.labels import STORY_KINDS
from builder.training.layout import ComposedLine

_BULLETS: Final = frozenset('*+-o')


def truth_of(texts: Sequence[str], lines: Sequence[ComposedLine]) -> tuple[ComposedLine, ...] | None:
    """The composed line of each line of the page: in their order, or else, beside a menu, by the story's line that it ends with."""
    spelled = [' '.join(line.text.split()) for line in lines]
    return _in_order(texts, spelled, lines) or _beside_menu(texts, spelled, lines)


def _in_order(texts: Sequence[str], spelled: Sequence[str], lines: Sequence[ComposedLine]) -> tuple[ComposedLine, ...] | None:
    """The lines in their order, and for the bullet of an item that holds a block a line of noise."""
    found: list[ComposedLine] = []
    place = 0
    for text in texts:
        if place < len(spelled) and (text.endswith(spelled[place]) or spelled[place].endswith(text)):
            found.append(lines[place])
            place += 1
        elif text in _BULLETS:
            found.append(ComposedLine(text, 'navigation'))
        else:
            return None
    return tuple(found) if place == len(lines) else None


def _beside_menu(texts: Sequence[str], spelled: Sequence[str], lines: Sequence[ComposedLine]) -> tuple[ComposedLine, ...] | None:
    """The lines of two columns that run together, each with the longest composed line that ends it."""
    found: list[ComposedLine] = []
    left = list(zip(spelled, lines, strict=True))
    for text in texts:
        place = _best(text, left)
        if place is None and text in _BULLETS:
            found.append(ComposedLine(text, 'navigation'))
            continue
        if place is None:
            return None
        found.append(left[place][1])
        del left[place]
        if left and text != spelled[lines.index(found[-1])]:
            left = _without_menu_entry(text, found[-1], left)
    return tuple(found) if not any(line.kind in STORY_KINDS for _, line in left) else None


def _best(text: str, left: Sequence[tuple[str, ComposedLine]]) -> int | None:
    """The longest composed line that ends the text, and is most of it."""
    fits = [(len(wanted), -place) for place, (wanted, _) in enumerate(left[:150]) if text.endswith(wanted)]
    size, place = max(fits, default=(0, 0))
    return -place if size * 2 >= len(text) else None


def _without_menu_entry(text: str, line: ComposedLine, left: list[tuple[str, ComposedLine]]) -> list[tuple[str, ComposedLine]]:
    """The lines left once the menu entry in front of a line is taken out."""
    before = text[: len(text) - len(' '.join(line.text.split()))].strip(' *+o-')
    place = next(
        (place for place, (wanted, other) in enumerate(left) if other.kind == 'navigation' and wanted.strip(' *+o-') == before), None
    )
    return left if place is None else [*left[:place], *left[place + 1 :]]

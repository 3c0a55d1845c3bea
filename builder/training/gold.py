"""Gold pages as training material: as they are, cut and rearranged, and as frames around stories composed of articles."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from builder.errors import InputError
from builder.labelling.tags import tags_of
from builder.labels import KINDS, STORY_KINDS
from builder.training.compose import ComposedPage
from builder.training.layout import ComposedLine

_MENU_LENGTH: Final = 25
_SENTENCE_LENGTH: Final = 70
_SNIPPET_LENGTH: Final = 110
"""Code points from which a noise line is likely a summary whatever it ends with; headlines are shorter."""


@dataclass(frozen=True, slots=True)
class GoldPage:
    """An annotated page: its site and its lines with their kinds (None on a page without a story)."""

    id: str
    site: str
    lines: tuple[tuple[str, str | None], ...]

    def story_lines(self) -> list[int]:
        """The numbers of the lines of the page's own story."""
        return [number for number, (_, kind) in enumerate(self.lines) if kind in STORY_KINDS]


def read_gold(path: Path) -> Iterator[GoldPage]:
    """The pages of a gold file in order; raises InputError, with the number of the line from 1, where a line is no gold page."""
    with path.open('rb') as records:
        for number, record in enumerate(records, start=1):
            try:
                page = json.loads(record)
                lines = tuple((str(line['text']), line['kind']) for line in page['lines'])
                yield GoldPage(str(page['id']), str(page['site']), lines)
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f'{path} line {number}: not a gold page ({error!r}); see GUIDELINES.md for the format') from None
            unknown = sorted({str(kind) for _, kind in lines} - {*KINDS, 'None'})
            if unknown:
                raise InputError(f'{path} line {number}: unknown kinds {", ".join(unknown)}; see schemas/label_set.schema.json')


def tagged(page: GoldPage) -> tuple[list[str], list[str]]:
    """The page's lines and their tags. Lines without a kind get a likely one: the model must only learn that they are noise."""
    kinds = [kind or likely_noise(text) for text, kind in page.lines]
    tags = tags_of([(kind, 0 if kind in STORY_KINDS else None) for kind in kinds])
    return [text for text, _ in page.lines], tags


def likely_noise(text: str) -> str:
    """A noise kind for a line of a page without a story, by its shape alone."""
    if len(text) <= 16 and sum(character.isdigit() for character in text) >= 3:
        return 'timestamp'
    if len(text) < _MENU_LENGTH:
        return 'navigation'
    if '©' in text or '@' in text:
        return 'footer'
    is_sentence = len(text) > _SENTENCE_LENGTH and text.rstrip().endswith(('.', '…'))
    return 'teaser' if is_sentence or len(text) > _SNIPPET_LENGTH else 'headline'


def variants(page: GoldPage, rng: Random, count: int) -> Iterator[GoldPage]:
    """The page, then `count` pages cut out of it: without title, without some of the menu or the footer, with the sidebar in front.

    Of a page without a story, half as many stretches.
    """
    yield page
    story = page.story_lines()
    for _ in range(0 if story else count // 2):
        cuts = sorted(rng.randrange(len(page.lines) + 1) for _ in range(2))
        yield replace(page, lines=page.lines[cuts[0] : cuts[1]])
    for _ in range(count if story else 0):
        top, own, rest = page.lines[: story[0]], page.lines[story[0] : story[-1] + 1], page.lines[story[-1] + 1 :]
        if rng.random() < 0.25:
            own = tuple(line for line in own if line[1] != 'title')
        if rng.random() < 0.25:
            own = own[: rng.randint(min(4, len(own)), len(own))]
        top = top[rng.randrange(len(top) + 1) :] if rng.random() < 0.6 else top
        rest = rest[: rng.randrange(len(rest) + 1)] if rng.random() < 0.6 else rest
        if rng.random() < 0.2:
            cut = rng.randrange(len(rest) + 1)
            top, rest = (*top, *rest[cut:]), rest[:cut]
        yield replace(page, lines=(*top, *own, *rest))


def framed(pages: Iterable[ComposedPage], frames: Sequence[GoldPage], rng: Random) -> Iterator[ComposedPage]:
    """The composed pages, each set into the noise around a gold page's story, cut at random places."""
    usable = [page for page in frames if page.story_lines()]
    for page in pages:
        frame = rng.choice(usable)
        story = frame.story_lines()
        top, rest = _noise(frame.lines[: story[0]]), _noise(frame.lines[story[-1] + 1 :])
        top = top[rng.randrange(len(top) + 1) :] if rng.random() < 0.5 else top
        lines = page.lines
        if rng.random() < 0.5:
            last = max(number for number, line in enumerate(lines) if line.kind in STORY_KINDS)
            lines = (*lines[: last + 1], *rest, *lines[last + 1 :])
        else:
            lines = (*lines, *rest)
        yield replace(page, lines=(*top, *lines))


def _noise(lines: Iterable[tuple[str, str | None]]) -> tuple[ComposedLine, ...]:
    return tuple(ComposedLine(text, kind or likely_noise(text)) for text, kind in lines if kind not in STORY_KINDS)

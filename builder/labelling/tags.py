"""The tags of the sequence model: the kinds, with a mark where a story begins and where noise stands inside one.

A line of another whole story is tagged as what it is in that story, not as `related_story`: which story is the page's own is no question
for one line, and `stories` answers it afterwards. The marks are the model's memory. It sees the tag before a line and no more, and without
them would forget, over a player between two paragraphs, that a story is open.
"""

from collections.abc import Sequence
from typing import Final

from builder.labels import KINDS, STORY_KINDS

BEGIN: Final = '^'
"""Ends the tag of a story's first line."""
INSIDE: Final = '~'
"""Ends the tag of a noise line between two lines of one story."""
RELATED: Final = 'related_story'
NOISE_TAGS: Final[tuple[str, ...]] = tuple(
    kind + mark for kind in KINDS if kind not in STORY_KINDS and kind != RELATED for mark in ('', INSIDE)
)
STORY_TAGS: Final[tuple[str, ...]] = tuple(kind + mark for kind in KINDS if kind in STORY_KINDS for mark in ('', BEGIN))


def kind_of(tag: str) -> str:
    """The kind that a tag stands for, its mark dropped."""
    return tag.rstrip(BEGIN + INSIDE)


def tags_of(lines: Sequence[tuple[str, int | None]]) -> list[str]:
    """The tags of a page's lines, given each line's kind in its story and the number of that story (0 the page's own, None noise)."""
    last = {story: line for line, (_, story) in enumerate(lines) if story is not None}
    open_story: int | None = None
    begun: set[int] = set()
    tags = []
    for line, (kind, story) in enumerate(lines):
        if story is None:
            tags.append(kind + INSIDE if open_story is not None else kind)
            continue
        tags.append(kind if story in begun else kind + BEGIN)
        begun.add(story)
        open_story = story if line < last[story] else None
    return tags

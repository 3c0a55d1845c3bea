"""What the sequence model made of a page: the input of the second pass."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from builder.labelling.shapes import Shape
from builder.labelling.tags import kind_of
from builder.labelling.thresholds import Thresholds

RUNNING: Final = frozenset({'lead', 'body', 'caption'})
"""Kinds of a story's running text."""
_DAY: Final = re.compile(r'(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?!\d)')
_CREDIT_SIGNS: Final = frozenset({'Name', 'Name/', 'pcredit', 'UPPER', 'eparen'})


@dataclass(frozen=True, slots=True)
class Reading:
    """Of each line of a page its shape, its tag, and its probability of belonging to any story; and what the second pass decides by."""

    shapes: Sequence[Shape]
    tags: Sequence[str]
    probabilities: Sequence[float]
    thresholds: Thresholds

    def kind(self, line: int) -> str:
        """The kind that the line's tag stands for."""
        return kind_of(self.tags[line])

    def is_running(self, line: int) -> bool:
        """Whether the line is a paragraph of a story, 60 code points or longer."""
        return self.shapes[line].texty and self.kind(line) in RUNNING

    def running(self, lines: Sequence[int]) -> list[Shape]:
        """The shapes of the paragraphs among `lines`."""
        return [self.shapes[line] for line in lines if self.is_running(line)]

    def is_under_headline(self, line: int) -> bool:
        """Whether the line is running text right under a headline, or under a headline and its date."""
        above = line - 2 if line > 1 and self.shapes[line - 1].date else line - 1
        return line > 0 and self.shapes[line].long and self.shapes[above].heading

    def pairs(self) -> int:
        """How many lines of the page are running text right under a headline."""
        return sum(map(self.is_under_headline, range(len(self.shapes))))

    def is_credit(self, line: int) -> bool:
        """Whether the line is a credit by tag and by shape."""
        signs = self.shapes[line].features
        return self.kind(line) == 'byline' and 'mostlydigits' not in signs and not _CREDIT_SIGNS.isdisjoint(signs)

    def is_end(self, line: int) -> bool:
        """Whether a story may end with the line: a credit, or "./."."""
        return self.is_credit(line) or 'efinal' in self.shapes[line].features

    def is_day(self, line: int) -> bool:
        """Whether the line is a date with its year, in digits, and no more."""
        return self.is_time(line) and _DAY.search(self.shapes[line].key) is not None

    def is_time(self, line: int) -> bool:
        """Whether the line is a date or time and no more, in digits."""
        return self.shapes[line].date and 'mostlydigits' in self.shapes[line].features

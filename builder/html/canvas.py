"""The canvas that elements write to: inline text joins the open line, blocks end it, and a list item's bullet waits for its first text.

An iterative rewriting of the canvas of inscriptis 2.7 (see `builder.html.style`) that keeps, for each stretch of a line, where it came from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from builder.html.context import Context, Piece

Line = Sequence[Piece]
_BLANK: Final[Line] = ()


@dataclass(slots=True)
class Canvas:
    """The finished lines of a page or of a table cell, and the open ones (more than one after preformatted text)."""

    lines: list[Line] = field(default_factory=list)
    open: list[list[Piece]] = field(default_factory=list)
    margin: int = 1_000
    """Blank lines since the last text; at the top there is no margin to write."""
    collapses: bool = True
    """Whether white space that comes now is swallowed."""
    bullets: list[tuple[str, Context] | None] = field(default_factory=list)
    """One entry for each open block: the bullet that it still has to write."""
    waiting: int = 0
    """How many of them are not None: with none, a line need not look through the open blocks."""
    started: bool = False
    """Whether the open line has had its bullet."""

    def write(self, text: str, context: Context) -> None:
        """Join inline text to the open line; runs of white space become one space."""
        words = ' '.join(text.split())
        if words:
            lead = '' if self.collapses or not text[0].isspace() else ' '
            self.collapses = text[-1].isspace()
            self._append(f'{lead}{words}{" " if self.collapses else ""}', context)
        elif text and not self.collapses:
            self.collapses = True
            self._append(' ', context)

    def write_lines(self, lines: Iterable[Line]) -> None:
        """Join preformatted lines: the first to the open line, the others below it."""
        if not self.open:
            self.open.append([])
        self._write_bullet()
        for number, line in enumerate(lines):
            if number:
                self.open.append([])
            self.open[-1].extend(line)
        self.collapses = False

    def end_line(self) -> None:
        """End the open line, as `<br>` does; where there is none, add a blank one."""
        if not self.flush():
            self.lines.append(_BLANK)
            self._begin()

    def open_block(self, bullet: tuple[str, Context] | None, margin: int) -> None:
        """Begin a block: it ends the open line and has a margin above it."""
        if not self.flush() and bullet:
            self._write_lone_bullet()
        self.bullets.append(bullet)
        self.waiting += bullet is not None
        self._space(margin)

    def close_block(self, bullet: tuple[str, Context] | None, margin: int) -> None:
        """End a block; an item without any text leaves its bullet as a line."""
        if not self.flush() and bullet:
            self._write_lone_bullet()
        self.drop_bullet()
        self._space(margin)

    def drop_bullet(self) -> None:
        """Forget the bullet of the innermost block."""
        if self.bullets:
            self.waiting -= self.bullets.pop() is not None

    def flush(self) -> bool:
        """Finish the open lines; False where there is nothing in them."""
        self._trim()
        if not self.open:
            return False
        self.lines += self.open
        self._begin()
        self.margin = 0
        return True

    def _trim(self) -> None:
        if self.collapses and self.open and self.open[-1]:
            text, context, is_bullet = self.open[-1][-1]
            if text.endswith(' '):
                self.open[-1][-1] = (text[:-1], context, is_bullet)

    def _begin(self) -> None:
        self.open = []
        self.collapses = True
        self.started = False

    def _append(self, text: str, context: Context) -> None:
        if not self.open:
            self.open.append([])
            self._write_bullet()
        self.open[-1].append((text, context, False))

    def _write_bullet(self) -> None:
        if not self.started:
            self.started = True
            bullet = self._next_bullet()
            if bullet:
                self.open[-1].append((*bullet, True))

    def _write_lone_bullet(self) -> None:
        bullet = None if self.started else self._next_bullet()
        if bullet:
            self.lines.append([(*bullet, True)])
            self._begin()
            self.margin = 0

    def _next_bullet(self) -> tuple[str, Context] | None:
        """The innermost bullet that still waits."""
        for index in range(len(self.bullets) - 1 if self.waiting else -1, -1, -1):
            bullet = self.bullets[index]
            if bullet:
                self.bullets[index] = None
                self.waiting -= 1
                return bullet
        return None

    def _space(self, margin: int) -> None:
        if margin > self.margin:
            self.lines.extend([_BLANK] * (margin - self.margin))
            self.margin = margin


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: what is written in it, and where it stands in a row that is higher (`Style.drop`)."""

    canvas: Canvas
    drop: int


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of cells of an open table."""

    rows: list[list[Cell]]


def table_lines(table: Table, context: Context) -> list[Line]:
    """The lines of a table: the cells of a row side by side, the last line empty."""
    lines = [line for row in table.rows for line in _row_lines(row, context)]
    return [*lines, _BLANK] if table.rows else [_BLANK, _BLANK]


def _row_lines(row: Sequence[Cell], context: Context) -> list[Line]:
    for cell in row:
        cell.canvas.flush()
    height = max((len(cell.canvas.lines) for cell in row), default=1) or 1
    written: dict[int, list[Piece]] = {}
    for column, cell in enumerate(row):
        top = (height - (len(cell.canvas.lines) or 1)) * cell.drop // 2
        for number, pieces in enumerate(cell.canvas.lines, start=top):
            if pieces:
                line = written.setdefault(number, [])
                if column:
                    line.append((' ', context, False))
                line.extend(pieces)
    return [written.get(number, _BLANK) for number in range(height)]

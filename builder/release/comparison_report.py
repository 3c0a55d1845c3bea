"""What two releases differ in, as lines to read and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from builder.release.columns import ColumnChange
from builder.release.comparison import Bump, Comparison
from builder.release.subjects import ENTITIES, LABELS, OTHER, RELATION, SUBJECTS, TEXT, VOTES
from builder.schema.validation import validator

_SAYS: Final = {
    TEXT: 'with another text or other lines',
    LABELS: 'with other labels',
    ENTITIES: 'with other entities',
    VOTES: 'with other votes or confidences',
    OTHER: 'with other fields',
    RELATION: 'read from elsewhere, or related otherwise to other pages',
}
_REASONS: Final = {
    Bump.MAJOR: 'records, labels, splits or columns that were there have changed or gone',
    Bump.MINOR: 'no record, label or split that was there has changed',
    Bump.PATCH: 'the data read is the same',
}
_EXAMPLES: Final = 3


def reason(bump: Bump) -> str:
    """Why a step of the version is needed, as in `MINOR: what was there …`."""
    return f'{bump.name}: {_REASONS[bump]}'


def differences_told(comparison: Comparison) -> Iterator[str]:
    """A line for each sort of difference; none where the data read is the same."""
    for line, _ in _with_pages(comparison):
        yield line


def report(comparison: Comparison) -> Iterator[str]:
    """What `vinews diff` prints: versions and the step, a line for each sort of difference with its first pages, the lines that changed."""
    yield f'{comparison.old} → {comparison.new} needs {reason(comparison.bump)}'
    for line, pages in _with_pages(comparison):
        yield line
        if pages:
            yield f'  {" ".join(sorted(pages)[:_EXAMPLES])}{" …" if len(pages) > _EXAMPLES else ""}'


def _with_pages(comparison: Comparison) -> Iterator[tuple[str, Sequence[str]]]:
    """Each line, and the pages that it is about."""
    for verb, groups in (('added', comparison.added), ('removed', comparison.removed)):
        yield from _grouped(verb, groups)
    yield from _grouped('moved', {f'{old} → {new}': pages for (old, new), pages in comparison.moved.items()})
    for subject in SUBJECTS:
        pages = sorted(comparison.pages(subject))
        if pages:
            yield f'{_pages(len(pages))} {_SAYS[subject]}: {_detail(comparison, subject)}', pages
    for column in comparison.columns:
        yield _column(column), ()
    old, new = comparison.label_sets
    if old != new:
        yield f'label set {old} → {new}', ()


def _grouped(verb: str, groups: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    pages = [page for group in groups.values() for page in group]
    if pages:
        yield f'{_pages(len(pages))} {verb}: {", ".join(f"{name} {len(group)}" for name, group in groups.items())}', pages


def _detail(comparison: Comparison, subject: str) -> str:
    """Of other labels the lines, where it is lines of another label or kind; else the columns."""
    if subject == LABELS and comparison.flips:
        return ', '.join(f'{old} → {new} {lines} line{_s(lines)}' for (old, new), lines in _flips(comparison))
    return ', '.join(f'{column} {len(pages)}' for column, pages in comparison.changed[subject].items())


def _flips(comparison: Comparison) -> list[tuple[tuple[str, str], int]]:
    """The most lines first."""
    return sorted(comparison.flips.items(), key=lambda item: (-item[1], item[0]))


def _column(change: ColumnChange) -> str:
    if change.column is None:
        return f'config {change.config} {change.change}'
    types = ' → '.join(filter(None, (change.old, change.new)))
    return f'column {change.config}.{change.column} {change.change} ({types})'


def _pages(count: int) -> str:
    return f'{count} page{_s(count)}'


def _s(count: int) -> str:
    return '' if count == 1 else 's'


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as a value of `schemas/diff.schema.json`, with every page by id. Raises SchemaError if it is none."""
    value = {
        'format': 'vinews-diff/1',
        'old': comparison.old,
        'new': comparison.new,
        'bump': comparison.bump.name.lower(),
        'added': {split: sorted(pages) for split, pages in comparison.added.items()},
        'removed': {split: sorted(pages) for split, pages in comparison.removed.items()},
        'moved': [{'from': old, 'to': new, 'pages': sorted(pages)} for (old, new), pages in sorted(comparison.moved.items())],
        'changed': [
            {'subject': subject, 'column': column, 'pages': sorted(pages)}
            for subject, columns in comparison.changed.items()
            for column, pages in columns.items()
        ],
        'flips': [{'from': old, 'to': new, 'lines': lines} for (old, new), lines in _flips(comparison)],
        'columns': [
            {'config': column.config, 'column': column.column, 'change': column.change, 'from': column.old, 'to': column.new}
            for column in comparison.columns
        ],
        'label_set': {'from': comparison.label_sets[0], 'to': comparison.label_sets[1]},
    }
    validator('diff').require(value, 'diff')
    return value

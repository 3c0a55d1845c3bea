"""The columns of a release as its files have them, and what differs between two releases in them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from builder.errors import InputError

ADDED: Final = 'added'
REMOVED: Final = 'removed'
RETYPED: Final = 'retyped'


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The type of a leaf column."""

    name: str
    """As Arrow calls it."""
    classes: tuple[str, ...] = ()
    """The names of a class label, in the order of their ids."""

    def __str__(self) -> str:
        return f'class({", ".join(self.classes)})' if self.classes else self.name

    def grew_to(self, other: 'ColumnType') -> bool:
        """Whether the other is this class label with more names at its end."""
        return self.name == other.name and 0 < len(self.classes) < len(other.classes) and other.classes[: len(self.classes)] == self.classes


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A config, or a leaf column of one, that is not what it was."""

    config: str
    column: str | None
    """None for the config as a whole."""
    change: str
    """`added`, `removed` or `retyped`. A class label that only gained names at its end was added to."""
    old: str | None
    new: str | None
    """Its types."""


def leaf_columns(path: Path) -> dict[str, ColumnType]:
    """The type of each leaf column of a Parquet file, by the name that Parquet gives it. Raises InputError where it cannot be read."""
    try:
        schema = pq.read_schema(path)
        features = json.loads((schema.metadata or {}).get(b'huggingface', b'{}')).get('info', {}).get('features', {})
        return {leaf: kind for field in schema for leaf, kind in _leaves(field.name, field.type, features.get(field.name))}
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(f'{path}: cannot be read ({" ".join(str(error).split())[:200]}); restore it') from error


def _leaves(path: str, kind: pa.DataType, feature: Any) -> Iterator[tuple[str, ColumnType]]:  # noqa: ANN401 - any JSON value
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f'{path}.{field.name}', field.type, feature.get(field.name) if isinstance(feature, dict) else None)
    elif pa.types.is_list(kind):
        yield from _leaves(f'{path}.list.element', kind.value_type, feature[0] if isinstance(feature, list) and feature else None)
    elif isinstance(feature, dict) and feature.get('_type') == 'ClassLabel':
        yield path, ColumnType(str(kind), tuple(feature['names']))
    else:
        yield path, ColumnType(str(kind))


def column_changes(config: str, old: Mapping[str, ColumnType] | None, new: Mapping[str, ColumnType] | None) -> Iterator[ColumnChange]:
    """What differs between the columns of a config; None where a release does not have it."""
    if old is None or new is None:
        if old is not new:
            yield ColumnChange(config, None, REMOVED if new is None else ADDED, None, None)
        return
    for leaf in sorted(old.keys() | new.keys()):
        before, after = old.get(leaf), new.get(leaf)
        if before != after:
            types = (str(kind) if kind else None for kind in (before, after))
            yield ColumnChange(config, plain_name(leaf), _change(before, after), *types)


def _change(old: ColumnType | None, new: ColumnType | None) -> str:
    if old is None or (new and old.grew_to(new)):
        return ADDED
    return RETYPED if new else REMOVED


def comparable(old: Mapping[str, ColumnType], new: Mapping[str, ColumnType]) -> list[str]:
    """The leaf columns whose values mean the same in both."""
    return [leaf for leaf, kind in old.items() if leaf in new and (new[leaf] == kind or kind.grew_to(new[leaf]))]


def plain_name(leaf: str) -> str:
    """A leaf without what Parquet adds to its name, as in `lines.votes.kind`."""
    return '.'.join(name for name in leaf.split('.') if name not in {'list', 'element'})

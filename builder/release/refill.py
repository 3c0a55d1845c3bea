"""Rows without texts joined to the texts again: what `text_modes` left out, cut from the pages by their offsets, and every digest verified."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.errors import InputError
from builder.labels import LABELS, MAIN
from builder.release.text_modes import digest_of_text
from builder.schema.features import release_schema
from builder.tables import column_of, with_values
from builder.text.normalization import nfc

_SHARED: Final = ('id', 'site', 'split', 'source')


@dataclass(frozen=True, slots=True)
class Found:
    """What a crawl has of a page: its text, and its title where that is the right one."""

    text: str
    title: str | None


def misfits(pages: pa.Table, found: Mapping[str, Found]) -> dict[str, int]:
    """The first line, from 0, whose digest the text does not give, of each page that was found and has such a line."""
    wrong: dict[str, int] = {}
    counts = column_of(pages, 'lines').value_lengths().to_pylist()
    lines = _spans(pages)
    for page, count in zip(pages['id'].to_pylist(), counts, strict=True):
        for number in range(count):
            start, end, digest = next(lines)
            if page in found and page not in wrong and digest_of_text(_cut(found[page].text, start, end)) != digest:
                wrong[page] = number
    return wrong


def refill(tables: Mapping[str, pa.Table], found: Mapping[str, Found]) -> dict[str, pa.Table]:
    """The full rows of each config, of the rows without texts of pages that were all found and fit, and the config `pairs`.

    `tables` holds the rows of the same pages in each config. Raises InputError where these are not in step.
    """
    pages = tables['pages']
    ids = pages['id'].to_pylist()
    texts = [found[page].text for page in ids]
    lists = column_of(pages, 'lines')
    numbers = np.repeat(np.arange(len(ids)), lists.value_lengths().to_numpy())
    lines = [_cut(texts[page], start, end) for page, (start, end, _) in zip(numbers.tolist(), _spans(pages), strict=True)]
    flat = lists.flatten()
    made: dict[str, Mapping[str, pa.Array]] = {
        'pages': {
            'text': pa.array(texts, pa.string()),
            'title': pa.array([found[page].title for page in ids], pa.string()),
            'lines': with_values(lists, _with(flat, {'text': pa.array(lines, pa.string()), 'entities': _named(flat, lines)}, 'lines')),
        },
        'lines': {'text': _in_step(tables['lines'], ids, numbers, lines)},
        'pairs': {**{name: column_of(pages, name) for name in _SHARED}, **_pairs(texts, flat, numbers, lines)},
    }
    if 'entities' in tables:
        made['entities'] = {'tokens': _tokens(tables['entities'], ids, numbers, lines)}
    return {config: _typed(config, tables.get(config), columns) for config, columns in made.items()}


def _spans(pages: pa.Table) -> Iterator[tuple[int, int, str]]:
    """(start, end, digest) of every line of the pages."""
    flat = column_of(pages, 'lines').flatten()
    return zip(*(pc.struct_field(flat, name).to_pylist() for name in ('start', 'end', 'text_digest')), strict=True)


def _cut(text: str, start: int, end: int) -> str:
    return nfc(text[start:end])


def _with(structs: pa.StructArray, made: Mapping[str, pa.Array], column: str) -> pa.StructArray:
    """Lines, or the entities in them, as they are in the full config `pages`: fields that were made, and the others as they are."""
    wanted = release_schema('pages').field('lines').type.value_type
    if column == 'entities':
        wanted = wanted.field('entities').type.value_type
    arrays = [made[field.name] if field.name in made else pc.struct_field(structs, field.name) for field in wanted]
    return pa.StructArray.from_arrays(arrays, fields=list(wanted))


def _named(flat: pa.StructArray, lines: Sequence[str]) -> pa.ListArray:
    """The entities of the lines with their texts."""
    lists = pc.struct_field(flat, 'entities')
    entities = lists.flatten()
    owners = np.repeat(np.arange(len(lines)), lists.value_lengths().to_numpy()).tolist()
    spans = zip(owners, *(pc.struct_field(entities, name).to_pylist() for name in ('start', 'end')), strict=True)
    names = pa.array([lines[line][start:end] for line, start, end in spans], pa.string())
    return with_values(lists, _with(entities, {'text': names}, 'entities'))


def _in_step(table: pa.Table, ids: Sequence[str], numbers: NDArray[np.int64], lines: Sequence[str]) -> pa.Array:
    """The texts of the rows of `lines`, which must be the lines of the pages one by one."""
    if table['id'].to_pylist() != [ids[number] for number in numbers.tolist()]:
        raise InputError('the rows of lines are not those of pages; run `vinews check` on the release, and restore it')
    return pa.array(lines, pa.string())


def _pairs(texts: Sequence[str], flat: pa.StructArray, numbers: NDArray[np.int64], lines: Sequence[str]) -> dict[str, pa.Array]:
    clean: list[list[str]] = [[] for _ in texts]
    main = pc.equal(pc.struct_field(flat, 'label'), LABELS.index(MAIN)).to_pylist()
    for number, line, is_main in zip(numbers.tolist(), lines, main, strict=True):
        if is_main:
            clean[number].append(line)
    return {'text': pa.array(texts, pa.string()), 'clean': pa.array(map('\n'.join, clean), pa.string())}


def _tokens(table: pa.Table, ids: Sequence[str], numbers: NDArray[np.int64], lines: Sequence[str]) -> pa.Array:
    firsts = dict(zip(ids, np.searchsorted(numbers, np.arange(len(ids))).tolist(), strict=True))
    columns = (table[name].to_pylist() for name in ('id', 'line', 'starts', 'ends'))
    tokens = []
    for page, number, starts, ends in zip(*columns, strict=True):
        place = firsts.get(page, len(lines)) + number
        if place >= len(lines) or len(starts) != len(ends):
            raise InputError('the rows of entities are not those of pages; run `vinews check` on the release, and restore it')
        tokens.append([lines[place][start:end] for start, end in zip(starts, ends, strict=True)])
    return pa.array(tokens, pa.list_(pa.string()))


def _typed(config: str, table: pa.Table | None, made: Mapping[str, Any]) -> pa.Table:
    schema = release_schema(config)
    arrays = [made[name] if name in made else column_of(table, name) for name in schema.names]
    return pa.Table.from_arrays(arrays, schema=schema)

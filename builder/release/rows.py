"""From staged records to the rows of the four configs, by columns: nothing here loops over lines but the tokeniser."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.labels import MAIN, NER_TAGS
from builder.model import Entity
from builder.schema.arrow import class_names
from builder.schema.features import release_schema
from builder.schema.loading import FULL, Schema, load_schema
from builder.tables import with_values
from builder.text.tokens import bio_tags

CONFIGS: Final = ('lines', 'pages', 'entities', 'pairs')
_SENTENCE_END: Final = r'[.!?…]["”’\'»)\]]*$'
"""For trimmed text: the `\\s` of RE2, which Arrow uses, knows ASCII white space only."""


def configs_of(entities: str, text: str = FULL) -> tuple[str, ...]:
    """The configs of a release, by the settings `entities` and `text`.

    Lines in which nobody looked for names are no examples of lines without one, and pairs of texts are nothing without the texts.
    """
    absent = {'entities': entities == 'none', 'pairs': text != FULL}
    return tuple(config for config in CONFIGS if not absent.get(config))


def config_tables(records: pa.Table, train_keys: NDArray[np.int64] | None) -> dict[str, pa.Table]:
    """The rows of each config for staged records that carry the columns `group` and `cluster`.

    `train_keys` are the sorted line keys of the training split; None outside the test splits.
    """
    records = records.combine_chunks()
    lines = _one(records['lines'])
    pages = _shared(records, None)
    tables = {
        'lines': _lines(records, lines, train_keys),
        'pages': {**pages, **_page_columns(records), 'lines': lines},
        'entities': _entities(records, lines),
        'pairs': {**pages, 'text': _one(records['text']), 'clean': _clean(lines)},
    }
    return {config: _typed(config, tables[config]) for config in CONFIGS}


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def _shared(records: pa.Table, parents: pa.Array | None) -> dict[str, pa.Array]:
    columns = {
        'id': _one(records['id']),
        'site': _one(records['site']),
        'split': _one(records['group']),
        'source': pc.struct_field(_one(records['source']), 'sha256'),
    }
    return columns if parents is None else {name: column.take(parents) for name, column in columns.items()}


def _page_columns(records: pa.Table) -> dict[str, pa.Array]:
    names = ('url', 'title', 'published', 'crawled', 'language', 'notes', 'text', 'text_sha256', 'no_story')
    columns = {name: _one(records[name]) for name in names}
    return {**columns, 'path': released_path(_one(records['source'])), 'cluster': _one(records['cluster'])}


def released_path(source: pa.StructArray) -> pa.Array:
    """Path of the page's file in the dump, with `!` and its path in the archive where it is a member of one."""
    path, member = pc.struct_field(source, 'path'), pc.struct_field(source, 'member')
    return pc.if_else(pc.is_valid(member), pc.binary_join_element_wise(path, member, '!', null_handling='skip'), path)


def _numbers(lines: pa.ListArray) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """For each line of all pages: the number of its page, its number in the page, and the page's count of lines."""
    counts = lines.value_lengths().to_numpy()
    parents = np.repeat(np.arange(len(counts)), counts)
    firsts = np.cumsum(counts) - counts
    return parents, np.arange(len(parents)) - firsts[parents], counts[parents]


def _lines(records: pa.Table, lines: pa.ListArray, train_keys: NDArray[np.int64] | None) -> dict[str, pa.Array]:
    parents, numbers, counts = _numbers(lines)
    flat = lines.flatten()
    text = pc.struct_field(flat, 'text')
    trimmed = pc.utf8_trim_whitespace(text)
    seen: pa.Array = pa.nulls(len(flat), pa.bool_())
    if train_keys is not None:
        seen = pa.array(np.isin(_one(records['line_keys']).flatten().to_numpy(), train_keys))
    given = {name: pc.struct_field(flat, name) for name in ('label', 'kind', 'story', 'label_source', 'confidence')}
    return {
        **_shared(records, pa.array(parents)),
        'line': pa.array(numbers),
        'n_lines': pa.array(counts),
        'text': text,
        **given,
        'position': pa.array((numbers / counts).astype(np.float32)),
        'length': pc.utf8_length(text),
        'words': pc.list_value_length(pc.utf8_split_whitespace(trimmed)),
        'ends_sentence': pc.match_substring_regex(trimmed, _SENTENCE_END),
        'seen_in_train': seen,
    }


def _entities(records: pa.Table, lines: pa.ListArray) -> dict[str, pa.Array]:
    parents, numbers, _ = _numbers(lines)
    flat = lines.flatten()
    main = pa.array(np.flatnonzero(pc.equal(pc.struct_field(flat, 'label'), MAIN).to_numpy(zero_copy_only=False)))
    chosen = flat.take(main)
    tokens, tags, starts, ends = [], [], [], []
    for text, spans in zip(pc.struct_field(chosen, 'text').to_pylist(), pc.struct_field(chosen, 'entities').to_pylist(), strict=True):
        ranges, names = bio_tags(text, [Entity(span['start'], span['end'], span['type'], span['text']) for span in spans])
        tokens.append([text[start:end] for start, end in ranges])
        tags.append([NER_TAGS.index(name) for name in names])
        starts.append([start for start, _ in ranges])
        ends.append([end for _, end in ranges])
    integers = pa.list_(pa.int32())
    return {
        **_shared(records, pa.array(parents).take(main)),
        'line': pa.array(numbers).take(main),
        'tokens': pa.array(tokens, pa.list_(pa.string())),
        'ner_tags': pa.array(tags, pa.list_(pa.int64())),
        'starts': pa.array(starts, integers),
        'ends': pa.array(ends, integers),
    }


def _clean(lines: pa.ListArray) -> pa.Array:
    """The main-story lines of each page, joined by line feeds."""
    parents, _, _ = _numbers(lines)
    flat = lines.flatten()
    main = pc.equal(pc.struct_field(flat, 'label'), MAIN)
    counts = np.bincount(parents[main.to_numpy(zero_copy_only=False)], minlength=len(lines))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    stories = pa.ListArray.from_arrays(pa.array(offsets), pc.struct_field(flat, 'text').filter(main))
    return pc.binary_join(stories, '\n')


def _typed(config: str, columns: Mapping[str, pa.Array]) -> pa.Table:
    schema = release_schema(config)
    nodes = load_schema(config)['properties']
    arrays = [_with_ids(columns[field.name], nodes[field.name]).cast(field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _with_ids(array: pa.Array, node: Schema) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The array with the names of class labels replaced by their ids, at any depth."""
    names = class_names(node)
    if names and pa.types.is_string(array.type):
        return pc.index_in(array, pa.array(names)).cast(pa.int64())
    if pa.types.is_list(array.type) and 'items' in node:
        return with_values(array, _with_ids(array.flatten(), node['items']))
    if pa.types.is_struct(array.type):
        children = node['properties']
        fields = [field.name for field in array.type]
        return pa.StructArray.from_arrays([_with_ids(pc.struct_field(array, name), children[name]) for name in fields], fields)
    return array

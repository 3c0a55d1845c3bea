"""The record sets of croissant.json: the splits, the names of every class label, and the rows of each config as its schema describes them.

mlcroissant cannot make records of a list of objects inside another: of the lines of a page, what is such a list is left out.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from builder.labels import ENTITY_TYPES, KINDS, LABELS, MEANING_OF_KIND, NER_TAGS
from builder.schema.arrow import class_names
from builder.schema.loading import Schema, load_schema
from builder.splits import is_test

Json = dict[str, Any]

_ENUMERATIONS: Final = {'labels': LABELS, 'kinds': KINDS, 'entity_types': ENTITY_TYPES, 'ner_tags': NER_TAGS}
_ENUMERATION_OF: Final = {names: name for name, names in _ENUMERATIONS.items()}
_DATA_TYPES: Final = {'string': 'sc:Text', 'integer': 'sc:Integer', 'number': 'sc:Float', 'boolean': 'sc:Boolean'}
_KEYS: Final = {'lines': ('id', 'line'), 'pages': ('id',), 'entities': ('id', 'line'), 'pairs': ('id',)}
_USES: Final = {'train': 'cr:TrainingSplit', 'validation': 'cr:ValidationSplit'}
_FILE_SPLIT: Final = 'file_split'
"""A field beside the column `split`, which names the group of the split policy."""


def file_set(config: str) -> str:
    """The id of the set of a config's files."""
    return f'{config}-files'


def record_sets(configs: Sequence[str], splits: Sequence[str], text: str) -> list[Json]:
    """The record sets of a release with these configs and splits, in a mode of text."""
    rows = [_rows(config, splits, text) for config in configs]
    schemas = [load_schema(config, text) for config in configs]
    there = {_ENUMERATION_OF[names] for schema in schemas for names in _class_labels(schema)}
    return [_splits(splits), *(_enumeration(name) for name in _ENUMERATIONS if name in there), *rows]


def _splits(splits: Sequence[str]) -> Json:
    columns = {'name': 'sc:Text', 'url': 'sc:URL'}
    rows = [{'name': split, 'url': 'cr:TestSplit' if is_test(split) else _USES[split]} for split in splits]
    return _listed('splits', 'cr:Split', 'The splits of this release; one without a page is absent.', columns, rows)


def _enumeration(name: str) -> Json:
    names = _ENUMERATIONS[name]
    columns = {'id': 'sc:Integer', 'name': 'sc:Text'}
    rows: list[Json] = [{'id': number, 'name': value} for number, value in enumerate(names)]
    if names == KINDS:
        columns['description'] = 'sc:Text'
        rows = [{**row, 'description': MEANING_OF_KIND[row['name']]} for row in rows]
    return _listed(name, 'sc:Enumeration', f'The names of the class label `{name}` by their ids.', columns, rows)


def _listed(name: str, kind: str, description: str, columns: dict[str, str], rows: Sequence[Json]) -> Json:
    """A record set whose records stand in the document, known by the first of their columns."""
    return {
        '@type': 'cr:RecordSet',
        '@id': name,
        'name': name,
        'description': description,
        'dataType': kind,
        'key': {'@id': f'{name}/{next(iter(columns))}'},
        'field': [
            {'@type': 'cr:Field', '@id': f'{name}/{column}', 'name': column, 'dataType': data_type} for column, data_type in columns.items()
        ],
        'data': [{f'{name}/{column}': value for column, value in row.items()} for row in rows],
    }


def _rows(config: str, splits: Sequence[str], text: str) -> Json:
    schema = load_schema(config, text)
    keys = [{'@id': f'{config}/{column}'} for column in _KEYS[config]]
    return {
        '@type': 'cr:RecordSet',
        '@id': config,
        'name': config,
        'description': schema['description'],
        'key': keys if len(keys) > 1 else keys[0],
        'field': [_split_of_file(config, splits), *(_column(config, name, node) for name, node in schema['properties'].items())],
    }


def _split_of_file(config: str, splits: Sequence[str]) -> Json:
    return {
        '@type': 'cr:Field',
        '@id': f'{config}/{_FILE_SPLIT}',
        'name': _FILE_SPLIT,
        'description': 'The split in whose files the row stands.',
        'dataType': 'sc:Text',
        'references': {'field': {'@id': 'splits/name'}},
        'source': {
            'fileSet': {'@id': file_set(config)},
            'extract': {'fileProperty': 'filename'},
            # mlcroissant applies this once more to what it has found: there a split stands alone.
            'transform': {'regex': rf'^({"|".join(splits)})(?:-[0-9]+-of-[0-9]+\.parquet)?$'},
        },
    }


def _column(config: str, name: str, node: Schema) -> Json:
    source = {'fileSet': {'@id': file_set(config)}, 'extract': {'column': name}}
    field = _described(f'{config}/{name}', name, node)
    items = node.get('items', {})
    if node.get('type') == 'array' and items.get('type') == 'object':
        told = {child: below for child, below in items['properties'].items() if not _is_list_of_objects(below)}
        left_out = [f'`{child}`' for child in items['properties'] if child not in told]
        field['description'] += f' Not described here: {", ".join(left_out)}; see schemas/{config}.schema.json.' if left_out else ''
        field['subField'] = [
            _typed(_described(f'{config}/{name}/{child}', child, below), below, {**source, 'transform': {'jsonPath': child}})
            for child, below in told.items()
        ]
        return {**field, 'isArray': True, 'arrayShape': '-1'}
    return _typed(field, node, source)


def _described(place: str, name: str, node: Schema) -> Json:
    return {'@type': 'cr:Field', '@id': place, 'name': name, 'description': node['description']}


def _typed(field: Json, node: Schema, source: Json) -> Json:
    """The field with its data type, and the enumeration that its class ids refer to."""
    if node.get('type') == 'array':
        return {**_typed(field, node['items'], source), 'isArray': True, 'arrayShape': '-1'}
    names = class_names(node)
    if names:
        listed = _ENUMERATION_OF[tuple(names)]
        return {**field, 'dataType': 'sc:Integer', 'references': {'field': {'@id': f'{listed}/id'}}, 'source': source}
    kinds = node.get('type', 'string')
    kind = next(kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != 'null')
    return {**field, 'dataType': _DATA_TYPES[kind], 'source': source}


def _is_list_of_objects(node: Schema) -> bool:
    return node.get('type') == 'array' and node['items'].get('type') == 'object'


def _class_labels(node: Schema) -> Iterator[tuple[str, ...]]:
    """The names of each class label at or below a node."""
    names = class_names(node)
    if names:
        yield tuple(names)
    for child in (*node.get('properties', {}).values(), *([node['items']] if 'items' in node else ())):
        yield from _class_labels(child)

"""Arrow types and `datasets` features that follow from a JSON Schema, so that neither is ever written by hand.

Annotations carry what JSON cannot say: `x-arrow` names a narrower number type; an `enum` of strings that the label set
defines becomes a ClassLabel (nullable int64, or `datasets` silently reads it as a plain number).
"""

import json
from functools import cache
from typing import Any, Final

import datasets
import pyarrow as pa

from builder.schema.loading import Schema, load_schema

_SCALARS: Final = {'string': pa.string(), 'integer': pa.int64(), 'number': pa.float64(), 'boolean': pa.bool_()}
_NARROW: Final = {'int32': pa.int32(), 'float32': pa.float32()}


def class_names(node: Schema) -> list[str] | None:
    """The names of a class label in the order of their ids, or None if the node is not one."""
    for option in (node, *node.get('oneOf', ())):
        if option.get('x-class-label'):
            return [name for name in option['enum'] if name is not None]
    return None


def arrow_type(node: Schema, *, names_as_ids: bool) -> pa.DataType:
    """The Arrow type of a schema node; class labels are int64 if `names_as_ids`, else strings."""
    if class_names(node):
        return pa.int64() if names_as_ids else pa.string()
    kinds = node.get('type', 'string')
    kind = next(name for name in ([kinds] if isinstance(kinds, str) else kinds) if name != 'null')
    if kind == 'object':
        return pa.struct([pa.field(key, arrow_type(child, names_as_ids=names_as_ids)) for key, child in node['properties'].items()])
    if kind == 'array':
        return pa.list_(arrow_type(node['items'], names_as_ids=names_as_ids))
    return _NARROW.get(node.get('x-arrow', ''), _SCALARS[kind])


def staged_schema(name: str) -> pa.Schema:
    """The Arrow schema of records on their way through a build: labels by name."""
    return pa.schema(list(arrow_type(load_schema(name), names_as_ids=False)))


@cache
def features(config: str) -> datasets.Features:
    """The `datasets` features of the rows of a config."""
    return datasets.Features({key: _feature(child) for key, child in load_schema(config)['properties'].items()})


def _feature(node: Schema) -> Any:  # noqa: ANN401 - datasets has no common type of its features
    names = class_names(node)
    if names:
        return datasets.ClassLabel(names=names)
    if node.get('type') == 'array':
        return datasets.List(_feature(node['items']))
    if node.get('type') == 'object':
        return {key: _feature(child) for key, child in node['properties'].items()}
    return datasets.Value(_value_name(node))


def _value_name(node: Schema) -> str:
    return {'float': 'float32', 'double': 'float64'}.get(name := str(arrow_type(node, names_as_ids=True)), name)


@cache
def release_schema(config: str) -> pa.Schema:
    """The Arrow schema of a config's Parquet files, with the `huggingface` key that makes `datasets` restore class labels.

    Lists are written there as JSON lists, which `datasets` of every version since 2 reads (datasets#7739).
    """
    plain = pa.schema(list(arrow_type(load_schema(config), names_as_ids=True)))
    described = {'info': {'features': _compatible(features(config).to_dict())}}
    return plain.with_metadata({'huggingface': json.dumps(described, ensure_ascii=False)})  # key order is field order


def _compatible(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(node, dict):
        return node
    if node.get('_type') == 'List':
        return [_compatible(node['feature'])]
    return {key: _compatible(value) for key, value in node.items()}

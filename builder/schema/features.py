"""The `datasets` features that follow from a JSON Schema, and the Arrow schema that restores them. Apart, for `datasets` is slow to import."""

import json
from functools import cache
from typing import Any

import datasets
import pyarrow as pa

from builder.schema.arrow import arrow_type, class_names
from builder.schema.loading import FULL, Schema, load_schema


@cache
def features(config: str, text: str = FULL) -> datasets.Features:
    """The `datasets` features of the rows of a config in a mode of text."""
    return datasets.Features({key: _feature(child) for key, child in load_schema(config, text)['properties'].items()})


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
def release_schema(config: str, text: str = FULL) -> pa.Schema:
    """The Arrow schema of a config's Parquet files in a mode of text, with the `huggingface` key that makes `datasets` restore class labels.

    Lists are written there as JSON lists, which `datasets` of every version since 2 reads (datasets#7739).
    """
    plain = pa.schema(list(arrow_type(load_schema(config, text), names_as_ids=True)))
    described = {'info': {'features': _compatible(features(config, text).to_dict())}}
    return plain.with_metadata({'huggingface': json.dumps(described, ensure_ascii=False)})  # key order is field order


def _compatible(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(node, dict):
        return node
    if node.get('_type') == 'List':
        return [_compatible(node['feature'])]
    return {key: _compatible(value) for key, value in node.items()}

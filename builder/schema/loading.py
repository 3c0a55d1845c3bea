"""Loading a schema of `schemas/` with every `$ref` replaced by what it points to."""

import json
from functools import cache
from typing import Any

from builder.resources import folder

Schema = dict[str, Any]


@cache
def load_schema(name: str) -> Schema:
    """The schema `schemas/NAME.schema.json`, self-contained. What stands beside a `$ref` wins over what it points to.

    Validators are faster without references, and Arrow types can be read off one tree.
    """
    resolved = _resolve(_document(name), name)
    assert isinstance(resolved, dict)  # noqa: S101 - every file of schemas/ is an object; a test reads them all
    return resolved


@cache
def _document(name: str) -> Schema:
    document: Schema = json.loads(folder('schemas').joinpath(f'{name}.schema.json').read_text('utf-8'))
    return document


def _resolve(node: Any, name: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_resolve(item, name) for item in node]
    if not isinstance(node, dict):
        return node
    own = {key: _resolve(value, name) for key, value in node.items() if key not in {'$ref', '$schema', '$id'}}
    if '$ref' not in node:
        return own
    file, _, path = node['$ref'].partition('#')
    target_name = file.removesuffix('.schema.json') or name
    target: Any = _document(target_name)
    for key in filter(None, path.split('/')):
        target = target[key]
    return {**_resolve(target, target_name), **own}


def with_defaults(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """A copy of `value` in which every property that is left out has the schema's `default`, in nested objects too."""
    filled: dict[str, Any] = {}
    for key, child in schema.get('properties', {}).items():
        if key in value or 'default' in child:
            entry = value.get(key, child.get('default'))
            filled[key] = with_defaults(entry, child) if isinstance(entry, dict) and 'properties' in child else entry
    return filled

"""Loading a schema of `schemas/` with every `$ref` replaced by what it points to.

A release holds its texts whole, in excerpts or not at all (the setting `text`). One file describes the rows of all three: a property
marked `x-text` is there in the modes that it lists, one without the mark in every mode.
"""

import json
from functools import cache
from typing import Any, Final

from builder.resources import folder

Schema = dict[str, Any]
FULL: Final = 'full'
EXCERPT: Final = 'excerpt'
STANDOFF: Final = 'standoff'
_MODES: Final = 'x-text'


@cache
def load_schema(name: str, text: str = FULL) -> Schema:
    """The schema `schemas/NAME.schema.json` in a mode of text, self-contained. What stands beside a `$ref` wins over what it points to.

    Validators are faster without references, and Arrow types can be read off one tree.
    """
    resolved = _resolve(schema_document(name, text), name, text)
    assert isinstance(resolved, dict)  # noqa: S101 - every file of schemas/ is an object; a test reads them all
    return resolved


@cache
def schema_document(name: str, text: str = FULL) -> Schema:
    """The file `schemas/NAME.schema.json` with what is there in a mode of text, and its references as they are."""
    document = _in_mode(json.loads(folder('schemas').joinpath(f'{name}.schema.json').read_text('utf-8')), text)
    assert isinstance(document, dict)  # noqa: S101 - as above
    return document


def _in_mode(node: Any, text: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_in_mode(item, text) for item in node]
    if not isinstance(node, dict):
        return node
    properties = node.get('properties', {})
    absent = {key for key, child in properties.items() if isinstance(child, dict) and text not in child.get(_MODES, (text,))}
    shown = {key: _in_mode(value, text) for key, value in node.items() if key != _MODES}
    if absent:
        shown['properties'] = {key: child for key, child in shown['properties'].items() if key not in absent}
        shown['required'] = [key for key in shown['required'] if key not in absent]
    return shown


def _resolve(node: Any, name: str, text: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_resolve(item, name, text) for item in node]
    if not isinstance(node, dict):
        return node
    own = {key: _resolve(value, name, text) for key, value in node.items() if key not in {'$ref', '$schema', '$id'}}
    if '$ref' not in node:
        return own
    file, _, path = node['$ref'].partition('#')
    target_name = file.removesuffix('.schema.json') or name
    target: Any = schema_document(target_name, text)
    for key in filter(None, path.split('/')):
        target = target[key]
    return {**_resolve(target, target_name, text), **own}


def with_defaults(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """A copy of `value` in which every property that is left out has the schema's `default`, in nested objects too."""
    filled: dict[str, Any] = {}
    for key, child in schema.get('properties', {}).items():
        if key in value or 'default' in child:
            entry = value.get(key, child.get('default'))
            filled[key] = with_defaults(entry, child) if isinstance(entry, dict) and 'properties' in child else entry
    return filled

"""Arrow types that follow from a JSON Schema, so that none is ever written by hand.

Annotations carry what JSON cannot say: `x-arrow` names a narrower number type; an `enum` of strings that the label set
defines is a class label, whose ids are nullable int64, or `datasets` silently reads them as plain numbers.
"""

from typing import Final

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

"""YAML that people write, read as plain JSON values, which are all that a JSON Schema can judge.

YAML can say more: dates, keys that are numbers, infinities, tags, and references that unfold to any size (a "billion laughs").
Each of these is refused with the setting that it stands in. Nothing is constructed but what JSON knows.
"""

import math
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import yaml

MOST_LEVELS: Final = 50
"""Deeper nesting is refused: no file of ours has ten levels, and thousands would exhaust the stack of the reader."""
_STANDARD: Final = 'tag:yaml.org,2002:'
_BEYOND_64_BITS: Final = 1 << 63


def read_yaml(text: str, *, dates_are_text: bool = False) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value of a YAML document, None for an empty one; an unquoted date is text if `dates_are_text`, else refused.

    Raises ValueError, in one line that names the setting or the place, for what is not YAML or no JSON value.
    """
    _require_plain(text)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(_not_yaml(error)) from error
    return None if node is None else _value(node, '', dates_are_text=dates_are_text)


def _refuse(place: str, why: str) -> NoReturn:
    raise ValueError(f'{place or "the document"}: {why}')


def _require_plain(text: str) -> None:
    """Raises ValueError for aliases and for deep nesting, before anything is built from the text."""
    level = 0
    for event in _events(text):
        if isinstance(event, yaml.AliasEvent):
            _refuse(_line(event), f'*{event.anchor} is a reference; write the value out')
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if level > MOST_LEVELS:
            _refuse(_line(event), f'more than {MOST_LEVELS} levels of nesting; write it flatter')


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two from escapes beyond Unicode
        raise ValueError(_not_yaml(error)) from error


def _not_yaml(error: Exception) -> str:
    return f'not YAML ({" ".join(str(error).split())}); mend it'


def _line(part: yaml.Event | yaml.Node) -> str:
    return f'line {part.start_mark.line + 1}' if part.start_mark else 'some line'


def _value(node: yaml.Node, where: str, *, dates_are_text: bool) -> Any:  # noqa: ANN401 - any JSON value
    kind = node.tag.removeprefix(_STANDARD)
    if isinstance(node, yaml.MappingNode) and kind == 'map':
        return _mapping(node, where, dates_are_text=dates_are_text)
    if isinstance(node, yaml.SequenceNode) and kind == 'seq':
        return [_value(child, f'{where}[{number}]', dates_are_text=dates_are_text) for number, child in enumerate(node.value)]
    if not isinstance(node, yaml.ScalarNode):
        _refuse(where, f'has the tag {kind}; leave the tag out')
    if kind == 'str' or (kind == 'timestamp' and dates_are_text):
        return _text(node.value, where)
    return _scalar(node, kind, where)


def _mapping(node: yaml.MappingNode, where: str, *, dates_are_text: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != f'{_STANDARD}str':
            shown = _short(key.value) if isinstance(key, yaml.ScalarNode) else 'a list or a mapping'
            _refuse(where or _line(key), f'the key {shown} is no text to YAML; put it in quotes')
        name = _text(key.value, where)
        if name in values:
            _refuse(where or _line(key), f'the key {name[:60]} stands twice; keep one')
        values[name] = _value(child, f'{where}.{name}' if where else name, dates_are_text=dates_are_text)
    return values


def _text(value: str, where: str) -> str:
    if any('\ud800' <= sign <= '\udfff' for sign in value):
        _refuse(where, 'holds half of a surrogate pair, which is no character; take it out')
    return value


def _scalar(node: yaml.ScalarNode, kind: str, where: str) -> bool | float | None:
    shown = _short(node.value)
    if kind not in {'null', 'bool', 'int', 'float'}:
        _refuse(where, f'{shown} is a {kind} to YAML; put it in quotes')
    try:
        value: bool | float | None = yaml.constructor.SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError, KeyError) as error:
        raise ValueError(f'{where}: {shown} cannot be read as {kind}; put it in quotes') from error
    if isinstance(value, float) and not math.isfinite(value):
        _refuse(where, f'{shown} is not a finite number; write a plain one')
    if isinstance(value, int) and abs(value) >= _BEYOND_64_BITS:
        _refuse(where, f'{shown} does not fit into 64 bits; write a smaller number')
    return value


def _short(text: str) -> str:
    """What stands there, in one line, cut to 60 code points."""
    return repr(text if len(text) <= 60 else f'{text[:60]}…')

"""JSON-LD of a page: the objects that describe an article, and after them the pages, out of lists and `@graph`; broken JSON is nothing."""

import json
from collections.abc import Iterable
from typing import Final

JsonObject = dict[str, object]

_CHARACTERS: Final = 4_000_000  # of one script
_SCRIPTS: Final = 100
_OBJECTS: Final = 1_000
_LEVELS: Final = 6  # of lists and graphs around an object
_NAMES: Final = 50
_CONTAINERS: Final = ('@graph', 'mainEntity')
_ARTICLE_ENDINGS: Final = ('Article', 'Posting', 'Report')


def linked_objects(scripts: Iterable[str]) -> list[JsonObject]:
    """The objects of type article, then those of type web page, in document order; at most 1,000 objects are looked at."""
    found = _all_objects(scripts)
    articles = [item for item in found if _has_type(item, _ARTICLE_ENDINGS)]
    return articles + [item for item in found if _has_type(item, ('WebPage',)) and not _has_type(item, _ARTICLE_ENDINGS)]


def article_objects(scripts: Iterable[str]) -> list[JsonObject]:
    """The objects of type article in document order; at most 1,000 objects are looked at."""
    return [item for item in _all_objects(scripts) if _has_type(item, _ARTICLE_ENDINGS)]


def type_of(item: JsonObject) -> str:
    """The type of an object, the first of several; empty where it has none."""
    return string(item.get('@type')) or ''


def string(value: object) -> str | None:
    """The value where it is a string that is not blank, or the first such of a list."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            return item
    return None


def names(value: object) -> list[str]:
    """The names that an `author` or a `publisher` gives: a string, an object with a `name`, or a list of them."""
    found: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:_NAMES]:
        name = string(item.get('name') if isinstance(item, dict) else item)
        if name and name not in found:
            found.append(name)
    return found


def _all_objects(scripts: Iterable[str]) -> list[JsonObject]:
    found: list[JsonObject] = []
    for _, script in zip(range(_SCRIPTS), scripts, strict=False):
        found += _objects(_parse(script), _OBJECTS - len(found))
    return found


def _parse(script: str) -> object:
    if len(script) > _CHARACTERS:
        return None
    try:
        # Raw line ends inside strings are the commonest fault of real pages, and harmless.
        return json.loads(script.strip().rstrip(';'), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object, most: int) -> list[JsonObject]:
    """The objects in `value`, an outer one before those it holds, level by level."""
    found: list[JsonObject] = []
    level = [value]
    for _ in range(_LEVELS):
        below: list[object] = []
        for item in level[:_OBJECTS]:
            if isinstance(item, list):
                below += item[:_OBJECTS]
            elif isinstance(item, dict):
                found.append(item)
                below += [item[name] for name in _CONTAINERS if name in item]
        level = below
    return found[: max(most, 0)]


def _has_type(item: JsonObject, endings: tuple[str, ...]) -> bool:
    kinds = item.get('@type')
    return any(isinstance(kind, str) and kind.endswith(endings) for kind in (kinds if isinstance(kinds, list) else [kinds]))

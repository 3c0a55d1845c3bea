"""Settings that a user writes in YAML: read, and held against their schema."""

from importlib.resources.abc import Traversable
from typing import Any

from builder.errors import UsageError
from builder.schema.strict_yaml import read_yaml
from builder.schema.validation import validator


def is_file(path: Traversable) -> bool:
    """Whether there is such a file; a name that is too long for the disk, or holds a NUL, names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_settings(path: Traversable, where: str) -> dict[str, Any]:
    """The settings of a YAML file. Raises UsageError in one line that names the file by `where`, and the setting that is wrong."""
    try:
        text = path.read_text('utf-8-sig')
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f'{where}: cannot read the configuration ({error}); give a YAML file in UTF-8') from error
    try:
        value = read_yaml(text, dates_are_text=True)
    except ValueError as error:
        raise UsageError(f'{where}: {error}') from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f'{where}: holds a {type(value).__name__}, but settings are `name: value` lines')
    return value


def require_settings(schema: str, value: dict[str, Any], where: object) -> None:
    """Raises UsageError that names every fault of the settings."""
    faults = validator(schema).faults(value)
    if faults:
        raise UsageError(f'{where}: ' + '; '.join(map(str, faults)) + f'; see schemas/{schema}.schema.json')

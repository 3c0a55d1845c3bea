"""Is a record what its schema says? `jsonschema` is the judge; `jsonschema-rs` is the fast gate in front of it.

The gate passes most records; whatever it refuses, and one record in a hundred that it passes, is judged. A test holds
both engines to the same verdict. The two differ on values that JSON cannot hold (NaN, bytes, keys that are no text), which
JSON readers and damaged Parquet files let through: those are faults before any schema is asked.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator

from builder.errors import SchemaError
from builder.schema.loading import FULL, load_schema

AUDIT_EVERY: Final = 100
"""One in this many records that pass the gate is judged as well."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One violation: the JSON path of the value, and what is wrong with it."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f'{self.message} @ {self.pointer}'


class Validator:
    """Judges values by the schema `schemas/NAME.schema.json` in a mode of text."""

    def __init__(self, name: str, text: str = FULL) -> None:
        """Raises SchemaError if the schema itself is not valid."""
        schema = load_schema(name, text)
        Draft202012Validator.check_schema(schema)
        self.name = name
        self.judge = Draft202012Validator(schema)
        self.gate = jsonschema_rs.Draft202012Validator(schema)
        self._passed = 0

    def faults(self, value: Mapping[str, Any]) -> list[Fault]:
        """Every violation in document order; empty for a valid value. Raises SchemaError where the two engines disagree."""
        try:
            passed = self.gate.is_valid(value)
        except (ValueError, TypeError) as error:
            return list(not_json(value)) or [Fault('$', f'cannot be judged ({error})')]
        self._passed += passed
        if passed and self._passed % AUDIT_EVERY:
            return []
        found = self.judge_faults(value) or ([] if passed else list(not_json(value)))
        if passed == bool(found):
            raise SchemaError(f'{self.name}: the fast gate and jsonschema disagree on a value ({found[:1]}); please report this')
        return found

    def judge_faults(self, value: Mapping[str, Any]) -> list[Fault]:
        """The violations by `jsonschema` alone."""
        try:
            errors = sorted(self.judge.iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
        except RecursionError:
            return [Fault('$', 'is nested too deeply to be judged')]
        return [Fault(error.json_path, _short(error.message)) for error in errors]

    def require(self, value: Mapping[str, Any], where: str) -> None:
        """Raises SchemaError that names `where` and every fault, if there is one."""
        found = self.faults(value)
        if found:
            raise SchemaError(f'{where}: ' + '; '.join(map(str, found[:5])) + (f'; and {len(found) - 5} more' if len(found) > 5 else ''))


def not_json(value: object) -> Iterator[Fault]:
    """What in a value no JSON document can hold: numbers that are not finite, keys that are no text, other Python types."""
    waiting: list[tuple[str, object]] = [('$', value)]
    while waiting:
        pointer, node = waiting.pop()
        if isinstance(node, Mapping):
            yield from (Fault(pointer, f'the key {key!r} is not text') for key in node if not isinstance(key, str))
            waiting += [(f'{pointer}.{key}', child) for key, child in node.items()]
        elif isinstance(node, list):
            waiting += [(f'{pointer}[{number}]', child) for number, child in enumerate(node)]
        elif isinstance(node, float) and not math.isfinite(node):
            yield Fault(pointer, f'{node} is not a finite number')
        elif node is not None and not isinstance(node, str | int | float):
            yield Fault(pointer, f'{_short(repr(node))} is a {type(node).__name__}, which JSON does not have')


@cache
def validator(name: str, text: str = FULL) -> Validator:
    """The validator of `schemas/NAME.schema.json` in a mode of text, compiled once a process."""
    return Validator(name, text)


def _short(message: str) -> str:
    return message if len(message) <= 200 else f'{message[:120]} … {message[-60:]}'

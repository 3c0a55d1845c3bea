"""Is a record what its schema says? `jsonschema` is the judge; `jsonschema-rs` is the fast gate in front of it.

The gate passes most records; whatever it refuses, and one record in a hundred that it passes, is judged. A test holds
both engines to the same verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator

from builder.errors import SchemaError
from builder.schema.loading import load_schema

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
    """Judges values by the schema `schemas/NAME.schema.json`."""

    def __init__(self, name: str) -> None:
        """Raises SchemaError if the schema itself is not valid."""
        schema = load_schema(name)
        Draft202012Validator.check_schema(schema)
        self.name = name
        self.judge = Draft202012Validator(schema)
        self.gate = jsonschema_rs.Draft202012Validator(schema)
        self._passed = 0

    def faults(self, value: Mapping[str, Any]) -> list[Fault]:
        """Every violation in document order; empty for a valid value. Raises SchemaError where the two engines disagree."""
        passed = self.gate.is_valid(value)
        self._passed += passed
        if passed and self._passed % AUDIT_EVERY:
            return []
        found = self.judge_faults(value)
        if passed == bool(found):
            raise SchemaError(f'{self.name}: the fast gate and jsonschema disagree on a value ({found[:1]}); please report this')
        return found

    def judge_faults(self, value: Mapping[str, Any]) -> list[Fault]:
        """The violations by `jsonschema` alone."""
        errors = sorted(self.judge.iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
        return [Fault(error.json_path, _short(error.message)) for error in errors]

    def require(self, value: Mapping[str, Any], where: str) -> None:
        """Raises SchemaError that names `where` and every fault, if there is one."""
        found = self.faults(value)
        if found:
            raise SchemaError(f'{where}: ' + '; '.join(map(str, found[:5])) + (f'; and {len(found) - 5} more' if len(found) > 5 else ''))


@cache
def validator(name: str) -> Validator:
    """The validator of `schemas/NAME.schema.json`, compiled once a process."""
    return Validator(name)


def _short(message: str) -> str:
    return message if len(message) <= 200 else f'{message[:120]} … {message[-60:]}'

"""The plan of a build: the configuration with every default filled in, as values that never change while it runs."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from builder.digests import file_sha256
from builder.errors import InputError, UsageError
from builder.resources import folder
from builder.schema.loading import load_schema, with_defaults
from builder.schema.strict_yaml import read_yaml
from builder.schema.validation import validator


@dataclass(frozen=True, slots=True)
class Limits:
    """What a build refuses, in counted units; meanings and defaults stand in `schemas/config.schema.json`."""

    page_bytes: int
    page_lines: int
    reject_bytes: int
    shard_bytes: int
    file_bytes: int
    unpacked_bytes: int
    archive_members: int
    html_nodes: int
    html_depth: int
    html_bytes: int
    html_steps: int
    warc_record_bytes: int
    warc_header_bytes: int
    warc_ratio: int
    watchdog_seconds: int


@dataclass(frozen=True, slots=True)
class SplitPolicy:
    """Who goes where; meanings stand in `schemas/split_policy.schema.json`."""

    name: str
    version: int
    salt: str
    validation_share: float
    unseen_site_share: float
    unseen_sites: tuple[str, ...]
    seen_sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What is done about near-duplicate stories; meanings stand in `schemas/config.schema.json`."""

    policy: str
    threshold: float
    key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what a build makes of its input."""

    languages: tuple[str, ...]
    format: str | None
    """The format of every stream, where the user overrides what they look like."""
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    """Field names that replace those of `builder.converters.mapping.FIELDS`."""
    site_pattern: str | None
    sidecar: Path | None
    sidecar_sha256: str | None
    split_policy: SplitPolicy
    entities: str
    """Lines in which names are looked for: `story`, `all` or `none`."""
    text: str
    """How texts stand in the release: `full`, `excerpt` or `standoff`."""
    excerpt_length: int
    """Code points of each line in an excerpt."""
    duplicates: Duplicates
    limits: Limits
    dataset: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """The plan as plain JSON values, without any path of this machine."""
        plain = asdict(self)
        plain.update(fields=dict(self.fields), dataset=dict(self.dataset))
        del plain['sidecar']
        return json.loads(json.dumps(plain))  # type: ignore[no-any-return]


def load_plan(config: Path | None = None, form: str | None = None, entities: str | None = None, text: str | None = None) -> Plan:
    """The plan of a configuration file, or the default plan; `form`, `entities` and `text` override what it sets.

    Raises UsageError that names the file and every fault of it: unreadable, not YAML, unknown or wrong settings.
    """
    given = _read_settings(config, str(config)) if config else {}
    _require('config', given, config)
    given |= {name: value for name, value in (('format', form), ('entities', entities), ('text', text)) if value}
    return _plan(given, config)


def plan_of(said: Mapping[str, Any], where: str) -> Plan:
    """The default plan with what the plan of a manifest says of how a dump is read, but for its sidecar. Raises InputError."""
    given = {name: said[name] for name in ('format', 'fields', 'limits', 'site_pattern') if name in said}
    faults = validator('config').faults(given)
    if faults:
        raise InputError(f'{where}: plan: {faults[0]}; restore it')
    return _plan(given, None)


def _plan(given: dict[str, Any], config: Path | None) -> Plan:
    settings = with_defaults(given, load_schema('config'))
    base = config.parent if config else Path()
    sidecar = base / settings['sidecar'] if settings['sidecar'] else None
    return Plan(
        languages=tuple(settings['languages']),
        format=settings['format'],
        fields=tuple((name, tuple(names)) for name, names in settings['fields'].items()),
        site_pattern=_pattern(settings['site_pattern'], config),
        sidecar=sidecar,
        sidecar_sha256=_digest(sidecar) if sidecar else None,
        split_policy=load_split_policy(settings['split_policy'], base),
        entities=settings['entities'],
        text=settings['text'],
        excerpt_length=settings['excerpt_length'],
        duplicates=Duplicates(**settings['duplicates']),
        limits=Limits(**settings['limits']),
        dataset=tuple(settings['dataset'].items()),
    )


def load_split_policy(name: str, base: Path) -> SplitPolicy:
    """The policy `splits/NAME.yaml`, or the one in the file `name` seen from `base`. Raises UsageError where there is none or it is wrong."""
    shipped = folder('splits').joinpath(f'{name}.yaml')
    own = base / name
    if _is_file(shipped):
        policy, where = _read_settings(shipped, name), name
    elif _is_file(own):
        policy, where = _read_settings(own, str(own)), str(own)
    else:
        known = ', '.join(sorted(entry.name.removesuffix('.yaml') for entry in folder('splits').iterdir() if entry.name.endswith('.yaml')))
        raise UsageError(f'split policy {name!r}: neither shipped ({known}) nor a file beside the configuration; name one of them')
    _require('split_policy', policy, Path(where))
    return SplitPolicy(**{**policy, 'unseen_sites': tuple(policy['unseen_sites']), 'seen_sites': tuple(policy['seen_sites'])})


def _is_file(path: Traversable) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long for the disk, or holds a NUL, names no file
        return False


def _read_settings(path: Traversable, where: str) -> dict[str, Any]:
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


def _require(schema: str, value: dict[str, Any], where: Path | None) -> None:
    faults = validator(schema).faults(value)
    if faults:
        raise UsageError(f'{where}: ' + '; '.join(map(str, faults)) + f'; see schemas/{schema}.schema.json')


def _pattern(pattern: str | None, where: Path | None) -> str | None:
    if pattern is None:
        return None
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f'{where}: site_pattern is no regular expression ({error}); mend it') from error
    if 'site' not in groups:
        raise UsageError(f'{where}: site_pattern has no group named site; write (?P<site>…)')
    return pattern


def _digest(path: Path) -> str:
    try:
        return file_sha256(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, 'strerror', error)
        raise UsageError(f'{path}: cannot read the sidecar ({reason}); mend `sidecar` in the configuration') from error

"""The plan of a build: the configuration with every default filled in, as values that never change while it runs."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from builder.digests import file_sha256
from builder.errors import InputError, UsageError
from builder.model_files import model_digests
from builder.schema.loading import load_schema, with_defaults
from builder.schema.validation import validator
from builder.settings import read_settings, require_settings
from builder.split_policy import SplitPolicy, load_split_policy


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
    labeller: Path | None
    """Weights of a line labeller of the user's own, in place of the shipped one."""
    labeller_sha256: tuple[str, str] | None
    """Of them and of their record."""
    split_policy: SplitPolicy
    entities: str
    """Lines in which names are looked for: `story`, `all` or `none`."""
    text: str
    """How texts stand in the release: `full`, `excerpt` or `standoff`."""
    excerpt_length: int
    """Code points of each line in an excerpt."""
    duplicates: Duplicates
    limits: Limits
    dataset: tuple[tuple[str, str | bool], ...]

    def as_json(self) -> dict[str, Any]:
        """The plan as plain JSON values, without any path of this machine."""
        plain = asdict(self)
        plain.update(fields=dict(self.fields), dataset=dict(self.dataset))
        del plain['sidecar'], plain['labeller']
        for frozen in plain['split_policy']['frozen']:
            del frozen['location']
        return json.loads(json.dumps(plain))  # type: ignore[no-any-return]


def load_plan(
    config: Path | None = None,
    form: str | None = None,
    entities: str | None = None,
    text: str | None = None,
    labeller: Path | None = None,
) -> Plan:
    """The plan of a configuration file, or the default plan; `form`, `entities`, `text` and `labeller` override what it sets.

    Raises UsageError that names the file and every fault of it: unreadable, not YAML, unknown or wrong settings; ModelError where the weights
    of a labeller cannot be read.
    """
    given = read_settings(config, str(config)) if config else {}
    require_settings('config', given, config)
    given |= {name: value for name, value in (('format', form), ('entities', entities), ('text', text)) if value}
    return _plan(given, config, labeller)


def plan_of(said: Mapping[str, Any], where: str) -> Plan:
    """The default plan with what the plan of a manifest says of how a dump is read, but for its sidecar. Raises InputError."""
    given = {name: said[name] for name in ('format', 'fields', 'limits', 'site_pattern') if name in said}
    faults = validator('config').faults(given)
    if faults:
        raise InputError(f'{where}: plan: {faults[0]}; restore it')
    return _plan(given, None)


def _plan(given: dict[str, Any], config: Path | None, labeller: Path | None = None) -> Plan:
    settings = with_defaults(given, load_schema('config'))
    base = config.parent if config else Path()
    sidecar = base / settings['sidecar'] if settings['sidecar'] else None
    if labeller is None and settings['labeller']:
        labeller = base / settings['labeller']
    return Plan(
        languages=tuple(settings['languages']),
        format=settings['format'],
        fields=tuple((name, tuple(names)) for name, names in settings['fields'].items()),
        site_pattern=_pattern(settings['site_pattern'], config),
        sidecar=sidecar,
        sidecar_sha256=_digest(sidecar) if sidecar else None,
        labeller=labeller,
        labeller_sha256=model_digests(labeller) if labeller else None,
        split_policy=load_split_policy(settings['split_policy'], base),
        entities=settings['entities'],
        text=settings['text'],
        excerpt_length=settings['excerpt_length'],
        duplicates=Duplicates(**settings['duplicates']),
        limits=Limits(**settings['limits']),
        dataset=tuple(settings['dataset'].items()),
    )


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

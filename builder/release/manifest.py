"""The manifest of a release: every file, every input, the plan, the program, and the balance, by digest."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from builder.digests import file_sha256
from builder.errors import InputError, UsageError
from builder.release.parquet import WrittenFile
from builder.schema.loading import FULL
from builder.schema.validation import validator

FORMAT: Final = 'vinews-manifest/2'
NAME: Final = 'manifest.json'
_PACKAGES: Final = (
    'babel',
    'datasets',
    'huggingface_hub',
    'jinja2',
    'jsonschema',
    'jsonschema-rs',
    'langdetect',
    'numpy',
    'pyarrow',
    'python-crfsuite',
    'pyyaml',
    'selectolax',
    'w3lib',
)


def packages() -> dict[str, str]:
    """Versions of the packages that can change the bytes of a release, and of the Unicode tables in use."""
    return {**{name: _version(name) for name in _PACKAGES}, 'unicode': unicodedata.unidata_version}


@cache
def _version(package: str) -> str:
    """Read once: it is searched for in every folder of the path."""
    return version(package)


def digest_of(value: object) -> str:
    """SHA-256 of a value as canonical JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def config_digests(files: Sequence[WrittenFile]) -> dict[str, str]:
    """One digest of the content of each config, over its files by path."""
    ordered = sorted(files, key=lambda file: file.path)
    configs = dict.fromkeys(file.config for file in files)
    return {config: digest_of([(file.path, file.content_sha256) for file in ordered if file.config == config]) for config in configs}


def list_files(folder: Path, written: Iterable[WrittenFile]) -> list[dict[str, Any]]:
    """An entry for every file under `folder` but the manifest, by path."""
    parquet = {file.path: file for file in written}
    entries: list[dict[str, Any]] = []
    for location in sorted(path for path in folder.rglob('*') if path.is_file()):
        path = location.relative_to(folder).as_posix()
        if path == NAME:
            continue
        plain = {'path': path, 'bytes': location.stat().st_size, 'sha256': file_sha256(location)}
        empty = dict.fromkeys(('config', 'split', 'rows', 'arrow_bytes', 'content_sha256'))
        entries.append({**empty, **asdict(parquet[path])} if path in parquet else {**plain, **empty})
    return entries


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json`. Raises SchemaError if it breaks its schema."""
    validator('manifest').require(manifest, NAME)
    (folder / NAME).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + '\n', 'utf-8')


def require_texts(release: Path, manifest: Mapping[str, Any]) -> None:
    """Raises UsageError where a release holds excerpts or no texts."""
    if manifest['plan']['text'] != FULL:
        raise UsageError(
            f'{release}: does not hold the whole texts (it is {manifest["plan"]["text"]}); join it to a crawl with `vinews rehydrate` first'
        )


def read_release_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release. Raises InputError where the folder holds no release, or one whose manifest is broken."""
    path = folder / NAME
    if not path.is_file():
        raise InputError(f'{folder}: no release here ({NAME} is missing); give the folder that `vinews build --out` made')
    try:
        manifest = json.loads(path.read_text('utf-8'))
    except (OSError, ValueError) as error:
        raise InputError(f'{path}: not readable as JSON ({error}); restore it or build again') from error
    faults = validator('manifest').faults(manifest)
    if faults:
        raise InputError(f'{path}: {faults[0]}; restore it or build again')
    checked: dict[str, Any] = manifest
    return checked

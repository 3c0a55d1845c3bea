"""CRFs' weights with the record beside them, opened only if the digest is the recorded one: the reader of a damaged CRF file can crash."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from builder.errors import ModelError, UsageError


def write_model(weights: Path, content: bytes, versions: tuple[int, int], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write weights, and beside them as `.json` their record, which is returned: `versions`, digest and size, then `facts`."""
    digest = {'sha256': hashlib.sha256(content).hexdigest(), 'bytes': len(content)}
    record = {'format_version': versions[0], 'feature_version': versions[1], **digest, **facts}
    weights.parent.mkdir(parents=True, exist_ok=True)
    weights.write_bytes(content)
    _write_record(weights.with_suffix('.json'), record)
    return record


def require_room(weights: Path, inputs: Iterable[Path]) -> None:
    """Raises UsageError where the record beside the weights would overwrite them, or one of the two a file that the training reads."""
    record = weights.with_suffix('.json')
    if weights == record:
        raise UsageError(f'{weights}: the record comes to lie there; give the weights another suffix, such as .crfsuite')
    for path in inputs:
        for target in (weights, record):
            if target.exists() and path.exists() and target.samefile(path):
                raise UsageError(f'{path}: is read for the training, and would be overwritten; write the weights somewhere else')


def amend_record(path: Path, **facts: object) -> None:
    """Write facts that were measured after a training into the record at `path`, in place of those of the same names."""
    _write_record(path, {**json.loads(path.read_text('utf-8')), **facts})


def _write_record(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + '\n', 'utf-8')


def read_model(weights: Path, versions: tuple[int, int]) -> tuple[bytes, dict[str, Any]]:
    """The weights and the record of their training; `versions` are those of the record's format and of the features.

    Raises ModelError where a file cannot be read, the digest is another, or the weights are of other versions.
    """
    content, said = _read_pair(weights)
    try:
        record = json.loads(said)
    except ValueError as error:
        raise _unreadable(weights, error) from None
    if not isinstance(record, dict) or record.get('sha256') != hashlib.sha256(content).hexdigest():
        raise ModelError(
            f'{weights}: its sha256 is not the one in {weights.stem}.json; train it anew, or if it is a shipped one install vinews again'
        )
    if (record.get('format_version'), record.get('feature_version')) != versions:
        raise ModelError(f'{weights}: was trained for features of other versions than {versions}; train it anew')
    return content, record


def model_digests(weights: Path) -> tuple[str, str]:
    """SHA-256 of weights and of the record beside them. Raises ModelError where a file cannot be read."""
    content, said = _read_pair(weights)
    return hashlib.sha256(content).hexdigest(), hashlib.sha256(said).hexdigest()


def _read_pair(weights: Path) -> tuple[bytes, bytes]:
    try:
        return weights.read_bytes(), weights.with_suffix('.json').read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name, or no name
        raise _unreadable(weights, error) from None


def _unreadable(weights: Path, error: Exception) -> ModelError:
    return ModelError(
        f'{weights}: cannot be read with its record ({error}); mend the path or train it anew, or if it is a shipped one install vinews again'
    )


def decisive_version(record: Mapping[str, Any], decisive: Sequence[str]) -> str:
    """The version of a model: that of its record's format and of its features, and a digest of those facts of the record that decide."""
    told = json.dumps([record[name] for name in decisive])
    return f'{record["format_version"]}.{record["feature_version"]}+{hashlib.sha256(told.encode()).hexdigest()[:8]}'

"""Does croissant.json say what the files, the manifest and the schemas say? Nothing that reads it compares them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from builder.release.card import one_line
from builder.release.croissant import CROISSANT, croissant, facts_of
from builder.resources import program_sha256

_MOST_FAULTS: Final = 5


def croissant_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The first places where the document is not what the facts of the release give; of sound files only.

    Its texts are compared where this program wrote them: another version may word them otherwise.
    """
    path = release / CROISSANT
    if not path.is_file():
        yield f'{CROISSANT}: is missing; restore it, or build again where the release is of a version of vinews that wrote none'
        return
    try:
        said = json.loads(path.read_text('utf-8'))
    except (OSError, ValueError, RecursionError) as error:
        yield f'{CROISSANT}: cannot be read as JSON ({" ".join(str(error).split())[:200]}); restore it'
        return
    try:
        wanted = croissant(facts_of(release, manifest))
    except Exception as error:  # noqa: BLE001 - whatever a manifest lacks, which no schema asks for, is the fault to report
        yield f'manifest.json: does not tell what {CROISSANT} is made of ({type(error).__name__}: {one_line(error)}); restore it'
        return
    written_by = (manifest['derived_from'] or manifest)['code']['sha256']
    places = _differences(wanted, said, '', texts=written_by == program_sha256())
    for _, (place, told, expected) in zip(range(_MOST_FAULTS), places, strict=False):
        yield f'{CROISSANT}: {one_line(place)} is {told}, but the release gives {expected}; restore it'


def _differences(wanted: object, said: object, place: str, *, texts: bool) -> Iterator[tuple[str, str, str]]:
    """(place, what stands there, what should) of each difference."""
    if isinstance(wanted, dict) and isinstance(said, dict):
        for name in [*wanted, *(name for name in said if name not in wanted)]:
            if texts or not _is_prose(name):
                below = f'{place}.{name}' if place else name
                yield from _differences(wanted.get(name, _NOTHING), said.get(name, _NOTHING), below, texts=texts)
    elif isinstance(wanted, list) and isinstance(said, list) and len(wanted) == len(said):
        for number, (one, other) in enumerate(zip(wanted, said, strict=True)):
            yield from _differences(one, other, f'{place}[{number}]', texts=texts)
    elif type(wanted) is not type(said) or wanted != said:
        yield place or 'the document', _shown(said), _shown(wanted)


class _Nothing:
    """What stands where nothing does."""


_NOTHING: Final = _Nothing()


def _is_prose(name: str) -> bool:
    return name == 'description' or (name.startswith(('rai:', 'prov:')) and name != 'rai:hasSyntheticData')


def _shown(value: object) -> str:
    if isinstance(value, _Nothing):
        return 'missing'
    if isinstance(value, list):
        return f'a list of {len(value)}'
    return 'an object' if isinstance(value, dict) else one_line(json.dumps(value, ensure_ascii=False))

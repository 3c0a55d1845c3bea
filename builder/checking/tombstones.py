"""Do the tombstones of a release keep their word?"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from builder.errors import InputError
from builder.release.changelog import parse_version
from builder.release.tombstones import NAME, read_tombstones
from builder.tables import read_columns


def tombstone_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Tombstones that break their schema, are not counted, not in order, or of a later version; and pages that are there all the same."""
    try:
        tombstones = read_tombstones(release)
    except InputError as error:
        yield str(error)
        return
    if len(tombstones) != manifest['tombstones']:
        yield f'{NAME}: has {len(tombstones)} rows, but the manifest says {manifest["tombstones"]}; restore it'
    if any(one['id'] >= other['id'] for one, other in pairwise(tombstones)):
        yield f'{NAME}: is not in the order of ids, or has one twice; restore it'
    if any(parse_version(row['version']) > parse_version(manifest['version']) for row in tombstones):
        yield f'{NAME}: a page is said to have gone in a version after {manifest["version"]}; restore it'
    if manifest['removed']['taken_down'] > len(tombstones):
        yield f'manifest.json: {manifest["removed"]["taken_down"]} pages were taken down, but there are {len(tombstones)} tombstones; build again'
    for name in ('id', 'text_sha256'):
        gone = {row[name] for row in tombstones}
        for entry in manifest['files'] if gone else ():
            if entry['config'] == 'pages':
                there = gone.intersection(read_columns(release / entry['path'], [name])[name].to_pylist())
                yield from (
                    f'{entry["path"]}: page with {name} {value} was taken down, and is here; build again' for value in sorted(there)
                )

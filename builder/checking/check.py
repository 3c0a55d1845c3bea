"""Everything that can be wrong with a release, in one pass from the cheap to the dear."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from builder.checking.card import card_faults
from builder.checking.files import file_faults
from builder.checking.loading import loading_faults
from builder.checking.rows import row_faults
from builder.release.manifest import read_release_manifest


def check(release: Path) -> list[str]:
    """Every fault, one line each: what, where, what to do. Rows are looked at only where files and card are as built.

    Raises InputError if the folder holds no release.
    """
    manifest = read_release_manifest(release)
    faults = [*file_faults(release, manifest), *card_faults(release, manifest), *balance_faults(manifest)]
    return faults or [*row_faults(release, manifest), *loading_faults(release, manifest)]


def balance_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Shards of the conservation table that do not balance, and a sum that is not the pages of the release."""
    kept = 0
    for row in manifest['conservation']:
        settled = row['kept'] + sum(row['filtered'].values()) + row['duplicate'] + row['leak'] + sum(row['rejected'].values())
        kept += row['kept']
        if settled != row['read']:
            yield f'manifest.json: shard {row["shard"]} read {row["read"]} pieces, but {settled} have a fate; build again'
    pages = sum(entry['rows'] for entry in manifest['files'] if entry['config'] == 'pages')
    if kept != pages:
        yield f'manifest.json: {kept} pages were kept, but the release has {pages}; build again'

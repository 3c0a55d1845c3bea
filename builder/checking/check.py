"""Everything that can be wrong with a release, in one pass from the cheap to the dear."""

from pathlib import Path

from builder.checking.card import card_faults, language_faults
from builder.checking.clusters import cluster_faults
from builder.checking.croissant import croissant_faults
from builder.checking.files import file_faults
from builder.checking.loading import loading_faults
from builder.checking.manifest import manifest_faults
from builder.checking.rows import row_faults
from builder.errors import InputError
from builder.release.manifest import read_release_manifest


def check(release: Path) -> list[str]:
    """Every fault, one line each: what, where, what to do. Rows are looked at only where files and card are as built.

    Raises InputError if the folder holds no release.
    """
    try:
        manifest = read_release_manifest(release)
    except RecursionError as error:
        raise InputError(f'{release}: the manifest is nested too deeply to be one; restore it or build again') from error
    faults = [*file_faults(release, manifest), *card_faults(release, manifest), *manifest_faults(manifest)]
    if faults:
        return faults
    of_rows = list(row_faults(release, manifest))
    # Their figures can be taken of sound rows alone.
    of_texts = [] if of_rows else [*language_faults(release), *croissant_faults(release, manifest)]
    return [*of_rows, *of_texts, *cluster_faults(release, manifest), *loading_faults(release, manifest)]

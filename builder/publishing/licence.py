"""Whether a release names the licence under which its texts may be passed on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from builder.errors import UsageError

_UNKNOWN: Final = 'unknown'


def licence_is_unknown(manifest: Mapping[str, Any]) -> bool:
    """Whether a release holds texts and names no licence for them; a stand-off release holds none."""
    plan: Mapping[str, Any] = manifest['plan']
    dataset: Mapping[str, str] = plan.get('dataset', {})
    licence = dataset.get('license', 'other')
    named = dataset.get('license_name', _UNKNOWN) if licence == 'other' else licence
    return plan.get('text') != 'standoff' and named.strip().lower() == _UNKNOWN


def require_licence(release: Path, *, public: bool, rights_cleared: bool) -> None:
    """Raises UsageError where texts of unknown licence would be given to everybody, and nobody said that they may be."""
    if public and not rights_cleared:
        raise UsageError(
            f'{release}: the licence of its texts is unknown, and --public gives them to everybody; nothing was sent; '
            'name it (dataset.license in the configuration), build with --text standoff, or say --rights-cleared'
        )


def offer_of_standoff(release: Path) -> str:
    """A line for whoever passes on texts of unknown licence."""
    return f'{release}: the licence of its texts is unknown; `vinews build --text standoff` makes a release that carries none of them'

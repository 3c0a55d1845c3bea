"""Sidebar entity intrusion: how much of what a tagger finds in a whole page would enter from the noise around its story.

Of a page's distinct names (by match key and type) it is the share that stands in noise lines only. It is computed from the Parquet files
of the release itself, and only where names were looked for in all lines. A page without a story, or without a name, has no share.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from builder.labels import LABELS, MAIN
from builder.text.normalization import match_key

_COLUMNS: Final = ('site', 'lines.list.element.label', *(f'lines.list.element.entities.list.element.{name}' for name in ('text', 'type')))
_BATCH_PAGES: Final = 256


def sidebar_intrusion(folder: Path, splits: Sequence[str]) -> dict[str, dict[str, Any]]:
    """For each split: the pages that have a share, its mean over them, and the same for each site; None for the mean over no page."""
    return {split: _of_split(sorted((folder / 'pages').glob(f'{split}-*.parquet'))) for split in splits}


def _of_split(files: Sequence[Path]) -> dict[str, Any]:
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH_PAGES, columns=list(_COLUMNS)):
                for page in batch.to_pylist():
                    share = page_intrusion(page['lines'])
                    if share is not None:
                        shares[page['site']].append(share)
    sites = {site: {'pages': len(shares[site]), 'share': _mean(shares[site])} for site in sorted(shares)}
    together = [share for site in sites for share in shares[site]]
    return {'pages': len(together), 'share': _mean(together) if together else None, 'sites': sites}


def page_intrusion(lines: Sequence[Mapping[str, Any]]) -> float | None:
    """The share of one page, whose labels are class ids; None where it has no story or no name."""
    story: set[tuple[str, int]] = set()
    noise: set[tuple[str, int]] = set()
    for line in lines:
        names = {(match_key(entity['text']), entity['type']) for entity in line['entities']}
        if LABELS[line['label']] == MAIN:
            story |= names
        else:
            noise |= names
    has_story = any(LABELS[line['label']] == MAIN for line in lines)
    return len(noise - story) / len(noise | story) if has_story and (noise or story) else None


def _mean(shares: Sequence[float]) -> float:
    return round(sum(shares) / len(shares), 4)

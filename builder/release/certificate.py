"""The leakage certificate: what of the test splits stands in train all the same, measured on the release as it was written.

It does not lean on how copies were looked for: nearest stories are counted exactly, and it is the same whatever the plan did about them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.duplicates.nearest import nearest
from builder.duplicates.segments import WHOLE_PAGE, Segment, released_segments, whole_pages
from builder.labels import KINDS, LABELS, MAIN
from builder.plan import Duplicates
from builder.release.assignment import Assignment, bucket_rows
from builder.splits import is_test
from builder.staging.rows import line_key
from builder.tables import read_columns

LONG_LINE: Final = 40
"""Code points from which a line is hardly on two pages by chance; shorter ones are dates, names of sections and the like."""
_NO_KIND: Final = 'none'
_LABEL: Final = 'lines.list.element.label'
Keys = tuple[NDArray[np.int64], NDArray[np.bool_]]
"""Line keys, and whether each line is main story."""


def certificate(
    release: Path, splits: Sequence[str], keys: Callable[[str], Iterable[Keys]], rules: Duplicates
) -> dict[str, dict[str, Any]]:
    """For each test split of a full release: how near its stories and whole pages come to train, and which of its lines stand there.

    `splits` are those that have a page; `keys` gives the lines of a split, in any order. Raises OSError.
    """
    tests = [split for split in splits if is_test(split)]
    labelled = _train_keys(keys('train')) if tests else {}
    of_stories, of_pages = (
        nearest({split: read(_files(release, split)) for split in tests}, read(_files(release, 'train')), rules.key)
        for read in (_stories, whole_pages)
    )
    return {
        split: {
            'stories': _nearness(of_stories[split], rules.threshold),
            'pages': _nearness(of_pages[split], rules.threshold),
            'long_lines': _long_lines(sorted((release / 'lines').glob(f'{split}-*.parquet'))),
            **_conflicts(labelled, keys(split)),
        }
        for split in tests
    }


def _files(release: Path, split: str) -> Sequence[Path]:
    return sorted((release / 'pages').glob(f'{split}-*.parquet'))


def _stories(paths: Sequence[Path]) -> Iterator[Segment]:
    return (segment for segment in released_segments(paths) if segment.story != WHOLE_PAGE)


def _nearness(near: NDArray[np.float64], threshold: float) -> dict[str, Any]:
    return {
        'count': len(near),
        'highest': round(float(near.max()), 4) if len(near) else None,
        'percentile_99': round(float(np.quantile(near, 0.99, method='higher')), 4) if len(near) else None,
        'near': int((near >= threshold).sum()),
    }


def _long_lines(paths: Sequence[Path]) -> dict[str, dict[str, int]]:
    """By kind, the lines of 40 code points or more, and how many of them stand in train."""
    lines, seen = (np.zeros(len(KINDS) + 1, np.int64) for _ in range(2))
    for path in paths:
        table = read_columns(path, ('kind', 'length', 'seen_in_train'))
        table = table.filter(pc.greater_equal(table['length'], LONG_LINE))
        kinds = table['kind'].fill_null(len(KINDS)).to_numpy()
        lines += np.bincount(kinds, minlength=len(lines))
        seen += np.bincount(kinds[table['seen_in_train'].to_numpy().astype(bool)], minlength=len(lines))
    names = (*KINDS, _NO_KIND)
    return {name: {'lines': all_, 'seen': of} for name, all_, of in zip(names, lines.tolist(), seen.tolist(), strict=True) if all_}


def staged_keys(assignment: Assignment, shards: Sequence[Path], split: str) -> Iterator[Keys]:
    """The lines of a split's pages, from staged shards, one shard at a time."""
    for held in bucket_rows(assignment.pages(split), 1)[0]:
        table = read_columns(shards[held.shard] / 'records.parquet', ['line_keys', _LABEL]).take(held.rows)
        label = pc.struct_field(pc.list_flatten(table['lines']).combine_chunks(), 'label')
        yield pc.list_flatten(table['line_keys']).to_numpy(), pc.equal(label, MAIN).to_numpy(zero_copy_only=False)


def released_keys(release: Path, split: str) -> Iterator[Keys]:
    """The lines of a split of a full release, from its own files, one file at a time: for want of shards their keys are made anew."""
    for path in sorted((release / 'lines').glob(f'{split}-*.parquet')):
        table = read_columns(path, ('text', 'label'))
        keys = np.fromiter(map(line_key, table['text'].to_pylist()), np.int64, table.num_rows)
        yield keys, pc.equal(table['label'], LABELS.index(MAIN)).to_numpy()


def _train_keys(keys: Iterable[Keys]) -> Mapping[bool, NDArray[np.int64]]:
    """The distinct keys of train's lines: those that are main story somewhere, and those that are not somewhere."""
    found: dict[bool, list[NDArray[np.int64]]] = {label: [np.empty(0, np.int64)] for label in (True, False)}
    for of_lines, main in keys:
        for label, of_label in found.items():
            of_label.append(np.unique(of_lines[main == label]))
    return {label: np.unique(np.concatenate(of_label)) for label, of_label in found.items()}


def _conflicts(labelled: Mapping[bool, NDArray[np.int64]], keys: Iterable[Keys]) -> dict[str, int]:
    """Lines whose key stands in train, and of these those that have the other label there, at least once."""
    seen = conflicts = 0
    for of_lines, main in keys:
        in_story, in_noise = (np.isin(of_lines, labelled[label]) for label in (True, False))
        seen += int((in_story | in_noise).sum())
        conflicts += int(np.where(main, in_noise, in_story).sum())
    return {'seen_lines': seen, 'label_conflicts': conflicts}

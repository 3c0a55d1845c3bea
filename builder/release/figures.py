"""Every number of a card, computed from the Parquet files of the release itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.labels import ENTITY_TYPES, KINDS, LABELS, MAIN, NER_TAGS
from builder.tables import read_columns
from builder.text.dates import ISO_DATE

BASELINE_LENGTH: Final = 80
"""Code points; "a line of 80 or more is the story" is the simplest rule that is not absurd."""


def figures(folder: Path, splits: Sequence[str]) -> dict[str, dict[str, Any]]:
    """For each split: counts of pages, lines, sites, labels, kinds, sources, languages, dates, entities, and a baseline's score."""
    return {split: {**_of_pages(folder, split), **_of_lines(folder, split), **_of_entities(folder, split)} for split in splits}


def _read(folder: Path, config: str, split: str, columns: Sequence[str]) -> pa.Table | None:
    paths = sorted((folder / config).glob(f'{split}-*.parquet'))
    return pa.concat_tables([read_columns(path, columns) for path in paths]) if paths else None


def _of_pages(folder: Path, split: str) -> dict[str, Any]:
    table = _read(folder, 'pages', split, ('site', 'language', 'no_story', 'published'))
    if table is None:
        return {}
    published = table['published'].drop_null()
    dates = sorted(date[:10] for date in published.filter(pc.match_substring_regex(published, ISO_DATE)).to_pylist())
    return {
        'pages': table.num_rows,
        'no_story': int(pc.sum(table['no_story']).as_py()),
        'sites': _counts(table['site']),
        'languages': _counts(table['language']),
        'dates': [dates[0], dates[-1]] if dates else [],
        'dated': len(dates),
    }


def _of_lines(folder: Path, split: str) -> dict[str, Any]:
    table = _read(folder, 'lines', split, ('id', 'label', 'kind', 'label_source', 'length', 'seen_in_train'))
    if table is None:
        return {}
    labels = _counts(table['label'])
    kinds = _counts(table['kind'])
    seen = table['seen_in_train'].drop_null()
    return {
        'lines': table.num_rows,
        'labels': {name: labels.get(number, 0) for number, name in enumerate(LABELS)},
        'kinds': {name: kinds[number] for number, name in enumerate(KINDS) if number in kinds},
        'label_sources': _counts(table['label_source']),
        'seen_in_train': round(pc.mean(seen).as_py(), 4) if len(seen) else None,
        'length_rule_f1': page_macro_f1(table, pc.greater_equal(table['length'], BASELINE_LENGTH)),
    }


def page_macro_f1(lines: pa.Table, predicted: pa.ChunkedArray) -> float | None:
    """Mean over story pages of the F1 of `main_story`, strict view; None where no page has a story. Rows need `id` and `label`."""
    truth = pc.equal(lines['label'], LABELS.index(MAIN)).to_numpy()
    guess = np.asarray(predicted.to_numpy())
    pages = lines['id'].combine_chunks().dictionary_encode().indices.to_numpy()
    hits, wanted, given = (np.bincount(pages, weights=weights) for weights in (truth & guess, truth, guess))
    story = wanted > 0
    scores = 2 * hits[story] / (wanted[story] + given[story])
    return round(float(scores.mean()), 4) if len(scores) else None


def _of_entities(folder: Path, split: str) -> dict[str, Any]:
    table = _read(folder, 'entities', split, ('ner_tags',))
    tags = _counts(pc.list_flatten(table['ner_tags'])) if table is not None else {}
    return {'entities': {kind: tags.get(NER_TAGS.index(f'B-{kind}'), 0) for kind in ENTITY_TYPES}}


def _counts(column: pa.ChunkedArray) -> dict[Any, int]:
    """How often each value that is not null stands in the column, most frequent first."""
    counted: Counter[Any] = Counter()
    for entry in pc.value_counts(column.drop_null()).to_pylist():
        counted[entry['values']] += entry['counts']
    return dict(sorted(counted.items(), key=lambda item: (-item[1], str(item[0]))))


def total(counts: Mapping[str, Mapping[str, Any]], name: str) -> int:
    """The sum of a figure over the splits."""
    return sum(of_split.get(name, 0) for of_split in counts.values())


def sites_by_pages(counts: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The sites of all splits with their pages, most pages first."""
    sites = Counter[str]()
    for of_split in counts.values():
        sites.update(of_split['sites'])
    return sorted(sites.items(), key=lambda item: (-item[1], item[0]))

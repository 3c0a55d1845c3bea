"""Can a stranger load it? Every config by `datasets`, into a fresh cache, whole and streamed."""

import gc
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import datasets

from builder.checking.manifest import rows_of
from builder.release.rows import CONFIGS
from builder.schema.features import features
from builder.schema.loading import FULL

_PATTERN: Final = re.compile(r'[*?]|\[.+\]|::')


def loading_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """What `load_dataset` refuses, loses or changes."""
    place = str(release.resolve())
    if _PATTERN.search(place):
        yield f'load_dataset reads * ? [ ] and :: in the path {place!r} as a pattern: it finds no files or others; move the release to another folder'
        return
    rows = {config: rows_of(manifest, config) for config in CONFIGS}
    was_on = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        for config, counts in ((config, counts) for config, counts in rows.items() if counts):
            yield from config_faults(place, config, counts, text=manifest['plan']['text'])
    finally:
        if was_on:
            datasets.enable_progress_bars()


def config_faults(source: str, config: str, counts: Mapping[str, int], revision: str | None = None, text: str = FULL) -> Iterator[str]:
    """What goes wrong when a config is loaded from a folder, or from a repository of a hub at a revision; `counts` are rows a split, `text` its mode of text."""
    with tempfile.TemporaryDirectory(prefix='vinews-check-') as cache:
        try:
            whole = datasets.load_dataset(source, config, cache_dir=cache, revision=revision)
            streamed = datasets.load_dataset(source, config, cache_dir=cache, revision=revision, streaming=True)
            found = {split: len(dataset) for split, dataset in whole.items()}
            if found != counts:
                yield f'config {config}: load_dataset gives {found} rows, the manifest says {dict(counts)}; build again'
            for split in whole:
                if not whole[split].features == streamed[split].features == features(config, text):
                    yield f'config {config}: {split} loads with other features than schemas/{config}.schema.json; build again'
                yield from _split_faults(config, split, whole[split], streamed[split])
        except Exception as error:  # noqa: BLE001 - whatever stops a user from loading is the fault to report
            yield f'config {config}: load_dataset fails ({type(error).__name__}: {" ".join(str(error).split())[:200]}); build again'
        finally:
            # Memory-mapped files must be let go before their folder is removed.
            whole = streamed = None
            gc.collect()


def _split_faults(config: str, split: str, whole: datasets.Dataset, streamed: datasets.IterableDataset) -> Iterator[str]:
    rows = iter(streamed)
    first = next(rows)
    # A stream that is left half read can abort the interpreter at its exit (datasets#7566).
    rows.close()
    if first != whole[0]:
        yield f'config {config}: {split} gives another first row when streamed; build again'

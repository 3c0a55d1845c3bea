"""What a fault in a dump costs: vinews beside the readers of datatrove and `datasets`.

usage: python -m benchmarks.faults [DUMP]...        (from the root of a checkout; all dumps if none is named)

The dumps are those of the fault table of the tests: twelve pages each, one fault at a time. A page counts if one document holds all of
its twelve lines as they were written. Behind the count stands what the tool said where a page is not whole: `told` (vinews: a reject
with its place, or a note on the page), `raised` (an exception, which ends the reading; what came before it counts), `logged` (a warning or worse), or `silent`.
A dash means that the tool has no reader for the format. The dumps are small: what a reader loses with its first buffer is all here, and of
a large file that buffer and what follows.
"""

import argparse
import io
import logging
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Page, Reject
from builder.plan import load_plan
from tests.converters.faults import BYTE_FAULTS, COUNT, PACKED, broken, faults_of, records

Read = Callable[[Path, list[str]], bool | None]
"""Reads the folder of a dump into a list of documents; tells whether it returned a reject or a note of something lost."""
_DUMPS: Final = (
    'pages.jsonl',
    'pages.jsonl.gz',
    'pages.csv',
    'pages.parquet',
    'texts',
    'texts.gz',
    'pages.warc',
    'pages.warc.gz',
    'pages.wet',
)
_DATATROVE: Final = {
    'pages.jsonl': 'JsonlReader', 'pages.jsonl.gz': 'JsonlReader', 'pages.csv': 'CSVReader', 'pages.parquet': 'ParquetReader',
    'pages.warc': 'WarcReader', 'pages.warc.gz': 'WarcReader', 'pages.wet': 'WarcReader',
}  # fmt: skip
_DATASETS: Final = {
    'pages.jsonl': 'json', 'pages.jsonl.gz': 'json', 'pages.csv': 'csv', 'pages.parquet': 'parquet', 'texts': 'text', 'texts.gz': 'text',
}  # fmt: skip
_OF_THE_RECORD: Final = ('NUL in the text', 'blank text', 'no text', 'the same', 'text above', 'another language')
"""Faults that are a matter of what pages are wanted, not of reading."""


def main() -> None:
    """Read the arguments, break every dump in every way, and print what each tool makes of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dumps', nargs='*', choices=[[], *_DUMPS], metavar='DUMP')
    chosen = parser.parse_args().dumps or _DUMPS
    if find_spec('datatrove') is None:
        sys.exit(
            "datatrove is not installed; install the peers first: pip install --editable '.[test,peers]' (WARC needs the system's libmagic)"
        )
    print(f'{"dump":15} {"fault":34} {"vinews":>10} {"datatrove " + version("datatrove"):>18} {"datasets " + version("datasets"):>16}')
    for module in ('datasets', 'datatrove.pipeline.readers'):
        import_module(module)  # now, because datatrove sets its log up when it is imported
    logging.getLogger('datasets').handlers.clear()  # it would write between the rows
    for dump in chosen:
        readers = _readers(dump)
        for fault in _faults(dump):
            cells = [_cell(read, broken(dump, fault)) for read in readers]
            print(f'{dump:15} {fault:34} {cells[0]:>10} {cells[1]:>18} {cells[2]:>16}', flush=True)


def _faults(dump: str) -> list[str]:
    faults = [fault for fault in faults_of(dump) if not fault.startswith(_OF_THE_RECORD)]
    return [*faults, *BYTE_FAULTS] if dump in PACKED else faults


def _readers(dump: str) -> list[Read | None]:
    trove, sets = _DATATROVE.get(dump), _DATASETS.get(dump)
    return [_vinews, partial(_datatrove, trove) if trove else None, partial(_datasets, sets) if sets else None]


def _cell(read: Read | None, files: Mapping[str, bytes]) -> str:
    if read is None:
        return '-'
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, 'dump', name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        documents: list[str] = []
        try:
            with _quiet() as heard:
                told = read(Path(folder, 'dump'), documents)
            said = 'told' if told else 'logged' if heard else 'silent'
        except Exception:  # noqa: BLE001 - what the tools raise is what is measured
            said = 'raised'
    whole = sum(any(all(line in text for line in page['text'].split('\n')) for text in documents) for page in records())
    return f'{whole} {said}' if whole < COUNT or said == 'raised' else f'{whole}'


class _Heard(logging.Handler):
    """Keeps the warnings of the logs that it is given."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Keep what is said away from the table; gives the messages that warn."""
    heard = _Heard()
    logs = [logging.getLogger(name) for name in (None, 'datasets')]
    loguru = import_module('loguru').logger
    loguru.remove()
    sink = loguru.add(heard.messages.append, level='WARNING')
    for log in logs:
        log.addHandler(heard)
    try:
        with redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield heard.messages
    finally:
        loguru.remove(sink)
        for log in logs:
            log.removeHandler(heard)


def _vinews(folder: Path, documents: list[str]) -> bool:
    plan = load_plan()
    rules = Rules(plan.limits, field_mapping(dict(plan.fields)))
    items = [item for file in find_inputs([folder]) for item in convert(Segment(file), rules)]
    pages = [item for item in items if isinstance(item, Page)]
    documents += [page.text for page in pages]
    return any(isinstance(item, Reject) for item in items) or any(page.notes for page in pages)


def _datatrove(reader: str, folder: Path, documents: list[str]) -> None:
    made: Any = getattr(import_module('datatrove.pipeline.readers'), reader)(str(folder))
    for document in made.run():
        documents.append(document.text)  # noqa: PERF401 - what was read before an exception counts


def _datasets(kind: str, folder: Path, documents: list[str]) -> None:
    datasets = import_module('datasets')
    datasets.disable_progress_bars()
    files = sorted(str(path) for path in folder.rglob('*') if path.is_file())
    options = {'sample_by': 'document'} if kind == 'text' else {}
    with tempfile.TemporaryDirectory() as cache:
        rows = datasets.load_dataset(kind, data_files=files, split='train', cache_dir=cache, **options)
        documents += [text or '' for text in rows['text']]


if __name__ == '__main__':
    main()

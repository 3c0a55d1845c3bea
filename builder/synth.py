"""`vinews synth`: composed pages as a dump and its truth, to train on, to measure with, and to look at."""

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any, Final, Literal

from builder.errors import InputError, UsageError
from builder.labels import LABEL_OF_KIND
from builder.training.compose import ComposedPage, compose
from builder.training.published import read_stock

DUMP: Final = 'pages.jsonl'
TRUTH: Final = 'truth.jsonl'
_FEWEST: Final = 4
"""Articles below which a page would have to be composed of itself."""


def synthesize(articles: Path, folder: Path, *, pages: int, seed: int, form: Literal['NFC', 'NFD'] = 'NFC') -> None:
    """Write `pages.jsonl`, a dump, and `truth.jsonl`, its labels as `--gold` takes them, into a folder that appears whole.

    The same arguments give the same bytes; memory does not grow with `pages`. `form` is the Unicode form of the dump's text.
    Raises UsageError if the folder exists, InputError where the articles cannot be used.
    """
    if folder.exists():
        raise UsageError(f'{folder}: is there already; give a folder that does not exist')
    stock = list(read_stock(articles))
    if len(stock) < _FEWEST:
        raise InputError(f'{articles}: {len(stock)} articles; give {_FEWEST} or more')
    unfinished = folder.with_name(f'{folder.name}.part')
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with (unfinished / DUMP).open('w', encoding='utf-8') as dump, (unfinished / TRUTH).open('w', encoding='utf-8') as truth:
        for number, page in enumerate(compose(stock, seed, pages)):
            name = f'composed-{seed}-{number:06d}'
            text = unicodedata.normalize(form, page.text)
            dump.write(json.dumps({'id': name, 'title': page.title, 'text': text}, ensure_ascii=False) + '\n')
            truth.write(json.dumps(truth_of(page, name), ensure_ascii=False) + '\n')
    unfinished.rename(folder)


def truth_of(page: ComposedPage, name: str) -> dict[str, Any]:
    """The page as a gold page whose source is `composed`: `schemas/gold.schema.json`."""
    lines = [
        {'text': line.text, 'label': LABEL_OF_KIND[line.kind], 'kind': line.kind, **({'story': line.story} if line.story else {})}
        for line in page.lines
    ]
    return {'id': name, 'site': 'composed', 'source': 'composed', 'no_story': page.no_story, 'lines': lines}

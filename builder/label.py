"""`vinews label`: labelled records as JSON lines, without a release."""

import json
import secrets
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Any, TextIO

from builder.apart import opened
from builder.converters.convert import Segment, convert
from builder.converters.inputs import InputFile
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.entities.adapters.choice import SHIPPED, choose_tagger, own_weights
from builder.errors import InputError, UsageError
from builder.identity import load_sidecar, with_sidecar
from builder.model import Page, Reject
from builder.plan import Plan
from builder.records import build_record, load_annotators


@dataclass(slots=True)
class Labelled:
    """How many pages were labelled and how many pieces of input were rejected."""

    records: int = 0
    rejects: int = 0


def label(files: Sequence[InputFile], plan: Plan, tagger: str = SHIPPED) -> Generator[dict[str, Any] | Reject]:
    """The record of every page of the files, in order, and a reject for every piece that cannot become one. No page is filtered.

    `tagger` says what finds the names, as `--tagger` does. CRFs of the user's own are opened in a child process, which ends with the iterator.
    Raises ModelError where one cannot be opened, or a page cannot be read with it; UsageError where there is no such tagger.
    """
    rules = Rules(plan.limits, field_mapping(dict(plan.fields)), plan.format)
    sidecar = load_sidecar(plan.sidecar) if plan.sidecar else {}
    own = [weights for weights in (plan.labeller, own_weights(tagger)) if weights]
    with opened(partial(_open, plan, tagger), own) as record_of:
        for file in files:
            for item in convert(Segment(file), rules):
                if isinstance(item, Reject):
                    yield item
                elif isinstance(item, Page):
                    yield record_of(item.place, with_sidecar(item, sidecar))


def _open(plan: Plan, tagger: str) -> Callable[[Page], dict[str, Any] | Reject]:
    """What makes the record of a page."""
    annotators = load_annotators(labeller=plan.labeller)
    if tagger != SHIPPED:
        annotators = replace(annotators, tagger=choose_tagger(tagger))
    return partial(build_record, annotators=annotators, site_pattern=plan.site_pattern, entities=plan.entities)


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Text for a file that appears by one rename when all is written; if that fails, what stood there before stays.

    A link leads to its file, which keeps its mode; a device or a pipe is written to as it is. Raises UsageError where there is no such folder.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open('w', encoding='utf-8', newline='\n') as stream:
            yield stream
        return
    if not target.parent.is_dir():
        raise UsageError(f'{path}: there is no folder {target.parent}; make it, or give another --output')
    unfinished = target.with_name(f'.{target.name}.{secrets.token_hex(8)}')
    with unfinished.open('x', encoding='utf-8', newline='\n') as stream:
        try:
            yield stream
            stream.flush()
            if target.exists():
                shutil.copymode(target, unfinished)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


def write_labels(made: Iterator[dict[str, Any] | Reject], stream: IO[str], tell: Callable[[Reject], None]) -> Labelled:
    """Write records to `stream`, one a line, and tell of each reject. Raises InputError if there was no page at all."""
    counts = Labelled()
    for item in made:
        if isinstance(item, Reject):
            counts.rejects += 1
            tell(item)
        else:
            counts.records += 1
            stream.write(json.dumps(item, ensure_ascii=False) + '\n')
    if not counts.records:
        raise InputError(f'no page could be labelled ({counts.rejects} rejected); the reasons stand above')
    return counts

"""A user's own crawl, searched for the pages of a release without texts."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from builder.converters.convert import Segment, convert
from builder.converters.inputs import InputFile
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.errors import InputError
from builder.gold import Gold
from builder.identity import load_sidecar, page_id, sha256_of_text, with_sidecar
from builder.model import Page, Reject
from builder.plan import Plan
from builder.release.complete import Tables
from builder.release.refill import Found
from builder.release.text_modes import digest_of_text
from builder.tables import read_columns
from builder.text.lines import split_lines

_IDENTITY: Final = ('id', 'text_sha256', 'title_digest')
_NOT_THERE: Final = 'not in the crawl'
_ALTERED: Final = 'in the crawl with another text'


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that is looked for, and the number of the file of the release that has it."""

    page: str
    title_digest: str | None
    file: int


@dataclass(slots=True)
class Search:
    """The pages that are looked for by the digest of their text, and what became of them. Texts that are found lie in files, not in memory."""

    by_text: Mapping[str, Sequence[Wanted]]
    ids: Mapping[str, str]
    """The digest of the text of each page, by id."""
    folder: Path
    found: dict[str, bool] = field(default_factory=dict)
    """Whether the title was found too, of each page that was found."""
    altered: set[str] = field(default_factory=set)

    def texts(self, file: int) -> dict[str, Found]:
        """What was found of the pages of one file of the release, by id."""
        path = self.folder / f'{file}.jsonl'
        if not path.exists():
            return {}
        with path.open(encoding='utf-8') as stream:
            rows = map(json.loads, stream)
            return {row['id']: Found(row['text'], row['title']) for row in rows}  # the last of a page is the best

    def why_missing(self, page: str) -> str:
        """Why a page was not found."""
        return _ALTERED if page in self.altered else _NOT_THERE


def begin(tables: Tables, folder: Path) -> Search:
    """A search for all pages of a release without texts; what is found will lie in `folder`, which is there and empty.

    Raises InputError for an id that stands twice.
    """
    by_text: defaultdict[str, list[Wanted]] = defaultdict(list)
    ids: dict[str, str] = {}
    for number, file in enumerate(tables.files):
        if file.config == 'pages':
            table = read_columns(tables.folder / file.path, _IDENTITY)
            for page, text, title in zip(*(table[name].to_pylist() for name in _IDENTITY), strict=True):
                if page in ids:
                    raise InputError(f'{tables.folder}: has page {page} twice; run `vinews check` on it, and restore it')
                by_text[text].append(Wanted(page, title, number))
                ids[page] = text
    return Search(by_text, ids, folder)


def look_through(search: Search, file: InputFile, plan: Plan, gold: Gold, tell: Callable[[Reject], None]) -> None:
    """Look at every page of a file: one is found by its text, whatever its id here; a title must be the right one too, or is left out.

    Raises what the converters raise; a piece that is no page is told.
    """
    for page in _pages(file, plan, tell):
        text, page_here = sha256_of_text(page.text), page_id(page)
        if search.ids.get(page_here, text) != text:
            search.altered.add(page_here)
        for wanted in search.by_text.get(text, ()):
            title = _title(wanted, page, gold)
            is_right = title is not None or wanted.title_digest is None
            if wanted.page not in search.found or (is_right and not search.found[wanted.page]):
                search.found[wanted.page] = is_right
                with (search.folder / f'{wanted.file}.jsonl').open('a', encoding='utf-8', newline='\n') as stream:
                    stream.write(json.dumps({'id': wanted.page, 'text': page.text, 'title': title}) + '\n')


def _pages(file: InputFile, plan: Plan, tell: Callable[[Reject], None]) -> Iterator[Page]:
    sidecar = load_sidecar(plan.sidecar) if plan.sidecar else {}
    for item in convert(Segment(file), Rules(plan.limits, field_mapping(dict(plan.fields)), plan.format)):
        if isinstance(item, Page):
            yield with_sidecar(item, sidecar)
        elif isinstance(item, Reject):
            tell(item)


def _title(wanted: Wanted, page: Page, gold: Gold) -> str | None:
    """The title of that digest that the dump gives, or else the gold page with these lines."""
    if wanted.title_digest is None:
        return None
    if page.title is not None and digest_of_text(page.title) == wanted.title_digest:
        return page.title
    known = gold.find([line.text for line in split_lines(page.text)])
    title = known.content.get('html_title') if known else None
    return title if title is not None and digest_of_text(title) == wanted.title_digest else None

"""Gold pages: reading, checking, and finding the one that speaks of a given page.

A gold page and a page of a dump are the same page if and only if their lines are. Names serve only to catch gold that
was meant for a page and does not fit it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from builder.errors import InputError
from builder.labels import LABEL_OF_KIND, MAIN
from builder.model import Page
from builder.schema.validation import Fault, validator
from builder.text.normalization import HALF_PAIR, nfc


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page labelled by annotators: `schemas/gold.schema.json` as it was read."""

    name: str
    file: str
    content: Mapping[str, Any]

    @property
    def source(self) -> str:
        """`gold`, or `composed`: true by construction, but no page that anybody has published."""
        return str(self.content.get('source', 'gold'))


@dataclass(frozen=True, slots=True)
class Gold:
    """All gold pages of a build, by the digest of their lines and by their names."""

    by_lines: Mapping[str, GoldPage]
    by_name: Mapping[str, GoldPage]

    def find(self, texts: Sequence[str]) -> GoldPage | None:
        """The gold page with just these lines (NFC, in order), if there is one."""
        return self.by_lines.get(lines_digest(texts))

    def misfit(self, page: Page, texts: Sequence[str]) -> tuple[GoldPage, int] | None:
        """The gold page that bears the page's own id, and the first line (from 0) in which it is another page.

        An address is no id: a home page has one address and other lines every hour.
        """
        gold = self.by_name.get(page.key or '')
        if gold is None:
            return None
        wanted = [line['text'] for line in gold.content['lines']]
        differing = (number for number, pair in enumerate(zip(wanted, texts, strict=False)) if pair[0] != pair[1])
        return gold, next(differing, min(len(wanted), len(texts)))


def lines_digest(texts: Sequence[str]) -> str:
    """SHA-256 of the lines' NFC texts, joined by line feeds."""
    return hashlib.sha256('\n'.join(texts).encode()).hexdigest()


@cache
def load_gold(files: tuple[Path, ...]) -> Gold:
    """The pages of gold files (JSON lines). Raises InputError that names file, line and fault, for the first faulty page."""
    by_lines: dict[str, GoldPage] = {}
    by_name: dict[str, GoldPage] = {}
    for file in files:
        for number, content in _read(file):
            where = f'{file}:{number}'
            _require(content, where)
            page = GoldPage(content['id'], file.name, content)
            digest = lines_digest([line['text'] for line in content['lines']])
            other = by_lines.setdefault(digest, page)
            if other.content != content:
                raise InputError(f'{where}: gold page {page.name} has the same lines as {other.name} ({other.file}); keep one of them')
            if by_name.setdefault(page.name, page) is not page:
                raise InputError(f'{where}: {page.name} names a gold page of {by_name[page.name].file} too; give each page its own id')
    return Gold(by_lines, by_name)


def _read(file: Path) -> Iterator[tuple[int, Any]]:
    number = 0
    if file.exists() and not file.is_file():
        raise InputError(f'{file}: not a regular file, and gold is read more than once; give a file')
    try:
        with file.open(encoding='utf-8') as stream:
            for number, line in enumerate(stream, 1):
                if not line.isspace():
                    yield number, json.loads(line)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f'{file}: cannot read the gold file ({error}); give JSON lines in UTF-8') from error
    except (ValueError, RecursionError) as error:
        raise InputError(f'{file}:{number}: not JSON ({error}); write one page a line') from error


def _require(content: Any, where: str) -> None:  # noqa: ANN401 - any JSON value
    if HALF_PAIR.search(json.dumps(content, ensure_ascii=False)):
        raise InputError(f'{where}: holds half a surrogate pair, which no encoding can write; mend it')
    faults = validator('gold').faults(content) or gold_faults(content)
    if faults:
        raise InputError(f'{where}: ' + '; '.join(map(str, faults[:5])) + (f'; and {len(faults) - 5} more' if len(faults) > 5 else ''))


def gold_faults(content: Mapping[str, Any]) -> list[Fault]:
    """What a schema cannot say of a gold page: kinds that contradict labels, lines that are no lines, spans that do not fit."""
    lines = content['lines']
    faults = [fault for number, line in enumerate(lines) for fault in _line_faults(number, line)]
    has_story = any(line['label'] == MAIN for line in lines)
    if content['no_story'] == has_story:
        faults.append(
            Fault('$.no_story', f'is {json.dumps(content["no_story"])}, but the page has {"" if has_story else "no "}main_story lines')
        )
    last: dict[int, int] = {}
    spans = sorted(enumerate(content.get('entities', ())), key=lambda item: (item[1]['line'], item[1]['start']))
    for number, entity in spans:
        message = _entity_fault(entity, lines, last)
        if message:
            faults.append(Fault(f'$.entities[{number}]', message))
    return faults


def _line_faults(number: int, line: Mapping[str, Any]) -> Iterator[Fault]:
    text, kind = line['text'], line['kind']
    if text != nfc(text) or text.isspace() or '\n' in text or '\r' in text:
        yield Fault(f'$.lines[{number}].text', 'is not one non-blank line in NFC')
    if kind is None and line['label'] == MAIN:
        yield Fault(f'$.lines[{number}].kind', 'is null on a main_story line')
    if kind is not None and LABEL_OF_KIND[kind] != line['label']:
        yield Fault(f'$.lines[{number}].kind', f'{kind} is {LABEL_OF_KIND[kind]}, but the label is {line["label"]}')


def _entity_fault(entity: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], last: dict[int, int]) -> str | None:
    line, start, end = entity['line'], entity['start'], entity['end']
    if not all(isinstance(number, int) for number in (line, start, end)):
        return 'counts with a number such as 1.0, which JSON Schema calls whole; write 1'
    if line >= len(lines):
        return f'speaks of line {line} of {len(lines)}'
    text, reached = lines[line]['text'], last.get(line, 0)
    last[line] = end
    if not start < end <= len(text) or entity.get('text', text[start:end]) != text[start:end]:
        return f'span {start}-{end} is not {entity.get("text", "a span of the line")!r}'
    return _misplaced(text[start:end], lines[line]['label'], overlaps=start < reached)


def _misplaced(name: str, label: str, *, overlaps: bool) -> str | None:
    if label != MAIN:
        return 'stands outside main_story'
    if name != name.strip():
        return 'begins or ends with a space'
    return 'overlaps the entity before it' if overlaps else None

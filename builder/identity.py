"""Who a page is: its id, its site, and what a sidecar file adds to it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from w3lib.url import canonicalize_url

from builder.errors import InputError
from builder.model import Page
from builder.schema.validation import validator
from builder.text.normalization import HALF_PAIR

UNKNOWN_SITE: Final = 'unknown'
ONE_PAGE_FORMATS: Final = frozenset({'text', 'html'})


def sha256_of_text(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def page_id(page: Page) -> str:
    """32 hexadecimal digits of a hash of the page's source key: the dump's own id, else canonical URL and crawl time, else the text."""
    if page.key:
        key = f'id\0{page.key}'
    elif page.url:
        key = f'url\0{canonical_url(page.url)}\0{page.crawled or ""}'
    else:
        key = f'text\0{page.text}'
    return sha256_of_text(key)[:32]


def canonical_url(url: str) -> str:
    """The URL without fragment, with host in lower case and query in order; the URL itself where it cannot be parsed."""
    try:
        return str(canonicalize_url(url.strip()))
    except ValueError:
        return url.strip()


def host(url: str | None) -> str | None:
    """The URL's host in lower case, without a leading `www.` or a last dot; None where there is none. A scheme may be missing."""
    given = (url or '').strip()
    try:
        name = urlsplit(given if '//' in given else f'//{given}').hostname
    except ValueError:
        return None
    name = (name or '').removeprefix('www.').rstrip('.')
    return name if '.' in name and len(name.split()) == 1 else None


def normalise_site(site: str) -> str:
    """One spelling of a site, wherever its name comes from: the host where it is an address, else in lower case without outer spaces."""
    return host(site) or ' '.join(site.lower().split())


def site_of(page: Page, pattern: str | None, gold_site: str | None) -> str:
    """The host of the page's URL, else the mapped field, else the path pattern's group `site`, else gold's, else `unknown`."""
    from_path = re.search(pattern, page.place.name) if pattern else None
    named = page.site or (from_path.group('site') if from_path else None) or gold_site
    return host(page.url) or (normalise_site(named) if named else '') or UNKNOWN_SITE


@cache
def load_sidecar(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a sidecar file by the path they speak of. Raises InputError that names the line of the first fault."""
    rows: dict[str, Mapping[str, Any]] = {}
    try:
        lines = path.read_text('utf-8').splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f'{path}: cannot read the sidecar ({error}); give JSON lines in UTF-8') from error
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            continue
        row = _sidecar_row(line, f'{path}:{number}')
        if row['path'] in rows:
            raise InputError(f'{path}:{number}: {row["path"]} was described before; keep one line for each path')
        rows[row['path']] = row
    return rows


def _sidecar_row(line: str, where: str) -> Mapping[str, Any]:
    try:
        row: Mapping[str, Any] = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f'{where}: not JSON ({error}); write one object a line') from error
    faults = validator('sidecar').faults(row)
    if faults:
        raise InputError(f'{where}: {faults[0]}; see schemas/sidecar.schema.json')
    if any(value and ('\0' in value or HALF_PAIR.search(value)) for value in row.values()):
        raise InputError(f'{where}: holds a NUL or half a surrogate pair; mend it')
    return row


def with_sidecar(page: Page, sidecar: Mapping[str, Mapping[str, Any]]) -> Page:
    """The page with the fields that its own record leaves open filled in from the sidecar; of a file of many pages, only the site."""
    row = sidecar.get(page.place.name)
    if row is None:
        return page
    if page.format not in ONE_PAGE_FORMATS:
        return replace(page, site=page.site or row.get('site'))
    return replace(
        page,
        key=page.key or row.get('id'),
        url=page.url or row.get('url'),
        site=page.site or row.get('site'),
        title=page.title or row.get('title'),
        published=page.published or row.get('published'),
        crawled=page.crawled or row.get('crawled'),
    )

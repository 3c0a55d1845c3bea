"""What a page says of itself: title, address, date, author and text, from JSON-LD, OpenGraph, microdata, `<meta>` and `<link>`.

All of it is untrusted: values are capped and lose their control characters, and markup that makes no sense is None, never an error.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from builder.html.json_ld import JsonObject, linked_objects, names, string

_CHARACTERS: Final = 10_000
BODY_CHARACTERS: Final = 1_000_000
_ELEMENTS: Final = 5_000  # of each sort that are looked at
ITEM_ELEMENTS: Final = 200  # each may hold the whole page
_CONTROL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]')
_ITEMS: Final = ('headline', 'datePublished', 'author')
_PUBLISHED_NAMES: Final = (
    'pubdate',
    'publishdate',
    'publish_date',
    'article.published',
    'dc.date.issued',
    'dcterms.created',
    'dc.date',
    'date',
)


@dataclass(frozen=True, slots=True)
class HtmlMetadata:
    """What a page says of itself; None where it says nothing. Strings as the page spells them, at most 10,000 code points."""

    title: str | None = None
    url: str | None = None
    """The canonical one, as written: it may be relative."""
    published: str | None = None
    author: str | None = None
    """Several are joined by `, `."""
    site_name: str | None = None
    description: str | None = None
    article_body: str | None = None
    """At most 1,000,000 code points, with its line ends."""
    language: str | None = None
    """The `lang` of `<html>`, such as `vi` or `vi-VN`."""


def read_metadata(parser: LexborHTMLParser) -> HtmlMetadata:
    """The metadata of a parsed page; the first source that says anything wins, in the order in which it is named here."""
    meta = meta_contents(parser)
    linked = linked_objects(linked_scripts(parser))
    items = _items(parser)
    return HtmlMetadata(
        title=_first(meta.get('og:title'), _of(linked, 'headline'), items.get('headline'), text_of(parser, 'title')),
        url=_first(_attribute_of(parser, 'link[rel~="canonical" i]', 'href'), meta.get('og:url')),
        published=_first(_of(linked, 'datePublished'), meta.get('article:published_time'), items.get('datePublished'), *_published(meta)),
        author=_first(_authors(linked), items.get('author'), meta.get('author'), meta.get('article:author')),
        site_name=_first(meta.get('og:site_name'), _publisher(linked), meta.get('application-name')),
        description=_first(meta.get('og:description'), meta.get('description'), _of(linked, 'description')),
        article_body=clean(_of(linked, 'articleBody'), BODY_CHARACTERS, one_line=False),
        language=_first(_attribute_of(parser, 'html', 'lang')),
    )


def _first(*values: str | None) -> str | None:
    """The first value that is not blank once it is clean."""
    return next((said for value in values if (said := clean(value))), None)


def clean(value: str | None, characters: int = _CHARACTERS, *, one_line: bool = True) -> str | None:
    """The value without control characters, cut to `characters` code points; None where nothing is left."""
    text = _CONTROL.sub('', (value or '')[: characters * 2])
    text = ' '.join(text.split()) if one_line else text.strip()
    return text[:characters] or None


def linked_scripts(parser: LexborHTMLParser) -> Iterator[str]:
    """The JSON-LD scripts of a page."""
    return (node.text(deep=True) for node in parser.css('script[type*="ld+json" i]')[:_ELEMENTS])


def meta_contents(parser: LexborHTMLParser) -> dict[str, str]:
    """The content of `<meta>` by its lower-case property or name; the first of each."""
    found: dict[str, str] = {}
    for node in parser.css('meta[content]')[:_ELEMENTS]:
        attributes = node.attributes
        content = attributes.get('content') or ''
        for name in (attributes.get('property'), attributes.get('name')):
            if name and content.strip():
                found.setdefault(name.strip().lower(), content)
    return found


def _items(parser: LexborHTMLParser) -> dict[str, str]:
    """The values of the microdata properties that are read here; the first of each that says anything."""
    found: dict[str, str] = {}
    for node in parser.css(','.join(f'[itemprop~="{name}"]' for name in _ITEMS))[:ITEM_ELEMENTS]:
        for name in (node.attributes.get('itemprop') or '').split():
            if name in _ITEMS and name not in found:
                value = item_value(node)
                if value.strip():
                    found[name] = value
    return found


def item_value(node: LexborNode) -> str:
    """What a microdata property says: the name of a thing, an attribute, or its text."""
    inner = node.css_first('[itemprop~="name"]') if 'itemscope' in node.attributes else None
    value = inner if inner is not None else node
    attributes = value.attributes
    return attributes.get('content') or attributes.get('datetime') or value.text(deep=True)


def text_of(parser: LexborHTMLParser, selector: str) -> str | None:
    """The text of the first element that the selector finds."""
    node = parser.css_first(selector)
    return node.text(deep=True) if node is not None else None


def _attribute_of(parser: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = parser.css_first(selector)
    return node.attributes.get(name) if node is not None else None


def _of(linked: Iterable[JsonObject], name: str) -> str | None:
    return next((value for item in linked if (value := string(item.get(name)))), None)


def _authors(linked: Iterable[JsonObject]) -> str | None:
    return next((', '.join(found) for item in linked if (found := names(item.get('author')))), None)


def _publisher(linked: Iterable[JsonObject]) -> str | None:
    return next((found[0] for item in linked if (found := names(item.get('publisher')))), None)


def _published(meta: Mapping[str, str]) -> list[str | None]:
    return [meta.get(name) for name in _PUBLISHED_NAMES]

"""What a page's markup claims of its story, source by source, so that each can be weighed: JSON-LD, microdata, OpenGraph, `<title>`.

All of it is untrusted: values are capped and lose their control characters, and markup that makes no sense is no claim, never an error.
"""

from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from builder.html.json_ld import article_objects, names, string, type_of
from builder.html.metadata import BODY_CHARACTERS, ITEM_ELEMENTS, clean, item_value, linked_scripts, meta_contents, text_of
from builder.markup import Claim

_LINKED: Final = 20  # article objects of JSON-LD; a list page has one for each of its items
_SCOPES: Final = 5
_ARTICLES: Final = ('article', 'posting', 'report')


def read_claims(parser: LexborHTMLParser) -> tuple[Claim, ...]:
    """The claims of a parsed page: of JSON-LD one for each article, of microdata one for each article up to five, one of each of the others."""
    return (*_linked(parser), *_items(parser), *_metas(parser))


def _linked(parser: LexborHTMLParser) -> Iterator[Claim]:
    for item in article_objects(linked_scripts(parser))[:_LINKED]:
        yield _claim(
            'json_ld',
            type_of(item),
            string(item.get('headline')) or string(item.get('name')),
            string(item.get('description')),
            body=string(item.get('articleBody')),
            author=', '.join(names(item.get('author'))),
            published=string(item.get('datePublished')),
        )


def _items(parser: LexborHTMLParser) -> Iterator[Claim]:
    """Articles in microdata. Their body is an element of the page, and told by `Element.item`."""
    for scope in parser.css('[itemscope][itemtype]')[:ITEM_ELEMENTS]:
        kind = (scope.attributes.get('itemtype') or '').rstrip('/').rpartition('/')[2]
        if kind.lower().endswith(_ARTICLES):
            said = {name: _item(scope, name) for name in ('headline', 'description', 'author', 'datePublished')}
            yield _claim('microdata', kind, said['headline'], said['description'], author=said['author'], published=said['datePublished'])
            return


def _item(scope: LexborNode, name: str) -> str | None:
    node = scope.css_first(f'[itemprop~="{name}"]')
    return item_value(node) if node is not None else None


def _metas(parser: LexborHTMLParser) -> Iterator[Claim]:
    meta = meta_contents(parser)
    yield _claim(
        'open_graph',
        meta.get('og:type', ''),
        meta.get('og:title'),
        meta.get('og:description'),
        author=meta.get('article:author'),
        published=meta.get('article:published_time'),
    )
    yield _claim('title', '', text_of(parser, 'title'), meta.get('description'), author=meta.get('author'))


def _claim(source: str, kind: str, headline: str | None, description: str | None, **rest: str | None) -> Claim:
    """A claim of clean values; `rest` are `body`, `author` and `published`."""
    body = clean(rest.pop('body', None), BODY_CHARACTERS, one_line=False)
    author, published = clean(rest.get('author')), clean(rest.get('published'))
    return Claim(source, clean(kind) or '', clean(headline), clean(description), body, author, published)

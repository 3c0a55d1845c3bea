"""An authored page as its site would serve it: menu, article, lists and footer in HTML, and what a publisher's markup says of the page.

Each line stands in a block of its own, so the segmenter's text is line for line the text of the page; HTML knows no run of spaces, though.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, Final

from authoring import Authored

from builder.labels import MAIN

# What stands around neighbouring lines of a kind, and around each of them.
_MARKUP: Final[Mapping[str, tuple[str, str, str]]] = {
    'title': ('', '<h1 class="title">{}</h1>', ''),
    'lead': ('', '<p class="sapo"><strong>{}</strong></p>', ''),
    'body': ('', '<p>{}</p>', ''),
    'subheading': ('', '<h2>{}</h2>', ''),
    'caption': ('', '<figure><img src="/anh.jpg" alt=""><figcaption>{}</figcaption></figure>', ''),
    'byline': ('', '<p class="author">{}</p>', ''),
    'dateline': ('', '<div class="date"><time>{}</time></div>', ''),
    'section_heading': ('', '<h3>{}</h3>', ''),
    'headline': ('<ul class="list-news">', '<li><a href="/tin.html">{}</a></li>', '</ul>'),
    'teaser': ('', '<p class="summary">{}</p>', ''),
    'related_story': ('<section class="related-story">', '<p>{}</p>', '</section>'),
    'related_link': ('', '<div class="link-inner"><a href="/tin.html">{}</a></div>', ''),
    'timestamp': ('', '<div class="time">{}</div>', ''),
    'category': ('', '<div class="cate"><a href="/muc/">{}</a></div>', ''),
    'widget': ('', '<div class="tool"><button type="button">{}</button></div>', ''),
    'advert': ('<aside class="ads">', '<div>{}</div>', '</aside>'),
    'comment': ('<section class="comments">', '<div class="comment">{}</div>', '</section>'),
    'navigation': ('<nav class="menu"><ul>', '<li><a href="/">{}</a></li>', '</ul></nav>'),
    'footer': ('<footer>', '<p>{}</p>', '</footer>'),
    'other_noise': ('', '<div>{}</div>', ''),
}


def html_of(page: Authored) -> str:
    """The page's HTML, in the Unicode form of its text."""
    texts = [text for text in page.text.split('\n') if text.strip()]
    lines = list(zip(texts, page.gold['lines'], strict=True))
    story = [number for number, (_, line) in enumerate(lines) if line['label'] == MAIN]
    start, end = (story[0], story[-1] + 1) if story else (len(lines), len(lines))
    article = ['<article class="detail">', *_blocks(lines[start:end]), '</article>'] if story else []
    body = [*_blocks(lines[:start]), *article, *_blocks(lines[end:])]
    markup = ['<!DOCTYPE html>', '<html lang="vi">', '<head>', *_head(page), '</head>', '<body>', *body, '</body>', '</html>', '']
    return '\n'.join(markup)


def _blocks(lines: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    blocks: list[str] = []
    for kind, group in groupby(lines, key=lambda item: item[1]['kind']):
        before, around, after = _MARKUP[kind]
        blocks += filter(None, [before, *(around.format(escape(text, quote=False)) for text, _ in group), after])
    return blocks


def _head(page: Authored) -> list[str]:
    title, url = page.head.get('title'), escape(page.head['url'])
    head = ['<meta charset="utf-8">', f'<link rel="canonical" href="{url}">', f'<meta property="og:url" content="{url}">']
    head.append(f'<meta property="og:type" content="{"website" if page.gold["no_story"] else "article"}">')
    if title:
        head += [f'<title>{escape(title, quote=False)}</title>', f'<meta property="og:title" content="{escape(title)}">']
    # A slash after `<` would end the script.
    linked = json.dumps(_linked(page), ensure_ascii=False).replace('</', '<\\/')
    return [*head, f'<script type="application/ld+json">{linked}</script>', '<script>window.dataLayer = []</script>']


def _linked(page: Authored) -> dict[str, Any]:
    said = {'@context': 'https://schema.org', 'publisher': {'@type': 'Organization', 'name': page.site}}
    if page.gold['no_story']:
        return {**said, '@type': 'WebPage', 'url': page.head['url']}
    known = {'headline': page.head.get('title'), 'datePublished': page.head.get('published')}
    article = {'@type': 'NewsArticle', 'mainEntityOfPage': page.head['url']}
    return {**said, **article, **{name: value for name, value in known.items() if value}}

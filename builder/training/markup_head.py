"""The `<head>` of a composed page: what its markup claims, true or not. How often markup is missing, cut or another story's is set, not measured:
a labeller that is to weigh claims must have seen each sort of them.
"""

import html
import json
from random import Random
from typing import Final

from builder.training.compose import ComposedPage

_FOREIGN: Final = 0.08
"""Of pages with a claimed body: those whose claims are another page's."""
_LINKED: Final = 0.55
"""Of story pages: those with JSON-LD of an article."""
_BODIED: Final = 0.6
"""Of those: with `articleBody`."""


def markup_head(page: ComposedPage, other: ComposedPage, random: Random) -> str:
    """`<title>`, `<meta>` and JSON-LD of a page; of a page without a story what home pages say."""
    if page.no_story:
        return _of_no_story(random)
    described = other if random.random() < _FOREIGN else page
    said = {kind: [line.text for line in described.lines if line.kind == kind] for kind in ('title', 'lead', 'body', 'byline')}
    title = (said['title'] or [described.title or ''])[0]
    lead = (said['lead'] or said['body'] or [''])[0]
    parts = (
        [f'<title>{html.escape(title)}{random.choice(("", " - Tin mới", " | Báo điện tử", " - Thời sự - Báo"))}</title>']
        if random.random() < 0.9
        else []
    )
    parts += [f'<meta name="description" content="{html.escape(_cut(lead, random))}">'] if random.random() < 0.75 else []
    if random.random() < 0.75:
        parts.append(f'<meta property="og:type" content="{random.choice(("article", "article", "article", "website", "Article"))}">')
        parts.append(
            f'<meta property="og:title" content="{html.escape(title)}"><meta property="og:description" content="{html.escape(_cut(lead, random))}">'
        )
    if random.random() < _LINKED:
        parts.append(_script(_article(title, lead, said, random)))
    return ''.join(parts)


def _of_no_story(random: Random) -> str:
    name = random.choice(('Tin tức mới nhất', 'Báo điện tử', 'Đọc báo trực tuyến', 'Chuyên mục kinh tế'))
    parts = [f'<title>{name}</title>'] if random.random() < 0.95 else []
    if random.random() < 0.7:
        parts.append(
            f'<meta property="og:type" content="{random.choice(("article", "website", "website"))}"><meta property="og:title" content="{name}">'
        )
    if random.random() < 0.5:
        parts.append(_script({'@type': random.choice(('WebSite', 'ItemList', 'Organization', 'WebPage')), 'name': name}))
    return ''.join(parts)


def _article(title: str, lead: str, said: dict[str, list[str]], random: Random) -> dict[str, object]:
    item: dict[str, object] = {'@type': random.choice(('NewsArticle', 'Article', 'ReportageNewsArticle')), 'headline': title}
    item |= {'description': _cut(lead, random)} if random.random() < 0.8 else {}
    item |= {'author': {'@type': 'Person', 'name': said['byline'][-1]}} if said['byline'] and random.random() < 0.4 else {}
    if said['body'] and random.random() < _BODIED:
        body = random.choice(('\n', ' ', '', '<br>', '</p><p>')).join(said['body'])
        item['articleBody'] = html.escape(body) if random.random() < 0.3 else body[: random.choice((500, 2_000, 10**6, 10**6, 10**6))]
    return item


def _cut(text: str, random: Random) -> str:
    """The text as descriptions give it: whole, or cut after 120 to 200 code points."""
    return text if random.random() < 0.6 else f'{text[: random.randint(120, 200)]}...'


def _script(item: dict[str, object]) -> str:
    content = json.dumps(item, ensure_ascii=False).replace('</', r'<\/')
    return f'<script type="application/ld+json">{content}</script>'

import json

from builder.html.limits import HtmlLimits
from builder.html.segmenter import segment
from builder.markup import Claim


def claims(html: str) -> list[Claim]:
    return list(segment(html, HtmlLimits()).markup.claims)


def test_each_source_speaks_for_itself():
    item = {'@type': 'NewsArticle', 'headline': 'A', 'articleBody': 'x\ny', 'author': {'name': 'Lê'}, 'datePublished': '2025-02-14'}
    found = claims(
        f'<title>B</title><meta property="og:type" content="article"><meta property="og:title" content="C">'
        f'<script type="application/ld+json">{json.dumps(item)}</script>'
        '<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">D</h1></div>'
    )
    assert [(one.source, one.type, one.headline) for one in found] == [
        ('json_ld', 'NewsArticle', 'A'), ('microdata', 'NewsArticle', 'D'), ('open_graph', 'article', 'C'), ('title', '', 'B'),
    ]  # fmt: skip
    assert (found[0].body, found[0].author, found[0].published) == ('x\ny', 'Lê', '2025-02-14')


def test_a_page_that_describes_a_list_claims_no_article():
    item = {'@type': 'ItemList', 'name': 'Tin mới'}
    assert [one.source for one in claims(f'<script type="application/ld+json">{json.dumps(item)}</script>')] == ['open_graph', 'title']


def test_broken_markup_is_no_claim():
    assert {one.headline for one in claims('<script type="application/ld+json">{"@type": </script><p>x')} == {None}

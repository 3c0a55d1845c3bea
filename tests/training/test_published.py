"""Articles out of publishers' markup."""

import json
from pathlib import Path

import pytest

from builder.synth import synthesize
from builder.training.articles import Article
from builder.training.published import published_articles, read_stock
from tests.training.invented import articles


def page_of(article: Article, body: str | None, headline: str | None = None) -> str:
    """A saved page that shows the article and claims `body` for it."""
    claim = {'@type': 'NewsArticle', 'headline': headline or article.title, 'description': article.lead, 'articleBody': body}
    shown = ''.join(f'<p>{text}</p>' for kind, text in article.blocks if kind == 'body')
    menu = '<ul><li>Trang chủ</li><li>Thời sự</li></ul>'
    script = f'<script type="application/ld+json">{json.dumps(claim if body else {})}</script>'
    return f'<!doctype html><head>{script}</head><body>{menu}<h1>{article.title}</h1><p>{article.lead}</p>{shown}<p>Tin khác</p></body>'


def body_of(article: Article) -> str:
    return '\n'.join(text for kind, text in article.blocks if kind == 'body')


def test_a_whole_body_under_its_own_headline_is_an_article(tmp_path: Path) -> None:
    known = articles(6)
    for number, article in enumerate(known):
        (tmp_path / f'{number}.html').write_text(page_of(article, body_of(article)), 'utf-8')
    found = list(read_stock(tmp_path))
    assert [(one.title, one.lead, one.blocks) for one in found] == [
        (one.title, one.lead, tuple(block for block in one.blocks if block[0] == 'body')) for one in known
    ]


@pytest.mark.parametrize('claimed', ['none', 'cut', 'of another story', 'short'])
def test_a_claim_that_does_not_hold_the_story_gives_nothing(claimed: str, tmp_path: Path) -> None:
    article, other = articles(24)[0], articles(24)[17]
    bodies = {'none': None, 'cut': body_of(article)[:300], 'of another story': body_of(other), 'short': article.blocks[0][1]}
    headline = other.title if claimed == 'of another story' else None
    (tmp_path / 'page.html').write_text(page_of(article, bodies[claimed], headline), 'utf-8')
    assert list(published_articles(tmp_path)) == []


def test_pages_are_composed_of_a_dump_as_of_its_articles(tmp_path: Path) -> None:
    dump = tmp_path / 'dump'
    dump.mkdir()
    for number, article in enumerate(articles(8)):
        (dump / f'{number}.html').write_text(page_of(article, body_of(article)), 'utf-8')
    synthesize(dump, tmp_path / 'out', pages=10, seed=1)
    truth = [json.loads(line) for line in (tmp_path / 'out' / 'truth.jsonl').read_text('utf-8').splitlines()]
    known = {text for article in articles(8) for _, text in article.blocks}
    assert any(line['text'] in known for page in truth for line in page['lines'] if line['kind'] == 'body')

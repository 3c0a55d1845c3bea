"""Composed pages as HTML: one template grammar, drawn anew for each page, so that a labeller learns what templates share and no site's own.

A page is a head and a body of zones, each in wrappers of its own or in a column with its neighbours; or one table with a menu beside the story. A zone
is a run of lines of one sort: own story, whole other story, list, menu, comments, footer, widgets. A story's head stands inside or outside its text's
element; paragraphs are `<p>`, `<div>`, `<br>` or spans, some in further elements; captions stand in figures, tables or plain paragraphs. Names (`id`,
`class`) say what is inside, or nothing, or something else. Claims are true, missing, cut, or about another story (`markup_head`).
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Final

from builder.html.limits import HtmlLimits
from builder.html.segmenter import HtmlPage, segment
from builder.labels import STORY_KINDS
from builder.training.compose import ComposedPage
from builder.training.layout import ComposedLine
from builder.training.markup_head import markup_head
from builder.training.rendered_truth import truth_of

_ZONES: Final = {
    'navigation': 'menu', 'headline': 'list', 'teaser': 'list', 'timestamp': 'list', 'category': 'list', 'section_heading': 'list', 'related_link': 'list',
    'comment': 'comments', 'footer': 'footer', 'widget': 'widgets', 'advert': 'widgets', 'other_noise': 'widgets',
}  # fmt: skip
_NAMES: Final = {
    'story': ('content', 'detail', 'article-body', 'main-content', 'entry', 'post', 'noidung', 'baiviet', 'news-detail', 'contentDetail', 'fck_detail', 'left-col'),
    'title': ('title', 'tieude', 'headline', 'titleDetail', 'news-title', 'entry-title'), 'lead': ('sapo', 'lead', 'summary', 'desc', 'description', 'intro'),
    'byline': ('author', 'source', 'nguon', 'tacgia', 'byline', 'author-name'), 'dateline': ('date', 'time', 'publish-date', 'ngay', 'datetime', 'meta-time'),
    'caption': ('caption', 'image', 'photo', 'pic', 'desc-img', 'thumb'), 'list': ('related', 'tinkhac', 'box-news', 'list-news', 'other', 'most-view', 'zone', 'tin-lien-quan', 'sidebar'),
    'menu': ('menu', 'nav', 'navbar', 'breadcrumb', 'header', 'cate', 'topmenu'), 'comments': ('comment', 'binhluan', 'cmt-list', 'replies', 'ykien'),
    'footer': ('footer', 'foot', 'copyright', 'bottom'), 'widgets': ('share', 'tool', 'social', 'ads', 'banner', 'box', 'rating', 'like'), 'body': ('Normal', 'text', 'p-text', 'body'),
    'subheading': ('sub', 'heading', 'title-h2'), 'other': ('related-story', 'article', 'story', 'box-detail', 'news-item', 'content'),
}  # fmt: skip
_WRAPPERS: Final = ('div', 'div', 'div', 'div', 'div', 'section div', 'article', 'td', 'form div', 'center div', 'main')
_LETTERS: Final = 'abcdefghiklmnopqrstuvxyz'


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A composed page as the segmenter reads its HTML, and the truth of each of its lines."""

    page: HtmlPage
    lines: tuple[ComposedLine, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The choices of one page's template; `random` draws what differs from place to place."""

    random: Random
    named: float
    """The share of elements whose names say what is inside."""
    paragraph: str
    title: str
    lead: str
    caption: str
    subheading: str
    item: str
    menu: str
    inner: bool
    """Whether title and lead stand inside the element of the text."""

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random.random() < probability

    def names(self, sort: str) -> str:
        """An attribute that names an element holding things of this sort, that says nothing, or none."""
        if self.chance(self.named):
            words = self.random.choice(_NAMES[sort])
        elif self.chance(0.5):
            words = ''.join(self.random.choices(_LETTERS, k=self.random.randint(1, 7)))
        elif self.chance(0.2):
            words = self.random.choice(_NAMES[self.random.choice(sorted(_NAMES))])
        else:
            return ''
        return f' {self.random.choice(("class", "class", "id"))}="{words}"'

    def wrapped(self, inside: str, sort: str, most: int = 3) -> str:
        """The markup inside one to `most` elements."""
        for _ in range(self.random.randint(1, most)):
            tag = self.random.choice(_WRAPPERS)
            outer, _, inner = tag.rpartition(' ')
            if inner == 'td':
                inside = f'<table><tr><td{self.names(sort)}>{inside}</td></tr></table>'
                continue
            inside = f'<{inner}{self.names(sort)}>{inside}</{inner}>'
            inside = f'<{outer}{self.names(sort)}>{inside}</{outer}>' if outer else inside
        return inside


def template(random: Random) -> Template:
    """A template drawn from the grammar."""
    choose = random.choice
    return Template(
        random,
        choose((0.0, 0.3, 0.6, 0.9)),
        choose(('p', 'p', 'p', 'p', 'div', 'br', 'br', 'p span', 'div p')),
        choose(('h1', 'h1', 'h1', 'h1', 'h1', 'h2', 'div', 'h1 a', 'h1 span', 'p b')),
        choose(('p', 'h2', 'div', 'p strong', 'h2', 'div p', 'p')),
        choose(('figure figcaption', 'figure p', 'div p', 'table', 'p', 'p em', 'p', 'div')),
        choose(('h2', 'h3', 'p strong', 'p b', 'p strong', 'div b')),
        choose(('li a', 'li a', 'div h3 a', 'div a', 'p a', 'article h3 a', 'li h4 a', 'li div a')),
        choose(('li a', 'li a', 'li a', 'div a', 'p a', 'li span')),
        random.random() < 0.4,
    )


def render(composed: ComposedPage, other: ComposedPage, random: Random) -> RenderedPage | None:
    """The page by a template drawn from `random`; `other` lends the claims of a page whose markup is another story's.

    None where the segmenter joins or parts its lines, so that their truth is not known.
    """
    drawn = template(random)
    zones = [(sort, list(lines)) for sort, lines in groupby(_sorted_lines(composed.lines), key=lambda pair: pair[0])]
    parts = [_zone(drawn, sort, [line for _, line in lines]) for sort, lines in zones]
    body = _columns(drawn, parts) if not drawn.chance(0.25) else ''
    if not body:
        body = _table(drawn, zones, parts)
    page = segment(f'<html><head>{markup_head(composed, other, random)}</head><body>{body}</body></html>', HtmlLimits())
    truth = truth_of(page.text.split('\n'), composed.lines)
    return RenderedPage(page, truth) if truth else None


def _sorted_lines(lines: Sequence[ComposedLine]) -> list[tuple[str, ComposedLine]]:
    """Each line with the zone that it stands in; noise between two lines of one story is in that story's zone."""
    stories: list[str | None] = [
        'own' if line.kind in STORY_KINDS else f'other {line.story}' if line.kind == 'related_story' else None for line in lines
    ]
    last = {story: place for place, story in enumerate(stories) if story}
    found, open_story = [], None
    for place, (line, story) in enumerate(zip(lines, stories, strict=True)):
        open_story = story or open_story
        found.append((open_story or _ZONES[line.kind], line))
        if open_story and place >= last[open_story]:
            open_story = None
    return found


def _zone(drawn: Template, sort: str, lines: Sequence[ComposedLine]) -> str:
    if sort == 'own' or sort.startswith('other'):
        styled = drawn if sort == 'own' or drawn.chance(0.7) else template(drawn.random)
        return _story(styled, lines, 'story' if sort == 'own' else 'other')
    name = (
        'nav'
        if sort == 'menu' and drawn.chance(0.3)
        else 'footer'
        if sort == 'footer' and drawn.chance(0.5)
        else 'aside'
        if drawn.chance(0.1)
        else ''
    )
    inside = ''.join(_line(drawn, line) for line in lines)
    if '<li' in inside:
        inside = f'<ul{drawn.names(sort)}>{inside}</ul>'
    inside = drawn.wrapped(inside, sort)
    return f'<{name}>{inside}</{name}>' if name else inside


def _story(drawn: Template, lines: Sequence[ComposedLine], sort: str) -> str:
    """A story: what stands before its first paragraph inside or outside the element of its text, and so its credit."""
    kinds = [line.role or line.kind for line in lines]
    first = next((place for place, kind in enumerate(kinds) if kind == 'body'), len(kinds))
    end = len(kinds)
    if kinds[-1] in {'byline', 'dateline'} and drawn.chance(0.5):
        end = max(first, end - 1)
    head, text, foot = (''.join(_line(drawn, line) for line in part) for part in (lines[:first], lines[first:end], lines[end:]))
    if end - first > 4 and drawn.chance(0.3):
        cut = drawn.random.randint(first + 1, end - 1)
        parts = (''.join(_line(drawn, line) for line in part) for part in (lines[first:cut], lines[cut:end]))
        text = ''.join(f'<div{drawn.names("body")}>{part}</div>' for part in parts)
    if drawn.inner:
        return drawn.wrapped(f'{head}{text}{foot}', sort)
    inside = drawn.wrapped(text, sort, 2) if text else ''
    return drawn.wrapped(f'{head}{inside}{foot}', sort, 2)


def _line(drawn: Template, line: ComposedLine) -> str:
    kind = line.role or line.kind
    text = _linked(drawn, line.text) if kind in {'body', 'lead'} and drawn.chance(0.15) else html.escape(line.text)
    styles = {'title': drawn.title, 'lead': drawn.lead, 'body': drawn.paragraph, 'caption': drawn.caption, 'subheading': drawn.subheading}
    styles |= {'headline': drawn.item, 'navigation': drawn.menu}
    style = styles.get(kind) or drawn.random.choice(_LOOSE.get(kind, ('div', 'p', 'div span', 'div a')))
    if kind in {'body', 'caption'} and drawn.chance(0.05):
        style = drawn.random.choice(('div', 'p', 'p span', 'table', 'blockquote p'))
    if style == 'table':
        return f'<table{drawn.names(kind)}><tr><td>{text}</td></tr></table>'
    if style == 'br':
        return f'{text}<br>' if drawn.chance(0.5) else f'{text}<br><br>'
    sort = kind if kind in _NAMES else _ZONES.get(kind, 'body')
    tags = style.split()
    for place, tag in enumerate(reversed(tags)):
        names = drawn.names(sort) if place == len(tags) - 1 and kind != 'body' else ''
        target = f' href="/{drawn.random.randrange(10**6)}"' if tag == 'a' else ''
        text = f'<{tag}{names}{target}>{text}</{tag}>'
    return text


_LOOSE: Final = {
    'byline': ('p strong', 'p b', 'div', 'div span', 'p', 'p em', 'div a', 'p strong'),
    'dateline': ('div', 'div span', 'div time', 'p', 'p'),
    'teaser': ('p', 'div', 'div a', 'p', 'div span'),
    'timestamp': ('div', 'div span', 'p', 'div time'),
    'category': ('div a', 'li a', 'div', 'p a'),
    'section_heading': ('h3', 'h2', 'div', 'div a', 'div span', 'h4 a'),
    'related_link': ('p a', 'div a', 'li a', 'p b a', 'h4 a'),
    'comment': ('div', 'p', 'div p', 'div span'),
    'footer': ('p', 'div', 'li a', 'p'),
    'widget': ('div', 'div span', 'div a', 'li a', 'p'),
}


def _linked(drawn: Template, text: str) -> str:
    """The text with some words of it inside a link."""
    words = text.split(' ')
    start = drawn.random.randrange(len(words))
    end = min(start + drawn.random.randint(1, 4), len(words))
    before, inside, after = (html.escape(' '.join(part)) for part in (words[:start], words[start:end], words[end:]))
    return f'{before} <a href="/x">{inside}</a> {after}'


def _columns(drawn: Template, parts: Sequence[str]) -> str:
    """The zones one after another, neighbours in columns and wrappers drawn at random."""
    columns: list[str] = []
    start = 0
    while start < len(parts):
        end = min(start + drawn.random.choice((1, 1, 2, 3, 5)), len(parts))
        inside = ''.join(parts[start:end])
        columns.append(drawn.wrapped(inside, 'widgets' if drawn.chance(0.2) else 'story', 2) if end - start > 1 else inside)
        start = end
    return drawn.wrapped(''.join(columns), 'other') if drawn.chance(0.7) else ''.join(columns)


def _table(drawn: Template, zones: Sequence[tuple[str, list[tuple[str, ComposedLine]]]], parts: Sequence[str]) -> str:
    """A table of two columns, as pages had about 2010: the menu stands beside the story, and the lines of both run together."""
    own = [place for place, (sort, _) in enumerate(zones) if sort == 'own']
    menus = [place for place, (sort, lines) in enumerate(zones) if sort == 'menu' and own and place < own[0] and len(lines) < 60]
    if not own or not menus:
        return _columns(drawn, parts)
    left, right = menus[-1], range(own[0], own[-1] + 1)
    row = f'<table><tr><td{drawn.names("menu")}>{parts[left]}</td><td>{"".join(parts[place] for place in right)}</td></tr></table>'
    before = ''.join(parts[place] for place in range(own[0]) if place != left)
    return f'{before}{row}{"".join(parts[own[-1] + 1 :])}'

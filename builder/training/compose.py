"""Pages composed of articles, whose truth is known by construction: stock for training and for measuring.

The grammar, each part drawn at random:

    page     = story page | page without a story (home, list, error)
    story page = [frame top] [sidebar] own story (block | whole other story)* [frame bottom]
    frame    = masthead, menu, sections, headlines; below: tags, widgets, comments, lists, footer
    story    = title, lead, byline, dateline in many orders; paragraphs, subheadings, captions; interruptions; credits (`telling`)
    block    = headline list, teaser list, menu, widgets, adverts, tags, comments (`layout`)

A few pages are forum threads (`forum`) or stories beside another column (`columns`). A *bare* page has no frame and begins with its story, as an aggregator's text dump does. Whole other stories follow the page's own, near or
far, with or without a heading, on the same topic or not. Every list may be printed twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from builder.training.articles import Article
from builder.training.columns import in_columns
from builder.training.forum import thread
from builder.training.layout import (
    Block,
    ComposedLine,
    Lines,
    adverts,
    comments,
    footer,
    headline_list,
    item,
    lines_of,
    masthead,
    menu,
    section_block,
    tags,
    teaser_list,
    widgets,
)
from builder.training.lexicon import LEXICON, Lexicon
from builder.training.stock import Desk, Stock, Style, stock_of
from builder.training.telling import telling, whole_other_story

NO_STORY_SHARE: Final = 0.17
"""Of composed pages; a crawl holds more story pages than fronts."""
BARE_SHARE: Final = 0.35
"""Of story pages: those without menu and footer."""
FORUM_SHARE: Final = 0.07
"""Of framed story pages: threads of a forum."""
COLUMNS_SHARE: Final = 0.09
"""Of story pages: those whose story stood beside a menu or a list."""
CREDITED_SHARE: Final = 0.8
"""Of pages: those of sites that print who wrote a story, below it; elsewhere no story of the page ends with a credit."""
_ITEM_PARTS: Final = (
    ('headline',), ('headline',), ('headline',), ('headline', 'time'), ('time', 'headline'), ('headline', 'section'), ('headline', 'section', 'time'),
    ('headline', 'time', 'section'), ('section', 'headline'), ('headline', 'stamp'), ('headline', 'date'), ('count', 'headline'), ('headline', 'count'),
)  # fmt: skip
_DATE_FORMATS: Final = (
    '%d/%m/%Y', '%H:%M', '%H:%M %d/%m/%Y', '%H:%M, %d/%m/%Y', '%n phút trước', "%n' trước", '%n giờ trước', '%d/%m', '%w, %e/%m/%Y', '%H:%M , %d/%m/%Y', '%d-%m-%Y',
)  # fmt: skip
_BESIDE: Final[tuple[Block, ...]] = (
    headline_list,
    headline_list,
    headline_list,
    headline_list,
    teaser_list,
    teaser_list,
    section_block,
    widgets,
    adverts,
    menu,
)


@dataclass(frozen=True, slots=True)
class ComposedPage:
    """One page: its lines with their truth, the title that its source would give it, and whether it has no story."""

    lines: tuple[ComposedLine, ...]
    title: str | None
    no_story: bool

    @property
    def text(self) -> str:
        r"""The page as a text dump has it: one line each, `\n` between them."""
        return '\n'.join(line.text for line in self.lines)


def compose(
    articles: Sequence[Article], seed: int, count: int, lexicon: Lexicon = LEXICON, *, bare: bool = False
) -> Iterator[ComposedPage]:
    """`count` pages made of `articles`, the same for the same arguments; one at a time, so that `count` may be large.

    With `bare`, story pages without menu and footer only. Raises ValueError where there are fewer than four articles.
    """
    stock = stock_of(articles)
    for number in range(count):
        rng = Random(f'{seed} {number}')  # noqa: S311 - drawn again from its seed, not secret
        desk = Desk(rng, stock, _style(rng, lexicon), lexicon)
        if not bare and desk.chance(NO_STORY_SHARE):
            yield _page_without_story(desk)
        else:
            yield _story_page(desk, _worth_a_page(desk, stock), framed=not bare and not desk.chance(BARE_SHARE))


def _style(rng: Random, lexicon: Lexicon) -> Style:
    site = rng.choice(('', ' ')).join(rng.sample(lexicon.site_words, 2))
    return Style(
        site=site if rng.random() < 0.7 else f'{site.replace(" ", "").lower()}.vn',
        date_format=rng.choice(_DATE_FORMATS),
        bullet=rng.choice(('', '', '', '', '', '* ', '- ', '+ ', '» ', '• ', '1. ')),
        item_parts=rng.choice(_ITEM_PARTS),
        teaser=rng.choice(('cut', 'cut', 'whole', 'whole', 'glued', 'found')),
        prefix=rng.random() < 0.15,
        headings=rng.choice(('plain', 'plain', 'plain', 'upper', 'colon')),
        year=rng.randint(2008, 2027),
        credited=rng.random() < CREDITED_SHARE,
    )


def _story_page(desk: Desk, index: int, *, framed: bool) -> ComposedPage:
    if framed and desk.chance(FORUM_SHARE):
        lines = [*masthead(desk), *menu(desk), *thread(desk, index), *headline_list(desk, index), *footer(desk)]
        return ComposedPage(tuple(_printed(desk, lines)), None, no_story=False)
    title = desk.stock.articles[index].title
    story = telling(desk, index, framed=framed)
    if desk.chance(COLUMNS_SHARE):
        story = in_columns(desk, index, story)
    lines = [*(_top(desk, index) if framed else []), *story, *_after(desk, index, framed=framed)]
    return ComposedPage(tuple(_printed(desk, lines)), title if desk.chance(0.8) else None, no_story=False)


def _worth_a_page(desk: Desk, stock: Stock) -> int:
    """The index of an article with two paragraphs or more; any article if none is found in a few draws."""
    for _ in range(20):
        index = desk.article()
        if sum(kind == 'body' for kind, _ in stock.articles[index].blocks) > 1:
            return index
    return index


def _top(desk: Desk, index: int) -> Lines:
    """What a framed page prints above its story; the sidebar may come first."""
    lines = [*masthead(desk), *menu(desk)]
    if desk.chance(0.3):
        lines += menu(desk)
    if desk.chance(0.3):
        lines += lines_of('headline', [desk.stock.articles[desk.article()].title for _ in range(desk.random.choice((1, 3, 8, 20, 40)))])
    if desk.chance(0.3):
        lines += [line for _ in range(desk.random.randint(1, 4)) for line in desk.random.choice(_BESIDE)(desk, index)]
    return lines


def _after(desk: Desk, index: int, *, framed: bool) -> Lines:
    """What follows the story: its tags and widgets, whole other stories, lists; on a framed page comments and the footer."""
    parts: list[Lines] = []
    told = [index]
    for _ in range(desk.random.choice((0, 0, 0, 1, 1, 2, 3)) if framed else desk.random.choice((0, 1, 1, 1, 2, 3))):
        other = desk.other(index, 0.6)
        if other not in told and sum(kind == 'body' for kind, _ in desk.stock.articles[other].blocks) > 1:
            parts += [_beside(desk, index, 0.25), whole_other_story(desk, other, len(told))]
            told.append(other)
    parts += [_beside(desk, index, 0.9) for _ in range(desk.random.randrange(7))]
    if desk.chance(0.1) and parts:
        parts.append([line for line in desk.random.choice(parts) if line.kind != 'related_story'])
    ending = [tags(desk, index) if desk.chance(0.4) else [], widgets(desk) if desk.chance(0.5) else [], _echo(desk, index)]
    desk.random.shuffle(ending)
    closing = [comments(desk, index) if desk.chance(0.4) else [], *parts, footer(desk)] if framed else parts
    return [line for part in ([*ending, *closing] if framed or desk.chance(0.3) else closing) for line in part]


def _beside(desk: Desk, index: int, probability: float) -> Lines:
    return desk.random.choice(_BESIDE)(desk, index) if desk.chance(probability) else []


def _echo(desk: Desk, index: int) -> Lines:
    """A second copy of the title, as a share box prints it."""
    return lines_of('navigation', [desk.stock.articles[index].title] * desk.random.randint(1, 2) if desk.chance(0.1) else [])


def _page_without_story(desk: Desk) -> ComposedPage:
    """A home page, a list of items or an error page: all its lines are noise."""
    index = desk.article()
    shape = desk.random.choice((_home, _home, _list, _list, _nearly_empty))
    framed = desk.chance(0.85)
    lines = [*([*masthead(desk), *menu(desk)] if framed else []), *shape(desk, index), *(footer(desk) if framed else [])]
    return ComposedPage(tuple(_printed(desk, lines)), None, no_story=True)


def _home(desk: Desk, index: int) -> Lines:
    blocks = (section_block, section_block, section_block, headline_list, teaser_list, adverts, widgets)
    featured = _featured(desk, index) if desk.chance(0.3) else []
    return featured + [line for _ in range(desk.random.randint(4, 22)) for line in desk.random.choice(blocks)(desk, index)]


def _featured(desk: Desk, index: int) -> Lines:
    """The story on top of a home page or list: headline, its date or none, summary, and sometimes the first paragraph as well."""
    lines = item(
        desk, index, desk.random.choice((('headline', 'teaser'), ('headline', 'time', 'teaser'), ('section', 'headline', 'teaser')))
    )
    bodies = [text for kind, text in desk.stock.articles[index].blocks if kind == 'body']
    return lines + lines_of('teaser', bodies[:1] if desk.chance(0.5) else [])


def _list(desk: Desk, index: int) -> Lines:
    kinds = (
        ('headline', 'teaser'),
        ('headline', 'teaser', 'time'),
        ('time', 'headline', 'teaser'),
        ('headline', 'time', 'teaser'),
        ('section', 'headline', 'teaser'),
    )
    parts = desk.random.choice((*kinds, ('teaser',), ('headline', 'teaser', 'count'), desk.style.item_parts))
    likeness = desk.random.choice((0.1, 0.1, 0.1, 0.9))
    lines = _featured(desk, index) if desk.chance(0.2) else []
    lines += [line for _ in range(desk.random.choice((5, 10, 20, 35, 60))) for line in item(desk, desk.other(index, likeness), parts)]
    return lines + ([line for _ in range(desk.random.randint(1, 5)) for line in headline_list(desk, index)] if desk.chance(0.6) else [])


def _nearly_empty(desk: Desk, index: int) -> Lines:
    said = lines_of('other_noise', [f'{desk.words(3, 9)}.', desk.words(2, 12)])
    return said + (headline_list(desk, index) if desk.chance(0.5) else menu(desk))


def _printed(desk: Desk, lines: Lines) -> Lines:
    """The lines as a dump has them: without the blank ones; one line in sight where nothing was drawn."""
    return [line for line in lines if line.text.strip()] or lines_of('navigation', [desk.style.site])

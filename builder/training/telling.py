"""How a composed page tells a story: which of its parts are there, in which order, and what interrupts it."""

from dataclasses import replace
from typing import Final

from builder.training.articles import Article
from builder.training.layout import ComposedLine, Lines, adverts, heading, headline_of, item, lines_of, teaser_of, widgets
from builder.training.stock import Desk
from builder.training.variations import reshaped

_HEADS: Final = (
    'title lead', 'title lead', 'title lead', 'title dateline lead', 'dateline title lead', 'category title dateline lead', 'category dateline title lead',
    'title byline dateline lead', 'dateline title byline widget lead', 'title category dateline widget lead', 'title dateline byline lead',
    'title byline lead', 'title widget dateline lead', 'category title lead dateline', 'title lead byline dateline', 'title lead dateline widget',
    'dateline title byline dateline lead', 'title widget lead', 'lead title', 'category category title byline dateline widget lead',
    'echo title dateline lead', 'title lead echo', 'title dateline widget lead widget', 'title dateline advert lead',
)  # fmt: skip
"""Orders in which sites print the parts above the text; `echo` is a second copy of the title."""
_STORY_DATES: Final = (
    '%d/%m/%Y %H:%M', '%w, %d/%m/%Y - %H:%M', '%w, %e/%m/%Y, %H:%M (GMT+7)', '%H:%M %d/%m/%Y', '%d-%m-%Y - %H:%M', '%d/%m/%Y', '%e/%m/%Y, %H:%M',
    '%d-%m-%Y - %H:%M AM', 'Cập nhật: %H:%M, %d/%m/%Y', '%H:%M PM | %d/%m/%Y', 'Published on %m-%d-%Y %H:%M PM', 'Ngày đăng: %d/%m/%Y', '%H:%M | %d/%m/%Y', '%w, ngày %d/%m/%Y', '%d tháng %m, %Y', '(%w, %d/%m/%Y %H:%M)',
)  # fmt: skip


ROUND_UP_SHARE: Final = 0.025
"""Of framed stories: those that tell of several matters, each under its own heading."""


def telling(desk: Desk, index: int, *, framed: bool) -> Lines:
    """The page's own story as its lines, interruptions included. `framed` pages print more above the text than aggregators do."""
    article = desk.stock.articles[index]
    head = _head(desk, article, framed=framed)
    round_up = framed and desk.chance(ROUND_UP_SHARE)
    text = _interrupted(desk, index, _parts(desk, index) if round_up else _text(desk, article))
    foot = _foot(desk, article)
    if desk.chance(0.08):
        head = [line for line in head if line.kind != 'lead']
    if desk.chance(0.06):
        head = [line for line in head if line.kind != 'title']
    return [*head, *text, *(_before_credit(desk, index) if foot else []), *foot]


def whole_other_story(desk: Desk, index: int, number: int) -> Lines:
    """Another whole story, numbered `number` from 1, as its site would have told it: at least two paragraphs."""
    article = desk.stock.articles[index]
    head = [line for line in _head(desk, article, framed=desk.chance(0.2)) if line.kind in {'title', 'lead', 'byline', 'dateline'}]
    lines = [*head, *_text(desk, article), *_foot(desk, article)]
    if desk.chance(0.15):
        lines = [line for line in lines if line.kind != 'caption']
    return [replace(line, kind='related_story', story=number, role=line.kind) for line in lines]


def _head(desk: Desk, article: Article, *, framed: bool) -> Lines:
    order = (
        desk.random.choice(_HEADS)
        if framed
        else desk.random.choice(('title lead', 'title lead', 'title lead', 'title', 'title dateline lead', 'title byline lead'))
    )
    lines: Lines = []
    for part in order.split():
        lines += _head_part(desk, article, part)
    return lines


def _head_part(desk: Desk, article: Article, part: str) -> Lines:
    match part:
        case 'title' | 'echo':
            title = _short_title(article.title) if part == 'title' and desk.chance(0.12) else article.title
            return [ComposedLine(title, 'title' if part == 'title' else 'navigation')]
        case 'lead':
            prefix = (
                desk.random.choice((f'({desk.style.site}) - ', f'{desk.style.site} - ', f'({desk.style.site}) '))
                if desk.chance(0.2)
                else ''
            )
            return lines_of('lead', [prefix + article.lead if article.lead else ''])
        case 'dateline':
            return [ComposedLine(_story_date(desk), 'dateline')]
        case 'byline':
            return [ComposedLine(desk.random.choice((desk.person(), f'{desk.person()} -', desk.phrase('credits'))), 'byline')]
        case 'category':
            return lines_of('category', [desk.phrase('sections', 0.2) for _ in range(desk.random.choice((1, 1, 2)))])
    return adverts(desk) if part == 'advert' else widgets(desk)


def _short_title(title: str) -> str:
    """The title's first clause where that is four words or more, else its first six words."""
    clause = title.replace(':', ',').split(',')[0]
    return clause if len(clause.split()) > 3 else ' '.join(title.split()[:6])


def _story_date(desk: Desk) -> str:
    """The story's date, sometimes in one line with its section, place or writer."""
    date = desk.moment(desk.random.choice(_STORY_DATES))
    beside = desk.random.choice((desk.phrase('sections', 0.2), desk.phrase('places'), desk.person()))
    return desk.random.choice(
        (date, date, date, date, date, date, f'{date} | {beside}', f'{date} {beside}', f'{beside} - {date}', f'{beside}, {date}')
    )


def _text(desk: Desk, article: Article) -> Lines:
    """The article's blocks, cut short or not, its paragraphs as they are, split or joined."""
    blocks = [ComposedLine(text, kind) for kind, text in article.blocks if kind != 'byline']
    if desk.chance(0.35):
        keep = desk.random.choice((2, 2, 3, 4, 5, 7, 10))
        paragraphs = [i for i, line in enumerate(blocks) if line.kind == 'body']
        blocks = blocks[: paragraphs[keep - 1] + 1] if len(paragraphs) >= keep else blocks
    return reshaped(desk, blocks)


def _foot(desk: Desk, article: Article) -> Lines:
    """The credit lines: the article's own, made up, two in a row, or none."""
    own = [text for kind, text in article.blocks if kind == 'byline']
    draw = desk.random.random() if desk.style.credited else 1.0
    if draw < 0.3 and own:
        return lines_of('byline', own)
    if draw < 0.8:
        signed = [desk.phrase('credits') for _ in range(desk.random.choice((1, 1, 1, 1, 2, 3)))]
        return lines_of('byline', [*signed, *([desk.phrase('agencies')] if desk.chance(0.12) else [])])
    return []


def _parts(desk: Desk, index: int) -> Lines:
    """The text of a round-up: the title and the first paragraphs of several stories, under one headline."""
    mark, most = desk.random.choice(('', '', '', '{}. ', '- ')), desk.random.choice((1, 2, 4))
    lines: Lines = []
    for number in range(1, desk.random.randint(4, 9)):
        other = desk.stock.articles[index if number == 1 else desk.other(index, 0.7)]
        title = other.title if number > 1 else _short_title(other.title)
        text = [text for kind, text in other.blocks if kind == 'body']
        lines += lines_of('subheading', [mark.replace('{}', str(number)) + title]) + lines_of('body', text[: desk.random.randint(1, most)])
    return lines


def _interrupted(desk: Desk, index: int, blocks: Lines) -> Lines:
    """The text with what sites put between paragraphs: related links, players, adverts, headings of empty boxes."""
    rate = desk.random.choice((0.0, 0.0, 0.03, 0.06, 0.1, 0.2))
    lines: Lines = []
    for position, line in enumerate(blocks):
        if position and desk.chance(rate):
            lines += _interruption(desk, index)
        lines.append(line)
    return lines


def _interruption(desk: Desk, index: int) -> Lines:
    draw = desk.random.random()
    if draw < 0.4:
        return _player(desk, desk.random.choice((1, 1, 1, 1, 2, 4)))
    if draw < 0.72:
        mark = f'{desk.phrase("pointers")} ' if desk.chance(0.6) else ''
        return lines_of(
            'related_link', [mark + headline_of(desk, desk.other(index, 0.7)) for _ in range(desk.random.choice((1, 1, 2, 3, 5)))]
        )
    if draw < 0.8:
        return [ComposedLine(line.text, 'related_link') for line in item(desk, desk.other(index, 0.6), ('headline',))] + lines_of(
            'teaser', [teaser_of(desk, desk.other(index, 0.5))]
        )
    return adverts(desk) if draw < 0.93 else heading(desk)


def _player(desk: Desk, count: int) -> Lines:
    """`count` lines of a player or slideshow inside a story."""
    texts = [desk.phrase('interruptions', 0.25) for _ in range(count)]
    return lines_of('widget', [text.upper() if desk.chance(0.1) else text for text in texts])


def _before_credit(desk: Desk, index: int) -> Lines:
    """What may stand between the last paragraph and the credit: other stories, a player, share buttons, an advert."""
    draw = desk.random.random()
    if draw < 0.06:
        return lines_of(
            'related_link', [desk.style.bullet + headline_of(desk, desk.other(index, 0.7)) for _ in range(desk.random.randint(1, 4))]
        )
    if draw < 0.16:
        return _player(desk, desk.random.choice((1, 1, 2)))
    if draw < 0.2:
        return widgets(desk)
    return adverts(desk) if draw < 0.23 else []

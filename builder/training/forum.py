"""Composed forum threads: the first post is the page's story, the replies are comments."""

from typing import Final

from builder.training.layout import ComposedLine, Lines, lines_of
from builder.training.stock import Desk, sentences

_POSTED: Final = ('%d/%m/%Y', '%d-%m-%Y, %H:%M PM', '%e/%m/%Y lúc %H:%M', '%d/%m/%Y - %H:%M')
_RANKS: Final = ('Thành viên', 'Senior Member', 'Member', 'Thành viên tích cực', 'Moderator')


def thread(desk: Desk, index: int) -> Lines:
    """A thread about the article at `index` of the stock: heading, first post, replies."""
    article = desk.stock.articles[index]
    writer, date = _nickname(desk), desk.moment(desk.random.choice(_POSTED))
    opened = desk.random.choice((f"Thảo luận trong '{desk.phrase('sections')}' bắt đầu bởi {writer}, {date}.", f'{writer}, {date}', writer))
    paragraphs = [text for kind, text in article.blocks if kind == 'body'][: desk.random.choice((2, 3, 4, 6, 10))]
    said = [piece for text in paragraphs for piece in (sentences(text) if desk.chance(0.4) else [text])]
    topic = f'[{desk.words(1, 2)}] ' if desk.chance(0.25) else ''
    lines = lines_of('category', [' > '.join(desk.phrase('sections', 0.3) for _ in range(3)) + ' >'] if desk.chance(0.5) else [])
    lines += [ComposedLine(topic + article.title, 'title'), ComposedLine(opened, 'byline')]
    lines += lines_of('navigation', ['Trang 1 / 4', '1 2 3 4 Sau >'] if desk.chance(0.4) else [])
    lines += lines_of('byline', [f'1. {writer}'] if desk.chance(0.4) else []) + lines_of('body', said)
    lines += lines_of('caption', [desk.words(3, 10)] if desk.chance(0.25) else [])
    lines += lines_of('dateline', [f'Sửa lần cuối bởi {_nickname(desk)}, {date}'] if desk.chance(0.25) else [])
    lines += lines_of('dateline', [f'{writer}, {date}'] if desk.chance(0.5) else [])
    lines += lines_of('widget', ['#1'] if desk.chance(0.5) else []) + _thanks(desk)
    return lines + [line for number in range(2, desk.random.choice((3, 5, 9, 16))) for line in _reply(desk, index, number)]


def _nickname(desk: Desk) -> str:
    return desk.words(1, 1).lower() + desk.random.choice(('', str(desk.random.randrange(100)), f'_{desk.words(1, 1).lower()}'))


def _thanks(desk: Desk) -> Lines:
    names = ', '.join(_nickname(desk) for _ in range(desk.random.randint(1, 3)))
    return lines_of('widget', [f'{names} và {desk.random.randrange(2, 90)} người khác thích nội dung này.'] if desk.chance(0.4) else [])


def _reply(desk: Desk, index: int, number: int) -> Lines:
    """A reader's post: writer, rank, some lines of opinion, date and number."""
    writer = _nickname(desk)
    texts = [f'{number}. {writer} {desk.random.choice(_RANKS)}'] if desk.chance(0.5) else [writer, desk.random.choice(_RANKS)]
    texts += [desk.phrase('opinions') for _ in range(desk.random.randint(1, 3))]
    bodies = [text for kind, text in desk.stock.articles[desk.other(index, 0.8)].blocks if kind == 'body']
    if bodies and desk.chance(0.3):
        texts.insert(2, desk.random.choice(sentences(desk.random.choice(bodies))).lower())
    texts += [f'{writer}, {desk.moment(_POSTED[0])}', f'#{number}'] if desk.chance(0.6) else [desk.moment(desk.random.choice(_POSTED))]
    return lines_of('comment', texts) + _thanks(desk)

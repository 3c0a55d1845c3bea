"""Stacked pages by a grammar that shares nothing with the one that composes training pages: no code, no layout, no phrase.

A page is a tuple of blocks, so that a probe can leave a block out or move it. All phrases are invented here; stories come from articles, menus
and footers from the first and last lines of pages without a story.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from builder.labels import STORY_KINDS
from builder.training.articles import Article

HEADINGS: Final = ('Cùng dòng sự kiện', 'Bạn vừa bỏ lỡ', 'Nối tiếp câu chuyện', 'Bài cùng mạch', 'Từ ban biên tập chọn', 'ĐIỂM BÁO HÔM NAY', 'Mời bạn theo dõi')  # fmt: skip
LIST_HEADINGS: Final = (
    'Vừa lên trang',
    'NÓNG TRONG NGÀY',
    'Cả làng cùng đọc',
    'Bản tin 24 giờ',
    'Được quan tâm nhất tuần',
    'Chuyện bốn phương',
)
WIDGETS: Final = ('Cỡ chữ: A- A+', 'Bật chế độ ban đêm', 'Nghe giọng miền Nam', 'Lưu bài để đọc sau', 'Bài này giúp ích cho bạn chứ?', 'Phát từ đầu', 'Thu gọn')  # fmt: skip
COMMENTS: Final = (
    'Đọc xong thấy thương bà con quá, mong mọi chuyện sớm ổn.',
    'Theo tôi nên làm sớm hơn, để lâu chỉ tốn thêm tiền của dân.',
    'Cảm ơn tòa soạn, bài này tôi gửi cho cả nhà cùng xem.',
    'Chuyện này quê tôi cũng có, năm nào cũng nói mà có thấy ai sửa đâu, rồi lại đổ cho thời tiết với thiếu kinh phí, dân nghe mãi cũng quen tai rồi.',
    'Chuẩn không cần chỉnh!',
    'Ai ở gần đó cho hỏi giờ đi lại thế nào rồi ạ?',
    'Tôi không đồng ý lắm, phải nhìn từ hai phía thì mới công bằng, đừng vội kết luận khi chưa có kết quả cuối cùng.',
)
READERS: Final = ('Hai Lúa', 'Thu Cúc', 'nguoi_xa_xu', 'Lão Tạ', 'Khánh Vy', 'Anh Tám Bến Tre')
WRITERS: Final = ('Diệp Chi', 'Tạ Quang Huy', 'Theo Thùy Dương', 'Mộc Miên - Bá Kiên', 'THU HIỀN', 'Nhóm phóng viên', 'Phúc Lâm (tổng hợp)')
LISTED: Final = range(4, 9)
"""Items of a list."""
NAMES_COMPARED: Final = 8
"""Lines of an article whose names are compared with those of another."""
NEAREST: Final = 4
"""Articles on the same matter from which one is drawn."""
COPIED: Final = 0.3
"""Share of word triples from which two articles are the same text."""


@dataclass(frozen=True, slots=True)
class StackedLine:
    """A line, its kind, and the number of the other story that it belongs to."""

    text: str
    kind: str
    story: int | None = None
    role: str = ''
    """What a line of another story is in that story, else its kind."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; `part` is top, story, related, heading, sidebar or bottom."""

    part: str
    lines: tuple[StackedLine, ...]


@dataclass(frozen=True, slots=True)
class StackedPage:
    """A composed page: the layout's name and the blocks from top to bottom."""

    layout: str
    blocks: tuple[Block, ...]

    @property
    def lines(self) -> list[StackedLine]:
        """All lines of the page."""
        return [line for block in self.blocks for line in block.lines]

    @property
    def no_story(self) -> bool:
        """Whether the page has no story of its own."""
        return not any(line.kind in STORY_KINDS for line in self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """What a layout is laid from: its random numbers, the articles not yet used on this page, its story, its related stories."""

    rng: Random
    stock: Sequence[Article]
    own: Article
    related: tuple[Article, ...]

    def story(self, *, credit: bool = True) -> Block:
        """The page's own story."""
        return Block('story', tuple(_told(self.own, self.rng, credit=credit)))

    def other(self, number: int, *, credit: bool = True) -> Block:
        """The related story of this number, from 1."""
        told = _told(self.related[number - 1], self.rng, credit=credit)
        return Block('related', tuple(StackedLine(line.text, 'related_story', number, line.kind) for line in told))

    def heading(self) -> Block:
        """The heading of a block of related stories."""
        return Block('heading', (_line(self.rng.choice(HEADINGS), 'section_heading'),))

    def sidebar(self, *, times: bool = False, teasers: bool = False, heading: bool = True) -> Block:
        """A list of other stories' headlines, with their times or summaries."""
        lines = [_line(self.rng.choice(LIST_HEADINGS), 'section_heading')] if heading else []
        for article in self.rng.sample(self.stock, min(self.rng.choice(LISTED), len(self.stock))):
            lines.append(_line(article.title, 'headline'))
            if times:
                lines.append(_line(_time(self.rng), 'timestamp'))
            if teasers:
                lines.append(_line(_summary(article, self.rng), 'teaser'))
        return Block('sidebar', tuple(lines))


Layout = Callable[[Table], list[Block]]


def compose_stacked(stock: Sequence[Article], frames: Sequence[Sequence[str]], seed: int, pages: int) -> list[StackedPage]:
    """So many pages of each layout; every other page stands between the first and last lines of one of `frames`."""
    rng = Random(seed)  # noqa: S311 - drawn again from its seed, not secret
    usable = [article for article in stock if sum(kind == 'body' for kind, _ in article.blocks) > 2]
    composed = []
    for name, layout in LAYOUTS.items():
        for number in range(pages):
            own = rng.choice(usable)
            related = _related(own, usable, rng, longer=name == 'longer')
            rest = [article for article in usable if article not in {own, *related}]
            page = StackedPage(name, tuple(layout(Table(rng, rest, own, related))))
            composed.append(_framed(page, rng.choice(frames), rng) if number % 2 and frames else page)
    return composed


def _related(own: Article, stock: Sequence[Article], rng: Random, *, longer: bool) -> tuple[Article, ...]:
    """Two articles, longer than the page's own where asked: on the same matter, but every other time for the second on any."""
    known, said = _names(own), _triples(own)
    fitting = [one for one in stock if one != own and (not longer or _length(one) > _length(own)) and one.title != own.title]
    others = fitting or [one for one in stock if one != own]
    near = sorted(others, key=lambda one: (-len(known & _names(one)) - 2 * (one.topic == own.topic), one.title))
    near = [one for one in near[: NEAREST * 3] if len(said & _triples(one)) < COPIED * len(_triples(one))][:NEAREST] or near[:NEAREST]
    first = rng.choice(near)
    return first, rng.choice([one for one in (near if rng.random() < 1 / 2 else others) if one != first] or near)


def _length(article: Article) -> int:
    return sum(len(text) for _, text in article.blocks)


def _names(article: Article) -> set[str]:
    """Capitalised words within the first lines."""
    texts = [article.title, article.lead or '', *(text for _, text in article.blocks)]
    return {word.strip('.,:;()“”"') for text in texts[:NAMES_COMPARED] for word in text.split()[1:] if word[:1].isupper()}


def _triples(article: Article) -> set[tuple[str, ...]]:
    words = ' '.join(text for kind, text in article.blocks if kind == 'body').split()
    return {tuple(words[place : place + 3]) for place in range(len(words) - 2)}


def _told(article: Article, rng: Random, *, credit: bool) -> list[StackedLine]:
    """The article's lines: half the time with a date, and with its credit or one in two times an invented one where it has none."""
    head = [_line(article.title, 'title')]
    if rng.random() < 1 / 2:
        head.append(_line(f'{_time(rng)} - {rng.randint(1, 28):02}/{rng.randint(1, 12):02}/20{rng.randint(12, 26)}', 'dateline'))
    if article.lead:
        head.append(_line(article.lead, 'lead'))
    body = [_line(text, kind) for kind, text in article.blocks]
    if not any(line.kind == 'byline' for line in body) and rng.random() < 1 / 2:
        body.append(_line(rng.choice(WRITERS), 'byline'))
    return [*head, *(line for line in body if credit or line.kind != 'byline')]


def _line(text: str, kind: str) -> StackedLine:
    return StackedLine(text, kind, None, kind)


def _time(rng: Random) -> str:
    return f'{rng.randint(5, 22):02}{rng.choice((":", "h"))}{rng.randint(0, 59):02}'


def _summary(article: Article, rng: Random) -> str:
    """The article's first sentences, cut at a word."""
    words = (article.lead or article.blocks[0][1]).split()
    cut = rng.randint(12, 40)
    return ' '.join(words[:cut]) + ('…' if len(words) > cut else '')


def _framed(page: StackedPage, frame: Sequence[str], rng: Random) -> StackedPage:
    """The page between the menu and the footer of a real one."""
    top, bottom = frame[: rng.randint(8, 45)], frame[-rng.randint(6, 25) :]
    blocks = (Block('top', tuple(_line(text, 'navigation') for text in top)), *page.blocks)
    return StackedPage(page.layout, (*blocks, Block('bottom', tuple(_line(text, 'footer') for text in bottom))))


def _one_related(table: Table) -> list[Block]:
    heading = [table.heading()] if table.rng.random() < 1 / 2 else []
    return [table.story(), *heading, table.other(1), table.sidebar()]


def _two_related(table: Table) -> list[Block]:
    return [table.story(), table.heading(), table.other(1), table.other(2), table.sidebar(times=True)]


def _longer(table: Table) -> list[Block]:
    return [table.story(), _widgets(table.rng), table.other(1), table.sidebar()]


def _uncredited(table: Table) -> list[Block]:
    return [table.story(credit=False), table.heading(), table.other(1, credit=False), table.sidebar(teasers=True)]


def _unheaded(table: Table) -> list[Block]:
    return [table.story(), table.other(1), table.other(2), table.sidebar(heading=False)]


def _teasers_between(table: Table) -> list[Block]:
    return [table.story(), table.sidebar(teasers=True, heading=table.rng.random() < 1 / 2), table.other(1), table.sidebar()]


def _timed_lists(table: Table) -> list[Block]:
    return [table.story(), table.sidebar(times=True), table.heading(), table.other(1), table.sidebar(times=True)]


def _sidebar_first(table: Table) -> list[Block]:
    return [
        table.sidebar(times=table.rng.random() < 1 / 2, teasers=table.rng.random() < 1 / 2),
        table.story(),
        table.heading(),
        table.other(1),
    ]


def _interleaved(table: Table) -> list[Block]:
    """A column of headlines, read line by line with the story's."""
    column = [StackedLine(line.text, 'related_link', None, 'related_link') for line in table.sidebar(times=True).lines]
    lines: list[StackedLine] = []
    for line in table.story().lines:
        lines.append(line)
        if table.rng.random() < 1 / 2:
            lines, column = lines + column[:2], column[2:]
    return [Block('story', tuple(lines)), table.heading(), table.other(1), table.sidebar()]


def _comments(table: Table) -> list[Block]:
    lines = [_line(f'Ý kiến ({table.rng.randint(2, 90)})', 'comment')]
    for text in table.rng.sample(COMMENTS, 5):
        lines += [_line(f'{table.rng.choice(READERS)} - {_time(table.rng)}', 'comment'), _line(text, 'comment'), _line('Thích', 'comment')]
    return [table.story(), _widgets(table.rng), Block('comments', tuple(lines)), table.heading(), table.other(1), table.sidebar()]


def _no_story(table: Table) -> list[Block]:
    rng = table.rng
    return [table.sidebar(times=rng.random() < 1 / 2, teasers=place > 0 and rng.random() < 1 / 2) for place in range(rng.randint(3, 6))]


def _widgets(rng: Random) -> Block:
    return Block('widgets', tuple(_line(text, 'widget') for text in rng.sample(WIDGETS, 3)))


LAYOUTS: Final[dict[str, Layout]] = {
    'one_related': _one_related,
    'two_related': _two_related,
    'longer': _longer,
    'uncredited': _uncredited,
    'unheaded': _unheaded,
    'teasers_between': _teasers_between,
    'timed_lists': _timed_lists,
    'sidebar_first': _sidebar_first,
    'interleaved': _interleaved,
    'comments': _comments,
    'no_story': _no_story,
}
"""The layouts by name. The last has no story."""

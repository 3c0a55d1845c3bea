"""The noise of a composed page, block by block: menus, lists of other stories, teasers, widgets, comments, footers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from builder.training.stock import Desk, names_of, sentences


@dataclass(frozen=True, slots=True)
class ComposedLine:
    """A line whose kind is known because it was composed; `role` is the kind that a line of another whole story has in that story."""

    text: str
    kind: str
    story: int | None = None
    role: str | None = None


Lines = list[ComposedLine]
Block = Callable[[Desk, int], Lines]
"""Composes one block of noise for a page about the article at an index of the stock."""

_BULLETS: Final = ('', '', '', '+ ', '* ', '- ', 'o ', '» ', '• ', '> ')
_TIMES: Final = (
    '%d/%m/%Y',
    '%H:%M',
    '%H:%M, %d/%m/%Y',
    '%n phút trước',
    "%n' trước",
    '%n giờ trước',
    '%d/%m',
    '%H:%M %d/%m/%Y',
    '(%d/%m/%Y)',
    '%w, %e/%m/%Y',
)


def lines_of(kind: str, texts: list[str]) -> Lines:
    """One line of `kind` for each text that is not blank."""
    return [ComposedLine(text, kind) for text in texts if text.strip()]


def menu(desk: Desk, _: int = 0) -> Lines:
    """Zero to about 150 short lines of a site's menu, flat, nested, numbered, or several names to a line."""
    size = desk.random.choice((2, 5, 10, 20, 30, 45, 60, 90, 140))
    shape = desk.random.choice((_flat_menu, _flat_menu, _nested_menu, _joined_menu))
    entries = shape(desk, max(1, int(size * desk.random.uniform(0.5, 1.2))))
    return lines_of('navigation', entries)


def _entry(desk: Desk) -> str:
    draw = desk.random.random()
    if draw < 0.62:
        return desk.phrase('sections', 0.3)
    if draw < 0.84:
        return desk.phrase('menu', 0.1)
    if draw < 0.92:
        return desk.phrase('places')
    return desk.words(1, 7)


def _flat_menu(desk: Desk, size: int) -> list[str]:
    bullet = desk.random.choice(_BULLETS)
    entries = [bullet + _entry(desk) for _ in range(size)]
    if desk.chance(0.15):
        entries = [line for entry in entries for line in (entry, desk.random.choice('*|+•'))]
    return [entry.upper() for entry in entries] if desk.chance(0.1) else entries


def _nested_menu(desk: Desk, size: int) -> list[str]:
    lines: list[str] = []
    bullet, numbered = desk.random.choice(_BULLETS[3:]), desk.chance(0.3)
    for section in range(1, size):
        if len(lines) >= size:
            break
        lines.append(f'{section}. {_entry(desk)}' if numbered else _entry(desk))
        lines += [(f'{i + 1}. ' if numbered else bullet) + _entry(desk) for i in range(desk.random.randrange(9))]
    return lines


def _joined_menu(desk: Desk, size: int) -> list[str]:
    sign = desk.random.choice((' | ', ' - ', ' ', ' I ', ' > ', '', ' • '))
    return [sign.join(_entry(desk) for _ in range(desk.random.randint(1, 7))) for _ in range(size // 4 + 1)]


def masthead(desk: Desk, _: int = 0) -> Lines:
    """What stands at a page's very top: site name, slogan, today's date, a topic strip, a description for search engines."""
    lines = lines_of('navigation', [desk.style.site] if desk.chance(0.4) else [])
    if desk.chance(0.3):
        lines += lines_of(
            'timestamp', [desk.moment(desk.random.choice(('%w, %e/%m/%Y', '%w, ngày %e/%m/%Y', '%w, %e/%m/%Y, %H:%M (GMT+7)')))]
        )
    if desk.chance(0.15):
        parts = [desk.phrase('sections', 0.3).lower() for _ in range(desk.random.randint(4, 14))]
        lines += lines_of('navigation', [f'{desk.style.site}: {", ".join(parts)}{desk.random.choice(("", "."))}'])
    if desk.chance(0.15):
        lines += lines_of('navigation', [desk.words(2, 4) for _ in range(desk.random.randint(2, 6))])
    desk.random.shuffle(lines)
    return lines


def heading(desk: Desk) -> Lines:
    """The name of a block of other items, in the page's style."""
    text = desk.phrase('headings', 0.3) if desk.chance(0.75) else desk.phrase('sections', 0.3)
    text = {'upper': text.upper(), 'colon': f'{text}:'}.get(desk.style.headings, text)
    return [ComposedLine(text, 'section_heading')]


def headline_of(desk: Desk, index: int) -> str:
    """The headline of an article as a list gives it: sometimes cut, with its date, or with a count of comments behind it."""
    title = desk.stock.articles[index].title
    if desk.chance(0.04) and len(title) > 50:
        title = f'{title[: desk.random.randint(35, 50)].rsplit(" ", 1)[0]}...'
    if 'date' in desk.style.item_parts:
        title = f'{title} {desk.moment("(%d/%m/%Y)")}'
    return title


def teaser_of(desk: Desk, index: int) -> str:
    """A snippet of an article: its lead or first paragraph, whole or cut, with or without its headline glued in front,
    or a stretch of it as a search shows.
    """
    article = desk.stock.articles[index]
    bodies = [text for kind, text in article.blocks if kind == 'body']
    text = article.lead if article.lead and desk.chance(0.8) else (bodies[0] if bodies else article.title)
    if desk.style.teaser == 'found' and len(text) > 60:
        words = text.split()
        return f'...{" ".join(words[desk.random.randrange(len(words) // 2) :])[: desk.random.randint(80, 200)].lower()}...'
    text = f'({desk.style.site}) - {text}' if desk.style.prefix else text
    limit = desk.random.randint(70, 230)
    if desk.style.teaser != 'whole' and len(text) > limit:
        text = text[:limit].rsplit(' ', 1)[0] + desk.random.choice(('...', '...', ' ...', '…', '... '))
    return f'{article.title}{desk.random.choice((" ", ". ", ": ", ""))}{text}' if desk.style.teaser == 'glued' else text


def item(desk: Desk, index: int, parts: tuple[str, ...]) -> Lines:
    """One other story in a list, as the lines that `parts` names in their order."""
    lines: Lines = []
    for part in parts:
        if part == 'headline':
            lines.append(ComposedLine(desk.style.bullet + headline_of(desk, index), 'headline'))
        elif part == 'teaser':
            lines.append(ComposedLine(teaser_of(desk, index), 'teaser'))
        elif part == 'time':
            lines.append(ComposedLine(desk.moment(desk.random.choice(_TIMES[:1]) if desk.chance(0.1) else None), 'timestamp'))
        elif part == 'section':
            lines.append(ComposedLine(desk.phrase('sections', 0.3), 'category'))
        elif part == 'stamp':
            lines.append(
                ComposedLine(f'{desk.phrase("sections", 0.2)}{desk.random.choice((" - ", " ", " | "))}{desk.moment()}', 'timestamp')
            )
        elif part == 'count':
            lines.append(ComposedLine(str(desk.random.randrange(200)), 'widget'))
    return lines


def headline_list(desk: Desk, index: int) -> Lines:
    """A heading and some headlines, with the times and sections of the page's style; here and there a teaser on top."""
    likeness = desk.random.choice((0.0, 0.2, 0.7))
    lines = heading(desk) if desk.chance(0.85) else []
    others = [desk.other(index, likeness) for _ in range(desk.random.choice((1, 2, 3, 4, 5, 6, 8, 10, 15)))]
    if desk.chance(0.25):
        lines += item(desk, others.pop(), ('headline', 'teaser') if desk.chance(0.7) else ('teaser',))
    for other in others:
        lines += item(desk, other, desk.style.item_parts)
    return lines


def teaser_list(desk: Desk, index: int) -> Lines:
    """Headlines with a summary under each, or summaries alone."""
    lines = heading(desk) if desk.chance(0.7) else []
    parts = desk.random.choice(
        (
            ('headline', 'teaser'),
            ('headline', 'time', 'teaser'),
            ('section', 'headline', 'teaser'),
            ('teaser',),
            ('headline', 'teaser', 'stamp'),
        )
    )
    likeness = desk.random.choice((0.0, 0.3))
    for _ in range(desk.random.randint(1, 6)):
        lines += item(desk, desk.other(index, likeness), parts)
    return lines


def section_block(desk: Desk, index: int) -> Lines:
    """A section of a home page: its name, its subsections, one story with a summary, a few headlines."""
    lines = [ComposedLine(desk.phrase('sections', 0.2), desk.random.choice(('section_heading', 'category')))]
    if desk.chance(0.4):
        names = [desk.phrase('sections', 0.3) for _ in range(desk.random.randint(2, 6))]
        lines += lines_of('category', [desk.random.choice((' I ', ' | ', ' ')).join(names)] if desk.chance(0.3) else names)
    lines += item(desk, desk.other(index, 0), desk.random.choice((('headline', 'teaser'), ('teaser',), ('headline',))))
    for _ in range(desk.random.randint(1, 6)):
        lines += item(desk, desk.other(index, 0), ('headline',))
    if desk.chance(0.15):
        lines += lines_of('related_link', [desk.random.choice(('> ', '>> ', '>')) + headline_of(desk, desk.article()) for _ in range(2)])
    return lines


def tags(desk: Desk, index: int) -> Lines:
    """The keywords of a story, in one line or one a line, with or without a label in front."""
    article = desk.stock.articles[index]
    words = sorted(set(names_of(f'{article.title} {article.lead or ""}')))[:7] or [desk.words(1, 3)]
    desk.random.shuffle(words)
    if desk.chance(0.4):
        words = [word.lower() for word in words]
    label = [desk.phrase('tag_labels')] if desk.chance(0.85) else []
    if desk.chance(0.35):
        return lines_of('category', [' '.join([*label, ', '.join(words)])])
    return lines_of('category', [*label, *([', '.join(words)] if desk.chance(0.3) else words)])


def widgets(desk: Desk, _: int = 0) -> Lines:
    """Share buttons, player controls, counters, ratings."""
    return lines_of('widget', [desk.phrase('widgets', 0.1) for _ in range(desk.random.choice((1, 1, 2, 3, 5, 8)))])


def adverts(desk: Desk, _: int = 0) -> Lines:
    """Sponsor lines, product boxes, subscription prompts."""
    return lines_of('advert', [desk.phrase('adverts', 0.2) for _ in range(desk.random.choice((1, 1, 2, 4)))])


def comments(desk: Desk, index: int) -> Lines:
    """A comment form and readers' comments: short opinions, or some sentences of the story's own vocabulary."""
    lines = lines_of('comment', [desk.phrase('comment_forms') for _ in range(desk.random.randint(1, 6))])
    for _ in range(desk.random.choice((0, 0, 0, 1, 3, 6, 12))):
        writer = desk.random.choice(
            (desk.person(), desk.words(1, 1).lower() + str(desk.random.randrange(99)), f'{desk.person()} - {desk.moment()}')
        )
        texts = [
            writer,
            _opinion(desk, index),
            *([desk.moment()] if desk.chance(0.3) else []),
            *(['Trả lời', 'Thích'] if desk.chance(0.4) else []),
        ]
        lines += lines_of('comment', texts)
    return lines


def _opinion(desk: Desk, index: int) -> str:
    texts = [text for kind, text in desk.stock.articles[desk.other(index, 0.5)].blocks if kind == 'body']
    if not texts or desk.chance(0.5):
        return ' '.join(desk.phrase('opinions') for _ in range(desk.random.choice((1, 1, 2, 3))))
    said = desk.random.choice(sentences(desk.random.choice(texts)))
    said = said.lower() if desk.chance(0.4) else said
    return f'{said} {desk.phrase("opinions")}' if desk.chance(0.5) else said


def footer(desk: Desk, _: int = 0) -> Lines:
    """Publisher, licence, address, copyright; sometimes after a second copy of the sections."""
    lines = lines_of('navigation', [_entry(desk) for _ in range(desk.random.choice((0, 0, 5, 20, 40)))])
    return lines + lines_of('footer', [desk.phrase('footers', 0.08) for _ in range(desk.random.randint(1, 9))])

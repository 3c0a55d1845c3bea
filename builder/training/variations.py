"""How a composed story's text is shaped: paragraphs split or joined, lists, live reports, questions and answers, picture stories, boxes."""

from collections.abc import Callable
from typing import Final

from builder.training.layout import ComposedLine, Lines, lines_of
from builder.training.stock import Desk, sentences

_LIVE_FORMS: Final = ('%H:%M', '%Hh%M', '{}.', 'Bước {}:', '{}. ', "%n'", '%Hh%M: ', '%H:%M: ', '%H:%M - ', '%HH%M ', 'Phút %n: ')
_ASKED: Final = ('Hỏi: ', '- Hỏi: ', 'PV: ', '- PV: ', 'Phóng viên: ', '- ', '* ', '', '')
_ANSWERED: Final = ('Trả lời: ', '- Trả lời: ', 'Đáp: ', '- Ông {name}: ', '- Bà {name}: ', '{name}: ', '- {given}: ', '- ', '', '')
_CAPTION_ENDS: Final = (
    '',
    '',
    '',
    '',
    '.',
    ' Ảnh: {name}',
    ' Ảnh: {name}.',
    ' (Ảnh: {agency})',
    ' - Ảnh: {agency}',
    '. Ảnh: {name}/{agency}',
)


def reshaped(desk: Desk, blocks: Lines) -> Lines:
    """A story's paragraphs, captions and subheadings in one of the shapes that sites give them."""
    text = desk.random.choice(_SHAPES)(desk, blocks)
    if desk.chance(0.06):
        text += _box(desk, blocks)
    return _captioned(desk, text)


def words_of(desk: Desk, text: str, least: int, most: int) -> str:
    """A stretch of `least` to `most` words of the text, the first with a capital, without a stop at its end."""
    words = text.split()
    size = min(desk.random.randint(least, most), len(words))
    start = desk.random.randrange(len(words) - size + 1)
    piece = ' '.join(words[start : start + size]).strip('“”"\'(),.:;!?…- ')
    return piece[:1].upper() + piece[1:]


def _as_it_is(_: Desk, blocks: Lines) -> Lines:
    return blocks


def _split(desk: Desk, blocks: Lines) -> Lines:
    """Each paragraph cut into its sentences, or into groups of them, as older sites print."""
    lines: Lines = []
    for line in blocks:
        said = sentences(line.text) if line.kind == 'body' else [line.text]
        step = desk.random.choice((1, 1, 2, 3))
        lines += lines_of(line.kind, [' '.join(said[i : i + step]) for i in range(0, len(said), step)])
    return lines


def _joined(desk: Desk, blocks: Lines) -> Lines:
    """Neighbouring paragraphs run together."""
    lines: Lines = []
    for line in blocks:
        if lines and line.kind == lines[-1].kind == 'body' and desk.chance(0.5):
            lines[-1] = ComposedLine(f'{lines[-1].text} {line.text}', 'body')
        else:
            lines.append(line)
    return lines


def _listed(desk: Desk, blocks: Lines) -> Lines:
    """One paragraph in three turned into a list: an opening line, then short items."""
    mark = desk.random.choice(('- ', '+ ', '• ', '', '* ', 'a) '))
    lines: Lines = []
    for line in blocks:
        said = sentences(line.text)
        if line.kind != 'body' or len(said) < 2 or desk.chance(0.6):
            lines.append(line)
            continue
        pieces = [piece.strip() for sentence in said[1:] for piece in sentence.split(', ')]
        end = desk.random.choice((';', '.', ''))
        lines += lines_of('body', [said[0].rstrip('.') + ':', *(f'{mark}{piece.rstrip(".;")}{end}' for piece in pieces)])
    return lines


def _live(desk: Desk, blocks: Lines) -> Lines:
    """A live report or a sequence of steps: a time, a number or a phrase as the heading of each paragraph."""
    form, spoken = desk.random.choice(_LIVE_FORMS), desk.chance(0.6)
    lines: Lines = []
    for number, line in enumerate(blocks, start=1):
        if line.kind == 'body' and desk.chance(0.8):
            title = desk.moment(form.replace('{}', str(number)))
            if title.endswith(' '):
                title += words_of(desk, line.text, 3, 9) if spoken else desk.words(2, 6)
            lines.append(ComposedLine(title, 'subheading'))
        lines.append(line)
    return lines


def _sectioned(desk: Desk, blocks: Lines) -> Lines:
    """A short heading, mostly in the words of what follows, over every second or third paragraph."""
    rate, upper = desk.random.choice((0.2, 0.3, 0.5)), desk.chance(0.15)
    mark, end = desk.random.choice(('', '', '', '', '{}. ', '{}/ ', '- ')), desk.random.choice(('', '', '', '', ':', '?'))
    lines: Lines = []
    number = 0
    for place, line in enumerate(blocks):
        if place and line.kind == 'body' and desk.chance(rate):
            number += 1
            text = mark.replace('{}', str(number)) + (words_of(desk, line.text, 2, 9) if desk.chance(0.7) else desk.words(2, 6)) + end
            lines.append(ComposedLine(text.upper() if upper else text, 'subheading'))
        lines.append(line)
    return lines


def _questioned(desk: Desk, blocks: Lines) -> Lines:
    """Questions and answers, each question a short line of text."""
    asked, answered = desk.random.choice(_ASKED), desk.fill(desk.random.choice(_ANSWERED))
    lines: Lines = []
    for place, line in enumerate(blocks):
        if line.kind != 'body' or not place or desk.chance(0.15):
            lines.append(line)
            continue
        said = sentences(line.text)
        question = f'{words_of(desk, said[0], 5, 25)}?'
        lines += lines_of('body', [asked + question, answered + ' '.join(said[1:] or said)])
    return lines


def _box(desk: Desk, blocks: Lines) -> Lines:
    """A box of facts below the text: its heading and some lines that begin with a year or a number."""
    said = [sentence for line in blocks if line.kind == 'body' for sentence in sentences(line.text)][-6:]
    heading = words_of(desk, said[0], 3, 8) if said else ''
    start = desk.random.choice(('{year}: ', '- {year}: ', 'Năm {year}: ', '+ ', '{n}. ', '- '))
    texts = [desk.fill(start.replace('{year}', '{date}' if desk.chance(0.2) else '{year}')) + one[:140] for one in said]
    return lines_of('subheading', [heading.upper() if desk.chance(0.5) else heading]) + lines_of('body', texts)


def _steps(desk: Desk, blocks: Lines) -> Lines:
    """Instructions: what is needed as a list of short items, then numbered steps of a sentence or two."""
    said = [sentence for line in blocks if line.kind == 'body' for sentence in sentences(line.text)]
    needed = [piece.strip() for piece in (said or [''])[0].rstrip('.').split(', ')]
    mark, step = desk.random.choice(('- ', '+ ', '• ', '')), desk.random.choice(('Bước {}:', 'Bước {}', '{}.', 'Cách {}:'))
    lines = lines_of('body', said[1:2]) + lines_of('subheading', ['Chuẩn bị:' if desk.chance(0.5) else f'{desk.words(2, 4)}:'])
    lines += lines_of('body', [mark + piece for piece in needed])
    for number, start in enumerate(range(2, min(len(said), desk.random.randint(6, 24)), 2), start=1):
        lines += lines_of('subheading', [step.replace('{}', str(number))]) + lines_of('body', said[start : start + 2])
    return lines


def _pictured(desk: Desk, blocks: Lines) -> Lines:
    """A picture story: most lines describe a picture."""
    texts = [sentence for line in blocks if line.kind in {'body', 'caption'} for sentence in sentences(line.text)]
    credit = desk.random.choice(('', '', ' Ảnh: {name}.', ' (Ảnh: {agency})', ' Ảnh: {agency}'))
    opening = [line for line in blocks if line.kind == 'body'][: desk.random.randint(1, 2)]
    return opening + lines_of('caption', [text + desk.fill(credit) for text in texts[3 : desk.random.randint(6, 25)]])


def _captioned(desk: Desk, blocks: Lines) -> Lines:
    """Captions kept, dropped, moved to the top, or made of the words of a paragraph."""
    fate = desk.random.random()
    captions = [line for line in blocks if line.kind == 'caption']
    if fate < 0.12:
        return [line for line in blocks if line.kind != 'caption'] or blocks
    if fate < 0.2 and captions:
        return [captions[0], *(line for line in blocks if line is not captions[0])]
    if fate < 0.3 and not captions:
        names = desk.random.choice(('Ảnh minh họa.', 'Ảnh minh họa: {agency}', '{name}. Ảnh: {agency}', 'Ảnh: {agency}', 'Ảnh: {name}'))
        return [*blocks[:1], ComposedLine(desk.fill(names), 'caption'), *blocks[1:]]
    return _with_made_captions(desk, blocks) if fate < 0.5 else blocks


def _with_made_captions(desk: Desk, blocks: Lines) -> Lines:
    """The text with captions that say in some words what a paragraph beside them says, most of them without a credit."""
    end, rate = desk.random.choice(_CAPTION_ENDS), desk.random.choice((0.1, 0.2, 0.4))
    lines: Lines = []
    for line in blocks:
        lines.append(line)
        if line.kind == 'body' and len(line.text) > 90 and desk.chance(rate):
            lines.append(ComposedLine(words_of(desk, line.text, 6, 16) + desk.fill(end), 'caption'))
    return lines


_SHAPES: Final[tuple[Callable[[Desk, Lines], Lines], ...]] = (
    _as_it_is, _as_it_is, _as_it_is, _as_it_is, _as_it_is, _split, _joined, _listed, _live, _steps, _pictured,
    _sectioned, _sectioned, _sectioned, _questioned,
)  # fmt: skip

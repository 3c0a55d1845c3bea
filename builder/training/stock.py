"""What a composed page is made of: the articles, those like a given one, their words, and the phrases of a site."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from builder.training.articles import Article
from builder.training.lexicon import LEXICON, Lexicon

NEAR: Final = 12
"""So many articles are like a given one; related items are drawn from them."""
COPY: Final = 0.6
"""Two articles that share this part of their names tell one story twice and are not put on one page."""
_BLANK: Final = re.compile(r'{(\w+)}')
_STOP: Final = re.compile(r'[.!?…] +')
_STOPS: Final = ('.', '!', '?', '…', '."', '.”', './.')


def names_of(text: str) -> list[str]:
    """The phrases of capitalised words of a text in order; a capital that only begins a sentence is left out."""
    names: list[list[str]] = []
    previous = '.'
    for word in text.split():
        bare = word.strip('“”"\'‘’(),.:;!?…')
        if bare[:1].isupper() and not previous.endswith(_STOPS):
            if names and names[-1] and not previous.endswith((',', ';', ':', ')')):
                names[-1].append(bare)
            else:
                names.append([bare])
        elif names and names[-1]:
            names.append([])
        previous = word
    return [' '.join(name) for name in names if name]


def sentences(text: str) -> list[str]:
    """The text cut after each final stop that a capital or a quotation mark follows."""
    pieces: list[str] = []
    start = 0
    for match in _STOP.finditer(text):
        following = text[match.end() : match.end() + 1]
        if following.isupper() or following in '“"':
            pieces.append(text[start : match.end()].strip())
            start = match.end()
    return [*pieces, text[start:]]


@dataclass(frozen=True)
class Stock:
    """Articles to draw from, with the names that each of them mentions."""

    articles: tuple[Article, ...]
    names: tuple[frozenset[str], ...] = field(repr=False)
    syllables: tuple[str, ...] = field(repr=False)


def stock_of(articles: Sequence[Article]) -> Stock:
    """The stock for composing pages from `articles`; raises ValueError where there are fewer than four."""
    if len(articles) < 4:
        raise ValueError(f'{len(articles)} articles are too few to compose pages of; give four or more')
    names = tuple(
        frozenset(names_of(' '.join([article.title, article.lead or '', *(text for _, text in article.blocks)]))) for article in articles
    )
    syllables = sorted({word for article in articles for word in article.title.lower().split() if word.isalpha()})
    return Stock(tuple(articles), names, tuple(syllables))


@dataclass(frozen=True)
class Style:
    """What stays the same over one composed page, as it would over one site."""

    site: str
    date_format: str
    bullet: str
    item_parts: tuple[str, ...]
    teaser: str
    prefix: bool
    """Whether summaries begin with the site's name."""
    headings: str
    year: int
    credited: bool
    """Whether the site prints credits below its stories."""


@dataclass(frozen=True)
class Desk:
    """Everything a part of a page is composed with; only `random` has a state."""

    random: Random
    stock: Stock
    style: Style
    lexicon: Lexicon = LEXICON

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random.random() < probability

    def article(self) -> int:
        """The index of any article."""
        return self.random.randrange(len(self.stock.articles))

    def like(self, index: int) -> int:
        """The index of an article that shares names with the one at `index`, but does not copy it."""
        wanted = self.stock.names[index]
        shares = [(len(wanted & names) / (len(names) + 8), other) for other, names in enumerate(self.stock.names) if other != index]
        near = sorted((pair for pair in shares if pair[0] < COPY), reverse=True)[:NEAR]
        return self.random.choice(near)[1] if near else (index + 1) % len(self.stock.articles)

    def other(self, index: int, likeness: float) -> int:
        """An article like the one at `index` with probability `likeness`, else any other."""
        if self.chance(likeness):
            return self.like(index)
        return (index + self.random.randrange(1, len(self.stock.articles))) % len(self.stock.articles)

    def words(self, least: int, most: int) -> str:
        """Between `least` and `most` random syllables, the first with a capital."""
        return ' '.join(self.random.choices(self.stock.syllables, k=self.random.randint(least, most))).capitalize()

    def phrase(self, name: str, invented: float = 0.0) -> str:
        """A phrase of the lexicon's list `name`, or random words with probability `invented`; blanks are filled."""
        if self.chance(invented):
            return self.words(1, 4)
        return self.fill(self.random.choice(getattr(self.lexicon, name)))

    def fill(self, phrase: str) -> str:
        """The phrase with its `{blanks}` filled."""
        return _BLANK.sub(lambda match: self._blank(match.group(1)), phrase)

    def _blank(self, blank: str) -> str:
        if blank in {'name', 'NAME'}:
            name = self.person()
            return name.upper() if blank == 'NAME' else name
        if blank in {'n', 'year'}:
            return str(
                self.random.choice((self.random.randrange(2, 10), self.random.randrange(10, 1000))) if blank == 'n' else self.style.year
            )
        if blank == 'org':
            return f'{self.random.choice(("Bộ", "Sở", "Hội", "Liên hiệp", "UBND tỉnh", "Công ty CP"))} {self.words(2, 4)}'
        if blank == 'date':
            return f'{self.random.randint(1, 28)}/{self.random.randint(1, 12)}/{self.style.year - self.random.randrange(9)}'
        lists = {'agency': self.lexicon.agencies, 'given': self.lexicon.given, 'place': self.lexicon.places}
        return self.style.site if blank == 'site' else self.random.choice(lists[blank])

    def person(self) -> str:
        """A person's name of two or three syllables, or a pen name."""
        given = self.random.choice(self.lexicon.given)
        if self.chance(0.1):
            return given
        middle = f' {self.random.choice(self.lexicon.given)}' if self.chance(0.5) else ''
        return (
            f'{self.random.choice(self.lexicon.families) if self.chance(0.6) else self.random.choice(self.lexicon.given)}{middle} {given}'
        )

    def moment(self, form: str | None = None) -> str:
        """A date or time of the page's year in the style's form, or in `form`; a strftime-like pattern of this module."""
        rng = self.random
        parts = {
            'd': f'{rng.randint(1, 28):02}', 'e': f'{rng.randint(1, 28)}', 'm': f'{rng.randint(1, 12):02}', 'Y': f'{self.style.year}',
            'H': f'{rng.randrange(24):02}', 'M': f'{rng.randrange(60):02}', 'n': f'{rng.randint(1, 59)}',
            'w': rng.choice(('Thứ hai', 'Thứ ba', 'Thứ tư', 'Thứ năm', 'Thứ sáu', 'Thứ bảy', 'Chủ nhật')),
        }  # fmt: skip
        return re.sub('%(.)', lambda match: parts[match.group(1)], form or self.style.date_format)

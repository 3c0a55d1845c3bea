"""Features of the lines of an HTML page for a linear-chain CRF: where a line stands in the tree of elements towards the story, what its
element is called, what the text labeller said, and what the page's own markup claims of it.

A site's names and nesting differ from the next one's. So a line's place is told by the element that holds the story's text (after Readability
and boilerpipe: the one that directly holds most running text without links): inside it or not, how many dividing elements lie between, before
or after the text. And names count below the element that line and story share, where they divide.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from builder.labelling.class_words import groups_of
from builder.labelling.html_view import Anchor, HtmlView
from builder.labelling.publisher import is_supported
from builder.labelling.shapes import bucket
from builder.labels import MAIN

MARKUP_FEATURE_VERSION: Final = 1
"""Raised whenever a feature's name or meaning changes; weights of another version are not opened."""
_LINKS: Final = (0.001, 0.3, 0.7, 0.999)
_CHANCES: Final = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
_SHARES: Final = (0.001, 0.2, 0.5, 0.8)
_COUNTS: Final = (2, 3, 5, 9, 20)
_SIZES: Final = (3, 9, 20, 40, 80, 160)
_PATH_TAGS: Final = frozenset({
    *('nav', 'header', 'footer', 'aside', 'article', 'main', 'section', 'figure', 'figcaption'),
    *('form', 'table', 'ul', 'ol', 'blockquote', 'dl', 'button'),
})  # fmt: skip
_NEAR: Final = 4
"""Lines from the headline or the end of the text within which a line's distance is told."""
_FOOT: Final = 3
"""Lines after the last of the text that may be its credit."""
_NAMED: Final = 3
"""Elements below the meeting point whose names are read, inmost first, beside the outermost."""


def markup_features(view: HtmlView) -> list[list[str]]:
    """For each line of the page the names of the features that hold for it."""
    rows = _Rows(view)
    own = [rows.row(line) for line in range(len(view.texts))]
    return [row + rows.neighbours(line) for line, row in enumerate(own)]


class _Rows:
    """The features of one page's lines, and what they share."""

    def __init__(self, view: HtmlView) -> None:
        self.view = view
        self.anchor = view.body
        self.long = view.tree.sums([float(shape.long) for shape in view.shapes])
        sizes = [float(len(text)) for text in view.texts]
        self.size = view.tree.sums(sizes)
        self.linked = view.tree.sums([size * block.link_density for size, block in zip(sizes, view.markup.blocks, strict=True)])
        self.page = self._page()

    def row(self, line: int) -> list[str]:
        """All features of a line but those of its neighbours."""
        view, block = self.view, self.view.markup.blocks[line]
        shape, vote = view.shapes[line], view.votes[line]
        chance = f't{bucket(view.chances[line], _CHANCES)}'
        said = f'v{vote.kind if vote.label == MAIN or vote.kind == "related_story" else "noise"}'
        region = self.region(line)
        link = f'a{bucket(block.link_density, _LINKS)}'
        size = f'z{bucket(len(view.texts[line]), _SIZES)}'
        claims = self.claims[line]
        signs = [one for one in shape.near[3:] if one[0] in 'pt'] + [one for one in shape.features if one in {'Name', 'Name/', 'UPPER'}]
        heading = f'h{block.heading}'
        row = [chance, said, region, link, size, heading, *claims, *signs, f'{said}{chance}', shape.near[1]]
        row += [f'{region}{link}{size}', f'{region}{heading}', f'{region}{chance}', f'{size}{link}{shape.near[1]}']
        row += [f'{region}{one}' for one in (*claims, *signs)]
        for near in self._near(line):
            row += [near, f'{near}{size}', *(f'{near}{one}' for one in signs)]
        for name, anchor in (('D', view.dense), ('C', view.told), ('B', view.body), ('T', view.box)):
            row += self._place(line, name, anchor, f'{link}{size}', chance)
        level = min(view.place(line, self.anchor.levels)[0], 2) if self.anchor else 9
        row += [f'{one}{level}{"L" if shape.texty and block.link_density < 0.5 else "s"}' for one in self.page]
        return row

    def region(self, line: int) -> str:
        """Where the line stands towards title and text."""
        title, anchor = self.view.title, self.anchor
        if line == title:
            return 'gtitle'
        if anchor is None:
            return 'gnone'
        if line < anchor.first:
            return 'gabove' if title is None or line < title else 'ghead'
        return 'gtext' if line <= anchor.last else 'gfoot' if line <= anchor.last + _FOOT else 'gbelow'

    def _near(self, line: int) -> list[str]:
        """How far the line stands from the headline and from the end of the text, where it stands near; and whether it is a second headline."""
        title, anchor = self.view.title, self.anchor
        found = []
        if title is not None and 0 < abs(line - title) <= _NEAR:
            found.append(f'dt{line - title}')
        if anchor is not None and 0 < line - anchor.last <= _NEAR:
            found.append(f'de{line - anchor.last}')
        if title is not None and line != title and 'mtitle' in self.claims[line]:
            found.append('echo')
        return found

    def _place(self, line: int, name: str, anchor: Anchor | None, look: str, chance: str) -> list[str]:
        """The line's place towards one anchor, and the names and contents of the branch it stands on."""
        if anchor is None:
            return [f'{name}-']
        level, passed = self.view.place(line, anchor.levels)
        side = '<' if line < anchor.first else '>' if line > anchor.last else '='
        place = f'{name}{min(level, 3)}{side}'
        row = [place, f'{name}{min(level, 3)}', f'{place}{look}', f'{place}{chance}', f'{place}d{min(len(passed), 3)}']
        row += [f'{place}h{self.view.markup.blocks[line].heading}']
        row += [f'{place}{group}' for group in sorted(self._groups(passed))]
        row += [
            f'{place}i{tag}' for tag in sorted(_PATH_TAGS & {self.view.markup.elements[index].tag for index in self._below(line, passed)})
        ]
        row.append(f'{place}{self._branch(passed)}')
        row.append(f'{place}s{self._alike(line)}')
        return row

    def _below(self, line: int, passed: Sequence[int]) -> list[int]:
        """All elements around a line, wrappers too, that do not hold the anchor."""
        elements = self.view.markup.elements
        found, here, outmost = [], self.view.markup.blocks[line].element, passed[-1] if passed else -1
        while here >= 0 and passed:
            found.append(here)
            here = -1 if here == outmost else elements[here].parent
        return found

    def _groups(self, passed: Sequence[int]) -> set[str]:
        """What the names of the elements below the meeting point say; a wrapper's names count with the element it wraps."""
        elements = self.view.markup.elements
        chosen = {*passed[:_NAMED], *passed[-1:]}
        words = [word for index in chosen for word in (*elements[index].words, elements[index].tag)]
        return groups_of(words)

    def _branch(self, passed: Sequence[int]) -> str:
        """The size, links and running text of the outermost element below the meeting point."""
        if not passed:
            return 'direct'
        top = passed[-1]
        lines = bucket(self.view.tree.counts[top], _COUNTS)
        return f'n{lines}l{bucket(self.linked[top] / max(self.size[top], 1.0), _LINKS)}r{min(round(self.long[top]), 3)}'

    @cached_property
    def _paths(self) -> Counter[str]:
        """How much running text stands under each short tag path inside the anchor."""
        found: Counter[str] = Counter()
        for line, mass in enumerate(self.view.masses):
            if self.view.shapes[line].long and self.anchor and self.view.place(line, self.anchor.levels)[0] == 0:
                found[self._path(line)] += round(mass)
        return found

    def _path(self, line: int) -> str:
        return '/'.join(self.view.markup.blocks[line].tag_path.split('/')[-3:])

    def _alike(self, line: int) -> int:
        """How much of the story's text has the line's tag path, in four steps."""
        total = self._paths.total()
        return bucket(self._paths[self._path(line)] / total, _SHARES) if total else 9

    @cached_property
    def claims(self) -> list[list[str]]:
        """What the page's claims say of each line."""
        rows: list[list[str]] = [[] for _ in self.view.texts]
        for one in self.view.alignments:
            body = 'mbody' if is_supported(one) else 'mbody?'
            parts = (
                ('mtitle', one.headline),
                ('mlead', one.description),
                ('mauthor', one.author),
                ('mdate', one.published),
                (body, one.body),
            )
            for name, lines in parts:
                for line in lines:
                    if name not in rows[line]:
                        rows[line].append(name)
            if one.body and not one.body_cut and is_supported(one):
                for line in range(one.body[0], len(rows)):
                    rows[line] += [] if line in one.body else ['mout']
        for line, element in enumerate(block.element for block in self.view.markup.blocks):
            if element >= 0 and any('articlebody' in self.view.markup.elements[e].item for e in self._around(element)):
                rows[line].append('mitem')
        return rows

    def _around(self, element: int) -> list[int]:
        found = []
        while element >= 0:
            found.append(element)
            element = self.view.markup.elements[element].parent
        return found

    def _page(self) -> list[str]:
        """What every line should know of the page: whether its markup calls it an article, and whether its text looks like one."""
        view = self.view
        types = {one.claim.type.lower() for one in view.alignments if one.claim.source != 'open_graph'}
        graph = next((one.claim.type.lower() for one in view.alignments if one.claim.source == 'open_graph'), '')
        linked = any(name.endswith(('article', 'posting', 'report')) for name in types)
        named = view.title is not None and any(view.title in one.headline for one in view.alignments)
        dense = view.dense
        size = 0
        if dense:
            size = sum(view.shapes[line].long and view.place(line, dense.levels)[0] == 0 for line in range(len(view.texts)))
        told = bucket(sum(vote.label == MAIN for vote in view.votes), (1, 3, 6, 12))
        described = any(one.description for one in view.alignments)
        return [
            f'P{"L" if linked else ""}{graph[:7]}',
            f'Pn{int(named)}d{int(described)}',
            f'Pt{told}',
            f'Ps{bucket(size, (1, 2, 4, 8))}',
            f'Pn{int(named)}t{told}',
        ]

    def neighbours(self, line: int) -> list[str]:
        """What the lines before and after look like."""
        row = []
        for offset in (-2, -1, 1, 2):
            other = line + offset
            if not 0 <= other < len(self.view.texts):
                row.append(f'{offset}edge')
                continue
            block = self.view.markup.blocks[other]
            row.append(f'{offset}a{bucket(block.link_density, _LINKS)}z{bucket(len(self.view.texts[other]), _SIZES)}')
            row.append(f'{offset}{self.region(other)}')
            row.append(f'{offset}t{bucket(self.view.chances[other], _CHANCES)}')
            row += [f'{offset}{claim}' for claim in self.claims[other]]
        return row

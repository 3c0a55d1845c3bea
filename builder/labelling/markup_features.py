"""Features of the lines of an HTML page for a linear-chain CRF: where a line stands in the tree of elements towards the story, what its
element is called, what the text labeller said, and what the page's own markup claims of it.

A site's names and nesting differ from the next one's. So a line's place is told by the element that holds the story's text (after Readability
and boilerpipe: the one that directly holds most running text without links): inside it or not, how many dividing elements lie between, before
or after the text. And names count below the element that line and story share, where they divide.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final

from builder.labelling.class_words import groups_of
from builder.labelling.features import shifted
from builder.labelling.html_view import HtmlView
from builder.labelling.publisher import is_supported
from builder.labelling.shapes import OFFSETS, bucket
from builder.labelling.tree import ROOT, Joint
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
_REMEMBERED: Final = 1 << 14
"""Rows of strings that are kept."""


def markup_features(view: HtmlView) -> list[list[str]]:
    """For each line of the page the names of the features that hold for it."""
    rows = _Rows(view)
    own = [rows.row(line) for line in range(len(view.texts))]
    return [row + seen for row, seen in zip(own, rows.neighbours(), strict=True)]


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
        self._tags: dict[tuple[int, int], frozenset[str]] = {}
        self._names: dict[int, frozenset[str]] = {}
        self._branches: dict[int, str] = {}

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
        row += self._places(line, f'{link}{size}', chance)
        level = min(self.anchor.joints.of_line(line).level, 2) if self.anchor else 9
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

    def _places(self, line: int, look: str, chance: str) -> Iterator[str]:
        """The line's place towards each anchor, and the names and contents of the branch it stands on."""
        view, known = self.view, dict[int, tuple[str, ...]]()
        for name, anchor in (('D', view.dense), ('C', view.told), ('B', view.body), ('T', view.box)):
            if anchor is None:
                yield f'{name}-'
                continue
            joint = anchor.joints.of_line(line)
            if joint.outmost not in known:
                known[joint.outmost] = (look, chance, *self._signs(line, joint))
            side = '<' if line < anchor.first else '>' if line > anchor.last else '='
            at = f'{name}{min(joint.level, 3)}'
            yield f'{at}{side}'
            yield at
            yield from _prefixed(f'{at}{side}', known[joint.outmost])

    def _signs(self, line: int, joint: Joint) -> Iterator[str]:
        """What the elements between the line and a meeting point say: the same for all anchors whose chains the line joins from one element."""
        block = self.view.markup.blocks[line]
        tags = self._tags_below(block.element, joint.outmost) if joint.depth else ()
        yield from (f'd{min(joint.depth, 3)}', f'h{block.heading}', *sorted(self._groups(joint)), *[f'i{tag}' for tag in sorted(tags)])
        yield from (self._branch(joint.outmost) if joint.depth else 'direct', f's{self._alike(line)}')

    def _tags_below(self, element: int, outmost: int) -> frozenset[str]:
        """The telling tags of the elements from one outwards to another, wrappers too; asked for a sibling again, it is one step."""
        elements, inner, here = self.view.markup.elements, [], element
        while here != ROOT and (here, outmost) not in self._tags:
            inner.append(here)
            here = ROOT if here == outmost else elements[here].parent
        found = self._tags.get((here, outmost), frozenset())
        for one in reversed(inner):
            found |= _PATH_TAGS & {elements[one].tag}
            self._tags[one, outmost] = found
        return found

    def _groups(self, joint: Joint) -> set[str]:
        """What the names of the elements below the meeting point say; a wrapper's names count with the element it wraps."""
        return set().union(*[self._named(index) for index in {*joint.inmost, joint.outmost}]) if joint.depth else set()

    def _named(self, index: int) -> frozenset[str]:
        if index not in self._names:
            element = self.view.markup.elements[index]
            self._names[index] = groups_of((*element.words, element.tag))
        return self._names[index]

    def _branch(self, top: int) -> str:
        """The size, links and running text of the outermost element below the meeting point."""
        if top not in self._branches:
            lines = bucket(self.view.tree.counts[top], _COUNTS)
            linked = bucket(self.linked[top] / max(self.size[top], 1.0), _LINKS)
            self._branches[top] = f'n{lines}l{linked}r{min(round(self.long[top]), 3)}'
        return self._branches[top]

    @cached_property
    def _paths(self) -> Counter[str]:
        """How much running text stands under each short tag path inside the anchor."""
        found: Counter[str] = Counter()
        for line, mass in enumerate(self.view.masses):
            if self.view.shapes[line].long and self.anchor and self.anchor.joints.of_line(line).level == 0:
                found[self._path(line)] += round(mass)
        return found

    def _path(self, line: int) -> str:
        return '/'.join(self.view.markup.blocks[line].tag_path.split('/')[-3:])

    @cached_property
    def _shares(self) -> dict[str, int]:
        """How much of the story's text has each tag path, in four steps."""
        total = self._paths.total()
        return {path: bucket(count / total, _SHARES) for path, count in self._paths.items()} if total else {}

    def _alike(self, line: int) -> int:
        """How much of the story's text has the line's tag path, in four steps; 9 where there is none."""
        return self._shares.get(self._path(line), 0) if self._shares else 9

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
            size = sum(view.shapes[line].long and dense.joints.of_line(line).level == 0 for line in range(len(view.texts)))
        told = bucket(sum(vote.label == MAIN for vote in view.votes), (1, 3, 6, 12))
        described = any(one.description for one in view.alignments)
        return [
            f'P{"L" if linked else ""}{graph[:7]}',
            f'Pn{int(named)}d{int(described)}',
            f'Pt{told}',
            f'Ps{bucket(size, (1, 2, 4, 8))}',
            f'Pn{int(named)}t{told}',
        ]

    def neighbours(self) -> list[list[str]]:
        """What the lines before and after each look like."""
        seen = [self._seen(line) for line in range(len(self.view.texts))]
        columns = [shifted([one[place] for one in seen], offset, (f'{offset}edge',)) for place, offset in enumerate(OFFSETS)]
        return [list(chain.from_iterable(row)) for row in zip(*columns, strict=True)]

    def _seen(self, line: int) -> tuple[tuple[str, ...], ...]:
        link, size = self.view.markup.blocks[line].link_density, len(self.view.texts[line])
        look = f'a{bucket(link, _LINKS)}z{bucket(size, _SIZES)}'
        return _at_offsets((look, self.region(line), f't{bucket(self.view.chances[line], _CHANCES)}', *self.claims[line]))


@lru_cache(maxsize=_REMEMBERED)
def _at_offsets(signs: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A line's signs as the lines around it see them, by `OFFSETS`."""
    return tuple([tuple([f'{offset}{sign}' for sign in signs]) for offset in OFFSETS])


@lru_cache(maxsize=_REMEMBERED)
def _prefixed(place: str, signs: tuple[str, ...]) -> tuple[str, ...]:
    """The signs as features of a place; the lines of a menu have the same."""
    return tuple([f'{place}{sign}' for sign in signs])

"""The few things that flow through a build, on one screen.

A converter yields `Page`, `Reject`, `Skipped` and `Framing`; together their places tile the input. A page gets lines, lines get
`Vote`s and `Entity`s, and the whole becomes a record: a plain dictionary, valid against `schemas/page.schema.json`.
"""

from dataclasses import dataclass, field

from builder.markup import Markup


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of input stands: `[start, end)` of one file, or of a member of an archive, after decompression.

    `unit` is `byte`, or `row` for Parquet and Arrow, whose rows have no byte range. `path` is relative to the dump's root, with `/`.
    """

    dump: str
    path: str
    unit: str
    start: int
    end: int
    member: str | None = None

    @property
    def name(self) -> str:
        """The path of the page's own file: in the archive where there is one, else in the dump."""
        return self.member or self.path

    def __str__(self) -> str:
        inside = f' ({self.member})' if self.member else ''
        return f'{self.path}{inside} {self.unit}s {self.start}-{self.end}'


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a page's bytes became its text: the encoding, what showed it, the repairs made, and for HTML the segmenter."""

    name: str
    evidence: str
    repaired: tuple[str, ...] = ()
    segmenter: str | None = None


UTF8 = Encoding('utf-8', 'utf8')


@dataclass(frozen=True, slots=True)
class Page:
    """One document of a dump: its decoded `text`, where it came from, and what the dump says of it (None where it says nothing)."""

    place: Place
    text: str
    sha256: str
    """Of the piece's raw bytes."""
    format: str
    raw: bytes = b''
    """The first of the piece's raw bytes, for a reject that comes later."""
    encoding: Encoding = UTF8
    notes: tuple[str, ...] = ()
    """What is odd about the piece, as sorted codes of `schemas/page.schema.json`; `truncated` where its end is lost."""
    key: str | None = None
    """The dump's own identifier of the page."""
    url: str | None = None
    site: str | None = None
    title: str | None = None
    published: str | None = None
    crawled: str | None = None
    markup: Markup | None = None
    """Of HTML: the markup facts of its lines. They go into no record."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A piece of input that could not become a record: the first of its raw bytes, its place, and the reason."""

    place: Place
    raw: bytes
    """At most `Limits.reject_bytes` bytes of the piece."""
    step: str
    """`convert`, `identify`, `gold` or `validate`."""
    reason: str
    """A short code that is counted, such as `invalid_json`."""
    message: str
    """One sentence for a person."""
    pointer: str | None = None
    """JSON path of the offending value, where a schema was violated."""
    format: str | None = None
    """Format of the piece, where it was cut out as one."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Bytes that hold no page: a byte-order mark, blank lines between records."""

    place: Place


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece of input that is whole but no page, such as the request of a crawler; `reason` is counted."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank line: code points `[start, end)` of the page's text, and the NFC of that range."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Vote:
    """What one labelling source said about a line. `story` numbers whole other stories from 1."""

    source: str
    name: str
    version: str
    label: str
    kind: str | None
    confidence: float
    story: int | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in a line: code points `[start, end)` of the line's NFC text, end exclusive."""

    start: int
    end: int
    type: str
    text: str
    source: str = field(default='rule')
    name: str = field(default='')
    version: str = field(default='')
    confidence: float = field(default=1.0)

"""One page a file: HTML, as text of one block a line, with what its markup says of address, title and date."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from builder.converters.pieces import Piece, Rules, decode, page_from_text, reject
from builder.converters.streams import Stream
from builder.converters.text import read_whole
from builder.html.limits import HtmlLimitError, HtmlLimits
from builder.html.metadata import HtmlMetadata
from builder.html.segmenter import SEGMENTER_NAME, SEGMENTER_VERSION, segment
from builder.model import Encoding, Page, Reject
from builder.plan import Limits
from builder.text.normalization import HALF_PAIR

SEGMENTER: Final = f'{SEGMENTER_NAME} {SEGMENTER_VERSION}'


def read_html(stream: Stream, rules: Rules) -> Iterator[Page | Reject]:
    """The stream's page, or one reject that covers all of its bytes."""
    whole = read_whole(stream, rules, 'html')
    yield whole if isinstance(whole, Reject) else page_of_html(whole, rules)


def page_of_html(
    piece: Piece, rules: Rules, http_charset: str | None = None, url: str | None = None, crawled: str | None = None
) -> Page | Reject:
    """The page of a piece that is one HTML document; `http_charset`, `url` and `crawled` are what a crawler knows of it."""
    decoded = decode(piece, rules, http_charset=http_charset, html=True)
    return (
        decoded if isinstance(decoded, Reject) else page_of_markup(piece, decoded[0], rules, {'url': url, 'crawled': crawled}, decoded[1])
    )


def page_of_markup(piece: Piece, markup: str, rules: Rules, known: Mapping[str, str | None], encoding: Encoding) -> Page | Reject:
    """The page of a decoded HTML document; what is `known` of it goes before what it says of itself."""
    if HALF_PAIR.search(markup):
        return reject(piece, rules.limits, 'lone_surrogate', 'half a surrogate pair, which no encoding can write')
    try:
        page = segment(markup, _html_limits(rules.limits))
    except HtmlLimitError as error:
        return reject(piece, rules.limits, 'html_limit', str(error))
    said = {'title': page.metadata.title, 'published': page.metadata.published, 'url': _address(page.metadata)}
    fields = {**said, **{name: value for name, value in known.items() if value}}
    found = Encoding(encoding.name, encoding.evidence, encoding.repaired, SEGMENTER)
    made = page_from_text(piece, page.text, rules.limits, fields, found)
    return made if isinstance(made, Reject) else replace(made, markup=page.markup)


def _html_limits(limits: Limits) -> HtmlLimits:
    return HtmlLimits(limits.html_nodes, limits.html_depth, limits.html_bytes, limits.html_steps)


def _address(metadata: HtmlMetadata) -> str | None:
    """The page's canonical address, where it is one and not a path."""
    try:
        return metadata.url if urlsplit(metadata.url or '').scheme in {'http', 'https'} else None
    except ValueError:
        return None

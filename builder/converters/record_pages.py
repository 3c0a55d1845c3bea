"""From a record of a JSON object, a CSV row or a columnar row to its page: text as it is, or markup where that is all there is."""

from collections.abc import Mapping
from typing import Any

from builder.converters.html import page_of_markup
from builder.converters.pieces import Piece, Rules, page_from_text, reject
from builder.converters.sniffing import is_html
from builder.model import UTF8, Page, Reject


def page_from_record(piece: Piece, record: Mapping[str, Any], rules: Rules) -> Page | Reject:
    """A page of a record, by the field mapping in force. A text that begins as an HTML document is read as one."""
    text = rules.mapping.read(record, 'text')
    markup = rules.mapping.read(record, 'html') if text is None else text if is_html(text[:4096].encode('utf-8', 'replace')) else None
    content = markup or text
    if content is None:
        return _without_text(piece, record, rules)
    size = len(content.encode('utf-8', 'surrogatepass'))
    if size > rules.limits.page_bytes:
        message = f'a text of {size} bytes, above the limit of {rules.limits.page_bytes} (limits.page_bytes)'
        return reject(piece, rules.limits, 'page_too_large', message)
    fields = {field: rules.mapping.read(record, field) for field in rules.mapping.names if field not in {'text', 'html'}}
    return page_of_markup(piece, markup, rules, fields, UTF8) if markup else page_from_text(piece, content, rules.limits, fields)


def _without_text(piece: Piece, record: Mapping[str, Any], rules: Rules) -> Reject:
    names = ', '.join(name for field in ('text', 'html') for name in rules.mapping.names[field])
    if rules.mapping.has(record, 'text') or rules.mapping.has(record, 'html'):
        return reject(piece, rules.limits, 'no_text', f'the text is blank or no string (looked at: {names})')
    message = f'none of the fields {names} is there; name the right one under `fields` in the configuration'
    return reject(piece, rules.limits, 'no_text', message)

"""What of a text is markup and what is running text, in one pass over it, whether or not it is HTML at all.

No parser: encodings are told before there is anything to parse. Tags, comments, scripts and styles are markup.
"""

import re
from collections.abc import Iterator

# A tag has no `<` in it, so that the search is linear on a text of nothing but `<`.
_OPENING = re.compile(r'<(?:!--|(script|style)\b|/?[a-zA-Z!][^<>]*>)', re.IGNORECASE)
_CLOSING = {
    '': re.compile('-->'),
    'script': re.compile('</script', re.IGNORECASE),
    'style': re.compile('</style', re.IGNORECASE),
}


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order as (piece, whether it is markup); the pieces joined are the text."""
    done = 0
    while match := _OPENING.search(text, done):
        end = _end(text, match)
        yield text[done : match.start()], False
        yield text[match.start() : end], True
        done = end
    yield text[done:], False


def _end(text: str, match: re.Match[str]) -> int:
    if match.group().endswith('>'):
        return match.end()
    closing = _CLOSING[(match[1] or '').lower()].search(text, match.end())
    return closing.end() if closing else len(text)


def running_text(text: str) -> str:
    """The text with a space for each piece of markup."""
    if '<' not in text:
        return text
    return ''.join(' ' if is_markup else piece for piece, is_markup in pieces(text))

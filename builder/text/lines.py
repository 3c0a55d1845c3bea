r"""Lines: the non-blank stretches of a page's text between `\n`, `\r\n` and `\r`, and nothing else that Unicode calls a line end."""

import re

from builder.model import Line
from builder.text.normalization import nfc

_BETWEEN_LINE_ENDS = re.compile(r'[^\r\n]+')


def split_lines(text: str) -> list[Line]:
    """The non-blank lines of `text` in order, with code-point offsets into it; a line is blank if `str.isspace()`.

    Lines are cut in the raw text and normalised one by one, so that an offset never depends on what normalisation did elsewhere.
    """
    return [
        Line(match.start(), match.end(), nfc(match.group())) for match in _BETWEEN_LINE_ENDS.finditer(text) if not match.group().isspace()
    ]

"""Surface rules: a few patterns of the furniture of any Vietnamese news page that no story line has.

They vote on few lines and are nearly always right on those. Each precision is the share of gold lines (46 pages of 11
sites) that the rule matched and that are noise; a rule that was never wrong there is given what a rule of succession
allows, (n + 1) / (n + 2).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from builder.labels import LABEL_OF_KIND
from builder.model import Vote

NAME: Final = 'surface'
VERSION: Final = '1'


@dataclass(frozen=True, slots=True)
class SurfaceRule:
    """A pattern that a whole line is searched for, the kind it shows, and its measured precision at label level."""

    name: str
    pattern: re.Pattern[str]
    kind: str
    precision: float


RULES: Final = (
    SurfaceRule('copyright', re.compile(r'^\W*(?:©|\(c\)|copyright\b)|all rights reserved', re.IGNORECASE), 'footer', 0.968),
    SurfaceRule('licence', re.compile(r'\bgiấy phép\b.{0,80}?\bsố\s*:?\s*\d+\s*/\s*GP', re.IGNORECASE), 'footer', 0.947),
    SurfaceRule('contact', re.compile(r'^\W*(?:e-?mail|hotline|đường dây nóng|điện thoại|fax|tel)\s*:', re.IGNORECASE), 'footer', 0.989),
    SurfaceRule('editor', re.compile(r'^\W*(?:tổng biên tập|phó tổng biên tập|cơ quan chủ quản)\s*:', re.IGNORECASE), 'footer', 0.955),
    SurfaceRule('password', re.compile(r'^\W*(?:đăng nhập|đăng ký|quên mật khẩu)\W*$', re.IGNORECASE), 'navigation', 0.889),
)

_LONGEST_LINE: Final = 600  # code points; furniture is short, and a pattern need not be tried on a book in one line


def vote(text: str) -> Vote | None:
    """The vote of the first rule that matches the line, or None."""
    if len(text) > _LONGEST_LINE:
        return None
    for rule in RULES:
        if rule.pattern.search(text):
            return Vote('rule', f'{NAME}:{rule.name}', VERSION, LABEL_OF_KIND[rule.kind], rule.kind, rule.precision)
    return None


def votes(texts: Sequence[str]) -> list[Vote | None]:
    """The rules' vote on each line of a page."""
    return [vote(text) for text in texts]

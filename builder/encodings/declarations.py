"""What a page or its server says about its encoding. That is a claim: `decode` weighs it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

META_BYTES: Final = 4_096  # how far into a page a `<meta>` is looked for
_MULTIBYTE: Final = frozenset({'gb18030', 'big5', 'euc-jp', 'iso-2022-jp', 'shift_jis', 'euc-kr', 'utf-16le', 'utf-16be'})

_COMMENT = re.compile(rb'<!--.*?-->', re.DOTALL)
_META = re.compile(rb'<meta\b[^<>]*>', re.IGNORECASE)
_CHARSET = re.compile(rb'charset\s*=\s*["\']?\s*([a-z0-9_:.-]+)', re.IGNORECASE)
_NAMED = re.compile(rb'\b(?:name|property)\s*=', re.IGNORECASE)  # a description may speak of charsets


@dataclass(frozen=True, slots=True)
class Claim:
    """An encoding by its WHATWG name, the Python codec that reads it, and who claims it: `http` or `meta`."""

    encoding: str
    codec: str
    source: str

    @property
    def multibyte(self) -> bool:
        """Whether most byte sequences are invalid in the encoding, so that a text that decodes speaks for the claim."""
        return self.encoding in _MULTIBYTE


def claims(raw: bytes, http_charset: str | None, *, html: bool) -> Iterator[Claim]:
    """The known encodings claimed by the server and, in HTML, by `<meta>`, in this order."""
    labels = [(http_charset, 'http'), (_meta_label(raw) if html else None, 'meta')]
    for label, source in labels:
        encoding, codec = _encodings().get((label or '').strip(' \t\r\n\f"\'').lower(), ('', ''))
        if encoding.startswith('utf-16') and source == 'meta':
            encoding = codec = 'utf-8'  # as WHATWG: a `<meta>` that can be read as ASCII does not stand in UTF-16
        if encoding:
            yield Claim(encoding, codec, source)


def _meta_label(raw: bytes) -> str | None:
    for tag in _META.findall(_COMMENT.sub(b'', raw[:META_BYTES])):
        found = _CHARSET.search(tag)
        if found and not _NAMED.search(tag):
            return str(found[1], 'ascii')
    return None


@cache
def _encodings() -> dict[str, tuple[str, str]]:
    text = files('builder.encodings').joinpath('tables', 'labels.txt').read_text('utf-8')
    rows = [line.split() for line in text.splitlines() if line and not line.startswith('#')]
    return {label: (name, codec) for name, codec, *labels in rows for label in (name, *labels)}

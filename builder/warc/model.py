"""What reading a WARC file yields: records, losses and framing, each with its byte range of the file as it lies on disk.

The ranges tile the file. In a plain file a record's range is its own bytes. In a gzip file ranges are whole members, for only
there can reading begin: a record alone in its member has the member's range; of several records in one member the last has it,
and those before it have an empty range at its start (a member's end is not known before all of it is read, and records are not
held until then). So `start` is always where to begin, to read the record again.
"""

from dataclasses import dataclass
from typing import Final

_RATIO_COUNTS_FROM: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class WarcLimits:
    """What a reader refuses. Memory is bounded by a few times `record_bytes`."""

    record_bytes: int = 20_000_000
    """Of one record's content, before and after its own content encoding is undone; also how far back reading can step in a damaged member."""
    header_bytes: int = 65_536
    """Of the named fields of a WARC record, or of the HTTP header in it."""
    ratio: int = 200
    """Bytes out per byte in, of a gzip member or an encoded payload; counted from 1 MiB out. HTML stays under 20, deflate ends at 1,032."""
    reject_bytes: int = 65_536
    """Raw bytes kept of a loss."""

    def is_bomb(self, read: int, produced: int) -> bool:
        """Whether `produced` bytes out of `read` bytes are above the ratio."""
        return produced > max(_RATIO_COUNTS_FROM, self.ratio * read)


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record; fields that it does not have are None."""

    start: int
    end: int
    type: str
    """`WARC-Type` in lower case: `response`, `resource`, `conversion`, `revisit`, `warcinfo`, `request`, `metadata`, …"""
    target_uri: str | None
    date: str | None
    record_id: str | None
    http_status: int | None
    http_charset: str | None
    """What the `Content-Type` names: the HTTP one if there is one, otherwise the record's."""
    content_type: str | None
    """The media type without parameters, in lower case: the HTTP one if there is one, otherwise the record's."""
    payload: bytes
    """The HTTP body with chunks and content encoding undone; the whole content where there is no HTTP header, and of a `request`."""
    digest_ok: bool | None
    """Whether the digests that could be checked hold; None where none could."""
    truncated: bool
    """The record says so (`WARC-Truncated`), or less of it is here than it says."""
    notes: tuple[str, ...]
    """What was odd, as codes: `wrong_length`, `no_length`, `odd_field`, `unverified_member`, `cut_off` (the data end within the record),
    `bad_http_header`, `bad_chunking`, `not_chunked`, `not_encoded`, `bad_encoding`, `unknown_encoding`."""


@dataclass(frozen=True, slots=True)
class WarcLoss:
    """Bytes that gave no record."""

    start: int
    end: int
    raw: bytes
    """The first bytes of the lost piece: of the failed gzip member as it lies on disk, otherwise of the record, decompressed."""
    reason: str
    """`damaged_member`, `bomb`, `no_record`, `bad_header`, `short_record`, `record_too_large`, `unsupported_compression`."""
    message: str
    """One sentence for a person."""


@dataclass(frozen=True, slots=True)
class WarcFraming:
    """Bytes between records: line ends, and gzip members with nothing else in them."""

    start: int
    end: int

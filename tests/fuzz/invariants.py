"""What must hold of whatever a converter makes of any bytes: its places tile them, each item is as documented, and a second look sees the same."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from builder.converters.compression import sniff_compression
from builder.converters.containers import is_archive
from builder.converters.convert import Segment, convert
from builder.converters.inputs import InputFile
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Framing, Page, Reject, Skipped
from builder.plan import load_plan

Item = Page | Reject | Framing | Skipped
LIMITS = replace(
    load_plan().limits,
    page_bytes=20_000,
    page_lines=500,
    reject_bytes=64,
    unpacked_bytes=1_000_000,
    archive_members=50,
    html_nodes=20_000,
    html_depth=200,
    html_steps=2_000_000,
    warc_record_bytes=40_000,
    warc_header_bytes=2_000,
)
"""Small, so that a short input reaches every one of them."""


def rules(form: str | None) -> Rules:
    return Rules(LIMITS, field_mapping({}), form)


def read(path: Path, form: str | None, start: int = 0, end: int | None = None) -> list[Item]:
    """What is in the file; any exception is a finding, for a file that can be read raises none."""
    file = InputFile('dump', path.name, path, path.stat().st_size, '0' * 64)
    return list(convert(Segment(file, start, end), rules(form)))


def require_sound(items: Sequence[Item], data: bytes, form: str | None) -> None:
    """The places tile the file whose bytes are `data`, or each stream packed in it; and no item breaks its own promises."""
    # The places of a WARC file are bytes on disk, compressed or not.
    packed = is_archive(data) or (form != 'warc' and bool(sniff_compression(data)))
    reached: dict[tuple[str | None, str], int] = {}
    for item in items:
        stream = item.place.member, item.place.unit
        begins_anew = item.place.member is not None and item.place.start == 0  # an archive may hold two members of one name
        assert item.place.start == (0 if begins_anew else reached.get(stream, 0)), item.place
        assert item.place.end >= item.place.start, item.place
        reached[stream] = item.place.end
        require_kept_promises(item)
    if not packed and (None, 'row') not in reached:
        assert reached.get((None, 'byte'), 0) == len(data), reached


def require_kept_promises(item: Item) -> None:
    """What `builder.model` says of each kind of item."""
    if isinstance(item, Page):
        assert item.text.strip()
        assert '\0' not in item.text
        assert len(item.text.encode()) <= 4 * LIMITS.page_bytes
        assert len(item.raw) <= LIMITS.reject_bytes
        for value in (item.key, item.url, item.site, item.title, item.published, item.crawled):
            assert value is None or '\0' not in value.encode().decode()
    if isinstance(item, Reject):
        assert item.step == 'convert'
        assert item.reason.replace('_', '').isalnum()
        assert len(item.raw) <= LIMITS.reject_bytes
        assert item.message

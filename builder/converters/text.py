"""One page a file: text as it is."""

from collections.abc import Iterator

from builder.converters.compression import Damage
from builder.converters.pieces import Piece, Rules, decode, note, page_from_text, reject
from builder.converters.streams import Stream
from builder.model import Page, Reject


def read_text(stream: Stream, rules: Rules) -> Iterator[Page | Reject]:
    """The stream's page, or one reject that covers all of its bytes."""
    whole = read_whole(stream, rules, 'text')
    if isinstance(whole, Reject):
        yield whole
        return
    decoded = decode(whole, rules)
    yield decoded if isinstance(decoded, Reject) else page_from_text(whole, decoded[0], rules.limits, encoding=decoded[1])


def read_whole(stream: Stream, rules: Rules, page_format: str) -> Piece | Reject:
    """All bytes of a stream that is one page, or a reject that covers them; of too large a stream only the first are held.

    A stream that only breaks off is kept, with the note `truncated`; text around a hole is no page.
    """
    kept: list[bytes] = []
    size = 0
    damage: Damage | None = None
    hole = False
    for block in stream.open(0):
        if isinstance(block, Damage):
            damage = damage or block
            hole = hole or not block.breaks_off
            continue
        hole = hole or damage is not None
        if size <= rules.limits.page_bytes:
            kept.append(block)
        size += len(block)
    piece = Piece(stream.place(0, size), b''.join(kept), page_format)
    if damage and (hole or not size):
        return reject(piece, rules.limits, 'damaged_stream', f'a part of the page is lost ({damage}); {size} bytes are left')
    if not size:
        return reject(piece, rules.limits, 'empty_file', 'the file is empty')
    if size > rules.limits.page_bytes:
        return reject(
            piece, rules.limits, 'page_too_large', f'{size} bytes, above the limit of {rules.limits.page_bytes} (limits.page_bytes)'
        )
    return note(piece, 'truncated') if damage else note(piece)


def read_nothing(stream: Stream, rules: Rules, reason: str, message: str) -> Iterator[Reject]:
    """One reject for a stream that no converter reads."""
    size = sum(len(block) for block in stream.open(0) if not isinstance(block, Damage))
    yield reject(Piece(stream.place(0, size), stream.head, 'text'), rules.limits, reason, message)

"""From a record's fields and content to a `WarcRecord`: HTTP undone, digests checked."""

from builder.warc.decoding import Refusal
from builder.warc.digests import check_digest
from builder.warc.fields import charset, media_type
from builder.warc.framing import Cut
from builder.warc.http import Body, read_http
from builder.warc.model import WarcLimits, WarcLoss, WarcRecord

# The payload that a revisit's digest and HTTP header speak of is that of the page it stands for, which is not here.
_WITHOUT_PAYLOAD = 'revisit'


def to_record(cut: Cut, start: int, end: int, limits: WarcLimits, notes: tuple[str, ...] = ()) -> WarcRecord | WarcLoss:
    """The record that stands in bytes `[start, end)` of the file; a loss if there is none of it, or it is above a limit."""
    body = _body(cut, limits)
    if isinstance(body, Refusal):
        return WarcLoss(start, end, cut.content[: limits.reject_bytes], body.reason, body.message)
    if _breaks_off(cut, body):
        return WarcLoss(start, end, cut.content[: limits.reject_bytes], 'short_record', 'the record breaks off before its payload')
    content_type = body.content_type or (None if body.is_http else cut.fields.get('content-type'))
    return WarcRecord(
        start=start,
        end=end,
        type=_type(cut),
        target_uri=_target(cut.fields.get('warc-target-uri')),
        date=cut.fields.get('warc-date') or None,
        record_id=cut.fields.get('warc-record-id') or None,
        http_status=body.status,
        http_charset=charset(content_type),
        content_type=media_type(content_type),
        payload=body.payload,
        digest_ok=_digest_ok(cut, body),
        truncated=cut.truncated or (body.truncated and _type(cut) != _WITHOUT_PAYLOAD),
        notes=(*cut.notes, *notes, *body.notes),
    )


def _breaks_off(cut: Cut, body: Body) -> bool:
    """Whether the record ends before its payload begins."""
    if 'no_length' in cut.notes:
        return not body.payload
    return 'wrong_length' in cut.notes and cut.truncated and (not body.payload or 'bad_http_header' in body.notes)


def _type(cut: Cut) -> str:
    return cut.fields['warc-type'].lower()


def _target(value: str | None) -> str | None:
    """Version 1.0 of the format has the address in angle brackets, and some writers follow it."""
    return (value[1:-1] if value and value.startswith('<') and value.endswith('>') else value) or None


def _body(cut: Cut, limits: WarcLimits) -> Body | Refusal:
    said = media_type(cut.fields.get('content-type'))
    http = _type(cut) in {'response', 'revisit'} and (said == 'application/http' or cut.content.startswith(b'HTTP/'))
    return read_http(cut.content, limits) if http else Body(cut.content, (cut.content,))


def _digest_ok(cut: Cut, body: Body) -> bool | None:
    """True if all that can be checked hold. A payload is digested with chunks or without, as writers differ."""
    verdicts = []
    block, payload = cut.fields.get('warc-block-digest'), cut.fields.get('warc-payload-digest')
    if block:
        verdicts.append(check_digest(block, cut.content))
    if payload and _type(cut) != _WITHOUT_PAYLOAD:
        forms = [check_digest(payload, form) for form in body.digested]
        verdicts.append(None if None in forms else any(forms))
    known = [verdict for verdict in verdicts if verdict is not None]
    return all(known) if known else None

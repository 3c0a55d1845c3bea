"""Waiting for a hub that is busy, and saying in one line why it would not."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

import click
from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

from builder.errors import PublishError

Result = TypeVar('Result')

WAITS: Final = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt."""
HUB_ERRORS: Final[tuple[type[Exception], ...]] = (*HfHubHTTPError.__bases__, OSError, RuntimeError, ValueError)
"""All that the client raises: its own errors, those of the HTTP library below it, and what it wraps them in."""
_BUSY: Final = frozenset({408, 429, 500, 502, 503, 504})
# The window in which the public hub counts requests: after it there is nothing left to wait for.
_LONGEST_WAIT: Final = 300.0
_TOLD_FROM: Final = 10.0
# draft-ietf-httpapi-ratelimit-headers: `r` requests left, `t` seconds until there are more.
_NOTHING_LEFT: Final = re.compile(r';\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d+)')
# hf_xet raises ConnectionError for whatever a hub answers, and says in its text alone which status it was.
_STATUS_IN_TEXT: Final = re.compile(r'HTTP status \w+ error \((\d{3})')
_NO_XET: Final = re.compile(r'\(404 .*/xet-(?:write|read)-token/')
_MEANINGS: Final = {
    401: 'the token is refused: log in with `hf auth login`, or set HF_TOKEN',
    403: 'the token may not write there: use one with write access to this repository',
    412: 'the branch is no longer where it was',
    429: 'too many requests: wait some minutes',
}


def patiently(call: Callable[[], Result], waits: Sequence[float]) -> Result:
    """The result of a call that may be repeated without harm; a busy or unreachable hub is asked again after each of `waits` seconds."""
    for wait in waits:
        try:
            return call()
        except HUB_ERRORS as error:
            if not is_passing(error):
                raise
            pause(error, wait)
    return call()


def pause(error: BaseException, wait: float) -> None:
    """Wait as long as the hub asks for, five minutes at most, or `wait` seconds where it does not say; a long wait is told."""
    asked = _asked(getattr(getattr(_cause(error), 'response', None), 'headers', {}))
    seconds = wait if asked is None else min(asked, _LONGEST_WAIT)
    if seconds >= _TOLD_FROM:
        click.echo(f'the hub asks for a pause of {seconds:.0f} seconds', err=True)
    time.sleep(seconds)


def _asked(headers: Mapping[str, str]) -> float | None:
    """Seconds that a hub asks for. The public one says so in `RateLimit` and not in `Retry-After`."""
    after, left = headers.get('Retry-After', ''), _NOTHING_LEFT.search(headers.get('RateLimit', ''))
    if after.isdecimal():
        return float(after)
    return float(left[1]) if left else None


def status_of(error: BaseException) -> int | None:
    """The HTTP status that an error is about, None where the hub did not answer."""
    cause = _cause(error)
    status: int | None = getattr(getattr(cause, 'response', None), 'status_code', None)
    told = _STATUS_IN_TEXT.search(str(cause)) if status is None and isinstance(cause, OSError) else None
    return int(told[1]) if told else status


def is_passing(error: BaseException) -> bool:
    """Whether another attempt may succeed: the hub is busy, or the connection failed."""
    cause, status = _cause(error), status_of(error)
    if status is not None:
        return status in _BUSY
    transport = HfHubHTTPError.__bases__[0]
    return isinstance(cause, (transport, ConnectionError, TimeoutError)) and type(cause).__name__ != 'OfflineModeIsEnabled'


@contextmanager
def last_word(doing: str, state: str) -> Iterator[None]:
    """Turns what the client raises into one line: what was being done, why it failed, what the destination holds now.

    Raises PublishError.
    """
    try:
        yield
    except HUB_ERRORS as error:
        advice = 'run the same command again' if is_passing(error) else 'mend it and run the same command again'
        raise PublishError(f'{doing}: {reason(error)}; {state}; {advice}') from None


def reason(error: BaseException) -> str:
    """Why a call failed, in one line that holds no token."""
    status = status_of(error)
    if isinstance(error, LocalTokenNotFoundError):
        return 'no token: log in with `hf auth login`, or set HF_TOKEN'
    if _NO_XET.search(str(_cause(error))):
        return 'the hub keeps no files by Xet, which the client takes for granted: set HF_HUB_DISABLE_XET=1'
    if status is not None:
        said = getattr(_cause(error), 'server_message', None)
        return ', '.join(part for part in (f'the hub says {status}', _MEANINGS.get(status), said and ' '.join(said.split())[:200]) if part)
    if is_passing(error):
        return f'cannot be reached ({type(_cause(error)).__name__})'
    cause = _cause(error)
    return f'{type(cause).__name__}: {" ".join(str(cause).split())[:200]}'


def _cause(error: BaseException) -> BaseException:
    """What the client wrapped: it reports a failed upload as a RuntimeError."""
    while isinstance(error, RuntimeError) and error.__cause__ is not None:
        error = error.__cause__
    return error

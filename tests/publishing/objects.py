"""An object store that speaks S3, by moto, on loopback: every request is logged, and some are refused or held."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.request import Request, urlopen

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.hub.state import LONGEST

BUCKET = 'releases'
KEYS = {'AWS_ACCESS_KEY_ID': 'key-of-tests', 'AWS_SECRET_ACCESS_KEY': 'secret-of-tests', 'AWS_DEFAULT_REGION': 'us-east-1'}


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: object) -> None:
        pass


@dataclass
class Objects:
    """The store as WSGI sees it: `refused` is answered with 403, `held` with nothing until `go_on`."""

    work: Callable[..., Iterable[bytes]] = field(default_factory=lambda: DomainDispatcherApplication(create_backend_app))
    address: str = ''
    requests: list[str] = field(default_factory=list)
    refused: str | None = None
    held: str | None = None
    holding: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    url = f's3://{BUCKET}'

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        request = f'{environ["REQUEST_METHOD"]} {environ["PATH_INFO"]}'
        self.requests.append(request)
        if self.held and re.search(self.held, request):
            self.holding.set()
            self.go_on.wait(LONGEST)
        if self.refused and re.search(self.refused, request):
            start_response('403 Forbidden', [('Content-Type', 'application/xml')])
            return [b'<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>']
        return self.work(environ, start_response)

    def sent(self) -> list[str]:
        """The objects that were written, by their path in the bucket; forgets them."""
        written = [request.removeprefix(f'PUT /{BUCKET}/') for request in self.requests if request.startswith(f'PUT /{BUCKET}/')]
        self.requests.clear()
        return written

    @property
    def settings(self) -> dict[str, str]:
        return {**KEYS, 'AWS_ENDPOINT_URL': self.address}


@contextmanager
def serving_objects() -> Iterator[Objects]:
    store = Objects()
    server = make_server('127.0.0.1', 0, store, threaded=True, request_handler=_Quiet)
    store.address = f'http://127.0.0.1:{server.server_port}'
    thread = Thread(target=server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True)
    thread.start()
    # What moto remembers belongs to the process, not to the server.
    urlopen(Request(f'{store.address}/moto-api/reset', method='POST')).close()  # noqa: S310 - our own address
    try:
        yield store
    finally:
        store.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()

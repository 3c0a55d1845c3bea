"""The hub's protocol over HTTP, as huggingface_hub and datasets speak it; every request is logged."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.reading import folders_of, part_of
from tests.hub.state import HOLD, LONGEST, Hub, Refusal, Repository

API = re.compile(r'/api/datasets/(?P<name>[^/]+/[^/]+?)(?:/(?P<verb>[^/]+)(?:/(?P<rest>.*))?)?')
LFS = re.compile(r'/datasets/(?P<name>[^/]+/[^/]+)\.git/info/lfs/objects/batch')
RESOLVE = re.compile(r'/datasets/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)')
WRITES = {'preupload', 'commit', 'tag', 'branch', 'xet-write-token', 'super-squash', 'lfs-files'}
XET_HEADERS = {'Cas-Url': 'casUrl', 'Access-Token': 'accessToken', 'Token-Expiration': 'exp'}


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    # One packet an answer: else each waits for the delayed acknowledgement of the one before.
    wbufsize = -1
    disable_nagle_algorithm = True
    hub: Hub
    lock: Lock

    def log_message(self, *_arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def _serve(self) -> None:
        self.body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        if self.headers.get('Transfer-Encoding') == 'chunked':
            self.body = b''.join(self._chunks())
        request = f'{self.command} {self.path}'
        with self.lock:
            self.hub.requests.append(request)
            fault = self.hub.fault_of(request, after=False)
        if fault and fault.status == HOLD:
            self.hub.held.set()
            self.hub.go_on.wait(LONGEST)
            self.close_connection = True
            return None
        if fault:
            return self._answer(fault.status, b'{"error": "injected"}', fault.headers)
        try:
            status, content, headers = self._work()
        except Refusal as refusal:
            return self._refuse(refusal)
        with self.lock:
            fault = self.hub.fault_of(request, after=True)
        return self._answer(fault.status, b'{}', fault.headers) if fault else self._answer(status, content, headers)

    def _refuse(self, refusal: Refusal) -> None:
        headers = {'X-Error-Code': refusal.code, 'X-Error-Message': refusal.message, **refusal.headers}
        # The client reads the address of a repository that exists already from the refusal to create it.
        url = f'http://{self.headers["Host"]}/datasets/me/example'
        content = {'error': refusal.message, 'errors': [{'message': refusal.message}], 'url': url}
        self._answer(refusal.status, json.dumps(content).encode(), headers)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {'Content-Length': str(len(content)), **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(content)

    def _work(self) -> tuple[int, bytes, dict[str, str]]:
        parts = urlsplit(self.path)
        self.query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        path = parts.path
        if path.startswith('/parts/'):
            return self._put_part(path.removeprefix('/parts/'))
        if path.startswith('/blobs/'):
            return self._put_blob(path.removeprefix('/blobs/'))
        role = self._role()
        if match := RESOLVE.fullmatch(path):
            repository = self.hub.repository(match['name'], role)
            status, content, headers = self._resolve(repository, unquote(match['revision']), unquote(match['path']))
            if 'X-Xet-Hash' in headers:
                route = f'http://{self.headers["Host"]}/api/datasets/{match["name"]}/xet-read-token/{headers["X-Repo-Commit"]}'
                headers['X-Xet-Refresh-Route'] = route
            return status, content, headers
        with self.lock:
            value = self._api(path, role)
        xet = {f'X-Xet-{name}': str(value[key]) for name, key in XET_HEADERS.items()} if '/xet-' in path else {}
        return 200, json.dumps(value).encode(), {'Content-Type': 'application/json', **xet}

    def _role(self) -> str | None:
        given = self.headers.get('Authorization')
        if not given:
            return None
        role = self.hub.tokens.get(given.removeprefix('Bearer '))
        if role is None:
            raise Refusal(401, '', 'Invalid credentials in Authorization header')
        return role

    def _api(self, path: str, role: str | None) -> object:
        if path == '/api/whoami-v2':
            if role is None:
                raise Refusal(401, '', 'Invalid username or password.')
            return {'type': 'user', 'name': 'me', 'orgs': [], 'auth': {'accessToken': {'role': role, 'displayName': 'test'}}}
        if path == '/api/validate-yaml':
            if self.hub.card_error:
                raise Refusal(400, '', self.hub.card_error)
            return {'errors': [], 'warnings': []}
        if path == '/api/repos/create':
            return self._create(role)
        if match := LFS.fullmatch(path):
            self._require_writer(role)
            return self._batch()
        match = API.fullmatch(path)
        if match is None:
            raise Refusal(404, 'EntryNotFound', f'no route {path}')
        repository = self.hub.repository(match['name'], role)
        verb = match['verb'] or 'revision'
        if verb in WRITES:
            self._require_writer(role)
        return getattr(self, f'_{verb.replace("-", "_")}', self._no_route)(match['name'], repository, unquote(match['rest'] or 'main'))

    def _no_route(self, *_arguments: object) -> object:
        raise Refusal(404, 'EntryNotFound', f'no route {self.path}')

    def _require_writer(self, role: str | None) -> None:
        if role != 'write' and not self.query.get('create_pr'):
            raise Refusal(403, '', 'You have read access but not the required permissions for this operation')

    def _create(self, role: str | None) -> object:
        self._require_writer(role)
        asked = json.loads(self.body)
        name = f'{asked.get("organization") or "me"}/{asked["name"]}'
        self.hub.create(name, private=bool(asked.get('private') or asked.get('visibility') == 'private'))
        return {'url': f'http://{self.headers["Host"]}/datasets/{name}', 'name': name}

    def _revision(self, name: str, repository: Repository, revision: str) -> object:
        commit = repository.commit_of(revision)
        siblings = [{'rfilename': path} for path in sorted(repository.commits[commit])]
        return {'_id': name, 'id': name, 'sha': commit, 'private': repository.private, 'siblings': siblings, 'tags': [], 'gated': False}

    def _refs(self, _name: str, repository: Repository, _rest: str) -> object:
        heads, tags, pulls = (repository.listed(kind) for kind in ('refs/heads/', 'refs/tags/', 'refs/pr/'))
        pulls = pulls if self.query.get('include_prs') else []
        return {'branches': heads, 'converts': [], 'tags': tags, 'pullRequests': pulls}

    def _discussions(self, name: str, repository: Repository, _rest: str) -> object:
        repo = {'name': name, 'type': 'dataset'}
        about = {'author': {'name': 'me'}, 'createdAt': '2026-01-01T00:00:00.000Z', 'status': 'open', 'repo': repo, 'isPullRequest': True}
        found = [{'num': number, 'title': title, **about} for number, title in sorted(repository.open_offers().items())]
        return {'discussions': found, 'count': len(found), 'start': 0}

    def _tree(self, _name: str, repository: Repository, rest: str) -> object:
        revision, _, folder = rest.partition('/')
        if rest in repository.refs:
            revision, folder = rest, ''
        files = repository.commits[repository.commit_of(revision)]
        inside = {path: file for path, file in sorted(files.items()) if not folder or path.startswith(f'{folder}/')}
        if folder and not inside:
            raise Refusal(404, 'EntryNotFound', f'no folder {folder}')
        depth = len(folder) + 1 if folder else 0
        if self.query.get('recursive', '').lower() in {'true', '1'}:
            return [*folders_of(inside, depth, deep=True), *(file.entry(path) for path, file in inside.items())]
        return [*folders_of(inside, depth, deep=False), *(file.entry(path) for path, file in inside.items() if '/' not in path[depth:])]

    def _paths_info(self, _name: str, repository: Repository, revision: str) -> object:
        files = repository.commits[repository.commit_of(revision)]
        text = self.body.decode()
        paths = json.loads(text)['paths'] if text.startswith('{') else parse_qs(text).get('paths', [])
        folders = {entry['path']: entry for entry in folders_of(files, 0, deep=True)}
        asked = [path.strip('/') for path in ([paths] if isinstance(paths, str) else paths)]
        return [files[path].entry(path) if path in files else folders[path] for path in asked if path in files or path in folders]

    def _preupload(self, _name: str, repository: Repository, revision: str) -> object:
        files = repository.commits[repository.commit_of(revision)]
        answer = []
        for file in json.loads(self.body)['files']:
            path = file['path']
            mode = 'lfs' if path.endswith('.parquet') else 'regular'
            oid = (files[path].sha256 if files[path].large else files[path].blob_id) if path in files else None
            answer.append({'path': path, 'uploadMode': mode, 'shouldIgnore': False, 'oid': oid})
        return {'files': answer}

    def _xet_token(self, _name: str, _repository: Repository, _rest: str) -> object:
        if self.hub.xet is None:
            raise Refusal(404, 'EntryNotFound', 'this hub has no Xet store')
        return {'casUrl': f'local://{self.hub.xet}', 'accessToken': 'xet', 'exp': 4_000_000_000}

    _xet_write_token = _xet_read_token = _xet_token

    def _batch(self) -> object:
        host = f'http://{self.headers["Host"]}'
        objects = [{'oid': item['oid'], 'size': item['size']} for item in json.loads(self.body)['objects']]
        for item in objects:
            if item['oid'] not in self.hub.blobs:
                item['actions'] = {'upload': self._upload(host, item)}
        return {'transfer': 'basic', 'objects': objects}

    def _upload(self, host: str, item: dict) -> dict:
        href, size = f'{host}/blobs/{item["oid"]}', self.hub.part_bytes
        if not size:
            return {'href': href}
        parts = {f'{number:05}': f'{host}/parts/{item["oid"]}/{number:05}' for number in range(1, -(-item['size'] // size) + 1)}
        return {'href': href, 'header': {'chunk_size': str(size), **parts}}

    def _put_part(self, name: str) -> tuple[int, bytes, dict[str, str]]:
        with self.lock:
            self.hub.parts[name] = self.body
        return 200, b'', {'ETag': f'"{name}"'}

    def _put_blob(self, oid: str) -> tuple[int, bytes, dict[str, str]]:
        if self.command == 'POST':
            self.body = b''.join(self.hub.parts[f'{oid}/{part["partNumber"]:05}'] for part in json.loads(self.body)['parts'])
        if hashlib.sha256(self.body).hexdigest() != oid:
            raise Refusal(400, '', 'the bytes are not those of the oid')
        with self.lock:
            self.hub.blobs[oid] = self.body
        return 200, b'', {}

    def _commit(self, name: str, repository: Repository, revision: str) -> object:
        lines = [json.loads(line) for line in self.body.splitlines()]
        for line in lines:
            if line['key'] == 'file':
                line['value']['content'] = base64.b64decode(line['value']['content'])
        offered = bool(self.query.get('create_pr'))
        ref = self.hub.commit(repository, revision, lines, as_pull_request=offered)
        site = f'http://{self.headers["Host"]}/datasets/{name}'
        answer = {'commitOid': repository.refs[ref], 'commitUrl': f'{site}/commit/{repository.refs[ref]}', 'success': True}
        return {**answer, 'pullRequestUrl': f'{site}/discussions/{ref.rsplit("/", 1)[1]}'} if offered else answer

    def _tag(self, _name: str, repository: Repository, revision: str) -> object:
        if self.command == 'DELETE':
            if repository.refs.pop(f'refs/tags/{revision}', None) is None:
                raise Refusal(404, 'RevisionNotFound', f'no tag {revision}')
            repository.forget()
            return {}
        ref = f'refs/tags/{json.loads(self.body)["tag"]}'
        if ref in repository.refs:
            raise Refusal(409, '', 'Tag reference exists already')
        repository.refs[ref] = repository.commit_of(revision)
        return {}

    def _commits(self, _name: str, repository: Repository, revision: str) -> object:
        about = {'authors': [{'user': 'me'}], 'date': '2026-01-01T00:00:00.000Z', 'title': '', 'message': ''}
        return [{'id': commit, **about} for commit in repository.history(repository.commit_of(revision))]

    def _super_squash(self, _name: str, repository: Repository, branch: str) -> object:
        repository.squash(f'refs/heads/{branch}', json.loads(self.body)['message'])
        repository.forget()
        return {}

    def _lfs_files(self, _name: str, repository: Repository, _rest: str) -> object:
        if self.command == 'POST':
            for sha256 in json.loads(self.body)['deletions']['sha']:
                if repository.stored.pop(sha256, None) is None:
                    raise Refusal(404, 'EntryNotFound', f'no object {sha256}')
                del self.hub.blobs[sha256]
            return {}
        return [
            {'fileOid': sha256, 'filename': path, 'oid': sha256, 'pushedAt': '2026-01-01T00:00:00.000Z', 'ref': None, 'size': size}
            for sha256, (path, size) in sorted(repository.stored.items())
        ]

    def _resolve(self, repository: Repository, revision: str, path: str) -> tuple[int, bytes, dict[str, str]]:
        commit = repository.commit_of(revision)
        file = repository.commits[commit].get(path)
        if file is None:
            raise Refusal(404, 'EntryNotFound', 'Entry not found', {'X-Repo-Commit': commit})
        return part_of(file, commit, self.headers.get('Range'))


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    """The address of a server of this hub on loopback."""
    handler = type('HubHandler', (Handler,), {'hub': hub, 'lock': Lock()})
    server = ThreadingHTTPServer(('127.0.0.1', 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True)
    thread.start()
    try:
        yield f'http://127.0.0.1:{server.server_port}'
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""What a hub remembers: repositories of commits, branches, tags and pull requests; blobs; and the faults it is told to make."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from tests.hub.xet import xet_content, xet_hashes

HOLD = 0  # the status of a fault that answers nothing until the test says so
LONGEST = 300  # seconds that anybody waits for another process, however busy the machine is


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the hub
    """An answer other than 200, with the code that the clients look for."""

    def __init__(self, status: int, code: str = '', message: str = '', headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}


@dataclass(frozen=True)
class File:
    content: bytes
    large: bool
    xet_hash: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def pointer(self) -> bytes:
        return f'version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(self.content)}\n'.encode()

    @property
    def blob_id(self) -> str:
        kept = self.pointer if self.large else self.content
        return hashlib.sha1(b'blob %d\0' % len(kept) + kept, usedforsecurity=False).hexdigest()

    def entry(self, path: str) -> dict:
        plain = {'type': 'file', 'path': path, 'size': len(self.content), 'oid': self.blob_id}
        large = {'oid': self.sha256, 'size': len(self.content), 'pointerSize': len(self.pointer)}
        return {**plain, 'lfs': large, **({'xetHash': self.xet_hash} if self.xet_hash else {})} if self.large else plain


@dataclass
class Repository:
    private: bool
    commits: dict[str, dict[str, File]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    offers: dict[int, str] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    stored: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Path and size of every large file that was ever committed, by its sha256."""

    def put(self, ref: str, files: dict[str, File], message: str) -> str:
        """Commit files to a ref; the commit comes after what the ref was at."""
        text = json.dumps([self.refs.get(ref), message, [(path, files[path].blob_id) for path in sorted(files)]])
        commit = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self.commits[commit] = files
        self.parents[commit] = self.refs.get(ref)
        self.stored |= {file.sha256: (path, len(file.content)) for path, file in files.items() if file.large}
        self.refs[ref] = commit
        self.messages.append(message)
        if ref.startswith('refs/pr/'):
            self.offers[int(ref.removeprefix('refs/pr/'))] = message
        return commit

    def history(self, commit: str | None) -> list[str]:
        """A commit and those before it, the newest first."""
        return [commit, *self.history(self.parents[commit])] if commit else []

    def squash(self, branch: str, message: str) -> None:
        files = self.commits[self.refs.pop(branch)]
        self.put(branch, files, message)

    def forget(self) -> None:
        """Drop the commits that no ref reaches any more."""
        reached = {commit for ref in self.refs.values() for commit in self.history(ref)}
        self.commits = {commit: files for commit, files in self.commits.items() if commit in reached}

    def open_offers(self) -> dict[int, str]:
        return {number: title for number, title in self.offers.items() if self.refs[f'refs/pr/{number}'] != self.refs['refs/heads/main']}

    def commit_of(self, revision: str) -> str:
        for ref in (f'refs/heads/{revision}', f'refs/tags/{revision}', revision):
            if ref in self.refs:
                return self.refs[ref]
        if revision in self.commits:
            return revision
        raise Refusal(404, 'RevisionNotFound', f'no revision {revision}')

    def listed(self, kind: str) -> list[dict]:
        return [
            {'name': ref.removeprefix(kind), 'ref': ref, 'targetCommit': commit}
            for ref, commit in sorted(self.refs.items())
            if ref.startswith(kind)
        ]


@dataclass
class Fault:
    """Answer the next `times` requests that match with a status; `after` the work is done, as when an answer is lost."""

    request: re.Pattern
    status: int
    times: int
    after: bool
    headers: dict[str, str]


@dataclass
class Hub:
    tokens: dict[str, str] = field(default_factory=lambda: {'hf_writer': 'write', 'hf_reader': 'read'})
    repositories: dict[str, Repository] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    parts: dict[str, bytes] = field(default_factory=dict)
    part_bytes: int | None = None
    card_error: str | None = None
    xet: Path | None = None
    """The folder of the Xet store; a hub without one keeps large files by LFS."""
    held: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def fail(self, request: str, status: int, times: int = 1, *, after: bool = False, **headers: str) -> None:
        named = {name.replace('_', '-'): value for name, value in headers.items()}
        self.faults.append(Fault(re.compile(request), status, times, after, named))

    def fault_of(self, request: str, *, after: bool) -> Fault | None:
        for fault in self.faults:
            if fault.after == after and fault.times and fault.request.search(request):
                fault.times -= 1
                return fault
        return None

    def repository(self, name: str, role: str | None) -> Repository:
        found = self.repositories.get(name)
        if found is None or (found.private and role is None):
            raise Refusal(404 if role else 401, 'RepoNotFound', 'Repository not found')
        return found

    def create(self, name: str, *, private: bool) -> Repository:
        if name in self.repositories:
            raise Refusal(409, '', 'You already created this dataset repo')
        made = self.repositories[name] = Repository(private)
        made.put(
            'refs/heads/main', {'.gitattributes': File(b'*.parquet filter=lfs diff=lfs merge=lfs -text\n', large=False)}, 'initial commit'
        )
        return made

    def commit(self, repository: Repository, revision: str, lines: list[dict], *, as_pull_request: bool) -> str:
        header = next(line['value'] for line in lines if line['key'] == 'header')
        parent = header.get('parentCommit')
        if parent and not as_pull_request and repository.commit_of(revision) != parent:
            raise Refusal(412, '', 'A commit has happened since. Please refresh and try again.')
        files = dict(repository.commits[parent or repository.commit_of(revision)])
        for line in lines:
            self._apply(files, line['key'], line['value'])
        ref = f'refs/pr/{1 + len(repository.listed("refs/pr/"))}' if as_pull_request else f'refs/heads/{revision}'
        repository.put(ref, files, header['summary'])
        return ref

    def _apply(self, files: dict[str, File], key: str, value: dict) -> None:
        if key == 'file':
            files[value['path']] = File(value['content'], large=False)
        elif key == 'lfsFile':
            oid, xet_hash = value['oid'], xet_hashes(self.xet).get(value['oid']) if self.xet else None
            if self.xet and xet_hash and oid not in self.blobs:
                self.blobs[oid] = xet_content(self.xet, xet_hash, value['size'])
            if oid not in self.blobs:
                raise Refusal(400, '', f'{value["path"]}: the blob was not uploaded')
            files[value['path']] = File(self.blobs[oid], large=True, xet_hash=xet_hash)
        elif key == 'deletedFile' and files.pop(value['path'], None) is None:
            raise Refusal(404, 'EntryNotFound', "A file with this name doesn't exist")

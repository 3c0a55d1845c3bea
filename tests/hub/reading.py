"""What readers ask a hub for: ranges of a file, and the folders that the paths of files make."""

import hashlib
import re

from tests.hub.state import File, Refusal


def part_of(file: File, commit: str, asked: str | None) -> tuple[int, bytes, dict[str, str]]:
    etag = file.sha256 if file.large else file.blob_id
    headers = {'X-Repo-Commit': commit, 'ETag': f'"{etag}"', 'Accept-Ranges': 'bytes', 'Content-Type': 'application/octet-stream'}
    if file.large:
        headers |= {'X-Linked-Size': str(len(file.content)), 'X-Linked-ETag': f'"{etag}"'}
        headers |= {'X-Xet-Hash': file.xet_hash} if file.xet_hash else {}
    match = re.fullmatch(r'bytes=(\d+)-(\d*)', asked or '')
    if not match:
        return 200, file.content, headers
    start, end = int(match[1]), min(int(match[2] or len(file.content)), len(file.content) - 1)
    if start > end:
        raise Refusal(416, '', 'Range not satisfiable')
    return 206, file.content[start : end + 1], {**headers, 'Content-Range': f'bytes {start}-{end}/{len(file.content)}'}


def folders_of(files: dict[str, File], depth: int, *, deep: bool) -> list[dict]:
    found = set()
    for path in files:
        pieces = path[depth:].split('/')[:-1]
        found |= {path[:depth] + '/'.join(pieces[:count]) for count in range(1, (len(pieces) if deep else min(len(pieces), 1)) + 1)}
    return [
        {'type': 'directory', 'path': path, 'oid': hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest(), 'size': 0}
        for path in sorted(found)
    ]

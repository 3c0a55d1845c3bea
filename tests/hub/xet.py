"""What the real Xet client leaves in a store on disk (`local://`): which file is where, and its bytes.

The client names a file to the hub by its sha256 alone, and to the store by a hash of its own; the store's shards hold both. A store
that is open is locked for everybody else, so a hub looks into it when the client is done: at the commit.
Layout of a shard: huggingface/xet-core, `mdb_shard/src/file_structs.rs`.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import hf_xet

_RECORD = 48  # bytes, of the header of a shard and of everything in it
_LAST = b'\xff' * 32
_VERIFIED, _WITH_SHA256 = 1 << 31, 1 << 30


def xet_hashes(store: Path) -> dict[str, str]:
    """The Xet hash of each file of a store, by its sha256; both as hexadecimal digits."""
    return {sha256: xet for shard in (store / 'xet' / 'xorbs' / 'shards').glob('*.mdb') for sha256, xet in _files(shard.read_bytes())}


def _files(shard: bytes) -> Iterator[tuple[str, str]]:
    place = _RECORD
    while shard[place : place + 32] != _LAST:
        flags, segments = struct.unpack('<II', shard[place + 32 : place + 40])
        after = place + _RECORD * (1 + segments * (2 if flags & _VERIFIED else 1))
        if flags & _WITH_SHA256:
            yield _digits(shard[after : after + 32]), _digits(shard[place : place + 32])
        place = after + (_RECORD if flags & _WITH_SHA256 else 0)


def _digits(digest: bytes) -> str:
    return ''.join(f'{word:016x}' for word in struct.unpack('<4Q', digest))


def xet_content(store: Path, xet_hash: str, size: int) -> bytes:
    """The bytes of a file, put together by the client itself."""
    with TemporaryDirectory() as folder:
        with hf_xet.XetSession().new_file_download_group(endpoint=f'local://{store}') as group:
            group.start_download_file(hf_xet.XetFileInfo(xet_hash, size), f'{folder}/file')
        return Path(folder, 'file').read_bytes()


def stored_bytes(store: Path) -> int:
    """The bytes that clients sent to a store."""
    return sum(path.stat().st_size for path in (store / 'xet' / 'xorbs' / 'xorbs').glob('*') if path.suffix != '.tagset')

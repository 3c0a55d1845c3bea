"""A file store: one folder a version, the manifest last, never half a release and never a changed one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from builder.errors import PublishError, UsageError
from builder.publishing.publish import Publication, publish
from builder.publishing.store import open_store, publish_to_store
from tests.conftest import invoked, silent
from tests.publishing.conftest import FIRST, SECOND, files_of


@pytest.fixture(params=['file', 'memory', 's3'])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == 's3':
        yield f'{request.getfixturevalue("objects").url}/{tmp_path.name}'
        return
    yield f'file://{tmp_path}/store' if request.param == 'file' else f'memory://{tmp_path.name}'
    MemoryFileSystem.store.clear()


def held(url: str, tag: str) -> dict[str, str]:
    store = open_store(url, tag)
    return {name.removeprefix(f'{store.folder}/'): store.filesystem.cat_file(name).decode() for name in store.filesystem.find(store.folder)}


def send(url: str, tag: str, contents: dict[str, str], folder: Path) -> list[str]:
    return [file.path for file in publish_to_store(open_store(url, tag), files_of(folder / tag, contents), silent).sent]


def test_each_version_has_its_folder_and_a_second_run_sends_nothing(url: str, tmp_path: Path) -> None:
    assert send(url, 'v1.0.0', FIRST, tmp_path) == sorted(FIRST)
    assert send(url, 'v1.1.0', SECOND, tmp_path) == sorted(SECOND)
    assert send(url, 'v1.0.0', FIRST, tmp_path) == []
    assert (held(url, 'v1.0.0'), held(url, 'v1.1.0')) == (FIRST, SECOND)


def test_a_version_that_is_there_is_never_written_into(url: str, tmp_path: Path) -> None:
    send(url, 'v1.0.0', FIRST, tmp_path)
    with pytest.raises(PublishError, match='is published already with other files'):
        send(url, 'v1.0.0', SECOND, tmp_path)
    assert held(url, 'v1.0.0') == FIRST


@pytest.mark.parametrize('url', ['file', 'memory'], indirect=True)
def test_an_interrupted_run_leaves_no_manifest_and_the_next_goes_on(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(open_store(url, 'v1.0.0').filesystem)
    with monkeypatch.context() as patch:
        honest = kind.put_file

        def failing(self: object, source: str, place: str, **options: object) -> None:
            if place.endswith('b.parquet'):
                raise OSError('the disk is full')
            honest(self, source, place, **options)

        patch.setattr(kind, 'put_file', failing)
        with pytest.raises(PublishError, match=r'the disk is full; the folder holds no release yet'):
            send(url, 'v1.0.0', FIRST, tmp_path)
    assert 'manifest.json' not in held(url, 'v1.0.0')
    assert send(url, 'v1.0.0', FIRST, tmp_path) == ['lines/b.parquet', 'manifest.json']
    assert held(url, 'v1.0.0') == FIRST


def test_a_folder_that_holds_something_else_is_left_alone(url: str, tmp_path: Path) -> None:
    store = open_store(url, 'v1.0.0')
    store.filesystem.makedirs(store.folder, exist_ok=True)
    store.filesystem.pipe_file(f'{store.folder}/theirs.csv', b'1')
    with pytest.raises(PublishError, match=r'holds theirs\.csv'):
        send(url, 'v1.0.0', FIRST, tmp_path)
    assert held(url, 'v1.0.0') == {'theirs.csv': '1'}


def test_a_manifest_whose_rename_did_not_happen_is_no_obstacle(url: str, tmp_path: Path) -> None:
    store = open_store(url, 'v1.0.0')
    store.filesystem.makedirs(store.folder, exist_ok=True)
    store.filesystem.pipe_file(f'{store.folder}/manifest.json.part', b'{')
    send(url, 'v1.0.0', FIRST, tmp_path)
    assert held(url, 'v1.0.0') == FIRST


@pytest.mark.parametrize('url', ['file', 'memory'], indirect=True)
def test_a_store_that_changes_bytes_gets_no_manifest(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(open_store(url, 'v1.0.0').filesystem)
    honest = kind.put_file

    def damaging(self: object, source: str, place: str, **options: object) -> None:
        honest(self, source, place, **options)
        if place.endswith('a.parquet'):
            self.pipe_file(place, b'rows A')

    monkeypatch.setattr(kind, 'put_file', damaging)
    with pytest.raises(PublishError, match=r'lines/a\.parquet is not as in the release'):
        send(url, 'v1.0.0', FIRST, tmp_path)
    assert 'manifest.json' not in held(url, 'v1.0.0')


@pytest.mark.parametrize(
    ('destination', 'options', 'says'),
    [
        ('nosuch://place', {}, 'nosuch'),
        ('file:///tmp/x', {'as_pull_request': True}, 'are for a hub'),
        ('file:///tmp/x', {'private': False}, 'are for a hub'),
        ('alone', {}, 'is no repository and no address'),
    ],
)
def test_what_cannot_be_a_destination_is_bad_usage(destination: str, options: dict, says: str, release: Path) -> None:
    with pytest.raises(UsageError, match=says):
        list(publish(Publication(release, destination, **options), silent))


def test_a_password_in_an_address_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store('memory://me:pass@place/data', 'v1.0.0')
    assert store.shown == 'memory://place/data/v1.0.0'

    def refusing(*_arguments: object, **_options: object) -> None:
        raise KeyError('no place me:pass@place, and pass is no pass word')

    monkeypatch.setattr(type(store.filesystem), 'find', refusing)
    with pytest.raises(PublishError, match=r'looking at what is there: KeyError: .*; nothing was sent') as caught:
        publish_to_store(store, files_of(tmp_path, FIRST), silent)
    assert 'pass' not in str(caught.value)


def test_no_file_is_read_back_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    honest = LocalFileSystem.open

    def watched(self: LocalFileSystem, path: str, *arguments: object, **options: object) -> object:
        read.append(Path(path).name)
        return honest(self, path, *arguments, **options)

    monkeypatch.setattr(LocalFileSystem, 'open', watched)
    send(f'file://{tmp_path}/store', 'v1.0.0', FIRST, tmp_path)
    assert sorted(read) == sorted(Path(path).name for path in FIRST)


def test_the_command_publishes_to_a_folder(release: Path, tmp_path: Path) -> None:
    done = invoked('publish', release, f'file://{tmp_path}/store')
    assert done.returncode == 0, done.stderr
    assert 'is there, verified by reading back' in done.stdout
    for path in LocalFileSystem().find(str(release)):
        name = Path(path).relative_to(release)
        assert (tmp_path / 'store' / 'v0.1.0' / name).read_bytes() == Path(path).read_bytes()

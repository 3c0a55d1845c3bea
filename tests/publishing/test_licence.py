"""Texts of unknown licence are given to everybody only by somebody who says that they may be."""

from pathlib import Path

import pytest

from builder.build import build
from builder.errors import UsageError
from builder.planning import Request
from builder.publishing.licence import licence_is_unknown
from builder.publishing.publish import Publication, explain_publishing, publish
from builder.release.manifest import read_release_manifest
from tests.conftest import EXAMPLES, silent
from tests.publishing.conftest import NAME, Bench


@pytest.fixture(scope='module')
def unlicensed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small release whose configuration says nothing of a licence."""
    folder = tmp_path_factory.mktemp('unlicensed')
    (folder / 'dump').mkdir()
    page = min((EXAMPLES / 'text').rglob('*.txt'))
    (folder / 'dump' / 'page.txt').write_bytes(page.read_bytes())
    build(Request((folder / 'dump',), folder / 'release', '1.0.0'), silent)
    return folder / 'release'


@pytest.mark.parametrize(
    ('dataset', 'text', 'unknown'),
    [
        ({'license': 'other', 'license_name': 'unknown'}, {}, True),
        ({'license': 'other', 'license_name': 'Unknown '}, {'text': 'full'}, True),
        ({'license': 'unknown', 'license_name': 'unknown'}, {'text': 'excerpt'}, True),
        ({}, {}, True),
        ({'license': 'other', 'license_name': 'agreement of 2026 with the publishers'}, {}, False),
        ({'license': 'cc-by-4.0', 'license_name': 'unknown'}, {}, False),
        ({'license': 'other', 'license_name': 'unknown'}, {'text': 'standoff'}, False),
    ],
)
def test_a_licence_is_known_where_it_is_named_or_no_text_is_there(dataset: dict, text: dict, unknown: bool) -> None:
    assert licence_is_unknown({'plan': {'dataset': dataset, **text}}) is unknown


def test_a_release_of_unknown_licence_is_not_made_public_by_the_way(unlicensed: Path, release: Path) -> None:
    assert licence_is_unknown(read_release_manifest(unlicensed))
    assert not licence_is_unknown(read_release_manifest(release))
    public = Publication(unlicensed, NAME, private=False, endpoint='http://127.0.0.1:9')
    for run in (publish(public, silent), explain_publishing(public)):
        with pytest.raises(
            UsageError, match=r'the licence of its texts is unknown, and --public .*; nothing was sent; .* --rights-cleared'
        ):
            next(run)


def test_it_is_offered_without_texts_and_goes_public_on_the_users_word(unlicensed: Path, bench: Bench, tmp_path: Path) -> None:
    offer = f'{unlicensed}: the licence of its texts is unknown; `vinews build --text standoff` makes a release that carries none of them'
    assert next(iter(publish(Publication(unlicensed, f'file://{tmp_path}/store'), silent))) == offer
    public = Publication(unlicensed, NAME, private=False, endpoint=bench.url, rights_cleared=True)
    assert list(explain_publishing(public))[:2] == [offer, f'{NAME}: is not there, or not for your token; would be created, public']

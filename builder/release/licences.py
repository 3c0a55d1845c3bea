"""Where a licence stands on the Web, by the identifier that hubs know it by."""

import re
from collections.abc import Mapping
from typing import Final

NOTE: Final = 'LICENSE'
"""The licence note of a release."""
_CREATIVE_COMMONS: Final = re.compile(r'cc-(by(?:-nc)?(?:-sa|-nd)?)-(2\.0|2\.5|3\.0|4\.0)')
_CC0: Final = 'https://creativecommons.org/publicdomain/zero/1.0/'
_SPDX: Final = {
    name.lower(): name
    for name in (
        'AFL-3.0',
        'Apache-2.0',
        'Artistic-2.0',
        'BSD-2-Clause',
        'BSD-3-Clause',
        'BSL-1.0',
        'CDLA-Permissive-1.0',
        'CDLA-Permissive-2.0',
        'CDLA-Sharing-1.0',
        'ECL-2.0',
        'EUPL-1.1',
        'EUPL-1.2',
        'ISC',
        'MIT',
        'MPL-2.0',
        'MS-PL',
        'NCSA',
        'OFL-1.1',
        'OSL-3.0',
        'PostgreSQL',
        'Unlicense',
        'WTFPL',
        'Zlib',
    )
} | {'c-uda': 'C-UDA-1.0', 'odc-by': 'ODC-By-1.0', 'odbl': 'ODbL-1.0', 'pddl': 'PDDL-1.0'}
"""The name that SPDX gives to an identifier of the hub. Those that leave a version or a choice open (`gpl`, `cc`) are not in it."""
_ADDRESS: Final = re.compile(r'https?://[^\s/]+\S*')


def licence_url(identifier: str) -> str | None:
    """Address of a licence that its identifier alone tells: the deed of Creative Commons, else the page of SPDX. An address is its own."""
    name = identifier.strip().lower()
    if name == 'cc0-1.0':
        return _CC0
    if found := _CREATIVE_COMMONS.fullmatch(name):
        return f'https://creativecommons.org/licenses/{found[1]}/{found[2]}/'
    return f'https://spdx.org/licenses/{_SPDX[name]}.html' if name in _SPDX else _address(identifier)


def _address(text: str) -> str | None:
    return text.strip() if _ADDRESS.fullmatch(text.strip()) else None


def croissant_licence(dataset: Mapping[str, str]) -> str | dict[str, str]:
    """The licence that the settings `dataset` name: an address, else a work by its name and where it stands.

    Of a licence that is not known by its name, `unknown` among them, the note that lies in the release says what can be said.
    """
    if dataset['license'] == 'other':
        name, link = dataset['license_name'], dataset['license_link']
        return _address(link) or {'@type': 'sc:CreativeWork', 'name': name, 'url': link}
    return licence_url(dataset['license']) or {'@type': 'sc:CreativeWork', 'name': dataset['license'], 'url': NOTE}

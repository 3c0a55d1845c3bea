"""The gazetteers, read once: places, organisations, titles, common nouns before names, words of names.

Countries come from CLDR through `babel`; the other lists lie in `gazetteers/`: one entry a line, `[section]` lines, comments with
the source.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale

from builder.entities.trie import Node, add_entries, lower_openers
from builder.errors import ModelError
from builder.text.normalization import match_key

# CLDR codes that name no territory as news does: the world, statistical unions, test locales, and entries that are phrases.
_NOT_TERRITORIES = frozenset({'001', 'EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO', 'TF', 'UM'})
_AS_WHOLE_WORDS = '(&,'  # a territory's name with one of these is a description, not what a newspaper writes


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Tries over token keys, and sets of single keys."""

    names: Node
    """Fixed names: country, place, seat, organ, organisation, none."""
    press: Node
    """Names made of ordinary words, good only in a credit or after a common noun; with the organisations."""
    nouns: Node
    """Common nouns before a name: address, role, unit, site, organization, product."""
    heads: Node
    """Capitalised nouns that open an organisation's name: ministry, place, closed, open, person."""
    ministries: Node
    terms: Node
    """Words of organisations' names: free, or only capitalised."""
    verbs: Node
    strong_family: frozenset[str]
    family: frozenset[str]
    given: frozenset[str]
    function: frozenset[str]
    locative: frozenset[str]
    country_words: frozenset[str]
    foreign_organization: frozenset[str]
    foreign_other: frozenset[str]
    club_cities: frozenset[str]
    lower: frozenset[str]
    """The lower-case words that a fixed name or a common noun before one may begin with; all others are read past."""
    topics: dict[str, frozenset[str]]
    """Words and pairs of words, joined by a space, of pages about sport and about business."""
    ambiguous: dict[str, frozenset[str]]
    """Place names that are common words too: the syllables that follow the common word; `*` for any."""


@cache
def load_lexicon() -> Lexicon:
    """The lexicon of the shipped gazetteers. Raises ModelError where a list is missing."""
    strong, weak = _keys('family_names', 'strong'), _keys('family_names', 'weak')
    names, nouns = _names(), _nouns()
    return Lexicon(
        names=names,
        press=_trie(organization=('organizations', ''), press=('press_common_words', '')),
        nouns=nouns,
        heads=_heads(),
        ministries=_ministries(),
        terms=_terms(),
        verbs=_trie(verb=('speech_verbs', '')),
        strong_family=strong,
        family=strong | weak,
        given=_keys('given_names'),
        function=frozenset(key for key in _keys('function_words') if ' ' not in key),
        locative=_keys('locative_words'),
        country_words=_keys('country_pair_words'),
        foreign_organization=_keys('foreign_organization_words', 'organization'),
        foreign_other=_keys('foreign_organization_words', 'none'),
        club_cities=_keys('club_cities'),
        lower=lower_openers(names) | lower_openers(nouns),
        topics={topic: _keys('topic_words', topic) for topic in ('sport', 'business')},
        ambiguous=_ambiguous(),
    )


@cache
def _sections(name: str) -> dict[str, tuple[str, ...]]:
    """The entries of a list by section ('' before the first). Raises ModelError where the list is missing."""
    path = files('builder.entities').joinpath('gazetteers', f'{name}.txt')
    if not path.is_file():
        raise ModelError(f'{path}: this word list is missing; install the package again')
    sections: dict[str, list[str]] = {'': []}
    section = ''
    for entry in path.read_text('utf-8').splitlines():
        if entry.startswith('[') and entry.endswith(']'):
            section = entry[1:-1]
        elif entry and not entry.startswith('#'):
            sections.setdefault(section, []).append(entry)
    return {key: tuple(entries) for key, entries in sections.items()}


def _keys(name: str, section: str = '') -> frozenset[str]:
    return frozenset(map(match_key, _sections(name)[section]))


def _trie(**lists: tuple[str, str]) -> Node:
    root = Node()
    for label, (name, section) in lists.items():
        add_entries(root, label, _sections(name)[section])
    return root


def _territories() -> list[str]:
    territories = Locale('vi').territories
    return [
        name
        for code, name in sorted(territories.items())
        if code not in _NOT_TERRITORIES and not code.isdigit() and not any(sign in name for sign in _AS_WHOLE_WORDS)
    ]


def _names() -> Node:
    root = Node()
    add_entries(root, 'country', (*_territories(), *_sections('countries_short')['']), only_first=True)
    add_entries(root, 'place', (*_sections('places_vietnam')[''], *_sections('places_world')['']))
    add_entries(root, 'seat', _sections('seats_of_power')[''])
    add_entries(root, 'organ', _sections('state_organs')[''])
    add_entries(root, 'organization', _sections('organizations')[''])
    add_entries(root, 'none', _sections('not_names')[''])
    return root


def _nouns() -> Node:
    root = Node()
    for label in ('address', 'role'):
        add_entries(root, label, _sections('person_titles')[label])
    for label in ('unit', 'site'):
        add_entries(root, label, _sections('place_prefixes')[label])
    add_entries(root, 'organization', _sections('organization_prefixes')[''])
    add_entries(root, 'product', _sections('product_prefixes')[''])
    return root


def _heads() -> Node:
    root = Node()
    for label in ('ministry', 'place', 'person', 'open', 'closed'):
        add_entries(root, label, _sections('organization_heads')[label], only_first=True)
    return root


def _ministries() -> Node:
    root = Node()
    add_entries(root, 'ministry', _sections('ministries')[''], only_first=True)
    return root


def _terms() -> Node:
    root = Node()
    entries = _sections('organization_terms')['']
    add_entries(root, 'free', (entry for entry in entries if not entry.startswith('!')))
    add_entries(root, 'capital', (entry[1:] for entry in entries if entry.startswith('!')))
    return root


def _ambiguous() -> dict[str, frozenset[str]]:
    rows = (entry.split() for entry in _sections('ambiguous_places')[''])
    return {match_key(row[0]): frozenset(row[1:]) for row in rows}

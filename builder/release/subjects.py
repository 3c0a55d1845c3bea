"""What the columns of a release tell of, so that a page that differs is told once: under the first subject in which it does."""

from collections.abc import Mapping
from itertools import chain
from typing import Final

from builder.release.fingerprints import Differences

TEXT: Final = 'text'
"""Or the way it is cut into lines."""
LABELS: Final = 'labels'
"""Also kinds and stories."""
ENTITIES: Final = 'entities'
VOTES: Final = 'votes'
"""Also who decided, and how surely."""
OTHER: Final = 'other'
RELATION: Final = 'relation'
"""Where a page was read, and how it stands to other pages of the release."""
SUBJECTS: Final = (TEXT, LABELS, ENTITIES, VOTES, OTHER, RELATION)
_COLUMNS: Final = {
    **dict.fromkeys(('text', 'text_sha256', 'lines', 'lines.start', 'lines.end', 'lines.text'), TEXT),
    **dict.fromkeys(('no_story', 'lines.label', 'lines.kind', 'lines.story'), LABELS),
    'lines.entities': ENTITIES,
    **dict.fromkeys(('lines.votes', 'lines.entity_votes', 'lines.label_source', 'lines.confidence'), VOTES),
    **dict.fromkeys(('source', 'path', 'cluster', 'seen_in_train'), RELATION),
}
"""All others are of `OTHER`."""
_TOLD: Final = frozenset({'id', 'site', 'split', 'source', 'text', 'label', 'kind', 'story', 'label_source', 'confidence'})
"""Columns of other configs that repeat what `pages` says."""
_OF_SPLIT: Final = frozenset({'split', 'seen_in_train'})
"""Columns that go with the split of a page."""

Changed = dict[str, dict[str, list[str]]]
"""Ids of pages by subject and column, as in `pages.lines.kind` or `pairs.clean`."""


def by_subject(rows: Mapping[str, Differences]) -> Changed:
    """The pages of both releases that differ, of what differs in each config. A config in which a page has rows in one release alone: `rows`."""
    pages = rows.get('pages', Differences({}, {}, {}, {}))
    columns = {('pages', column): ids for column, ids in pages.changed.items()}
    strangers = set(chain(*pages.added.values(), *pages.removed.values()))
    for config, found in rows.items():
        if config != 'pages':
            columns |= {(config, column): ids for column, ids in found.changed.items() if column not in _TOLD}
            columns[config, 'rows'] = [page for page in chain(*found.added.values(), *found.removed.values()) if page not in strangers]
    changed: Changed = {}
    moved = set(chain(*pages.moved.values()))
    told: set[str] = set()
    for subject in SUBJECTS:
        of_subject: dict[str, list[str]] = {}
        for (config, column), ids in sorted(columns.items()):
            if _COLUMNS.get(column, OTHER) == subject:
                left = [page for page in ids if page not in told and not (column in _OF_SPLIT and page in moved)]
                of_subject |= {f'{config}.{column}': left} if left else {}
        changed |= {subject: of_subject} if of_subject else {}
        told.update(chain(*of_subject.values()))
    return changed

"""Which field of a JSON or Parquet record is the text, the address, the date: one explicit table, which a configuration can override."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

FIELDS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        # FineWeb-2, CulturaX, mC4, HPLT: text. OSCAR, plain crawlers: content. news-please: maintext. CCNet: raw_content.
        'text': ('text', 'maintext', 'raw_content', 'content', 'body', 'article'),
        # The page as it was served, where there is no text of it.
        'html': ('html', 'raw_html', 'html_content', 'page_source'),
        # FineWeb-2: id is a WARC record's URN. OSCAR's is only a number within its file, so its WARC header comes first.
        'id': ('warc_headers.warc-record-id', 'metadata.warc_headers.warc-record-id', 'meta.warc_headers.warc-record-id', 'id', 'doc_id'),
        'url': (
            'url',
            'warc_headers.warc-target-uri',
            'metadata.warc_headers.warc-target-uri',
            'meta.warc_headers.warc-target-uri',
            'metadata.url',
            'meta.url',
            'u',
            'link',
            'source_url',
        ),
        'site': ('site', 'source_domain', 'domain', 'host'),
        'title': ('title', 'metadata.title', 'meta.title'),
        'published': ('date_publish', 'published', 'publish_date', 'published_at', 'pubDate'),
        # FineWeb-2: date. CulturaX, mC4: timestamp. news-please: date_download. HPLT: ts.
        'crawled': (
            'date_download',
            'crawled',
            'crawled_at',
            'timestamp',
            'warc_headers.warc-date',
            'metadata.warc_headers.warc-date',
            'meta.warc_headers.warc-date',
            'ts',
            'date',
        ),
    }
)
"""For each field of a page, the names tried in order; a dot goes down into an object. Read off the published records of each corpus."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The names in force: `FIELDS` with the overrides of a plan."""

    names: Mapping[str, Sequence[str]]
    chosen: frozenset[str]
    """Fields that the user named; for these a number counts as an identifier too."""

    def top_level(self) -> set[str]:
        """The first part of every name: the columns that a columnar file must be asked for."""
        return {part for names in self.names.values() for name in names for part in (name, name.split('.')[0])}

    def read(self, record: Mapping[str, Any], field: str) -> str | None:
        """The field's value as text, from the first name that holds a non-blank one; None if none does."""
        for name in self.names[field]:
            value = _as_text(_look_up(record, name), numbers=field in self.chosen)
            if value:
                return value
        return None

    def has(self, record: Mapping[str, Any], field: str) -> bool:
        """Whether any of the field's names holds something other than null."""
        return any(_look_up(record, name) is not None for name in self.names[field])


def field_mapping(overrides: Mapping[str, Sequence[str]]) -> FieldMapping:
    """The mapping of a plan that overrides some fields."""
    return FieldMapping({**FIELDS, **overrides}, frozenset(overrides))


def _look_up(record: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON value
    if name in record:
        return record[name]
    value: Any = record
    for part in name.split('.'):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _as_text(value: Any, *, numbers: bool) -> str | None:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dt.date):
        return value.isoformat()
    if numbers and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None

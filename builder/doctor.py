"""`vinews doctor`: what is in a dump, before hours are spent on it. Reads and counts, and writes nothing.

It labels a few pages, only to time them: what they took is the assumption behind the hours that it expects of a build, and is
printed with them. A build itself looks at no clock.
"""

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from builder.converters.convert import Segment, convert
from builder.converters.inputs import InputFile
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.identity import load_sidecar, page_id, sha256_of_text, site_of, with_sidecar
from builder.model import Page, Reject, Skipped
from builder.plan import Plan
from builder.records import Annotators, build_record, load_annotators
from builder.shards import plan_shards
from builder.staging.rows import line_key
from builder.text.language import detect_language
from builder.text.lines import split_lines

_TEMPLATE_PAGES: Final = 3
"""Pages of a site on which a line must stand to count as its template's."""
_MOST_SHOWN: Final = 12
_SENTENCE_END: Final = frozenset('.!?…"”’\'»)')
_LONG_LINE: Final = 80
_SAMPLE_BITS: Final = 2
"""Pages are timed whose number has so many binary digits 1 at most: 55 of a thousand, 210 of a million, from all over the dump."""
_SECONDS_AN_HOUR: Final = 3_600
_LEAST_HOURS: Final = 0.01


@dataclass(slots=True)
class Diagnosis:
    """Counts over a dump."""

    pages: int = 0
    lines: int = 0
    sizes: list[int] = field(default_factory=list)
    """UTF-8 bytes of each page's text."""
    formats: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    """The first reject of each reason."""
    same_page: int = 0
    same_id_other_text: int = 0
    truncated: int = 0
    template_lines: int = 0
    seconds: float = 0.0
    """What reading and comparing all pages took, on one core."""
    timed_pages: int = 0
    timed_lines: int = 0
    timed_seconds: float = 0.0
    """What labelling the timed pages took, on one core."""

    @property
    def seconds_a_line(self) -> float:
        """What labelling one line takes, by the pages timed; 0 where there was none."""
        return self.timed_seconds / self.timed_lines if self.timed_lines else 0.0

    @property
    def expected_hours(self) -> float:
        """Hours of one core to read and label the dump at the rates of this run; what writing a release takes is not in it."""
        return (self.seconds + self.seconds_a_line * self.lines) / _SECONDS_AN_HOUR


def diagnose(files: Sequence[InputFile], plan: Plan) -> Diagnosis:
    """Read every page of the files. Memory grows with the number of pages (their ids) and of different lines, not with their text."""
    found = Diagnosis()
    texts: dict[str, str] = {}
    lines: dict[str, Counter[int]] = defaultdict(Counter)
    annotators = load_annotators()
    began = time.perf_counter()
    for page in _pages(files, plan, found):
        site = site_of(page, plan.site_pattern, None)
        _count(page, site, found)
        _compare(page, texts, found)
        lines[site].update({line_key(line.text) for line in split_lines(page.text)})
        _time(page, annotators, plan, found)
    found.seconds = max(time.perf_counter() - began - found.timed_seconds, 0.0)
    found.template_lines = sum(pages for of_site in lines.values() for pages in of_site.values() if pages >= _TEMPLATE_PAGES)
    return found


def _pages(files: Sequence[InputFile], plan: Plan, found: Diagnosis) -> Iterator[Page]:
    rules = Rules(plan.limits, field_mapping(dict(plan.fields)), plan.format)
    sidecar = load_sidecar(plan.sidecar) if plan.sidecar else {}
    for file in files:
        for item in convert(Segment(file), rules):
            if isinstance(item, Page):
                yield with_sidecar(item, sidecar)
            elif isinstance(item, Skipped):
                found.skipped[item.reason] += 1
            elif isinstance(item, Reject):
                found.rejected[item.reason] += 1
                found.examples.setdefault(item.reason, f'{item.place}: {item.message}')


def _count(page: Page, site: str, found: Diagnosis) -> None:
    texts = [line.text for line in split_lines(page.text)]
    found.pages += 1
    found.lines += len(texts)
    found.sizes.append(len(page.text.encode()))
    found.formats[page.format] += 1
    found.encodings[' '.join((page.encoding.name, *page.encoding.repaired))] += 1
    found.languages[detect_language(texts).code] += 1
    found.sites[site] += 1
    found.truncated += 'truncated' in page.notes or (len(texts[-1]) >= _LONG_LINE and texts[-1][-1] not in _SENTENCE_END)


def _time(page: Page, annotators: Annotators, plan: Plan, found: Diagnosis) -> None:
    """Label the page, if it is one of the sample, for the time that it takes."""
    if found.pages.bit_count() > _SAMPLE_BITS:
        return
    began = time.perf_counter()
    build_record(page, annotators, plan.site_pattern)
    found.timed_seconds += time.perf_counter() - began
    found.timed_pages += 1
    found.timed_lines += len(split_lines(page.text))


def _compare(page: Page, texts: dict[str, str], found: Diagnosis) -> None:
    identifier, text = page_id(page), sha256_of_text(page.text)
    if identifier in texts:
        found.same_page += texts[identifier] == text
        found.same_id_other_text += texts[identifier] != text
    else:
        texts[identifier] = text


def report(found: Diagnosis, files: Sequence[InputFile], plan: Plan) -> Iterator[str]:
    """The diagnosis as plain lines."""
    size = sum(file.bytes for file in files)
    shards = len(plan_shards(files, plan.limits.shard_bytes, plan.format))
    yield f'{len(files)} files, {size} bytes; {found.pages} pages, {found.lines} lines, {sum(found.sizes)} bytes of text; {shards} shards'
    if found.sizes:
        yield f'pages of {min(found.sizes)} to {max(found.sizes)} bytes of text, median {statistics.median_high(found.sizes)}'
    for name in ('formats', 'encodings', 'languages', 'sites', 'skipped', 'rejected'):
        counted: Counter[str] = getattr(found, name)
        if counted:
            shown = ', '.join(f'{value} {count}' for value, count in counted.most_common(_MOST_SHOWN))
            more = f', and {len(counted) - _MOST_SHOWN} more' if len(counted) > _MOST_SHOWN else ''
            yield f'{name}: {shown}{more}'
    for reason, example in found.examples.items():
        yield f'  {reason}, first at {example}'
    outside = found.pages - sum(found.languages[language] for language in plan.languages)
    yield f'{outside} pages are in a language that the plan filters ({", ".join(plan.languages)} are kept)'
    yield f'{found.same_page} pages are there again; {found.same_id_other_text} have the id of another page and another text: they will be rejected'
    share = f'{100 * found.template_lines / found.lines:.0f} %' if found.lines else '–'
    yield f'{share} of the lines stand on {_TEMPLATE_PAGES} or more pages of their site; {found.truncated} pages may be cut off (the data ends early, or a long last line does)'
    yield _expectation(found)


def _expectation(found: Diagnosis) -> str:
    """The hours of a build, with the assumption that they rest on."""
    if not found.timed_lines:
        return 'hours to expect: unknown, for no page was there to be timed'
    rate = f'{1000 * found.seconds_a_line:.2f} ms a line, measured just now on {found.timed_pages} of these pages'
    hours = f'{found.expected_hours:.2f}' if found.expected_hours >= _LEAST_HOURS else f'less than {_LEAST_HOURS}'
    return (
        f'hours to expect: {hours} on one core like this one, and as many times fewer as there are cores; '
        f'assumed: reading as it went here ({found.seconds:.1f} s), labelling at {rate}; writing the release comes on top'
    )

"""Are planted copies found, and nothing else, and does no cluster straddle splits? A build of composed pages whose copies are known.

usage: python -m benchmarks.planted ARTICLES.jsonl.gz [--pages N] [--seed N] [--workers N]

A page holds the sidebar of its site and day, a story of about 200 words of an article and, every third, another whole story under it. A story is told on some pages, two times of three with a stretch of 0 to 30 %
of its words replaced; a tenth of the pages are written in NFD with tones on the other vowel. Lines are labelled by construction (`composed`); an eighth of the pages are gold, a quarter of these of two unseen sites.
Recall is over all pairs of tellings of one story whose exact Jaccard index is at or above the threshold; a false pair is a member of a cluster that has no such partner in it. The second build has all pages
after a first of 60 %, with `--previous`: no page that is in both may have moved or changed.
"""

import argparse
import gzip
import json
import random
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from builder.build import build
from builder.duplicates.shingles import jaccard, shingles
from builder.identity import sha256_of_text
from builder.planning import Request

THRESHOLD: Final = 0.7
EDITED: Final = 0.3
WORDS: Final = 200
UNSEEN: Final = ('site0.example', 'site1.example')
POLICY: Final = (
    'name: planted\nversion: 1\nsalt: planted\nvalidation_share: 0.2\nunseen_site_share: 0\n'
    f'unseen_sites: [{", ".join(UNSEEN)}]\nseen_sites: []\n'
)
_TONES: Final = {'oà': 'òa', 'oá': 'óa', 'oè': 'òe', 'uỷ': 'ủy', 'uý': 'úy'}
Story = Sequence[str]
"""Its lines: a title and paragraphs."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One page: what the dump and the gold file hold, and which stories it tells, the main one first."""

    name: str
    row: Mapping[str, Any]
    truth: Mapping[str, Any]
    origins: Sequence[int]

    @property
    def id(self) -> str:
        """Its id in the release."""
        return sha256_of_text(f'id\0{self.name}')[:32]

    def stories(self) -> Iterator[str]:
        """The texts of its stories, in the order of `origins`."""
        for number in range(len(self.origins)):
            lines = (
                line for line in self.truth['lines'] if (line['label'] == 'main_story' if number == 0 else line.get('story') == number)
            )
            yield '\n'.join(line['text'] for line in lines)


def plant(stories: Sequence[Story], count: int, seed: int) -> list[Planted]:
    """`count` pages that tell the stories, again and again."""
    numbers = random.Random(seed)  # noqa: S311 - drawn again from its seed
    words = [word for story in stories for line in story for word in line.split()]
    return [_page(number, stories, words, numbers) for number in range(count)]


def _page(number: int, stories: Sequence[Story], words: Sequence[str], numbers: random.Random) -> Planted:
    gold = numbers.random() < 1 / 8
    site = numbers.choice(UNSEEN) if gold and numbers.random() < 1 / 4 else f'site{numbers.randrange(2, 20)}.example'
    day = numbers.randrange(1, 6)
    sidebar = random.Random(f'{site} {day}').sample(range(len(stories)), 8)  # noqa: S311 - the same on every page of the site and day
    origins = [numbers.randrange(len(stories)) for _ in range(2 if number % 3 == 0 else 1)]
    lines = [_line(stories[origin][0], 'headline') for origin in sidebar[:4]]
    for place, origin in enumerate(origins):
        told = _edited(stories[origin], words, numbers)
        if place:
            lines += [_line('Tin cùng chuyên mục', 'section_heading'), *(_line(line, 'related_story', place) for line in told)]
        else:
            lines += [_line(told[0], 'title'), *(_line(line, 'body') for line in told[1:])]
    lines += [_line(stories[origin][0], 'headline') for origin in sidebar[4:]]
    lines.append(_line(f'Mã trang: {number}', 'footer'))
    text = '\n'.join(line['text'] for line in lines)
    if number % 10 == 0:
        text = unicodedata.normalize('NFD', text)
    name = f'planted-{number:06d}'
    moment = f'2026-01-{day:02d}T{number % 24:02d}:00:00Z'
    row = {'id': name, 'url': f'https://{site}/{number}.html', 'text': text, 'crawled': moment, 'published': moment}
    truth = {'id': name, 'site': site, 'source': 'gold' if gold else 'composed', 'no_story': False, 'lines': lines}
    return Planted(name, row, truth, origins)


def _line(text: str, kind: str, story: int | None = None) -> dict[str, Any]:
    label = 'main_story' if kind in {'title', 'body'} else 'sidebar_noise'
    return {'text': text, 'label': label, 'kind': kind, **({'story': story} if story else {})}


def _edited(story: Story, words: Sequence[str], numbers: random.Random) -> list[str]:
    """The story as it is, or two times of three with a stretch of 0 to 30 % of its words replaced; and every third time its tones on the other vowel."""
    places = [(line, place) for line, text in enumerate(story) for place in range(len(text.split()))]
    length = int(numbers.choice((0, 1, 1)) * numbers.uniform(0, EDITED) * len(places))
    start = numbers.randrange(len(places) - length)
    told = [text.split() for text in story]
    for line, place in places[start : start + length]:
        told[line][place] = numbers.choice(words)
    lines = [unicodedata.normalize('NFC', ' '.join(line)) for line in told]
    if numbers.random() < 1 / 3:
        for one, other in _TONES.items():
            lines = [line.replace(one, other) for line in lines]
    return lines


def write(pages: Sequence[Planted], folder: Path) -> tuple[Path, Path, Path]:
    """(dump, gold, configuration) of the pages, in a new folder."""
    (folder / 'dump').mkdir(parents=True)
    (folder / 'splits.yaml').write_text(POLICY)
    (folder / 'config.yaml').write_text('split_policy: splits.yaml\n')
    with (folder / 'dump' / 'pages.jsonl').open('w', encoding='utf-8') as dump, (folder / 'gold.jsonl').open('w', encoding='utf-8') as gold:
        for page in pages:
            dump.write(json.dumps(page.row, ensure_ascii=False) + '\n')
            gold.write(json.dumps(page.truth, ensure_ascii=False) + '\n')
    return folder / 'dump', folder / 'gold.jsonl', folder / 'config.yaml'


def measure(release: Path, pages: Sequence[Planted]) -> dict[str, int]:
    """Planted and found pairs, members without a partner, clusters in two splits, and test stories that are near one of train."""
    sets = {(page.id, number): shingles(text) for page in pages for number, text in enumerate(page.stories())}
    tellings: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for page in pages:
        for number, origin in enumerate(page.origins):
            tellings[origin].append((page.id, number))
    near = {pair for told in tellings.values() for pair in combinations(told, 2) if jaccard(sets[pair[0]], sets[pair[1]]) >= THRESHOLD}
    clusters_of: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for row in map(json.loads, (release / 'clusters.jsonl').read_text('utf-8').splitlines()):
        clusters_of[row['page'], row['story']].add(row['cluster'])
        if row['split']:
            splits[row['cluster']].add(row['split'])
    members: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for story, found in clusters_of.items():
        for cluster in found:
            members[cluster].append(story)
    lonely = sum(
        all(jaccard(sets[one], sets[other]) < THRESHOLD for other in told if other != one) for told in members.values() for one in told
    )
    leakage = json.loads((release / 'manifest.json').read_text('utf-8'))['leakage']
    return {
        'near': len(near),
        'found': sum(bool(clusters_of[one] & clusters_of[other]) for one, other in near),
        'clusters': len(members),
        'false': lonely,
        'straddling': sum(len(found) > 1 for found in splits.values()),
        'leaks': sum(of['stories']['near'] for of in leakage.values()),
    }


def rows(release: Path) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Split and row of each page, but for `cluster`, which says what other pages there are."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for path in sorted((release / 'pages').glob('*.parquet')):
        table: pa.Table = pq.read_table(path).drop_columns('cluster')
        found.update((row['id'], (path.name.split('-')[0], row)) for row in table.to_pylist())
    return found


def stories_of(path: Path) -> list[Story]:
    """Stories of 200 words or a little more, cut from the articles; each has the article's title and its own number."""
    found: list[Story] = []
    with gzip.open(path, 'rt', encoding='utf-8') as stream:
        for article in map(json.loads, stream):
            lines: list[str] = []
            for kind, text in article['blocks']:
                lines += [unicodedata.normalize('NFC', ' '.join(text.split()))] if kind == 'body' and text.strip() else []
                if sum(len(line.split()) for line in lines) >= WORDS:
                    found.append([f'{article["title"]} ({len(found)})', *lines])
                    lines = []
    return found


def main() -> None:
    """Plant, build twice, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('articles', type=Path)
    parser.add_argument('--pages', type=int, default=5_000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--workers', type=int, default=1)
    arguments = parser.parse_args()
    stories = stories_of(arguments.articles)
    pages = plant(stories, arguments.pages, arguments.seed)
    print(f'{len(pages)} pages of {len(stories)} stories')
    with TemporaryDirectory() as base:
        first, second = (Path(base) / name / 'release' for name in ('first', 'second'))
        for release, part, previous in ((first, pages[: len(pages) * 6 // 10], None), (second, pages, first)):
            begin = time.monotonic()
            dump, gold, config = write(part, release.parent)
            version = '0.2.0' if previous else '0.1.0'
            request = Request((dump,), release, version, (gold,), config, arguments.workers, previous)
            manifest = build(request, lambda *_: None).manifest
            found = measure(release, part)
            counts = {name: sum(row[name] for row in manifest['conservation']) for name in ('read', 'kept', 'leak')}
            print(f'{version}: {counts}, {manifest["splits"]}, {time.monotonic() - begin:.0f} s')
            print(f'   pairs {found["found"]}/{found["near"]}, recall {found["found"] / found["near"]:.4f}; {found}')
            print(
                f'   gold left out {len(manifest["gold"]["left_out"])} of {manifest["gold"]["pages"]}; certificate '
                + json.dumps(manifest['leakage'])
            )
        old, new = rows(first), rows(second)
        print(
            f'of {len(old)} pages of the first build {len(old.keys() & new.keys())} are in the second, and {sum(old[page] != new[page] for page in old.keys() & new.keys())} of them differ'
        )


if __name__ == '__main__':
    main()

"""How fast near-duplicates are found among stories of about 3 kB, against datasketch in the same run, and how many of the planted are.

usage: python -m benchmarks.dedup ARTICLES.jsonl.gz [--documents N] [--seed N]

Documents of 3,000 bytes of UTF-8 are joined from paragraphs drawn from all articles; every tenth is a reprint of the one before it, with 0 to 30 % of its words replaced. Recall is over the planted pairs whose exact Jaccard index is at or above the threshold;
a false pair is one below it. Figures are process time, from text to pairs, of one core; the peer (extra `peers`) is left out if it is not
installed. It is given the same 128 hashes, the same words and the same shingles, joined to strings as its documentation does, and verifies nothing.
"""

import argparse
import gzip
import json
import random
import resource
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from builder.duplicates.clusters import find_clusters, sketched
from builder.duplicates.segments import Segment
from builder.duplicates.shingles import WIDTH, jaccard, shingles
from builder.text.normalization import match_key

BYTES = 3_000
EDITED = 0.3
EVERY = 10
HASHES = 128
THRESHOLD = 0.7
Pairs = set[tuple[int, int]]


def main() -> None:
    """Time vinews and the peer, and print documents a second, recall of the planted pairs, and false pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('articles', type=Path)
    parser.add_argument('--documents', type=int, default=5_000)
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args()
    texts = documents(paragraphs(arguments.articles), arguments.documents, random.Random(arguments.seed))  # noqa: S311 - drawn again from its seed
    sets = [shingles(text) for text in texts]
    planted = {(number - 1, number) for number in range(EVERY - 1, len(texts), EVERY)}
    near = {pair for pair in planted if jaccard(sets[pair[0]], sets[pair[1]]) >= THRESHOLD}
    size = sum(len(text.encode()) for text in texts) / len(texts)
    print(f'{len(texts)} documents of {size:,.0f} bytes, {len(planted)} reprints, {len(near)} of them near (J >= {THRESHOLD})')
    systems: dict[str, Callable[[Sequence[str]], Pairs]] = {'vinews': by_vinews}
    if find_spec('datasketch'):
        systems['datasketch'] = by_datasketch
    rates: dict[str, float] = {}
    for name, work in systems.items():
        begin = time.process_time()
        found = work(texts)
        rates[name] = len(texts) / (time.process_time() - begin)
        false = sum(jaccard(sets[one], sets[other]) < THRESHOLD for one, other in found)
        print(
            f'{name:12} {rates[name]:8,.0f} documents/s   recall {len(near & found) / len(near):.4f}   false pairs {false} of {len(found)}'
        )
        print(f'{"":12} peak memory of the process so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB')
    if 'datasketch' in rates:
        print(f'{rates["vinews"] / rates["datasketch"]:.1f} times datasketch')


def paragraphs(path: Path) -> list[str]:
    """The paragraphs of all articles, without their titles."""
    with gzip.open(path, 'rt', encoding='utf-8') as stream:
        return [text for line in stream for kind, text in json.loads(line)['blocks'] if kind == 'body']


def documents(found: Sequence[str], count: int, numbers: random.Random) -> list[str]:
    """`count` documents of paragraphs drawn from all articles, every tenth a reprint."""
    words = [word for text in found for word in text.split()]
    texts: list[str] = []
    while len(texts) < count:
        if len(texts) % EVERY == EVERY - 1:
            texts.append(reprint(texts[-1], words, numbers))
            continue
        drawn: list[str] = []
        while sum(len(text.encode()) for text in drawn) < BYTES:
            drawn.append(numbers.choice(found))
        texts.append('\n'.join(drawn).encode()[:BYTES].decode(errors='ignore'))
    return texts


def reprint(text: str, words: Sequence[str], numbers: random.Random) -> str:
    """The text with a stretch of 0 to 30 % of its words replaced by others."""
    told = text.split(' ')
    length = int(numbers.uniform(0, EDITED) * len(told))
    start = numbers.randrange(len(told) - length)
    return ' '.join([*told[:start], *numbers.choices(words, k=length), *told[start + length :]])


def by_vinews(texts: Sequence[str]) -> Pairs:
    """Pairs of a cluster: each member with the first."""
    segments = (Segment(f'{number:08d}', 0, text) for number, text in enumerate(texts))
    with sketched(segments, THRESHOLD, 'strict', Path(gettempdir())) as sketches:
        roots = find_clusters(sketches, THRESHOLD).components.tolist()
    return {(root, number) for number, root in enumerate(roots) if root != number}


def by_datasketch(texts: Sequence[str]) -> Pairs:
    """Pairs that its LSH returns for each document, asked before it is put in."""
    datasketch: Any = import_module('datasketch')
    index = datasketch.MinHashLSH(threshold=THRESHOLD, num_perm=HASHES)
    pairs: Pairs = set()
    for number, text in enumerate(texts):
        words = match_key(text).split()
        sketch = datasketch.MinHash(num_perm=HASHES)
        sketch.update_batch([' '.join(words[place : place + WIDTH]).encode() for place in range(len(words) - WIDTH + 1)])
        pairs.update((other, number) for other in index.query(sketch))
        index.insert(number, sketch)
    return pairs


if __name__ == '__main__':
    main()

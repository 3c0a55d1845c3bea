"""What one page proves about its names, for the lines that name them without proof ("ông Kono" after "Taro Kono")."""

from collections.abc import Iterable
from itertools import pairwise

from builder.entities.lexicon import Lexicon
from builder.entities.spans import Span
from builder.entities.syllables import is_syllable
from builder.entities.token_line import CAPITAL, UPPER, TokenLine
from builder.entities.trie import Node, add_keys

_PROOF = frozenset({'title', 'spoken', 'family', 'credit', 'official', 'named', 'place', 'acronym', 'product', 'foreign'})
_TOPIC_WORDS = 3


def page_names(lines: Iterable[tuple[TokenLine, list[Span]]]) -> Node:
    """The names with evidence in these lines, then the short forms of persons; what was proved first stands."""
    root = Node()
    proved = [(line, span) for line, spans in lines for span in spans if span.rule in _PROOF]
    for line, span in proved:
        _add(root, line, span)
    for line, span in proved:
        # Who signs a story or a picture is not spoken of in it.
        if span.type == 'PER' and span.rule != 'credit':
            for short in _short_forms(line, span):
                add_keys(root, 'PER', short)
    return root


def topic_of(lines: Iterable[TokenLine], lexicon: Lexicon) -> str:
    """The topic of which at least three different words stand in these lines, the fuller one; '' for none."""
    words: set[str] = set()
    for line in lines:
        words.update(line.keys, (f'{a} {b}' for a, b in pairwise(line.keys)))
    counts = {topic: len(listed & words) for topic, listed in lexicon.topics.items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] >= _TOPIC_WORDS else ''


def _add(root: Node, line: TokenLine, span: Span) -> None:
    keys = line.keys[span.start : span.end]
    if not span.type:
        if span.rule == 'product' and not is_syllable(keys[0]):
            add_keys(root, 'none', keys[:1])
        return
    if len(keys) > 1 or not is_syllable(keys[0]):
        add_keys(root, str(span.type), keys)


def _short_forms(line: TokenLine, span: Span) -> list[list[str]]:
    """The last token, the last two, and for foreign names the first."""
    keys = line.keys[span.start : span.end]
    if len(keys) < 2:
        return []
    forms = [keys[-2:]] if len(keys) > 2 else []
    if len(keys[-1]) > 1:
        forms.append(keys[-1:])
    if not is_syllable(keys[0]):
        forms.append(keys[:1])
    return [form for form in forms if line.shapes[span.end - 1] in {CAPITAL, UPPER}]

"""Taggers of others: no offset is lost however they cut and respell, each span is the text it points to, and what is missing is told."""

import json
import os
import subprocess
import sys
import unicodedata
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.entities.adapters.alignment import aligned_spans, known_tag
from builder.entities.adapters.choice import choose_tagger
from builder.entities.adapters.underthesea import UndertheseaTagger
from builder.entities.conll import TaggedLine
from builder.errors import UsageError
from builder.training.tagger import write_tagger
from tests.conftest import EXAMPLES, invoked
from tests.entities.test_conll import TEXTS

TAGS = st.sampled_from(['O', 'B-PER', 'I-PER', 'B-LOC', 'I-ORG', 'B-MISC', 'PERSON'])


def assert_exact(text: str, found: list[tuple[int, int, str]]) -> None:
    reached = 0
    for start, end, kind in found:
        assert reached <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip() != ''
        assert kind in {'PER', 'LOC', 'ORG'}
        reached = end


@given(TEXTS, st.data())
def test_tokens_cut_anywhere_and_respelt_lead_to_the_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)) | {0, len(text)})
    respelt = data.draw(
        st.sampled_from([str, str.upper, lambda token: unicodedata.normalize('NFD', token), lambda token: token.replace('9', '0')])
    )
    tokens = [text[start:end] for start, end in pairwise(cuts)]
    tags = data.draw(st.lists(TAGS, min_size=len(tokens), max_size=len(tokens)))
    assert_exact(text, aligned_spans(text, [(respelt(token), tag) for token, tag in zip(tokens, tags, strict=True)]))


@given(TEXTS, st.lists(st.tuples(TEXTS, TAGS), max_size=8))
def test_tokens_of_another_text_do_no_harm(text: str, tagged: list[tuple[str, str]]) -> None:
    assert_exact(text, aligned_spans(text, tagged))


def test_respelt_words_stand_for_those_between_words_that_agree() -> None:
    text = 'Ông  Trần\u200b Văn Bách ở Hoà Bình (Ðà Nẵng) nói 5.000đ.'
    tagged = [
        ('Ông', 'O'),
        ('TRẦN Văn', 'B-PER'),
        ('Bach', 'I-PER'),
        ('ở', 'O'),
        ('Hòa Bình', 'B-LOC'),
        ('(', 'O'),
        ('Đà', 'B-LOC'),
        ('Nẵng', 'I-LOC'),
        (')', 'O'),
        ('nói', 'O'),
    ]
    found = aligned_spans(text, [*tagged, ('năm nghìn đồng', 'O')])
    assert [(text[start:end], kind) for start, end, kind in found] == [
        ('Trần\u200b Văn Bách', 'PER'),
        ('Hoà Bình', 'LOC'),
        ('Ðà Nẵng', 'LOC'),
    ]


@pytest.mark.parametrize(
    ('tag', 'known'),
    [('B-PERSON', 'B-PER'), ('I-LOC', 'I-LOC'), ('ORG', 'I-ORG'), ('B-MISC', 'O'), ('O', 'O'), ('LABEL_3', 'O'), ('S-PER', 'I-PER')],
)
def test_types_of_others_become_ours(tag: str, known: str) -> None:
    assert known_tag(tag) == known


def test_underthesea_is_asked_line_by_line_of_the_story() -> None:
    def ner(text: str) -> list[tuple[str, str, str, str]]:
        return [(word.upper(), 'N', 'B-NP', 'B-LOC' if word == 'Huế' else 'O') for word in text.split()]

    found = UndertheseaTagger(ner, '9.5.0').tag(['Về  Huế', 'Huế'], [True, False])
    assert [[(entity.text, entity.start, entity.source, entity.version) for entity in entities] for entities in found] == [
        [('Huế', 4, 'model', '9.5.0')],
        [],
    ]


@pytest.mark.parametrize(
    ('said', 'says'),
    [
        ('nobody', 'no such tagger; give crf .shipped., crf:WEIGHTS'),
        ('transformers:', 'or its path is missing'),
        ('transformers:missing', 'no folder here|not installed: pip install'),
        ('underthesea:x', 'no such tagger'),
    ],
)
def test_what_cannot_be_had_is_told(said: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        choose_tagger(said)


@pytest.mark.skipif(find_spec('underthesea') is not None, reason='underthesea is installed')
def test_an_extra_that_is_not_installed_is_told(tmp_path: Path) -> None:
    done = invoked('label', EXAMPLES / 'text', '--tagger', 'underthesea', '-o', tmp_path / 'out.jsonl')
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "pip install 'vinews-builder[underthesea]'" in done.stderr


def test_a_trained_crf_labels_pages_if_its_types_are_those_of_records(tmp_path: Path) -> None:
    lines = [
        TaggedLine(f'Ông Trần Văn {name} nói.', ((4, 12 + len(name) + 1, 'PER'),), 'p', number)
        for number, name in enumerate(('Bách', 'Sen'))
    ]
    write_tagger([lines], tmp_path / 'names.crfsuite', [])
    dump, out = EXAMPLES / 'text' / 'baomien.example', tmp_path / 'out.jsonl'
    done = invoked('label', dump, '--tagger', f'crf:{tmp_path / "names.crfsuite"}', '-o', out)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(row) for row in out.read_text('utf-8').splitlines()]
    found = [entity for row in rows for line in row['lines'] for entity in line['entities']]
    assert {(entity['source'], entity['name']) for entity in found} == {('model', 'crf_tagger')}
    write_tagger([[TaggedLine('tàu Cá', ((4, 6, 'BOAT'),))]], tmp_path / 'boats.crfsuite', [])
    with pytest.raises(UsageError, match='finds BOAT, but a record knows'):
        choose_tagger(f'crf:{tmp_path / "boats.crfsuite"}')


TINY = """
import json, random, sys
from pathlib import Path
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

folder = Path(sys.argv[1])
words = ['[UNK]', '[CLS]', '[SEP]', '[PAD]', *'abcdefghijklmnopqrstuvwxyz', *('##' + sign for sign in 'abcdefghijklmnopqrstuvwxyz')]
tokenizer = Tokenizer(models.WordPiece({word: number for number, word in enumerate(words)}, unk_token='[UNK]'))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.post_processor = processors.TemplateProcessing('[CLS] $A [SEP]', special_tokens=[('[CLS]', 1), ('[SEP]', 2)])
PreTrainedTokenizerFast(
    tokenizer_object=tokenizer, unk_token='[UNK]', cls_token='[CLS]', sep_token='[SEP]', pad_token='[PAD]', model_max_length=16
).save_pretrained(folder)
torch.manual_seed(1)
tags = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC', 'B-MISC']
config = BertConfig(
    vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, max_position_embeddings=16,
    initializer_range=1.0, num_labels=len(tags), id2label=dict(enumerate(tags)), label2id={tag: number for number, tag in enumerate(tags)},
)
BertForTokenClassification(config).save_pretrained(folder)

from builder.entities.adapters.choice import choose_tagger

tagger = choose_tagger(f'transformers:{folder}')
rng, count = random.Random(1), 0
signs = [*'aĐệ -.(/#9', 'Trần', 'Huế ', ' ', chr(0x301), chr(0x200B), chr(0xFEFF), chr(0xAD), chr(0xA0), '😀', '東', 'x' * 40]
texts = [''.join(rng.choices(signs, k=rng.randint(1, 60))) for _ in range(200)]
found = tagger.tag(texts, [True] * len(texts))
assert found == tagger.tag(texts, [True] * len(texts))
for text, entities in zip(texts, found):
    reached = 0
    for entity in entities:
        assert reached <= entity.start < entity.end <= len(text) and text[entity.start : entity.end] == entity.text
        assert entity.type in {'PER', 'LOC'} and 0 < entity.confidence <= 1 and entity.name == 'transformers'
        reached, count = entity.end, count + 1
assert tagger.tag(['a', ''], [False, True]) == [[], []]
print(count)
"""


@pytest.mark.skipif(
    find_spec('transformers') is None or find_spec('torch') is None,
    reason='torch and transformers are not installed (extra `transformers`)',
)
def test_a_tiny_model_finds_spans_that_are_the_text(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, '-c', TINY, tmp_path / 'model'], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 100

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.html.limits import HtmlLimits
from builder.html.segmenter import HtmlPage, segment
from builder.text.lines import split_lines

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / 'cases.yaml').read_text('utf-8'))
TAGS = 'div p span b a h2 ul ol li table tr td caption br pre q select option script style template svg title textarea section form'.split()  # noqa: SIM905 - a list of names
MARKUP = st.lists(
    st.one_of(
        st.sampled_from([f'<{tag}>' for tag in TAGS]),
        st.sampled_from([f'</{tag}>' for tag in TAGS]),
        st.sampled_from(
            ['<div style="display:none">', '<p style="white-space:pre;margin-top:3em">', '<td valign=top>', '<!--', '-->', '<a href="']
        ),
        st.text(alphabet='aạ <>&"\'=/\n\r\t\x00\u00a0\ud800\udc00\u2028\x85;#x1'),
    ),
    max_size=40,
).map(''.join)


def lines(page: HtmlPage) -> list[str]:
    return page.text.split('\n') if page.text else []


@pytest.mark.parametrize('case', CASES, ids=lambda case: case['name'])
def test_lines(case: dict[str, Any]) -> None:
    assert lines(segment(case['html'], HtmlLimits())) == case['lines']


@given(MARKUP)
def test_any_markup_gives_lines_and_as_many_blocks(html: str) -> None:
    page = segment(html, HtmlLimits())
    assert len(page.blocks) == len(lines(page))
    assert [line.text for line in split_lines(page.text)] == lines(segment(html, HtmlLimits()))
    assert all(line == ' '.join(line.split()) for line in lines(page))
    assert all(0 <= block.link_density <= 1 for block in page.blocks)
    page.text.encode()


@given(MARKUP)
def test_no_script_becomes_text(html: str) -> None:
    page = segment(f'<p>đầu</p><script>{html.replace("<", "")}BÍMẬT</script>{html}', HtmlLimits())
    assert 'BÍMẬT' not in page.text


def test_the_facts_of_lines() -> None:
    page = segment(
        '<body class="pageDetail"><div id="main-menu"><ul><li><a>Trang chủ</a></li></ul></div>'
        '<div class="box"><h2>Tít <a>nối</a></h2><p><b>chữ</b> đậm và thường</p></div>',
        HtmlLimits(),
    )
    assert [block.tag_path for block in page.blocks] == ['html/body/div/ul/li/a', 'html/body/div/h2', 'html/body/div/p']
    assert [block.heading for block in page.blocks] == [0, 2, 0]
    assert [block.in_list for block in page.blocks] == [True, False, False]
    assert [block.link_density for block in page.blocks] == [1, 0.5, 0]
    assert page.blocks[0].class_words == ('main', 'menu', 'page', 'detail')


def test_a_pair_of_surrogates_is_the_character_it_spells_and_a_lone_one_is_replaced() -> None:
    assert segment('<p>a\ud83d\ude00b\ud800c', HtmlLimits()).text == 'a\U0001f600b\ufffdc'


def test_a_deep_path_and_many_classes_are_capped() -> None:
    page = segment('<div class="' + 'từng lớp ' * 900 + '">' + '<i>' * 100 + 'x', HtmlLimits())
    assert len(page.blocks[0].tag_path.split('/')) == 24
    assert len(page.blocks[0].class_words) <= 24


def test_the_lines_of_the_real_pages_are_those_of_their_text_dumps(shared: Path) -> None:
    gold = {page['id']: [line['text'] for line in page['lines']] for page in map(json.loads, _rows(shared / 'gold' / 'pages.jsonl'))}
    different = []
    for path in sorted((shared / 'gold' / 'html').glob('*.html.gz')):
        page = segment(gzip.decompress(path.read_bytes()).decode(), HtmlLimits())
        if [line.text for line in split_lines(page.text)] != gold[path.name.removesuffix('.html.gz')]:
            different.append(path.name)
    assert different == []


def _rows(path: Path) -> list[str]:
    return path.read_text('utf-8').split('\n')[:-1]

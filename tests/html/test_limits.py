import pytest

from builder.errors import VinewsError
from builder.html.limits import HtmlLimitError, HtmlLimits
from builder.html.segmenter import segment

# Each of these would keep a parser or a layout busy for seconds to hours, or fill the memory.
BAIT = {
    'nested elements': '<div>' * 100_000,
    'nested inline elements': '<span>' * 100_000,
    'attributes': '<a ' + ' '.join(f'a{number}=1' for number in range(1_000_000)) + '>x',
    'attributes that never end': '<p ' * 500_000,
    'formatting to re-open': ''.join(f'<font color={number}>' for number in range(3_000)) + '<p>x' * 3_000,
    'nested tables': '<table><tr><td>1<td>' * 240 + 'x<br>' * 20_000,
    'foreign elements': '<svg>' + '<g>' * 50_000 + '</x>' * 50_000,
    'raw text that a frameset undoes': '<frameset><style><a ' + 'x=1 ' * 100_000,
}
HARMLESS = {
    'entities': '<p>' + '&amp;' * 100_000,
    'broken entities': '<p>' + '&' * 100_000,
    'unclosed comments': '<p>a</p>' + '<!--' * 100_000,
    'NULs': '<p>a\0b' * 10_000,
    'open brackets': '<' * 100_000,
    'unclosed scripts': '<script>' * 100_000,
    'unclosed paragraphs': '<p>a' * 50_000,
    'unclosed items': '<ul>' + '<li>a' * 50_000,
    'end tags': '</p></div></b>' * 50_000,
    'margins': '<table><tr><td>' + '<p style="margin-top:9999999em">a</p>' * 5_000,
    'declarations': '<p style="' + 'margin-top:1.2.3em;' * 20_000 + '">a',
    'list items in lists': '<ul><li>' * 300 + 'x<li>' * 1_000,
}


@pytest.mark.parametrize('name', BAIT)
def test_bait_is_refused(name: str) -> None:
    with pytest.raises(HtmlLimitError, match='the limit is'):
        segment(BAIT[name], HtmlLimits())


@pytest.mark.parametrize('name', HARMLESS)
def test_what_only_looks_dangerous_is_segmented(name: str) -> None:
    page = segment(HARMLESS[name], HtmlLimits())
    assert len(page.blocks) == (page.text.count('\n') + 1 if page.text else 0)


@pytest.mark.parametrize(
    ('limits', 'what'),
    [
        (HtmlLimits(nodes=9), 'nodes'),
        (HtmlLimits(depth=5), 'nested elements'),
        (HtmlLimits(bytes=99), 'bytes'),
        (HtmlLimits(steps=9), 'steps'),
    ],
)
def test_each_limit_says_what_it_is(limits: HtmlLimits, what: str) -> None:
    with pytest.raises(HtmlLimitError, match=what) as raised:
        segment('<div>' * 20 + 'chữ', limits)
    assert isinstance(raised.value, VinewsError)
    assert '\n' not in str(raised.value)


def test_a_page_at_the_limit_is_kept() -> None:
    assert segment('<div>' * 990 + 'chữ', HtmlLimits()).text == 'chữ'

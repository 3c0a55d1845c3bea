from builder.html.limits import HtmlLimits
from builder.html.segmenter import segment
from builder.labelling.tree import ROOT, Tree


def tree(html: str) -> Tree:
    return Tree(segment(html, HtmlLimits()).markup)


def test_wrappers_do_not_count():
    plain, wrapped = (
        tree('<div><p>a</p><p>b</p></div><p>c</p>'),
        tree('<div><div><section><p><b>a</b></p><div><p>b</p></div></section></div></div><p>c</p>'),
    )
    assert [len(one.chain(one.of_line(0))) for one in (plain, wrapped)] == [4, 4]  # the paragraph, the div, the page's elements, ROOT
    assert plain.counts[plain.holder(0)] == wrapped.counts[wrapped.holder(0)] == 2


def test_the_densest_element_holds_most_text_itself():
    one = tree('<div><p>a</p><p>b</p><p>c</p></div><ul><li>d</li></ul>')
    densest = one.densest([5.0, 5.0, 5.0, 1.0])
    assert densest == one.holder(0) != one.holder(3)
    assert one.densest([0.0] * 4) is None


def test_the_heaviest_element_leaves_out_what_weighs_less_than_nothing():
    one = tree('<div><p>a</p><p>b</p></div><p>c</p>')
    assert one.heaviest([2.0, 2.0, -1.0]) == one.holder(0)
    assert one.heaviest([-1.0, -1.0, -1.0]) is None


def test_a_page_without_elements_has_only_its_root():
    assert Tree(segment('', HtmlLimits()).markup).densest([]) is None
    assert ROOT == -1

"""One HTML page: the limits of the markup, the segmenter, the metadata, and the page that comes of them."""

import atheris

with atheris.instrument_imports(include=['builder']):
    from builder.html.limits import HtmlLimitError, HtmlLimits
    from builder.html.segmenter import HtmlPage, segment
    from builder.text.lines import split_lines
    from tests.fuzz.harness import run, scratch
    from tests.fuzz.invariants import read, require_sound

LIMITS = HtmlLimits(nodes=20_000, depth=200, steps=2_000_000)


def check(data: bytes) -> None:
    path = scratch('page.html', data)
    require_sound(read(path, 'html'), data, 'html')
    text = data.decode('utf-8', 'surrogateescape')
    page = segmented(text)
    assert page == segmented(text)
    if page:
        assert len(page.blocks) == len(split_lines(page.text))
        assert all(0 <= block.link_density <= 1 for block in page.blocks)


def segmented(text: str) -> HtmlPage | None:
    try:
        return segment(text, LIMITS)
    except HtmlLimitError:  # the one error that is documented
        return None


if __name__ == '__main__':
    run(check)

"""The numbers that the second pass decides by. They lie in the record of the weights; the shipped ones were set by hand, and what a search on
other sites' pages finds in their place is measured by `benchmarks/labeller.py --choose`.

Shares are of word pairs, probabilities are the sequence models' that a line belongs to any story, log odds are those of `seams`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is asked of lines and groups of them, by the module that asks."""

    # heads
    head_reach: int
    """Lines above a story's first line in which its title is looked for."""
    repeated: float
    """Share of a title in a text from which it is a title of that text."""
    per_line: float
    """What a headline's share counts less for each line that it stands further from the story."""
    named_credit: float
    """Least probability of a short line of names between title and text that is taken for the credit."""

    # pieces
    new: float
    """Log odds from which a headline right under a story's line begins another story."""
    new_gap: float
    """The same where noise stands between."""
    new_block: float
    """The same under a short line that was tagged as a subheading."""
    new_section: float
    """The same where that noise has a heading of its own."""
    new_title: float
    """The same for a line that was tagged as a title."""
    listed: float
    """What is asked more of a headline under a bare time: it may be the next item of a list."""
    most_new: int
    """Headlines right under text that may begin another story by their words alone; more of them in a row head the parts of a round-up."""
    far: int
    """Lines of noise after which a story does not go on."""
    joined: float
    """Cohesion from which a piece without a title goes on with the story before it."""
    joined_at_title: float
    """The same for a piece with a title right under the story before it, where no credit ends that."""
    cut: float
    """Cohesion below which a headline in running text begins another story."""
    cut_at_date: float
    """The same where a story's date stands in or under the line."""
    cut_after_credit: float
    """The same where the line before the headline is a credit, or ends in "./."."""
    clearly: float
    """How many times as much of a title must be repeated for another headline to lose its text to it."""
    parts: int
    """Titled parts in a row that make a round-up."""
    part: int
    """Lines that a part of a round-up, under its own heading, has at most."""
    near: int
    """Lines between two stories that are next to each other."""

    # missed
    own_words: float
    """Share of a paragraph in the story near it from which it is the story's, whatever the sequence models said."""
    shared_words: float
    """The same where the sequence models gave it a chance of `doubted` or more."""
    doubted: float
    reach_before: int
    """Lines before a story's first in which it is looked for paragraphs that were missed."""
    reach_after: int
    """Lines after a story's last in which it is looked for lines that were missed."""
    ahead: float
    """Least probability of a paragraph before a story's first line."""
    inside_paragraph: float
    """Least probability of a long line between two lines of a story."""
    inside_text: float
    """The same for a line that is as long as a headline or longer."""
    inside_headline: float
    inside_short: float
    behind_paragraph: float
    """Least probability of a long line after a story's last."""
    behind_text: float
    behind_headline: float
    behind_short: float
    doubtful: float
    """Expected story paragraphs among those of a doubtful story where the page has no other."""
    doubtful_gap: int
    """Lines from one paragraph of a doubtful story to the next, and from a missed paragraph to the story's first."""
    doubtful_fewest: int
    """Paragraphs of a doubtful story."""
    doubtful_listed: float
    """Share of its paragraphs right under a headline above which a doubtful story is a list of summaries."""

    # stories
    full: float
    """Expected running paragraphs from which a story is full; one paragraph with a title in front of it is less."""
    credited: float
    """What a credit counts towards a full story."""
    added: float
    """What a line that the second pass adds to a story counts as a paragraph of it."""
    loose: float
    """Share of its pairs that a line of a story finds in the eight lines on either side of it; in a list of snippets it is less."""
    loose_listed: float
    """The same for running lines that alternate with headlines or dates."""
    coherent: float
    """The same from which the text speaks of one matter only."""
    about_title: float
    """Share of a story's title that its text from the second paragraph on repeats; of a list it repeats none."""
    mostly_about: float
    """The same where the title is told for certain."""
    list_page: int
    """Headlines with a summary under them from which a page is one of lists, where a story needs more than two paragraphs to be one."""
    listed_elsewhere: int
    """The same without those of the group in question, which has the shape of a list itself."""
    page_of_lists: int
    """The same from which whatever tells no more than two paragraphs and has no credit is one more item."""
    alternating: float
    """Share of three or more paragraphs right under a headline from which they look like a list of summaries."""
    list_headings: float
    """Share of headings from which lines alternate."""
    unsure: float
    """Mean probability below which eight paragraphs or more without a title are a list of summaries."""
    nearly_certain: float
    """Mean probability of coherent paragraphs from which they are no list."""
    certain: float
    """Mean probability of its paragraphs from which loose text without headings is a story all the same."""

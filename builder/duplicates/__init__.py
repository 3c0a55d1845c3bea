"""Near-duplicate stories: which of the stories that stand on pages are copies or reprints of one another."""

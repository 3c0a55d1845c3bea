"""Labels of lines: the sources that vote, and how their votes are combined."""

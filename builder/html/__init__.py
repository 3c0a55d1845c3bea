"""HTML pages: a block segmenter that writes one block a line, the markup facts of each line, and what the page says of itself."""

"""Names in the lines of a story: rules and gazetteers with exact offsets."""

"""From the files of a dump to pages, rejects and framing whose places tile each file."""

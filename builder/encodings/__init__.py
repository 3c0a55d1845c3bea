"""Bytes to text: what encoding a page is in, on what evidence, and the repair of text that was once read in the wrong one."""

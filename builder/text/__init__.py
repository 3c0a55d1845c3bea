"""Text as it is: the NFC view with its way back, lines, syllable tokens, the language."""

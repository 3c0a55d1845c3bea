"""vinews: raw dumps of Vietnamese news pages in, a versioned and checked benchmark for cleaning web text out."""

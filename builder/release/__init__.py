"""From staged shards to a release on disk: assignment, rows, Parquet, figures, card, manifest."""

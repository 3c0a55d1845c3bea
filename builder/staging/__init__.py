"""The unit of work: one shard, from bytes to staged records."""

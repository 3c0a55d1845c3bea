"""Commands that belong together, for `builder.cli`: each thin over the module that does the work."""

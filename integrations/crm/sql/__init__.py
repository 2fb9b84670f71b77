"""A query of another database as a source: one SELECT, read-only, mapped as a file is."""

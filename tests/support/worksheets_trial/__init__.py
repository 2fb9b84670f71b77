"""A section of the worksheets for tests only."""

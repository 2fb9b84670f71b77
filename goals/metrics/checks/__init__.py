"""Checks of the quality of the data: what can be wrong with a record, and what to do then."""

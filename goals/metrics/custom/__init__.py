"""Metrics that a workspace makes itself: a small language over the numbers of the catalogue."""

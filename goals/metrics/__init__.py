"""Measures over records, their daily rollups, the catalogue of metrics and their readings."""

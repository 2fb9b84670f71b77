"""Freshsales as a source of records."""

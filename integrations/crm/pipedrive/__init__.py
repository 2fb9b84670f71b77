"""Pipedrive as a source."""

"""The web pages: one blueprint for each area."""

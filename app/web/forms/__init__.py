"""The forms of the web pages, one module for each area."""

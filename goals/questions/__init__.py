"""Questions in plain language, and answers that read the same everywhere."""

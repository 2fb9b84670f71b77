"""The sample company, made the same way every time."""

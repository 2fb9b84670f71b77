"""The SMART coach: what a goal says well, what is missing, and how to mend it."""

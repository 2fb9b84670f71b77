"""Records: the neutral shape that every source is mapped to, and how rows get in."""

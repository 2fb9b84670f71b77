"""What can be tried where a goal is off, why just that, and what became of it."""

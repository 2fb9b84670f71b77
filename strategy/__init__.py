"""What leadership wrote and decided."""

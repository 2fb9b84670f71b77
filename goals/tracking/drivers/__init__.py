"""What a number is made of, and how much of a difference each part makes (pure)."""

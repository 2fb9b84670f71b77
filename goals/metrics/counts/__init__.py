"""What is counted and summed, family by family."""

"""Alert rules over the stored past: what each would have said, and how right it would have been."""

"""What each metric means, family by family (pure)."""

"""The worksheets: their content, and the engine that keeps answers, versions and comments."""

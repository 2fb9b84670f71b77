"""Measurements of Headway against what is possible: ratios, each taken in one run."""

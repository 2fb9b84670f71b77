"""Tests against real systems, which the test command installs on this machine."""

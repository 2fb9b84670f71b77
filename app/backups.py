"""Backing up a database into one file, and restoring it."""

from pathlib import Path


def backup(url: str, file: str | Path) -> None:
    """Write a copy of the database."""
    raise RuntimeError("not ready")


def restore(url: str, file: str | Path, *, force: bool = False) -> None:
    """Put a copy in place of the database."""
    raise RuntimeError("not ready")

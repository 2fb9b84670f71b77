"""Cells that a spreadsheet would run as formulas: an apostrophe in front makes them text (pure)."""

from goals.records import numbers

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def defused(text: str) -> str:
    """Return a text that no spreadsheet runs; numbers, also with a sign, stay as they are."""
    if text.startswith(_RISKY) and numbers.parts(text) is None:
        return f"'{text}"
    return text


def original(text: str) -> str:
    """Return what a text was before it was defused."""
    return text[1:] if text[:1] == "'" and defused(text[1:]) == text else text

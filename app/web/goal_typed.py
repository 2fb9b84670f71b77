"""Numbers of a goal as people type them."""

from decimal import Decimal, InvalidOperation


def number(value: str, in_percent: bool) -> str:
    """Return a number of the contract as people type it: 0.25 as 25 where percent are asked."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        return value
    shown = found * 100 if in_percent else found
    return f"{shown.normalize() + 0:,f}"

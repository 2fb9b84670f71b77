"""A piece of evidence: what was looked at, and its numbers with their receipts (pure)."""

from dataclasses import dataclass

from goals.words import Message


@dataclass(frozen=True)
class Part:
    """A number in words; the receipt leads to its records (None: it has none of its own)."""

    text: Message
    receipt: str | None = None


@dataclass(frozen=True)
class Fact:
    """What was looked at and what was seen; `is_lacking` tells that nothing could be seen."""

    text: Message
    parts: tuple[Part, ...] = ()
    is_lacking: bool = False


def lacking(text: str, **params: object) -> Fact:
    """Return that something cannot be seen, and why."""
    return Fact(Message(text, params), is_lacking=True)

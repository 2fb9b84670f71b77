"""What a reader must know beside a value: what was left out, what is small, what is not over."""

from dataclasses import dataclass
from typing import Any

from goals import words
from goals.words import N_, P_, Message

#: Fewer closed deals or leads than this are too few to conclude from.
SMALL = 10


@dataclass(frozen=True)
class Note:
    """A remark with its code and how many records it is about (None: none)."""

    code: str
    message: Message
    n: int | None = None

    def to_json(self, reader: words.Reader) -> dict[str, Any]:
        """Return the note in the contract's shape."""
        return {"code": self.code, "message": words.render(self.message, reader), "n": self.n}

    def kept(self) -> dict[str, Any]:
        """Return the note as it is stored."""
        return {"code": self.code, "message": words.to_json(self.message), "n": self.n}


def stored(kept: dict[str, Any]) -> Note:
    """Return a note that was stored."""
    return Note(kept["code"], words.from_json(kept["message"]), kept["n"])


def excluded_currency(n: int) -> Note:
    """Say that foreign amounts without a rate were left out."""
    texts = P_(
        "One amount in another currency has no exchange rate and is left out.",
        "%(n)s amounts in another currency have no exchange rate and are left out.",
    )
    return Note("excluded_currency", Message.counted(texts, n), n)


def undated(n: int) -> Note:
    """Say that open deals without a day stand apart."""
    texts = P_(
        "One open deal has no date; nobody knows since when it is open.",
        "%(n)s open deals have no date; nobody knows since when they are open.",
    )
    return Note("undated", Message.counted(texts, n), n)


def small_n(n: int) -> Note:
    """Say that there are few to conclude from."""
    texts = P_("Only one was counted.", "Only %(n)s were counted.")
    return Note("small_n", Message.counted(texts, n), n)


def partial() -> Note:
    """Say that the window is not over."""
    return Note("partial", Message(N_("The window is not over yet.")))


def immature(n: int) -> Note:
    """Say that some of a cohort may still turn out otherwise."""
    texts = P_("One of them is still open.", "%(n)s of them are still open.")
    return Note("immature", Message.counted(texts, n), n)


def no_lost_amounts() -> Note:
    """Say why a win rate by value has no value."""
    text = N_("Lost deals carry no amount, so a rate by value says nothing. Use list_value.")
    return Note("lost_without_amount", Message(text))


def restated(before: object) -> Note:
    """Say that the same question was answered otherwise before."""
    text = N_("This was %(before)s when it was read before; records have changed since.")
    return Note("restated", Message(text, {"before": before}))


def slow() -> Note:
    """Say that the records themselves had to be read."""
    return Note("slow", Message(N_("Counted from the records, not from the daily totals.")))


def unknown_then() -> Note:
    """Say that the instant lies before anything was known."""
    return Note("event_time", Message(N_("Nothing was known here at that time yet.")))


def delivered(evidence: str | None) -> Note:
    """Say where a reading that was delivered comes from."""
    text = N_("Entered by hand: %(evidence)s.") if evidence else N_("Entered without evidence.")
    return Note("manual", Message(text, {"evidence": evidence}))

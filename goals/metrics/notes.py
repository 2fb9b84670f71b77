"""What a reader must know beside a value: what was left out, what is small, what is not over."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from goals import words
from goals.words import N_, P_, Message

#: Fewer closed deals or leads than this are too few to conclude from.
SMALL = 10
#: Fewer answers than this to a survey are.
FEW_ANSWERS = 30


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


def reached_untold(n: int) -> Note:
    """Say that some leads stand on the day they came for want of an event."""
    texts = P_(
        "One lead has a type but no event that says since when; it counts on the day it came.",
        "%(n)s leads have a type but no event that says since when; they count on the day they"
        " came.",
    )
    return Note("undated", Message.counted(texts, n), n)


def more_than_visitors() -> Note:
    """Say that visits and leads do not belong together."""
    text = N_("There are more leads than visitors, so some visitors were not counted.")
    return Note("above_one", Message(text))


def no_target() -> Note:
    """Say what a number of leads needed lacks."""
    return Note("no_target", Message(N_("Say with target how many customers are wanted.")))


def no_margin() -> Note:
    """Say what a payback lacks."""
    return Note(
        "no_margin", Message(N_("Say with margin how much of revenue is left, in percent."))
    )


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


def backlog(n: int) -> Note:
    """Say how many tickets have no resolution time yet."""
    texts = P_("One ticket is still open.", "%(n)s tickets are still open.")
    return Note("backlog", Message.counted(texts, n), n)


def first_unknown(n: int) -> Note:
    """Say that tickets were left out because nobody knows when they were solved first."""
    texts = P_(
        "One ticket is left out: it was opened again, and its first solution is not known.",
        "%(n)s tickets are left out: they were opened again, and their first solution is not"
        " known.",
    )
    return Note("first_unknown", Message.counted(texts, n), n)


def solved_sometime(n: int) -> Note:
    """Say that tickets are closed without a day and stand in no number of open ones."""
    texts = P_(
        "One ticket is closed without a date and is left out.",
        "%(n)s tickets are closed without a date and are left out.",
    )
    return Note("undated", Message.counted(texts, n), n)


def other_scale(n: int) -> Note:
    """Say that answers on other scales were left out."""
    texts = P_(
        "One answer on another scale is left out.",
        "%(n)s answers on other scales are left out.",
    )
    return Note("other_scale", Message.counted(texts, n), n)


def margin(points: Decimal) -> Note:
    """Say how far off a score may be because few of all customers answered."""
    text = N_("The margin of error is %(points)s points up or down (95 of 100 cases).")
    return Note("margin", Message(text, {"points": words.Number(round(points, 1))}))


def without_lead(n: int) -> Note:
    """Say that calls without a lead were left out."""
    texts = P_(
        "One call names no lead and is left out.", "%(n)s calls name no lead and are left out."
    )
    return Note("without_lead", Message.counted(texts, n), n)


def without_customer(n: int) -> Note:
    """Say that touchpoints without a customer were left out."""
    texts = P_(
        "One touchpoint names no customer and is left out.",
        "%(n)s touchpoints name no customer and are left out.",
    )
    return Note("without_customer", Message.counted(texts, n), n)


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

"""What a reader must know beside a value: what was left out, what is small, what is not over."""

from dataclasses import dataclass
from datetime import date
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


def of_part(name: Message, note: Note) -> Note:
    """Return a note on a part of a number as one on the number itself."""
    text = Message("%(part)s: %(note)s", {"part": name, "note": note.message})
    return Note(note.code, text, note.n)


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


def passed(n: int) -> Note:
    """Say that some came and went within the window."""
    texts = P_(
        "One came within the window and was lost again; it counts on neither side.",
        "%(n)s came within the window and were lost again; they count on neither side.",
    )
    return Note("joined_and_left", Message.counted(texts, n), n)


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


def without_points(n: int) -> Note:
    """Say that some events of leads score nothing, for nobody knows what they are worth."""
    texts = P_(
        "One event has no value, and its kind has no points; it counts as 0.",
        "%(n)s events have no value, and their kinds have no points; they count as 0.",
    )
    return Note("without_points", Message.counted(texts, n), n)


def more_than_visitors() -> Note:
    """Say that visits and leads do not belong together."""
    text = N_("There are more leads than visitors, so some visitors were not counted.")
    return Note("above_one", Message(text))


def no_target() -> Note:
    """Say what a number of leads needed lacks."""
    return Note("no_target", Message(N_("Say how many customers are wanted.")))


def no_margin() -> Note:
    """Say what a payback lacks."""
    return Note("no_margin", Message(N_("Say how much of revenue is left as margin, in percent.")))


def small_n(n: int) -> Note:
    """Say that there are few to conclude from."""
    texts = P_("Only one was counted.", "Only %(n)s were counted.")
    return Note("small_n", Message.counted(texts, n), n)


def partial() -> Note:
    """Say that the window is not over."""
    return Note("partial", Message(N_("The window is not over yet.")))


def not_renewed(n: int) -> Note:
    """Say that some of what came due may still be renewed in time."""
    texts = P_(
        "One of them may still be renewed in time.", "%(n)s of them may still be renewed in time."
    )
    return Note("immature", Message.counted(texts, n), n)


def not_back(n: int) -> Note:
    """Say that some of a cohort have days left to come back."""
    texts = P_(
        "One of them may still come back in time.", "%(n)s of them may still come back in time."
    )
    return Note("immature", Message.counted(texts, n), n)


def immature(n: int) -> Note:
    """Say that some of a cohort may still turn out otherwise."""
    texts = P_("One of them is still open.", "%(n)s of them are still open.")
    return Note("immature", Message.counted(texts, n), n)


def no_span(n: int) -> Note:
    """Say that some were left out of a duration, for nobody knows how long they took."""
    texts = P_(
        "One is left out: a day of it is missing, or its days or hours contradict each other.",
        "%(n)s are left out: a day of them is missing, or their days or hours contradict each"
        " other.",
    )
    return Note("no_span", Message.counted(texts, n), n)


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


def cut_over(before: object, day: date | None) -> Note:
    """Say that it was answered otherwise before a cut-over was set, or (None) taken back."""
    if day is None:
        text = N_(
            "This was %(before)s when it was read before; a cut-over between two sources has been "
            "taken back since."
        )
        return Note("restated", Message(text, {"before": before}))
    text = N_(
        "This was %(before)s when it was read before; a cut-over from one source to another on "
        "%(day)s has been set since."
    )
    return Note("restated", Message(text, {"before": before, "day": day}))


def restated_in(before: object, currency: str) -> Note:
    """Say that the same question was answered in another currency before."""
    text = N_(
        "This was %(before)s when it was read before; the currency of the workspace was"
        " %(currency)s then."
    )
    return Note("restated", Message(text, {"before": before, "currency": currency}))


#: Parameters without which a metric cannot be counted from some records, in words.
_ASKED_FOR = {"inactive_days": N_("a number of days without a purchase")}


def needs_param(param: str) -> Note:
    """Say that there are records to count once a parameter says how."""
    text = N_("There are records to count it from, but only with %(param)s.")
    return Note("needs_param", Message(text, {"param": Message(_ASKED_FOR[param])}))


def slow() -> Note:
    """Say that the records themselves had to be read."""
    return Note("slow", Message(N_("Counted from the records, not from the daily totals.")))


def counting() -> Note:
    """Say that much came in or changed, and what is kept of it is not complete yet."""
    text = N_("Much has changed and is being counted: who bought first, and when, may still move.")
    return Note("counting", Message(text))


def unknown_then() -> Note:
    """Say that the instant lies before anything was known."""
    return Note("event_time", Message(N_("Nothing was known here at that time yet.")))


def delivered(evidence: str | None) -> Note:
    """Say where a reading that was delivered comes from."""
    text = N_("Entered by hand: %(evidence)s.") if evidence else N_("Entered without evidence.")
    return Note("manual", Message(text, {"evidence": evidence}))


def still_there(n: int, days: Decimal) -> Note:
    """Say how many deals still stand in the stage, and for how long on average."""
    texts = P_(
        "%(n)s deal still stands there, for %(age)s days so far; it is not counted.",
        "%(n)s deals still stand there, for %(age)s days so far on average; they are not counted.",
    )
    age = words.Number(days.quantize(Decimal("0.1")))
    return Note("still_there", Message.counted(texts, n, {"age": age}), n)


def velocity(n: int, win_rate: Decimal, size: Decimal, currency: str, cycle: Decimal) -> Note:
    """Say what a pipeline's velocity is made of."""
    text = N_(
        "%(open)s open deals × a win rate of %(rate)s × %(size)s a deal ÷ %(days)s days of sales"
        " cycle."
    )
    made = {
        "open": words.Number(Decimal(n)),
        "rate": words.Rate(win_rate),
        "size": words.Money(size, currency),
        "days": words.Number(cycle.quantize(Decimal("0.1"))),
    }
    return Note("made_of", Message(text, made), n)


def past_due(n: int, names: str) -> Note:
    """Name open deals that are past their expected close."""
    texts = P_(
        "%(n)s open deal is past its expected close and is left out: %(names)s.",
        "%(n)s open deals are past their expected close and are left out: %(names)s.",
    )
    return Note("past_due", Message.counted(texts, n, {"names": names}), n)


def certain(n: int, names: str) -> Note:
    """Name open deals that stand at 100%."""
    texts = P_(
        "%(n)s open deal stands at 100%%, which cannot be, and is left out: %(names)s.",
        "%(n)s open deals stand at 100%%, which cannot be, and are left out: %(names)s.",
    )
    return Note("certain", Message.counted(texts, n, {"names": names}), n)


def no_odds(n: int) -> Note:
    """Say that stages have no probability and too little history to tell one from."""
    texts = P_(
        "One open deal stands in a stage without a probability and is left out.",
        "%(n)s open deals stand in stages without a probability and are left out.",
    )
    return Note("no_odds", Message.counted(texts, n), n)


def no_amount(n: int) -> Note:
    """Say that open deals have no amount."""
    texts = P_(
        "One open deal has no amount and is left out.",
        "%(n)s open deals have no amount and are left out.",
    )
    return Note("no_amount", Message.counted(texts, n), n)


def won_without_amount(n: int) -> Note:
    """Say that deals were won of which nobody knows the amount."""
    texts = P_(
        "One deal that was won has no amount and is left out.",
        "%(n)s deals that were won have no amount and are left out.",
    )
    return Note("no_amount", Message.counted(texts, n), n)


def no_close(n: int) -> Note:
    """Say that open deals have no expected close."""
    texts = P_(
        "One open deal has no expected close and is in no forecast.",
        "%(n)s open deals have no expected close and are in no forecast.",
    )
    return Note("no_close", Message.counted(texts, n), n)


def without_quota(n: int) -> Note:
    """Say that deals were won by people without a quota."""
    texts = P_(
        "One deal was won by nobody with a quota and is left out.",
        "%(n)s deals were won by nobody with a quota and are left out.",
    )
    return Note("without_quota", Message.counted(texts, n), n)


def quota_in_currency(n: int) -> Note:
    """Say that quotas in a foreign currency without a rate were left out."""
    texts = P_(
        "One quota in another currency has no exchange rate and is left out.",
        "%(n)s quotas in another currency have no exchange rate and are left out.",
    )
    return Note("excluded_currency", Message.counted(texts, n), n)


def average_deal(missing: Decimal, size: Decimal, currency: str, first: date, last: date) -> Note:
    """Say what is missing to the quotas, and with which average deal it was reckoned."""
    text = N_("%(missing)s are still missing, at an average of %(size)s a deal won from %(span)s.")
    made = {
        "missing": words.Money(missing, currency),
        "size": words.Money(size, currency),
        "span": words.DayRange(first, last),
    }
    return Note("average_deal", Message(text, made))


def compared(amount: Decimal, currency: str, first: date, last: date) -> Note:
    """Say with which days a window was compared."""
    text = N_("Compared with %(amount)s won from %(span)s.")
    made = {"amount": words.Money(amount, currency), "span": words.DayRange(first, last)}
    return Note("compared_with", Message(text, made))

"""The words of the product: messages, and values that know how they are written (pure).

Code below `app` returns a `Message`; whoever knows the reader renders it. Catalogues are the
`.mo` files in `goals/translations`, the same that the pages use.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from goals import formatting
from goals.formatting import NBSP, NOTHING, Written, normalise
from goals.messages import (
    C_,
    FOLDER,
    N_,
    P_,
    Message,
    Reader,
    Writable,
    format_value,
    render,
    translate,
)

__all__ = ["FOLDER", "NOTHING", "C_", "Message", "N_", "P_", "Reader", "format_value"]
__all__ += ["normalise", "render", "translate"]

Form = Literal["full", "compact", "exact"]

#: The word for each status token.
STATUS = {
    "achieved": N_("Achieved"),
    "missed": N_("Missed"),
    "on_track": N_("On track"),
    "at_risk": N_("At risk"),
    "off_track": N_("Off track"),
    "ahead": N_("Ahead"),
    "too_early": N_("Too early"),
    "no_data": N_("No data"),
    "stale": N_("Stale"),
    "source_broken": N_("Source broken"),
}


def status(token: str) -> Message:
    """Return the word for a status; raises KeyError for what is none."""
    return Message(STATUS[token])


@dataclass(frozen=True)
class Quantity(Writable):
    """A number with a unit."""

    value: Decimal

    def write(self, reader: Reader, size: Decimal | None = None) -> Written:
        """Return the parts of the text; `size` is the number whose precision it takes."""
        return formatting.number(formatting.decimal(self.value), size)

    def format(self, reader: Reader) -> str:
        """Return the text."""
        return str(self.write(reader))


@dataclass(frozen=True)
class Money(Quantity):
    """An amount; without a currency it is the reader's own."""

    currency: str | None = None
    form: Form = "full"

    def write(self, reader: Reader, size: Decimal | None = None) -> Written:
        """Return the parts of the text."""
        currency = self.currency or reader.currency
        amount = formatting.decimal(self.value)
        return formatting.money(amount, currency, reader.locale, self.form, size)


@dataclass(frozen=True)
class Number(Quantity):
    """A count, or a number without a unit."""

    form: Form = "full"

    def write(self, reader: Reader, size: Decimal | None = None) -> Written:
        """Return the parts of the text."""
        return formatting.count(formatting.decimal(self.value), reader.locale, self.form, size)


@dataclass(frozen=True)
class Rate(Quantity):
    """A fraction, written as percent: 0.632 is 63.2%."""

    decimals: int = 1

    def write(self, reader: Reader, size: Decimal | None = None) -> Written:
        """Return the parts of the text."""
        return formatting.rate(formatting.decimal(self.value), self.decimals)


@dataclass(frozen=True)
class Chance(Quantity):
    """A probability, in whole percent; never 0% and never 100%, for it is not certain."""

    def format(self, reader: Reader) -> str:
        """Return the text."""
        percent = formatting.rounded_to(formatting.decimal(self.value) * 100, 0)
        if percent < 1:
            return render(Message(N_("under %(rate)s"), {"rate": "1%"}), reader)
        if percent > 99:
            return render(Message(N_("over %(rate)s"), {"rate": "99%"}), reader)
        return f"{percent}%"


class Points(Quantity):
    """Points of a score, such as a net promoter score; they are written without a unit."""


class Done(Quantity):
    """Whether a milestone is done: one is done, zero is not."""

    def write(self, reader: Reader, size: Decimal | None = None) -> Written:
        """Return the word as the figure."""
        text = N_("Done") if self.value >= 1 else N_("Not done")
        return Written("", translate(reader.locale, text), "")


class Counted(Quantity):
    """A number followed by a word for its unit."""

    unit: tuple[str, str]

    def write(self, reader: Reader, size: Decimal | None = None) -> Written:
        """Return the parts of the text."""
        shown = formatting.number(self._shown(), size).figure
        several = 1 if shown == "1" else 2
        text = translate(reader.locale, self.unit[0], self.unit[1], several)
        before, _, after = text.replace(" ", NBSP).partition("%(n)s")
        return Written(before, shown, after)

    def _shown(self) -> Decimal:
        return formatting.decimal(self.value)


class Hours(Counted):
    """A duration in hours."""

    unit = P_("%(n)s hour", "%(n)s hours")


class Days(Counted):
    """A duration in days."""

    unit = P_("%(n)s day", "%(n)s days")


class Weeks(Counted):
    """A duration in weeks."""

    unit = P_("%(n)s week", "%(n)s weeks")


class Months(Counted):
    """A duration in months."""

    unit = P_("%(n)s month", "%(n)s months")


class Years(Counted):
    """A duration in years."""

    unit = P_("%(n)s year", "%(n)s years")


class RatePoints(Counted):
    """The difference of two rates, given as a fraction: 0.024 is 2.4 points."""

    unit = P_("%(n)s point", "%(n)s points")

    def _shown(self) -> Decimal:
        return formatting.rounded_to(formatting.decimal(self.value) * 100, 1).normalize()


@dataclass(frozen=True)
class Signed(Writable):
    """A quantity that is a change, so that more shows a plus sign."""

    quantity: Quantity

    def format(self, reader: Reader) -> str:
        """Return the text; nothing more and nothing less has no sign."""
        text = self.quantity.format(reader)
        grown = self.quantity.value > 0 and any(digit in text for digit in "123456789")
        return f"+{text}" if grown else text


@dataclass(frozen=True)
class Range(Writable):
    """From a low to a high quantity, both in one step of size.

    Beside `near`, a value of the same kind, the unit is left out: ฿41.0 M (36.9 to 45.3).
    """

    low: Quantity
    high: Quantity
    near: Quantity | None = None

    def format(self, reader: Reader) -> str:
        """Return the text."""
        sizes = [self.near] if self.near is not None else [self.low, self.high]
        size = max(abs(formatting.decimal(one.value)) for one in sizes)
        low, high = self.low.write(reader, size), self.high.write(reader, size)
        # What is written without a gap (k, 万) belongs to the figure.
        close = low.after if low.after[:1] in ("k", "万", "亿") else ""
        first, last = low.figure + close, high.figure + close
        if self.near is None:
            first, last = low.before + first, last + high.after.removeprefix(close)
        return render(Message(N_("%(low)s to %(high)s"), {"low": first, "high": last}), reader)


@dataclass(frozen=True)
class Day(Writable):
    """A day: 22 Nov 2026; "long" writes the month in full, "short" leaves the year out."""

    day: date
    form: Literal["medium", "long", "short"] = "medium"

    def format(self, reader: Reader) -> str:
        """Return the text."""
        skeleton = {"medium": "yMMMd", "long": "yMMMMd", "short": "MMMd"}[self.form]
        return formatting.day(self.day, skeleton, reader.locale, reader.calendar)


@dataclass(frozen=True)
class Month(Writable):
    """A month of a year, given by any of its days: Nov 2026."""

    day: date

    def format(self, reader: Reader) -> str:
        """Return the text."""
        return formatting.day(self.day, "yMMM", reader.locale, reader.calendar)


@dataclass(frozen=True)
class DayRange(Writable):
    """From a first to a last day; a year that both share is written once."""

    first: date
    last: date

    def format(self, reader: Reader) -> str:
        """Return the text."""
        same = self.first.year == self.last.year
        # The year stands last in English and Thai, first in Chinese.
        ahead = reader.locale == "zh_Hans"
        low = Day(self.first, "short" if same and not ahead else "medium").format(reader)
        high = Day(self.last, "short" if same and ahead else "medium").format(reader)
        if self.first == self.last:
            return Day(self.first).format(reader)
        return render(Message(N_("%(low)s to %(high)s"), {"low": low, "high": high}), reader)


@dataclass(frozen=True)
class Instant(Writable):
    """A time on a day in a zone, the reader's own unless given; `named` adds the zone's city."""

    at: datetime
    zone: str | None = None
    named: bool = False

    def format(self, reader: Reader) -> str:
        """Return the text."""
        zone = self.zone or reader.zone
        local = self.at.astimezone(ZoneInfo(zone))
        parts = {
            "day": Day(local.date()).format(reader),
            "time": formatting.time_of_day(local),
            "zone": formatting.place(zone, reader.locale),
        }
        if self.named:
            return render(Message(N_("%(day)s %(time)s, %(zone)s"), parts), reader)
        return render(Message(N_("%(day)s %(time)s"), parts), reader)


Value = Quantity | Signed | Range | Day | Month | DayRange | Instant
VALUES: dict[str, type[Value]] = {
    kind.__name__: kind
    for kind in (Money, Number, Rate, Chance, Hours, Days, Weeks, Months, Years, Points, RatePoints)
    + (Done,)
    + (Signed, Range, Day, Month, DayRange, Instant)
}
UNITS: dict[str, type[Quantity]] = {
    "hours": Hours,
    "days": Days,
    "months": Months,
    "years": Years,
    "points": Points,
    "done": Done,
}


def amount(
    value: Decimal | None, unit: str, currency: str | None = None, *, compact: bool = False
) -> Quantity | None:
    """Return a metric's value with its unit (money, rate, count, days ...), None for no data."""
    if value is None:
        return None
    form: Form = "compact" if compact else "full"
    if unit == "money":
        return Money(value, currency, form)
    if unit == "rate":
        return Rate(value)
    return UNITS[unit](value) if unit in UNITS else Number(value, form)


# --- Storage ---------------------------------------------------------------------------------


def to_json(message: Message) -> dict[str, Any]:
    """Return a message as JSON for storage; `from_json` brings it back."""
    stored: dict[str, Any] = {"id": message.id}
    if message.params:
        stored["params"] = {name: _encode(value) for name, value in message.params.items()}
    if message.plural is not None:
        stored |= {"plural": message.plural, "n": message.n}
    return stored


def from_json(stored: dict[str, Any]) -> Message:
    """Return the message that was stored; raises KeyError for kinds of values unknown here."""
    params = {name: _decode(value) for name, value in stored.get("params", {}).items()}
    return Message(stored["id"], params, stored.get("plural"), stored.get("n"))


def _encode(value: object) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"instant": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case list() | tuple():
            return [_encode(one) for one in value]
        case Message():
            return {"message": to_json(value)}
    kind = type(value)
    if VALUES.get(kind.__name__) is not kind:
        raise TypeError(f"a message cannot store {kind.__name__}")
    return {kind.__name__: {one.name: _encode(getattr(value, one.name)) for one in fields(kind)}}


def _decode(stored: Any) -> Any:
    if isinstance(stored, list):
        return [_decode(one) for one in stored]
    if not isinstance(stored, dict):
        return stored
    [(kind, content)] = stored.items()
    match kind:
        case "decimal":
            return Decimal(content)
        case "instant":
            return datetime.fromisoformat(content)
        case "date":
            return date.fromisoformat(content)
        case "message":
            return from_json(content)
    return VALUES[kind](**{name: _decode(value) for name, value in content.items()})

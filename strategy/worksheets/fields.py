"""Each kind of field: what is kept of what was typed, and what is wrong with it.

What is understood is kept in one plain form (a day as 2027-12-31, a number as 1500000, a rate
as 81%); what is not stays as it was typed, so that nobody has to type it again.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from goals import calendar
from goals.words import N_, Message
from strategy.worksheets import figures, measured
from strategy.worksheets.content import LISTS, REFERRING, SETS, Field
from strategy.worksheets.setting import Setting

#: The most characters of a text, unless its field says otherwise; of a number, a day, a choice.
LONGEST = {"text": 300, "long_text": 5000, "texts": 300}
LONGEST_TYPED = 100
MOST_ENTRIES = 30
YEARS = range(1990, 2201)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAY_PARTS = ("day", "month", "year")

Values = Mapping[str, Any]
#: The rows that can be referred to: address of the question -> {item: name}.
Rows = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field; `code` is "missing", "long" or "wrong"."""

    code: str
    message: Message


@dataclass(frozen=True)
class Cleaned:
    """What is kept for a field ("" or [] for nothing) and what is wrong with it, if anything."""

    value: Any
    problem: Problem | None = None


def tidy(text: str) -> str:
    """Return a text in its composed form, without control characters and outer blanks."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", plain).strip()


def empty(value: object) -> bool:
    """Tell whether nothing was filled in."""
    return value is None or value == "" or value == []


def clean(field: Field, raw: object, values: Values, setting: Setting, rows: Rows) -> Cleaned:
    """Return what is kept of a typed value and what is wrong with it.

    `values` are the other fields of the same answer, for what depends on them; `rows` leave
    out the row that the answer is about.
    """
    if field.kind in LISTS:
        return _list(field, raw, choices(field, setting, rows))
    text = tidy(_joined(raw))
    if not text:
        return Cleaned("")
    longest = field.longest or LONGEST.get(field.kind, LONGEST_TYPED)
    if len(text) > longest:
        return Cleaned(text, _too_long(longest, len(text)))
    match field.kind:
        case "text":
            return Cleaned(" ".join(text.split()))
        case "long_text":
            return Cleaned(text)
        case "date":
            return _date(field, text, values)
        case "number" | "money" | "percent" | "quantity":
            return _number(field, text, values, setting)
    if field.kind == "goal" and text in setting.hidden_goals:
        # Somebody who may see the goal chose it.
        return Cleaned(text)
    return _chosen(field, text, choices(field, setting, rows))


def missing(field: Field, value: object, setting: Setting, rows: Rows) -> Problem | None:
    """Return what a required field says when it is empty.

    Where there is nobody and nothing to choose from yet, nothing is asked for.
    """
    if field.missing is None or not empty(value):
        return None
    if not askable(field, setting, rows):
        return None
    return Problem("missing", Message(field.missing))


def askable(field: Field, setting: Setting, rows: Rows) -> bool:
    """Tell whether a field can be filled in: whether there is anybody or anything to choose."""
    if field.kind == "goal":
        return bool(setting.goals or setting.hidden_goals)
    if field.kind in REFERRING or field.kind in ("member", "team"):
        return bool(choices(field, setting, rows))
    return field.kind != "computed"


def day_of(value: object) -> date | None:
    """Return the day that a date field holds, None if it holds none that was understood."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def day_parts(value: object) -> tuple[str, str, str]:
    """Return day, month and year to show in three boxes, as far as they are known."""
    day = day_of(value)
    if day is not None:
        return str(day.day), str(day.month), str(day.year)
    parts = str(value or "").split("/")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (str(value or ""), "", "")


def _joined(raw: object) -> str:
    if isinstance(raw, Mapping):
        parts = [tidy(str(raw.get(part) or "")) for part in _DAY_PARTS]
        return "/".join(parts) if any(parts) else ""
    return raw if isinstance(raw, str) else "" if raw is None else str(raw)


def _too_long(most: int, length: int) -> Problem:
    text = N_("Shorten this to %(most)s characters. It has %(length)s now.")
    return Problem("long", Message(text, {"most": most, "length": length}))


def _wrong(text: str, params: dict[str, object] | None = None) -> Problem:
    return Problem("wrong", Message(text, params or {}))


def _list(field: Field, raw: object, known: Mapping[str, object]) -> Cleaned:
    entries = raw.split("\n") if isinstance(raw, str) else list(raw or ())  # type: ignore[call-overload]
    lines = [line for one in map(str, entries) if one.strip() for line in tidy(one).split("\n")]
    kept = [" ".join(line.split()) for line in lines if line.strip()]
    if field.kind in SETS:
        kept = list(dict.fromkeys(kept))
        # While no CRM is connected its stages are written freely.
        if known or field.kind != "stages":
            return _set(field, kept, known)
    longest = field.longest or LONGEST["texts"]
    over = max((len(one) for one in kept), default=0)
    if over > longest:
        text = N_("Shorten each line to %(most)s characters. One has %(length)s now.")
        return Cleaned(kept, Problem("long", Message(text, {"most": longest, "length": over})))
    if len(kept) > MOST_ENTRIES:
        text = N_("Write at most %(most)s lines. There are %(length)s now.")
        params = {"most": MOST_ENTRIES, "length": len(kept)}
        return Cleaned(kept, Problem("long", Message(text, params)))
    return Cleaned(kept)


def _set(field: Field, lines: list[str], known: Mapping[str, object]) -> Cleaned:
    """Return what was chosen in the order of the list, what is not in it (any more) at the end."""
    kept = [one for one in known if one in lines]
    gone = [one for one in lines if one not in known]
    if len(gone) > MOST_ENTRIES or any(len(one) > LONGEST["texts"] for one in gone):
        return Cleaned(kept, Problem("long", Message(_GONE["choice"])))
    if gone:
        return Cleaned([*kept, *gone], _wrong(_GONE.get(field.kind, _GONE["choice"])))
    return Cleaned(kept)


def _date(field: Field, text: str, values: Values) -> Cleaned:
    day = _day(text)
    if day is None:
        return Cleaned(text, _wrong(N_("Write a day with its month and year, such as 31 12 2027.")))
    if day.year not in YEARS:
        return Cleaned(text, _wrong(N_("Write the year with four digits, such as 2027.")))
    before = day_of(values.get(field.after)) if field.after else None
    if before is not None and day <= before:
        return Cleaned(day.isoformat(), _wrong(N_("Choose a last day that is after the first.")))
    return Cleaned(day.isoformat())


def _day(text: str) -> date | None:
    day = calendar.parse_day(text)
    if day is not None or text.count("/") != 2:
        return day
    # Three boxes may hold a month's name.
    return calendar.parse_day(text.replace("/", " "))


def _number(field: Field, text: str, values: Values, setting: Setting) -> Cleaned:
    figure = figures.parse(text)
    if figure is None:
        return Cleaned(text, _wrong(N_("Write a number, such as 1,500 or 1.5M.")))
    if field.kind == "quantity":
        change = measured.change_of(values) if field.key == "number" else "target"
        metric = measured.metric_of(values, setting)
        if metric is None:
            return Cleaned(text)
        direction = values.get("direction")
        found = measured.problem(figure, change, metric, direction, setting.currency)
        if found is not None:
            return Cleaned(text, Problem("wrong", found))
        return Cleaned(measured.canonical(figure, change, metric))
    if field.kind == "percent":
        unclear = measured.ambiguous(figure)
        if unclear is not None:
            return Cleaned(text, Problem("wrong", unclear))
        return Cleaned(f"{figures.plain(figure.value)}%")
    if figure.percent:
        return Cleaned(text, _wrong(N_("Write a number without the percent sign.")))
    if field.kind == "money" and not figures.fits(figure.currency, setting.currency):
        return Cleaned(
            text, _wrong(N_("Write the amount in %(currency)s."), {"currency": setting.currency})
        )
    return Cleaned(figures.plain(figure.value))


def _chosen(field: Field, text: str, known: Mapping[str, object]) -> Cleaned:
    if text in known:
        return Cleaned(text)
    return Cleaned(text, Problem("wrong", Message(_GONE.get(field.kind, _GONE["choice"]))))


_GONE = {
    "choice": N_("Choose from the list."),
    "metric": N_("Choose a number from the list."),
    "member": N_("Choose somebody who is a member now."),
    "team": N_("Choose a team that exists now."),
    "reference": N_("What was chosen is gone. Choose again."),
    "goal": N_("This goal is gone. Choose again."),
    "metrics": N_("Choose numbers from the list."),
    "references": N_("Something that was chosen is gone. Take it out."),
    "stages": N_("Something that was chosen is no stage of your CRM. Take it out."),
}

_CHOICES: dict[str, Callable[[Setting], Mapping[str, object]]] = {
    "metric": lambda setting: setting.metrics,
    "member": lambda setting: setting.members,
    "team": lambda setting: setting.teams,
    "metrics": lambda setting: setting.metrics,
    "goal": lambda setting: setting.goals,
    "stages": lambda setting: {one: one for one in setting.stages},
}


def choices(field: Field, setting: Setting, rows: Rows) -> Mapping[str, object]:
    """Return what can be chosen in a field, by the value that is kept."""
    if field.kind in _CHOICES:
        return _CHOICES[field.kind](setting)
    if field.refers_to is not None:
        return rows.get(field.refers_to, {})
    return {one.value: one for one in field.options}

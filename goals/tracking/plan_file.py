"""A plan as it is written in a file or a cell: a word, points, or a table of months (pure)."""

import csv
import io
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from goals.errors import Refusal
from goals.tracking.goal import PLANS
from goals.words import N_, Message

Points = tuple[tuple[date, float], ...]
#: Plans that are said by a word alone.
WORDS = tuple(one for one in PLANS if one != "points")
#: Amounts of months that come to this are shares.
WHOLE = Decimal(1)
#: What stands before a table of months in a cell.
MONTHLY = "monthly:"


@dataclass(frozen=True)
class Given:
    """A plan as it was given; `total` is what a table of amounts comes to, None for shares."""

    plan: str
    points: Points | None = None
    total: Decimal | None = None


def read(plan: str, load: Callable[[Path], bytes]) -> Given:
    """Return a plan: a known word, or the path of a CSV file.

    The file has the columns day and share (0.25 is a quarter of the way by the end of the day),
    or month and amount (what belongs to the month, an amount or a share of the way).
    """
    if plan in WORDS:
        return Given(plan)
    if not plan.lower().endswith(".csv"):
        raise Refusal(
            "plan_unknown",
            N_("%(plan)s is not a plan. Use %(words)s or a file that ends in .csv."),
            {"plan": plan, "words": ", ".join(WORDS)},
            field="plan",
        )
    try:
        text = load(Path(plan)).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            "plan_unreadable",
            N_("%(plan)s cannot be read as a text file."),
            {"plan": plan},
            field="plan",
        ) from error
    rows = csv.DictReader(io.StringIO(text))
    if "month" in (rows.fieldnames or ()):
        return _months((row["month"], row.get("amount") or row.get("share") or "") for row in rows)
    return Given("points", _points((row.get("day"), row.get("share")) for row in rows))


def cell(text: str, parts: Iterable[str]) -> Given:
    """Return a plan written in a cell as DAY=SHARE parts, or as monthly: and its months.

    A month is MONTH=AMOUNT (2026-11) or, as in points, DAY=SHARE by the end of its last day.
    """
    pairs = [one.strip().removeprefix(MONTHLY).strip().partition("=") for one in parts]
    if not text.startswith(MONTHLY):
        return Given("points", _points((day, share) for day, _sign, share in pairs))
    if all(len(day.strip()) == len("2026-11-22") for day, _sign, _share in pairs):
        return Given("monthly", _points((day, share) for day, _sign, share in pairs))
    return _months((month, amount) for month, _sign, amount in pairs)


def written(plan: str, points: Points | None) -> list[str]:
    """Return a plan as the parts of a cell that `cell` reads again."""
    if not points:
        return [plan]
    parts = [f"{day.isoformat()}={share!r}" for day, share in points]
    return [f"{MONTHLY} {parts[0]}", *parts[1:]] if plan == "monthly" else parts


def _points(rows: Iterable[tuple[str | None, str | None]]) -> Points:
    points: dict[date, float] = {}
    for number, (written_day, written_share) in enumerate(rows, start=2):
        try:
            day = date.fromisoformat((written_day or "").strip())
            share = float(written_share or "")
            if not 0 <= share <= 1 or day in points:
                raise ValueError("a share of the way, once for each day")
            points[day] = share
        except ValueError as error:
            raise Refusal(
                "plan_line",
                N_("Line %(line)s of the plan needs a day such as 2026-11-22 and a share."),
                {"line": number},
                fix=Message(N_("Give each day once, with a share from 0 to 1.")),
                field="plan",
            ) from error
    _check_some(points)
    return tuple(sorted(points.items()))


def _months(rows: Iterable[tuple[str, str]]) -> Given:
    amounts: dict[date, Decimal] = {}
    for number, (month, written_amount) in enumerate(rows, start=2):
        try:
            day = _end(month.strip())
            amount = Decimal(written_amount.strip())
            if not amount.is_finite() or amount < 0 or day in amounts:
                raise ValueError("an amount of 0 or more, once for each month")
            amounts[day] = amount
        except (ValueError, InvalidOperation, AttributeError) as error:
            raise Refusal(
                "plan_line",
                N_("Line %(line)s of the plan needs a month such as 2026-11 and its amount."),
                {"line": number},
                fix=Message(N_("Give each month once, with an amount or a share of 0 or more.")),
                field="plan",
            ) from error
    _check_some(amounts)
    total = sum(amounts.values(), Decimal())
    if total == 0:
        raise Refusal("plan_empty", N_("The months of the plan come to nothing."), field="plan")
    running, points = Decimal(), []
    for day, amount in sorted(amounts.items()):
        running += amount
        points.append((day, float(running / total)))
    return Given("monthly", tuple(points), None if total == WHOLE else total)


def _end(text: str) -> date:
    """Return the last day of a month, which may be written as that day itself."""
    if len(text) != len("2026-11"):
        return date.fromisoformat(text)
    first = date.fromisoformat(f"{text}-01")
    return first.replace(day=monthrange(first.year, first.month)[1])


def _check_some(found: dict[date, float] | dict[date, Decimal]) -> None:
    if not found:
        raise Refusal("plan_empty", N_("The plan file has no points."), field="plan")

"""A plan curve given as a file: days and the share expected by the end of each (pure)."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

from goals.errors import Refusal
from goals.tracking.goal import PLANS
from goals.words import N_, Message

Points = tuple[tuple[date, float], ...]


def read(plan: str, load: Callable[[Path], bytes]) -> tuple[str, Points | None]:
    """Return the kind of a plan and its points: a known word, or the path of a CSV file.

    The file has the columns day and share (0.25 is a quarter of the way).
    """
    if plan in PLANS[:2]:
        return plan, None
    if not plan.lower().endswith(".csv"):
        raise Refusal(
            "plan_unknown",
            N_("%(plan)s is not a plan. Use linear, seasonal or a file that ends in .csv."),
            {"plan": plan},
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
    return "points", parse(text)


def parse(text: str) -> Points:
    """Return the points of a plan file; raises Refusal that names the line."""
    rows = csv.DictReader(io.StringIO(text))
    points: dict[date, float] = {}
    for number, row in enumerate(rows, start=2):
        try:
            day, share = date.fromisoformat(row["day"].strip()), float(row["share"])
            if not 0 <= share <= 1 or day in points:
                raise ValueError("a share of the way, once for each day")
            points[day] = share
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise Refusal(
                "plan_line",
                N_("Line %(line)s of the plan needs a day such as 2026-11-22 and a share."),
                {"line": number},
                fix=Message(N_("Give each day once, with a share from 0 to 1.")),
                field="plan",
            ) from error
    if not points:
        raise Refusal("plan_empty", N_("The plan file has no points."), field="plan")
    return tuple(sorted(points.items()))

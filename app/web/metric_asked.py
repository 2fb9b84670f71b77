"""What is asked of a metric in the address of a page: days, parameters, members."""

from datetime import date

from flask import request

from app.web import frame, metric_bars
from app.web.texts import gettext as _
from goals import calendar
from goals.calendar import Period
from goals.metrics.catalogue import Metric


def quarter() -> Period:
    """Return the quarter in which it is today."""
    return frame.here().fiscal.quarter(frame.today())


def window(metric: Metric) -> Period:
    """Return the days asked for, by default the present quarter to date."""
    first, last = _day("from"), _day("to")
    present = quarter()
    first = first or (present.first if last is None else last.replace(day=1))
    last = last or max(first, metric_bars.end_of(metric, present))
    return Period.of(min(first, last), max(first, last))


def _day(name: str) -> date | None:
    return calendar.parse_day(request.args.get(name, ""))


def unread() -> dict[str, str]:
    """Return what was typed as a day and is none, by field."""
    given = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    return {name: text for name, text in given.items() if text and _day(name) is None}


def complaint(found: dict[str, str]) -> str:
    """Return what is said of texts that are no days, "" for none."""
    return " ".join(
        _("“%(day)s” is no day. Write one such as 31 Dec 2026 or 2026-12-31.", day=text)
        for text in found.values()
    )


def params(metric: Metric) -> dict[str, str]:
    """Return the parameters given."""
    return {one.name: request.args[one.name] for one in metric.params if request.args.get(one.name)}


def where() -> dict[str, str]:
    """Return the dimensions and members to which the question is narrowed."""
    given = (one.partition("=") for one in request.args.getlist("where"))
    return {name: value for name, _sign, value in given if value}

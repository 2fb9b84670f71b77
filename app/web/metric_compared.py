"""A metric's value beside those of earlier periods, as rows of a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.web import frame, texts
from app.web.texts import gettext as _
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import comparing
from goals.metrics.ahead import Ahead
from goals.metrics.comparing import Comparison, Pair, Side
from goals.metrics.query import Query


@dataclass(frozen=True)
class Row:
    """A period with its value; difference and share are "" for the present one."""

    name: str
    period: Period
    days: str
    value: str
    difference: str = ""
    share: str = ""


@dataclass(frozen=True)
class Compared:
    """The rows, the present period first, and what to know about them."""

    rows: list[Row]
    notes: list[str]


def whole(asked: Query, periods: Iterable[tuple[str, Period, Period]]) -> Period | None:
    """Return what a window is a part of; `periods` are the named ones, each with its whole."""
    window = Period.of(asked.first_day, asked.last_day)
    return next((whole for _name, part, whole in periods if part == window), None)


def of(session: Session, asked: Query, whole: Period | None, ahead: Ahead) -> Compared | None:
    """Return a window, part of a whole one if that is known, beside earlier ones.

    `ahead` holds what is counted for the page. None where there is nothing to compare: a window
    to come, or no value in any period.
    """
    try:
        found = comparing.compare(
            session, asked, today=frame.today(), now=frame.now(), whole=whole, ahead=ahead
        )
    except Refusal:
        return None
    if found is None or all(one.then.value is None for one in found.pairs):
        return None
    here = _("This period so far") if found.is_partial else _("This period")
    rows = [Row(here, found.now.period, _days(found.now), _value(found.now, found))]
    rows += [_row(one, found) for one in found.pairs]
    return Compared(rows, [texts.say(one) for one in found.notes])


def _row(pair: Pair, found: Comparison) -> Row:
    return Row(
        texts.say(comparing.name_of(pair)),
        pair.then.period,
        _days(pair.then),
        _value(pair.then, found),
        _written(comparing.by_how_much(pair, found.unit, found.currency)),
        _written(comparing.share_of(pair)),
    )


def _days(side: Side) -> str:
    return texts.say(comparing.lengths(side))


def _value(side: Side, found: Comparison) -> str:
    return texts.amount(side.value, found.unit, found.currency)


def _written(value: Any) -> str:
    return texts.written(value)

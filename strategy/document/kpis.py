"""The goals in the document: what a page, Slack and the API say of them, as cells."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from goals import words
from goals.charts import small
from goals.charts.status import status_shape
from goals.tracking import standing, status
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience
from goals.words import N_, P_, Message, Reader
from strategy.document import cells
from strategy.document.model import Cell, Kpi

#: A projection means something only for goals that are judged, as in lists of goals.
JUDGED = status.JUDGED | {"too_early"}
#: What somebody should look at.
TROUBLED = frozenset({"off_track", "missed", "at_risk"})

ATTENTION = P_(
    "%(n)s of %(total)s goals needs attention.", "%(n)s of %(total)s goals need attention."
)


def of(session: Session, who: Audience, reader: Reader, on: date | None) -> tuple[Kpi, ...]:
    """Return the goals that the readers may see, worst first; `on` is a day to look back to."""
    return tuple(_kpi(one, reader) for one in standing.board(session, who, on=on))


def summary(kpis: Sequence[Kpi], reader: Reader) -> str:
    """Return how the goals stand together in a sentence, "" without goals."""
    if not kpis:
        return ""
    count = sum(one.status in TROUBLED for one in kpis)
    if not count:
        return words.render(Message(N_("No goal needs attention.")), reader)
    return words.render(Message.counted(ATTENTION, count, {"total": len(kpis)}), reader)


def _kpi(one: Standing, reader: Reader) -> Kpi:
    def amount(value: Decimal | None) -> Cell:
        return cells.of_value(words.amount(value, one.unit, one.currency, compact=True), reader)

    seen, terms = one.evaluation, one.terms
    now = amount(seen.actual if seen is not None else None)
    plan = amount(seen.expected if seen is not None else None)
    shape = status_shape(one.status)
    says = cells.say(
        Message(
            N_("Now %(now)s, plan today %(plan)s"),
            {"now": now.text or words.NOTHING, "plan": plan.text or words.NOTHING},
        ),
        reader,
    )
    return Kpi(
        name=cells.say(one.goal.name, reader),
        owner=cells.say(one.owner_name, reader),
        team=cells.say(one.team_name, reader),
        metric=_metric(one, reader),
        baseline=amount(terms.baseline_value),
        now=now,
        plan=plan,
        likely=_likely(one, reader),
        target=cells.of_value(one.aim, reader),
        due=cells.of_value(words.Day(terms.last_day), reader),
        status=one.status,
        word=words.render(words.status(one.status), reader),
        mark=shape.mark,
        tone=shape.tone,
        reason=cells.say(one.reason, reader),
        chart=_chart(one, says),
        chart_says=says,
    )


def _metric(one: Standing, reader: Reader) -> str:
    return cells.say(one.metric.name, reader)


def _likely(one: Standing, reader: Reader) -> Cell:
    """Return the forecast with its range, else where the present pace leads."""
    seen = one.evaluation
    if seen is None:
        return Cell()

    def amount(value: Decimal | None) -> words.Quantity | None:
        return words.amount(value, one.unit, one.currency, compact=True)

    middle, low, high = map(amount, (seen.likely_end, seen.low_end, seen.high_end))
    if middle is not None:
        cell = cells.of_value(middle, reader)
        if low is None or high is None:
            return cell
        around = words.Range(low, high, near=middle).format(reader)
        return Cell((f"{cell.text} ({around})",), False, cell.value, cell.unit, cell.affix)
    if seen.projection is None or one.status not in JUDGED:
        return Cell()
    cell = cells.of_value(amount(seen.projection), reader)
    text = cells.say(Message(N_("%(value)s at this pace"), {"value": cell.text}), reader)
    return Cell((text,), False, cell.value, cell.unit, cell.affix)


def _chart(one: Standing, says: str) -> str:
    seen = one.evaluation
    if seen is None or not seen.curve:
        return ""
    return small.sparkline(seen.curve.get("actual", ()), seen.curve.get("plan", ()), says)


def facts(session: Session, who: Audience, reader: Reader, on: date | None) -> list[dict[str, Any]]:
    """Return the goals as the command line and the API write them."""
    return [one.to_json(reader) for one in standing.board(session, who, on=on)]

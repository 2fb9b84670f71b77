"""Where a goal starts from: the baseline given, or what was read over the days before it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.metrics import catalogue, library, query, readings
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.tracking import aims
from goals.tracking.drafts import Draft
from goals.tracking.goal import GoalVersion


@dataclass(frozen=True)
class Baseline:
    """Where a goal starts from, over which days, and who says so ("given" or a receipt)."""

    value: Decimal | None = None
    first_day: date | None = None
    last_day: date | None = None
    source: str | None = None


def value_of(session: Session, draft: Draft, *, today: date, now: datetime) -> Decimal | None:
    """Return the baseline a draft would get, None while its window is not known.

    Nothing is kept of it: somebody is only looking.
    """
    if not draft.metric or draft.first_day is None or draft.last_day is None:
        return None
    if draft.last_day < draft.first_day:
        return None
    metric = library.find(session, draft.metric)
    return find(session, draft, metric, today=today, now=now, keep=False).value


def find(
    session: Session,
    draft: Draft,
    metric: Metric,
    *,
    today: date,
    now: datetime,
    keep: bool = True,
    ahead: Ahead | None = None,
) -> Baseline:
    """Return the baseline given, or the reading of as many days just before the window."""
    assert draft.first_day is not None and draft.last_day is not None
    if metric is catalogue.MILESTONE:
        return Baseline()
    if draft.baseline is not None:
        return Baseline(draft.baseline, draft.baseline_from, draft.baseline_to, "given")
    before = workspace.of(session).fiscal.previous(Period.of(draft.first_day, draft.last_day))
    known = readings.earliest(session, metric.id, draft.params, draft.segment, ahead)
    if known is None or known > before.last or before.first > today:
        return Baseline()
    asked = query.Query(
        metric=metric.id,
        params=draft.params,
        first_day=before.first,
        last_day=before.last,
        where=draft.segment,
    )
    read = readings.read(session, asked, today=today, now=now, keep=keep, ahead=ahead)
    if read.value is None:
        return Baseline()
    return Baseline(read.value, before.first, before.last, read.receipt)


def same(before: GoalVersion, draft: Draft, currency: str) -> Baseline | None:
    """Return the baseline that a change keeps, None when it is to be found anew.

    A baseline that was read may read differently today; that alone moves no goal. One in
    another currency than the workspace's is none any more.
    """
    window = (draft.first_day, draft.last_day)
    if before.baseline_value is None or window != (before.first_day, before.last_day):
        return None
    if aims.is_foreign(before, currency):
        return None
    dropped = before.baseline_source == "given" and draft.baseline is None
    if dropped or draft.baseline not in (None, before.baseline_value):
        return None
    return Baseline(
        before.baseline_value, before.baseline_from, before.baseline_to, before.baseline_source
    )

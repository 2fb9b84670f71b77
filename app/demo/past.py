"""Goals of the sample company that have ended, and one without an end: what came of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from app.accounts import people
from app.demo.strategy import ALEX, NOK, WEI
from goals import workspace
from goals.alerts import review
from goals.calendar import Period
from goals.metrics import query, readings
from goals.table import workspace_of
from goals.tracking import goals, retrospectives, standing, visibility
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal, Objective

#: A check-in was asked for every so many days.
EVERY = timedelta(days=14)


@dataclass(frozen=True)
class Ended:
    """A goal of last quarter: `share` of what came was its target, so that it ended as it did."""

    name: str
    metric: str
    email: str
    share: Decimal
    round_to: int
    said: tuple[Said, ...]
    back: dict[str, str | None]


ENDED = (
    Ended(
        "Sell more new business than the quarter before",
        "revenue",
        ALEX,
        Decimal("0.94"),
        100_000,
        (
            Said("50", "The quarter begins with few open proposals."),
            Said("70", "Two repeat customers asked for a price by themselves."),
            Said("70", "The plant in the South signed. The rest is as planned."),
            Said("90", "What is promised in writing is enough.", None, "Have the papers signed"),
            Said("90", "Signed. What comes now is more than the target."),
            Said("90", "Nothing can take it away any more."),
        ),
        {
            "went_well": "Customers who know us were called first, not last.",
            "in_the_way": "Prices waited a week for a signature, three times.",
            "keep": "The list of plants that we have not visited for a year.",
            "next_time": "Agree on the price before the visit, so that no proposal waits.",
        },
    ),
    Ended(
        "Win more leads from partners and fairs",
        "leads_new",
        WEI,
        Decimal("1.12"),
        10,
        (
            Said("90", "Two fairs are booked."),
            Said("70", "The first fair brought half of what we hoped for."),
            Said("50", "The second one was called off.", "Dana: money for another one"),
            Said("30", "No other fair can be had at short notice."),
            Said("30", "Partners send names, but slowly."),
            Said("10", "It will not be reached."),
        ),
        {
            "went_well": "Names from partners came with somebody to call.",
            "in_the_way": "Everything hung on two fairs, and one was called off.",
            "keep": "A call with each partner every month.",
            "next_time": "Plan no more than a third of the leads on one event.",
        },
    ),
)
#: The sum of last quarter's goal, of this one's and of the two to come: for which number, whose,
#: how much of twice what came last quarter and is to come in this one, and rounded to what.
WHOLE = ("Sell ฿%s M of new business in four quarters", "revenue", ALEX, Decimal("2.1"), 1_000_000)
#: A number that has no end: at least so much every month.
EVER = ("Keep up the meetings with customers", "meetings_set", NOK, Decimal("0.97"), 5, 5)


def look_back(session: Session, quarter: Period, today: date) -> None:
    """Add the goals of last quarter as they went, and the one without an end."""
    last = workspace.of(session).fiscal.previous(quarter)
    for one in ENDED:
        _live(session, one, last)
    _four_quarters(session, last, today)
    _every_month(session, today)


def _live(session: Session, one: Ended, window: Period) -> None:
    here = workspace.of(session)
    owner = people.with_email(session, one.email).id
    begun = here.end_of(window.first) - timedelta(hours=12)
    came = _came(session, one.metric, window, window.last)
    target = Decimal(round(came * one.share / one.round_to) * one.round_to)
    draft = Draft(
        one.name,
        metric=one.metric,
        kind="cumulative",
        direction="up",
        target_kind="target",
        target_input=target,
        first_day=window.first,
        last_day=window.last,
        owner_id=owner,
        cadence="fortnightly",
        actions=("Look at it together every second Monday",),
    )
    goal = goals.add(session, draft, by=owner, today=window.first, now=begun)
    day = window.first + EVERY - timedelta(days=1)
    for said in one.said:
        for judged in (day - timedelta(days=1), day):
            review.review(session, now=here.end_of(judged), today=judged, only=[goal])
        keeping.add(session, goal, said, by=owner, today=day, now=here.end_of(day))
        day += EVERY
    after = window.last + timedelta(days=1)
    review.review(session, now=here.end_of(after), today=after, only=[goal])
    shown = standing.one(session, goal)
    retrospectives.save(session, shown, one.back, version=0, by=owner, now=here.end_of(after))
    _continue(session, goal)


def _came(session: Session, metric: str, window: Period, today: date) -> Decimal:
    here = workspace.of(session)
    asked = query.Query(metric, window.first, window.last, {}, {})
    read = readings.read(session, asked, today=today, now=here.end_of(today), keep=False)
    return read.value or Decimal()


def _continue(session: Session, old: Goal) -> None:
    """Let the goal of this quarter that counts the same go on with it."""
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.metric) == old.metric,
        col(Goal.id) != old.id,
    )
    for goal in session.exec(statement):
        if not goal.segment and goal.every is None:
            goal.continues_id, old.objective_id = old.id, goal.objective_id
            session.add_all([goal, old])
    session.flush()


def _four_quarters(session: Session, last: Period, today: date) -> None:
    """Add the sum of the goals of last quarter and this one, with two quarters still to come."""
    here = workspace.of(session)
    name, metric, email, times, round_to = WHOLE
    parts = [
        one
        for one in standing.board(session, visibility.OWNER)
        if one.goal.metric == metric and not one.goal.segment and one.goal.parent_id is None
    ]
    targets = sum((one.terms.target_value or Decimal() for one in parts), Decimal())
    target = Decimal(round(targets * times / round_to) * round_to)
    final = last
    for _quarter in range(3):
        final = here.fiscal.quarter(final.end)
    owner = people.with_email(session, email).id
    draft = Draft(
        name % f"{target / 1_000_000:f}",
        metric=metric,
        kind="cumulative",
        direction="up",
        target_kind="target",
        target_input=target,
        first_day=last.first,
        last_day=final.last,
        owner_id=owner,
        cadence="monthly",
        actions=("Look at the quarters together, and at what carries over",),
        rollup="sum",
        objective_id=parts[0].goal.objective_id,
    )
    whole = goals.add(session, draft, by=owner, today=last.first, now=here.end_of(last.first))
    for one in parts:
        one.goal.parent_id = whole.id
        session.add(one.goal)
    session.flush()
    review.review(session, now=here.end_of(today), today=today, only=[whole])


def _objective(session: Session) -> int | None:
    """Return the objective that comes first, None where there is none."""
    statement = (
        select(Objective.id)
        .where(col(Objective.workspace_id) == workspace_of(session))
        .order_by(col(Objective.position), col(Objective.name))
    )
    return session.exec(statement).first()


def _every_month(session: Session, today: date) -> None:
    """Let a number be kept up every month for half a year, looked at as each month ended."""
    here = workspace.of(session)
    name, metric, email, share, round_to, months = EVER
    month = here.fiscal.month(today)
    first = here.fiscal.previous(month, months)
    came = _came(session, metric, first, first.last)
    draft = Draft(
        name,
        metric=metric,
        kind="cumulative",
        direction="up",
        target_kind="target",
        target_input=Decimal(round(came * share / round_to) * round_to),
        baseline=Decimal(round(came * share * Decimal("0.9"))),
        why="Who is visited buys again.",
        actions=("Nok plans the visits of a month in the week before it",),
        first_day=first.first,
        every="month",
        owner_id=people.with_email(session, email).id,
        cadence="none",
        objective_id=_objective(session),
    )
    goal = goals.add(session, draft, by=None, today=first.first, now=here.end_of(first.first))
    for back in range(months - 1, -1, -1):
        begun = here.fiscal.previous(month, back).first
        review.review(session, now=here.end_of(begun), today=begun, only=[goal])

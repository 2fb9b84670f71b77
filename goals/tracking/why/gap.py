"""The gap between a goal and its plan, split by drivers: what each of them adds, exactly.

What the plan of a driver is, is said and never made up: the expected value of a goal that
counts just this driver, where there is one; else what the driver was over as many days of an
earlier period. Where all of that does not come to the goal's own plan, the rest is a part of
its own: what the plan asks for beyond it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlmodel import Session

from goals import calendar, words, workspace
from goals.calendar import Period
from goals.metrics import notes, readings
from goals.metrics.catalogue import MILESTONE
from goals.tracking import pace
from goals.tracking.drivers import chains, exact
from goals.tracking.drivers.chains import Link
from goals.tracking.standing import Standing
from goals.tracking.why import parts, reading
from goals.tracking.why.parts import Split
from goals.tracking.why.reading import Driver, Reader
from goals.tracking.why.terms import (
    AGAINST,
    Explained,
    Side,
    Term,
    Unexplained,
    changed_term,
    plan_term,
)
from goals.words import N_, P_, Message


def explain(
    session: Session,
    one: Standing,
    known: Sequence[Standing],
    *,
    now: datetime,
    against: str | None = None,
    by: str | None = None,
) -> Explained | Unexplained:
    """Return how the gap of a goal, as it was judged last, is made up.

    `known` are the goals that the asker may see: those of its drivers give these their plans.
    `against` chooses the earlier period, `by` the dimension for a metric without drivers.
    """
    why_not = _without_gap(one)
    if why_not is not None:
        return Unexplained(one, why_not)
    seen = one.evaluation
    assert seen is not None and seen.actual is not None
    window = Period.of(one.terms.first_day, one.terms.last_day)
    period = Period.of(window.first, max(window.first, min(seen.day, window.last)))
    reader = reader_of(session, one, now)
    earlier = _earlier(session, reader, one, window, period)
    if not earlier:
        return Unexplained(one, _nothing_before(reader, one))
    chosen = against if against in earlier else next(iter(earlier))
    before = earlier[chosen]
    own = reader.own(period)
    expected = plan_of(one)
    if own.value is None or reader.own(before).value is None or expected is None:
        return Unexplained(
            one,
            Message(
                N_("There is no value for %(days)s to compare with."),
                {"days": words.DayRange(before.first, before.last)},
            ),
        )
    links = reading.fitting(reader, (period, before))
    split = None
    if links:
        terms, product = _by_drivers(one, known, reader, links, period, before)
    else:
        split = parts.best(reader, period, before, by)
        if split is None:
            return Unexplained(one, _no_parts(one))
        terms, product = _by_members(one, split), Fraction(own.value)
    effects = [effect for _term, effect in terms]
    then = product - sum(effects, Fraction(0))
    asked = then - Fraction(expected)
    changed = Fraction(seen.actual) - product
    has_goals = any(term.plan is not None and term.plan.goal is not None for term, _ in terms)
    near = reading.NEAR * max(abs(Fraction(seen.actual)), abs(Fraction(expected)))
    if abs(asked) > near:
        terms.insert(0, (plan_term(one, asked, chosen, has_goals=has_goals), asked))
    if abs(changed) > near:
        terms.append((changed_term(one), changed))
    gap = exact.less(seen.actual, expected)
    exactly = exact.decimals([effect for _term, effect in terms], gap)
    return Explained(
        one=one,
        period=period,
        before=before,
        against=chosen,
        choices=tuple(earlier),
        actual=seen.actual,
        expected=expected,
        gap=gap,
        terms=tuple(
            replace(term, effect=effect)
            for (term, _), effect in zip(terms, exactly, strict=True)
            if effect or not _is_whole(term)
        ),
        split=split,
        notes=tuple(_notes(reader, links, period, before, own.figure.n)),
    )


def _is_whole(term: Term) -> bool:
    """Tell whether a driver is a share that is all of it on both sides: it tells nothing."""
    return [side.value for side in (term.now, term.plan) if side is not None] == [1, 1]


def reader_of(session: Session, one: Standing, now: datetime, *, keep: bool = True) -> Reader:
    """Return the reader of a goal's drivers, as of the day it was judged last."""
    window = Period.of(one.terms.first_day, one.terms.last_day)
    here = workspace.of(session)
    bucket = timedelta(days=here.fiscal.buckets(window)[0].days)
    day = one.evaluation.day if one.evaluation is not None else here.local_day(now)
    return Reader(session, one.goal, day, now, bucket, keep)


def plan_of(one: Standing) -> Decimal | None:
    """Return what a goal should be by the day it was judged: its plan, or the bound to keep."""
    seen = one.evaluation
    if seen is None:
        return None
    if one.goal.kind != "maintain" or seen.actual is None:
        return seen.expected
    low, high = pace.bounds(
        one.goal.direction, one.terms.target_value, one.terms.low, one.terms.high
    )
    if low is not None and (seen.actual < low or high is None):
        return low
    return high


def _without_gap(one: Standing) -> Message | None:
    """Return why a goal has no gap that could be split, None where it has one."""
    seen = one.evaluation
    if one.metric is MILESTONE or one.goal.kind == "milestone":
        return Message(N_("A milestone is done or not: it has no number whose gap could be split."))
    if one.terms.rollup != "own":
        return Message(N_("It is rolled up from its parts: look at the gap of each of them."))
    if seen is None:
        return Message(N_("The goal was not reviewed yet, so there is no gap to explain."))
    if seen.actual is None:
        return Message(N_("There is no value yet, so there is no gap to explain."))
    if plan_of(one) is None:
        return Message(N_("Nobody knows the plan of this goal yet: it has no baseline or target."))
    if one.goal.kind == "maintain" and one.goal.direction == "band":
        low, high = one.terms.low, one.terms.high
        if low is not None and high is not None and low <= seen.actual <= high:
            return Message(N_("The goal is kept: there is no gap to explain."))
    if not one.metric.is_counted:
        return Message(
            N_("%(metric)s is entered as a whole, so it has no parts."),
            {"metric": one.metric.name},
        )
    return None


def _earlier(
    session: Session, reader: Reader, one: Standing, window: Period, period: Period
) -> dict[str, Period]:
    """Return the earlier periods that records cover, cut to as many days as have passed."""
    fiscal = workspace.of(session).fiscal
    goal = one.goal
    known = readings.earliest(session, goal.metric, goal.params, goal.segment, reader.ahead)
    found: dict[str, Period] = {}
    for name in AGAINST:
        whole = fiscal.same_last_year(window) if name == "last_year" else fiscal.previous(window)
        pair = calendar.like_for_like(window, period.last, whole)
        if pair is None or known is None or known >= pair[1].first + reader.bucket:
            continue
        if pair[1].last < window.first and pair[1] not in found.values():
            found[name] = pair[1]
    return found


def _nothing_before(reader: Reader, one: Standing) -> Message:
    goal = one.goal
    known = readings.earliest(reader.session, goal.metric, goal.params, goal.segment, reader.ahead)
    return Message(
        N_(
            "Records begin on %(day)s, so there is no earlier period that could say which driver"
            " is behind."
        ),
        {"day": None if known is None else words.Day(known)},
    )


def _no_parts(one: Standing) -> Message:
    return Message(
        N_("%(metric)s has no drivers here, and the records name nothing to split it by."),
        {"metric": one.metric.name},
    )


Parted = list[tuple[Term, Fraction]]


def _by_drivers(
    one: Standing,
    known: Sequence[Standing],
    reader: Reader,
    links: Sequence[Link],
    period: Period,
    before: Period,
) -> tuple[Parted, Fraction]:
    """Return what each driver adds, and what they come to."""
    now = reading.drivers(reader, links, period)
    then = reading.drivers(reader, links, before)
    planned = [_planned(one, known, each) for each in now]
    plans = [
        old.factor if goal is None else _factor(old, goal)
        for old, goal in zip(then, planned, strict=True)
    ]
    effects = exact.effects([each.factor for each in now], plans)
    found = []
    for new, old, goal, effect in zip(now, then, planned, effects, strict=True):
        side = Side(old.decimal, old.receipt)
        if goal is not None and goal.evaluation is not None:
            side = Side(goal.evaluation.expected, goal.evaluation.receipt, goal)
        grown = _is_more(new.decimal, side.value, effect)
        term = Term(
            new.link.id,
            Message(new.words.name),
            Message(new.words.more if grown else new.words.less),
            Decimal(),
            new.unit,
            Side(new.decimal, new.receipt),
            side,
            new.link.kpi if new.link.kpi != one.goal.metric else None,
        )
        found.append((term, effect))
    return found, reading.product_of([each.factor for each in now])


def _is_more(now: Decimal | None, then: Decimal | None, effect: Fraction) -> bool:
    if now is None or then is None:
        return effect >= 0
    return now >= then


def _planned(one: Standing, known: Sequence[Standing], driver: Driver) -> Standing | None:
    """Return the goal that plans a driver: it counts the same of the same, over the same days."""
    for other in known:
        seen = other.evaluation
        if (
            driver.link.kpi == other.goal.metric
            and driver.unit == other.unit
            and other.goal.id != one.goal.id
            and other.goal.segment == one.goal.segment
            and other.goal.kind in ("cumulative", "level")
            and (other.terms.first_day, other.terms.last_day)
            == (one.terms.first_day, one.terms.last_day)
            and seen is not None
            and one.evaluation is not None
            and seen.day == one.evaluation.day
            and seen.expected
            and _is_default(other)
        ):
            return other
    return None


def _is_default(one: Standing) -> bool:
    return dict(one.goal.params) == readings.resolved(one.metric, {})


def _factor(driver: Driver, goal: Standing) -> Fraction:
    assert goal.evaluation is not None and goal.evaluation.expected
    value = Fraction(goal.evaluation.expected)
    return 1 / value if driver.link.divides else value


def _by_members(one: Standing, split: Split) -> Parted:
    """Return what each member of a split adds."""
    return [
        (
            Term(
                row.member or "",
                row.name,
                row.name,
                Decimal(),
                split.unit,
                Side(row.now, row.receipt),
                Side(row.then, row.receipt_then),
            ),
            row.effect,
        )
        for row in split.rows
    ]


def _notes(
    reader: Reader, links: Sequence[Link], period: Period, before: Period, n: int
) -> list[Message]:
    """Return what is to be known of the numbers: few records, drivers that are missing."""
    found = []
    least = min([n, reader.own(before).figure.n])
    if links:
        for one in (period, before):
            least = min([least, *(each.n for each in reading.drivers(reader, links, one))])
    if least < notes.SMALL:
        found.append(
            Message.counted(
                P_(
                    "Only %(n)s record stands behind the smallest of these numbers: one more or"
                    " less would change the picture.",
                    "Only %(n)s records stand behind the smallest of these numbers: a few more or"
                    " less would change the picture.",
                ),
                least,
            )
        )
    chain = chains.CHAINS.get(reader.goal.metric, ())
    missing = [each for each in chain if each not in links and each.id == "leads"]
    if links and missing:
        found.append(
            Message(
                N_("Leads are not among the drivers: there are none of this part, or not as long.")
            )
        )
    return found

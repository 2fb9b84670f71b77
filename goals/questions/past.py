"""Answers about other days than a goal's own: a period's number, two periods beside each other."""

from dataclasses import dataclass
from decimal import Decimal

from goals import calendar, words
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import readings
from goals.metrics.catalogue import MILESTONE
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.questions.answer import Answer, Point
from goals.questions.parse import Question
from goals.questions.periods import Spoken
from goals.questions.room import Room
from goals.tracking import periods
from goals.tracking.standing import Standing
from goals.words import N_, DayRange, Message


@dataclass(frozen=True)
class Side:
    """The number of some days, with its receipt; days that are not over end today."""

    period: Period
    value: Decimal
    result: Result


def of_period(room: Room, one: Standing, period: Period) -> Answer | None:
    """Return the number of a goal's metric over other days than its own, None without data."""
    kept = _kept(room, one, period)
    if kept is not None:
        return kept
    side = _side(room, one, period)
    if side is None:
        return None
    text = Message(
        N_("%(goal)s: %(value)s from %(days)s. The goal itself is about %(window)s."),
        {
            "goal": one.goal.name,
            "value": _amount(one, side.value),
            "days": DayRange(side.period.first, side.period.last),
            "window": DayRange(one.terms.first_day, one.terms.last_day),
        },
    )
    return Answer(
        "answer",
        "status",
        text,
        goal=one,
        receipt=room.receipt(side.result.receipt),
        period=(period.first, period.last),
        value=side.value,
        is_past=True,
    )


def _kept(room: Room, one: Standing, period: Period) -> Answer | None:
    """Return what was said at the end of an earlier period of a goal that has no end."""
    for ended in periods.ended(room.session, one.goal):
        terms, seen = ended.terms, ended.result
        if (terms.first_day, terms.last_day) != (period.first, period.last):
            continue
        text = Message(
            N_("%(goal)s, %(days)s: %(status)s. %(reason)s"),
            {
                "goal": one.goal.name,
                "days": DayRange(period.first, period.last),
                "status": words.status(seen.status),
                "reason": words.from_json(seen.reason),
            },
        )
        return Answer(
            "answer",
            "status",
            text,
            goal=one,
            receipt=room.receipt(seen.receipt),
            period=(period.first, period.last),
            value=seen.actual,
            is_past=True,
        )
    return None


def compared(room: Room, one: Standing, asked: Question) -> Answer | None:
    """Return a goal's number beside that of another period, like for like; None without data."""
    if room.today is None or one.metric is MILESTONE:
        return None
    mine, other = _pair(room, one, asked)
    if mine is None or other is None or mine.start > room.today:
        return None
    if room.today in mine and room.today not in other and other.days > 1:
        cut = calendar.like_for_like(mine, room.today, other)
        mine, other = cut or (mine, other)
    now, then = _side(room, one, mine), _side(room, one, other)
    if now is None or then is None:
        return None
    change = now.value - then.value
    shown = words.RatePoints(change) if one.unit == "rate" else _amount(one, change)
    text = Message(
        N_("%(goal)s: %(now)s from %(days)s, %(then)s from %(earlier)s. Change: %(change)s."),
        {
            "goal": one.goal.name,
            "now": _amount(one, now.value),
            "days": DayRange(now.period.first, now.period.last),
            "then": _amount(one, then.value),
            "earlier": DayRange(then.period.first, then.period.last),
            "change": words.Signed(shown) if shown is not None else None,
        },
    )
    points = tuple(
        Point(
            Message(
                N_("%(days)s: %(value)s"),
                {
                    "days": DayRange(side.period.first, side.period.last),
                    "value": _amount(one, side.value),
                },
            ),
            side.result.receipt,
        )
        for side in (now, then)
    )
    return Answer(
        "answer",
        "compare",
        text,
        goal=one,
        receipt=room.receipt(now.result.receipt),
        period=(now.period.first, now.period.last),
        points=points,
        value=now.value,
        is_past=True,
    )


def beside(room: Room, asked: Question) -> Answer:
    """Return how several goals stand that were named one by one."""
    found = room.whole(room.of(asked.goals))
    lines = [
        Message(
            N_("%(goal)s: %(status)s. %(reason)s"),
            {"goal": one.goal.name, "status": words.status(one.status), "reason": one.reason},
        )
        for one in found
    ]
    text = lines[0]
    for line in lines[1:]:
        text = Message(N_("%(text)s %(against)s"), {"text": text, "against": line})
    intent = "compare" if asked.intent == "compare" else "list_mine"
    return Answer("answer", intent, text, goals=tuple(found))


def _pair(room: Room, one: Standing, asked: Question) -> tuple[Period | None, Period | None]:
    """Return the two periods that are meant, the later one first where none was named first."""
    fiscal = room.here.fiscal
    own = Period.of(one.terms.first_day, one.terms.last_day)
    if asked.period is not None:
        mine, other = room.period(asked.period), room.period(asked.against)
        if mine is not None and other is None:
            other = fiscal.previous(mine)
        return mine, other
    if asked.against is None:
        return own, fiscal.previous(own)
    other = room.period(asked.against)
    if asked.against.unit == "date":
        # A day is compared with today.
        return room.period(Spoken("day")), other
    if asked.against.unit == "same":
        return room.period(Spoken("quarter")), other
    if other is not None and room.today is not None and room.today in other:
        # "How does this quarter compare" asks for the one before it.
        return other, fiscal.previous(other)
    if asked.against.half is not None:
        halves = (room.period(Spoken("year", half=half)) for half in (1, 2))
        return next((half for half in halves if half and room.today in half), None), other
    return room.period(Spoken(asked.against.unit)), other


def _side(room: Room, one: Standing, period: Period) -> Side | None:
    today, now = room.today, room.instant
    if today is None or now is None or one.metric is MILESTONE or period.start > today:
        return None
    last = min(period.last, today)
    goal = one.goal
    try:
        begun = readings.earliest(room.session, goal.metric, goal.params, goal.segment)
        if begun is None or begun > last:
            return None
        query = Query(goal.metric, period.first, last, goal.params, goal.segment)
        result = readings.read(room.session, query, today=today, now=now)
    except Refusal:
        return None
    if result.value is None:
        return None
    return Side(Period.of(period.first, last), result.value, result)


def _amount(one: Standing, value: Decimal) -> words.Quantity | None:
    return words.amount(value, one.unit, one.currency)

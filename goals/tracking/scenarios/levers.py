"""The levers of a running goal: what each is so far, and what it was in earlier periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from goals import words, workspace
from goals.calendar import Period
from goals.metrics import readings
from goals.metrics.catalogue import MILESTONE
from goals.tracking.drivers import chains
from goals.tracking.drivers.chains import Link
from goals.tracking.drivers.steering import Course, Lever, Mean, Sum
from goals.tracking.standing import Standing
from goals.tracking.why import gap, parts, reading
from goals.tracking.why.reading import Reader
from goals.words import N_, Message

#: Earlier periods that are looked at.
PAST = 12
#: The levers of a mean, and the only one of a sum without drivers.
MORE, VALUE, REST = "more", "value", "rest"


@dataclass(frozen=True)
class Levers:
    """A goal's course from the day after its last review to its last day.

    `names` and `units` are those of the levers, by their ids; `past` are the stretches of
    earlier periods that they are compared with. A lever that nobody moves goes on as so far, by
    as much more or less as it usually is at the end of a period.
    """

    one: Standing
    rest: Period
    target: Decimal
    course: Course
    names: dict[str, Message]
    units: dict[str, str]
    past: tuple[Period, ...]

    @property
    def is_high_good(self) -> bool:
        """Tell whether more is better."""
        return self.one.goal.direction in ("up", "at_least")

    def reaches(self, landing: Decimal | None) -> bool | None:
        """Tell whether where it ends is as good as the target."""
        if landing is None:
            return None
        return landing >= self.target if self.is_high_good else landing <= self.target


def of(session: Session, one: Standing, *, now: datetime) -> Levers | Message:
    """Return the levers of a goal as they are now, or why there are none."""
    why_not = _without(one)
    if why_not is not None:
        return why_not
    seen, target = one.evaluation, one.terms.target_value
    assert seen is not None and seen.actual is not None and target is not None
    window = Period.of(one.terms.first_day, one.terms.last_day)
    if seen.day >= window.last:
        return Message(
            N_("The window ended on %(day)s: nothing can move it any more."),
            {"day": words.Day(window.last)},
        )
    through = Period.of(window.first, seen.day)
    rest = Period.of(seen.day + timedelta(days=1), window.last)
    reader = gap.reader_of(session, one, now)
    before = _before(session, one, window)
    days = timedelta(days=rest.days)
    past = tuple(Period(max(each.start, each.end - days), each.end) for each in before)
    # An earlier period may be a little shorter; its first days end where its last ones begin.
    begun = tuple(
        Period(each.start, max(tail.start, each.start + timedelta(days=1)))
        for each, tail in zip(before, past, strict=True)
    )
    looking = gap.reader_of(session, one, now, keep=False)
    if one.goal.kind == "cumulative":
        return _sum(one, reader, looking, through, rest, target, past, begun)
    return _mean(one, reader, looking, through, rest, target, past, begun)


def _without(one: Standing) -> Message | None:
    seen = one.evaluation
    if one.metric is MILESTONE or one.goal.kind == "milestone":
        return Message(N_("A milestone is done or not: it has no drivers to move."))
    if one.terms.rollup != "own":
        return Message(N_("It is rolled up from its parts: ask what if of each of them."))
    if one.terms.target_value is None:
        return Message(N_("There is no single target to reach: a band is kept or it is not."))
    if seen is None or seen.actual is None or seen.day < one.terms.first_day:
        return Message(N_("There is no value yet from which to go on."))
    return None


def _before(session: Session, one: Standing, window: Period) -> list[Period]:
    """Return the earlier periods of the window's length, the latest first."""
    goal = one.goal
    known = readings.earliest(session, goal.metric, goal.params, goal.segment)
    if known is None:
        return []
    return workspace.of(session).fiscal.comparable_windows(window, known)[:PAST]


def _sum(
    one: Standing,
    reader: Reader,
    looking: Reader,
    through: Period,
    rest: Period,
    target: Decimal,
    past: tuple[Period, ...],
    begun: tuple[Period, ...],
) -> Levers | Message:
    """Return the course of a goal that adds up."""
    seen = one.evaluation
    assert seen is not None and seen.actual is not None
    times = _still_to_come(one, through, rest)
    links = reading.fitting(reader, [through])
    drivers = reading.drivers(reader, links, through)
    if any(not each.value for each in drivers):
        links, drivers = [], []
    if not links:
        before = tuple(looking.own(each).value for each in past)
        value = seen.actual * times
        lever = Lever(REST, value, past=before)
        if value < 0:
            return Message(N_("What came so far is below zero: there is nothing to go on from."))
        course = Sum(seen.actual, (lever,))
        return _made(one, rest, target, course, [REST], past)
    tails = [_values(looking, links, each) for each in past]
    heads = [_values(looking, links, each) for each in begun]
    levers = []
    for place, each in enumerate(drivers):
        before = tuple(values[place] for values in tails)
        value = each.decimal or Decimal()
        usual = _usual(before, [values[place] for values in heads])
        if usual is None:
            usual = times if place == 0 else Decimal(1)
        most = Decimal(1) if each.link.is_share and each.unit == "rate" else None
        going = value * usual if most is None else min(value * usual, most)
        levers.append(Lever(each.link.id, going, each.link.divides, most, before))
    # A share that always was all of it is nothing to move.
    kept = [one for one in levers if not (one.most == 1 and {one.value, *one.past} <= {1, None})]
    course = Sum(seen.actual, tuple(kept))
    if seen.projection is not None:
        # Going on as so far it ends where the goal's own page says.
        course = Sum(seen.actual, course.least_change(seen.projection) or course.levers)
    drivers = [each for each in drivers if each.link.id in {one.id for one in kept}]
    ids = [each.link.id for each in drivers]
    return _made(one, rest, target, course, ids, past)


def _made(
    one: Standing,
    rest: Period,
    target: Decimal,
    course: Course,
    ids: Sequence[str],
    past: tuple[Period, ...],
) -> Levers:
    shown = words_of(one, ids)
    names = {key: name for key, (name, _unit) in shown.items()}
    units = {key: unit for key, (_name, unit) in shown.items()}
    return Levers(one, rest, target, course, names, units, past)


def words_of(one: Standing, ids: Sequence[str]) -> dict[str, tuple[Message, str]]:
    """Return what the levers of a goal are called, and their units; the first stands alone."""
    metric = {"metric": one.metric.name}
    found = {
        REST: (Message(N_("%(metric)s still to come"), metric), one.unit),
        MORE: (Message(N_("Still to be counted")), "count"),
        VALUE: (Message(N_("%(metric)s of these"), metric), one.unit),
    }
    for link in chains.CHAINS.get(one.goal.metric, ()):
        is_first = link.id == ids[0]
        called = Message(chains.words_of(link, is_first=is_first).name)
        found[link.id] = (called, chains.unit_of(link, is_first=is_first))
    return {key: found.get(key, (Message("%(id)s", {"id": key}), "number")) for key in ids}


def _still_to_come(one: Standing, through: Period, rest: Period) -> Decimal:
    """Return how many times what came so far is still to come, by the plan's own shape."""
    seen = one.evaluation
    share = seen.expected_share if seen is not None else None
    if share is None or not 0 < share < 1:
        return Decimal(rest.days) / Decimal(through.days)
    return (1 - Decimal(repr(share))) / Decimal(repr(share))


def _usual(tails: Sequence[Decimal | None], heads: Sequence[Decimal | None]) -> Decimal | None:
    """Return how many times its first days a driver usually is in the last days of a period."""
    pairs = [
        (tail, head)
        for tail, head in zip(tails, heads, strict=True)
        if tail is not None and head is not None and head > 0
    ]
    first = sum((head for _, head in pairs), Decimal())
    return sum((tail for tail, _ in pairs), Decimal()) / first if first else None


def _values(reader: Reader, links: Sequence[Link], period: Period) -> list[Decimal | None]:
    return [each.decimal for each in reading.drivers(reader, links, period)]


def _mean(
    one: Standing,
    reader: Reader,
    looking: Reader,
    through: Period,
    rest: Period,
    target: Decimal,
    past: tuple[Period, ...],
    begun: tuple[Period, ...],
) -> Levers | Message:
    """Return the course of a ratio whose parts add up over time."""
    ours = reader.own(through)
    scale = parts.scale_of(ours)
    top, bottom = ours.figure.numerator, ours.figure.denominator
    adds = scale is not None and _adds_up(looking, through)
    if scale is None or ours.value is None or top is None or not bottom or not adds:
        return Message(
            N_("%(metric)s is not made of parts that add up over the days, so no lever is known."),
            {"metric": one.metric.name},
        )
    values = [looking.own(each) for each in past]
    usual = _usual(
        [each.value for each in values], [looking.own(each).value for each in begun]
    ) or Decimal(1)
    more = Lever(
        MORE,
        (bottom * rest.days / through.days).quantize(Decimal(1)),
        past=tuple(each.figure.denominator for each in values),
    )
    most = Decimal(1) if one.unit == "rate" else None
    going = ours.value * usual if most is None else min(ours.value * usual, most)
    value = Lever(VALUE, going, most=most, past=tuple(each.value for each in values))
    course = Mean(top, bottom, (more, value), reading.as_decimal(scale))
    return _made(one, rest, target, course, [MORE, VALUE], past)


def _adds_up(reader: Reader, period: Period) -> bool:
    """Tell whether the parts of a ratio are those of two stretches of the days together."""
    if period.days < 2:
        return False
    middle = period.start + timedelta(days=period.days // 2)
    halves = [
        reader.own(each).figure
        for each in (Period(period.start, middle), Period(middle, period.end))
    ]
    whole = reader.own(period).figure
    return all(
        sum((getattr(each, part) or Decimal() for each in halves), Decimal())
        == getattr(whole, part)
        for part in ("numerator", "denominator")
    )


def came(reader: Reader, ids: Sequence[str], period: Period) -> dict[str, Decimal | None]:
    """Return what levers were over some days, None for those that cannot be read."""
    links = [each for each in reading.fitting(reader, [period]) if each.id in ids]
    found: dict[str, Decimal | None] = dict.fromkeys(ids)
    if set(ids) == {each.id for each in links}:
        drivers = reading.drivers(reader, links, period)
        found.update({each.link.id: each.decimal for each in drivers})
    own = reader.own(period)
    if REST in found:
        found[REST] = own.value
    if MORE in found:
        found.update({MORE: own.figure.denominator, VALUE: own.value})
    return found

"""What a gap is made of: the terms of its sum, and what is said where there is none."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from goals.calendar import Period
from goals.tracking.standing import Standing
from goals.tracking.why import reading
from goals.tracking.why.parts import Split
from goals.words import N_, Message

#: What a gap is compared with, the best first: the same season, else the period before.
AGAINST = {
    "last_year": N_("the same days last year"),
    "previous": N_("as many days of the period before"),
}
DRIVERS = N_("the plans of its drivers")


@dataclass(frozen=True)
class Side:
    """What a driver or member was on one side, with the reading that says so.

    `goal` is the goal that plans it, None where an earlier period stands for the plan.
    """

    value: Decimal | None
    receipt: str | None = None
    goal: Standing | None = None


@dataclass(frozen=True)
class Term:
    """One part of the gap: what it is called, what is said of it, and how much it adds."""

    id: str
    name: Message
    said: Message
    effect: Decimal
    unit: str
    now: Side | None = None
    plan: Side | None = None
    kpi: str | None = None


@dataclass(frozen=True)
class Explained:
    """A gap with its parts, which add up to it to the last digit.

    `before` is the earlier period that stands for the plan of the drivers, `against` which one
    it is (last_year, previous), `choices` the ones there are. `split` is the split by which a
    metric without drivers is explained, None where the parts are drivers.
    """

    one: Standing
    period: Period
    before: Period
    against: str
    choices: tuple[str, ...]
    actual: Decimal
    expected: Decimal
    gap: Decimal
    terms: tuple[Term, ...]
    split: Split | None
    notes: tuple[Message, ...]

    @property
    def is_good(self) -> bool | None:
        """Tell whether the gap is on the right side of the plan, None where there is no side."""
        return is_good(self.one, self.gap)


@dataclass(frozen=True)
class Unexplained:
    """Why a gap is not split."""

    one: Standing
    reason: Message


def is_good(one: Standing, effect: Decimal) -> bool | None:
    """Tell whether a change helps a goal, None for a band and for no change."""
    if not effect or one.goal.direction == "band":
        return None
    return (effect < 0) == (one.goal.direction in ("down", "at_most"))


def plan_term(one: Standing, effect: Fraction, against: str, *, has_goals: bool) -> Term:
    """Return what the plan asks for beyond, or leaves free below, the plans of the drivers."""
    is_less = is_good(one, reading.as_decimal(effect)) or False
    name = N_("Plan asks for less") if is_less else N_("Plan asks for more")
    base = DRIVERS if has_goals else AGAINST[against]
    text = N_("the plan asks for less than %(base)s")
    if not is_less:
        text = N_("the plan asks for more than %(base)s")
    said = Message(text, {"base": Message(base)})
    return Term("plan", Message(name), said, Decimal(), one.unit)


def changed_term(one: Standing) -> Term:
    """Return what records add that changed after the goal was judged."""
    return Term(
        "changed",
        Message(N_("Records that changed")),
        Message(N_("records that changed since it was judged")),
        Decimal(),
        one.unit,
    )

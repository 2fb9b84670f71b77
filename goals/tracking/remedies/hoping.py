"""What an action is hoped to do: which number it is to move, and by how much."""

from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from goals import words, workspace
from goals.errors import Refusal
from goals.metrics import history, library, readings
from goals.metrics.catalogue import MILESTONE, Metric
from goals.tracking.drivers import chains
from goals.tracking.goal import Goal
from goals.tracking.remedies import catalogue
from goals.words import N_, Message

#: Directions in which less is better.
_FALLS = ("down", "at_most")
#: Signs with which a change says by itself whether it is more or less.
_SIGNS = ("-", "+", "\u2212", "\u2013")
_POINTS = N_(
    "By how many points %(metric)s changes by that day, beyond what would come anyway. Without a"
    " sign it means better."
)
_AMOUNT = N_(
    "By how much %(metric)s changes by that day, beyond what would come anyway. Without a sign it"
    " means better."
)


@dataclass(frozen=True)
class Driver:
    """The number that an action is to move; `falls` tells that less of it is better."""

    metric: Metric
    params: dict[str, str]
    unit: str
    currency: str | None
    falls: bool

    @property
    def hint(self) -> Message:
        """Return what an expected effect is given in."""
        return Message(_POINTS if self.unit == "rate" else _AMOUNT, {"metric": self.metric.name})

    def change(self, value: Decimal) -> object:
        """Return a change of it as it is written: that of a rate in points."""
        if self.unit == "rate":
            return words.Signed(words.RatePoints(value))
        found = words.amount(value, self.unit, self.currency, compact=True)
        assert found is not None
        return words.Signed(found)

    def meant(self, typed: str, value: Decimal, *, is_share: bool) -> Decimal:
        """Return the change that somebody means by a number; `is_share` tells of a percent sign.

        Raises Refusal for a share of what is no rate, and for more than the number can change.
        """
        if is_share and self.unit != "rate":
            raise Refusal(
                "hoped_share",
                N_("Say how much of %(metric)s it is, not a share of it."),
                {"metric": self.metric.name},
                field="hoped",
            )
        found = value / 100 if self.unit == "rate" else value
        low, high = self.metric.limits
        if low is not None and high is not None and abs(found) > high - low:
            raise Refusal(
                "hoped_large",
                N_("%(metric)s cannot change by so much."),
                {"metric": self.metric.name},
                field="hoped",
            )
        is_signed = typed.strip()[:1] in _SIGNS
        return -found if self.falls and not is_signed else found


def driver_of(session: Session, goal: Goal, remedy: str | None) -> Driver | None:
    """Return the number that an action is to move: its remedy's own, else the goal's.

    None where that is not counted from records, so that nothing can be seen of it.
    """
    if goal.metric == MILESTONE.id:
        return None
    metrics = catalogue.metrics_of(remedy)
    chain = [one.kpi for one in chains.CHAINS.get(goal.metric, ())]
    name = next((one for one in chain if one in metrics), None)
    if name is None or goal.metric in metrics:
        name = goal.metric
    is_own = name == goal.metric
    params = {key: str(value) for key, value in goal.params.items()} if is_own else {}
    metric = library.find(session, name)
    if not history.here(session, metric, params).is_counted:
        return None
    unit, currency = readings.unit_of(metric, params, workspace.of(session).currency)
    is_banded = goal.direction == "band"
    falls = goal.direction in _FALLS if is_own and not is_banded else metric.direction == "down"
    return Driver(metric, params, unit, currency, falls)

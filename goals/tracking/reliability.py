"""How far the forecast could be relied on: what it said of goals that have ended, and what came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import aliased
from sqlmodel import Session

from goals.tracking import closed
from goals.tracking.evaluation import Evaluation

#: The bands of chances that are told apart: each from its number up to the next one.
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8)
#: What share of the landing ranges is meant to hold what came.
MEANT = Decimal("0.8")


@dataclass(frozen=True)
class Week:
    """What was said of a goal in a week, and what came; the ends are None where none were said."""

    goal: int
    chance: float
    is_met: bool
    low: Decimal | None = None
    high: Decimal | None = None
    came: Decimal | None = None

    @property
    def is_within(self) -> bool | None:
        """Tell whether what came lies in the landing range, None without one."""
        if self.low is None or self.high is None or self.came is None:
            return None
        return self.low <= self.came <= self.high


@dataclass(frozen=True)
class Band:
    """Chances from `low` up to `high`: how many weeks of how many goals, and what came of them."""

    low: Decimal
    high: Decimal
    n: int
    goals: int
    reached: Decimal


@dataclass(frozen=True)
class Reliability:
    """How often what the forecast said came so; weeks of one goal lean on each other.

    `within` is the share of the landing ranges that held what came, of `ranges` of them, None
    without any.
    """

    bands: tuple[Band, ...]
    n: int
    goals: int
    within: Decimal | None
    ranges: int


def of_goals(session: Session, goals: Collection[int]) -> Reliability | None:
    """Return how far the forecast of some goals could be relied on, None where none has ended."""
    end = aliased(Evaluation)
    asked = (Evaluation.chance, Evaluation.low_end, Evaluation.high_end, end.actual)
    return counted(
        [
            Week(goal, chance, status == "achieved", low, high, came)
            for goal, _, status, chance, low, high, came in closed.weekly(session, *asked, end=end)
            if goal in goals and chance is not None
        ]
    )


def counted(weeks: Sequence[Week]) -> Reliability | None:
    """Return how often what was said came so, None where nothing was said (pure)."""
    if not weeks:
        return None
    bands = []
    for low, high in zip(BANDS, (*BANDS[1:], 1.0), strict=True):
        here = [one for one in weeks if low <= one.chance and (one.chance < high or high == 1)]
        if here:
            met = Decimal(sum(one.is_met for one in here)) / len(here)
            goals = len({one.goal for one in here})
            bands.append(Band(Decimal(str(low)), Decimal(str(high)), len(here), goals, met))
    held = [one.is_within for one in weeks if one.is_within is not None]
    return Reliability(
        tuple(bands),
        len(weeks),
        len({one.goal for one in weeks}),
        Decimal(sum(held)) / len(held) if held else None,
        len(held),
    )

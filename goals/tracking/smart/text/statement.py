"""What the reader found in a statement (pure)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.tracking.smart.text.numbers import Quantity
from goals.tracking.smart.text.reckoning import Reckoning


@dataclass(frozen=True)
class Words:
    """Some of the writer's own words, and where they stand."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Named:
    """A number of the catalogue that is named, and the words that name it."""

    metric: str
    words: Words


@dataclass(frozen=True)
class Statement:
    """A goal as it was read; None where nothing was found.

    `change` is "target", "relative", "points" or "delta" and `given` the number for it;
    `stated` is a second way of saying the change, to be compared with the first. `towards`
    is "up" or "down" where a verb says so without doubt. `is_known` is False where no word
    was understood, `is_elsewhere` True where the text points to something else. `reviewed` says
    when it is looked at again, and `reckoning` what its other numbers come to.
    """

    text: str
    language: str
    is_known: bool
    is_elsewhere: bool
    metrics: tuple[Named, ...] = ()
    objectives: int = 0
    verb: Words | None = None
    kind: str | None = None
    towards: str | None = None
    milestone: Words | None = None
    number: Words | None = None
    quantity: Quantity | None = None
    change: str | None = None
    given: Decimal | None = None
    baseline: Decimal | None = None
    baseline_unit: str = ""
    stated: Decimal | None = None
    deadline: date | None = None
    when: Words | None = None
    open_time: Words | None = None
    rhythm: Words | None = None
    means: Words | None = None
    means_weak: bool = False
    reason: Words | None = None
    reason_empty: bool = False
    absolute: Words | None = None
    owner: Words | None = None
    vague: Words | None = None
    defines: bool = False
    reviewed: Words | None = None
    reckoning: Reckoning = Reckoning()

    @property
    def metric(self) -> str | None:
        """Return the number that the goal is about."""
        return self.metrics[0].metric if self.metrics else None

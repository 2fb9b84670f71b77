"""A goal before it is one: what a form, a worksheet row or a command has gathered."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Origin:
    """The place in the strategy that asked for a goal, with the sentence as it then stood."""

    section: str
    question: str
    item: str
    answer_version: int
    sentence: str


@dataclass(frozen=True)
class Draft:
    """The terms of a goal to be added; None where nothing was said yet.

    `target_kind` is one of goal.CHANGES and `target_input` what was given for it.
    `low` and `high` are a band's. `done_when` and `steps` (day and name) are a milestone's.
    `commit` and `stretch` are the lines beside the target. `plan_total` is what the amounts of a
    month table come to, where such were given. `baseline` None asks for a baseline from the
    records. `judge` "auto" lets the history decide. `cadence` None takes the rhythm that fits the
    window, or keeps the one there is. `rollup`, `every` and `continues_id` are those of goals and
    their versions; `weight` None leaves the one there is, at first 1.
    """

    name: str
    metric: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    segment: dict[str, str] = field(default_factory=dict)
    kind: str | None = None
    direction: str | None = None
    target_kind: str | None = None
    target_input: Decimal | None = None
    commit: Decimal | None = None
    stretch: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    baseline: Decimal | None = None
    baseline_from: date | None = None
    baseline_to: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    owner_id: int | None = None
    team_id: int | None = None
    channel: str | None = None
    visibility: str = "workspace"
    plan: str = "linear"
    plan_points: tuple[tuple[date, float], ...] | None = None
    plan_total: Decimal | None = None
    judge: str = "auto"
    why: str | None = None
    actions: tuple[str, ...] = ()
    done_when: str | None = None
    steps: tuple[tuple[date, str], ...] = ()
    cadence: str | None = None
    reminds: bool = False
    objective_id: int | None = None
    parent_id: int | None = None
    rollup: str = "own"
    weight: Decimal | None = None
    every: str | None = None
    continues_id: int | None = None
    origin: Origin | None = None

"""A goal in a few words: a sentence with what a small form says beside it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.errors import Refusal
from goals.metrics import library
from goals.metrics.catalogue import Metric
from goals.tracking.drafts import Draft
from goals.tracking.smart import check
from goals.tracking.smart.text import folding, numbers
from goals.words import N_, Message


@dataclass(frozen=True)
class Said:
    """What somebody typed; "" and None leave it to the sentence, or to what is usual."""

    name: str
    metric: str = ""
    target: str = ""
    first: date | None = None
    last: date | None = None


def draft(session: Session, said: Said, *, today: date) -> Draft:
    """Return the terms that were said; fields win over the sentence.

    Without days it is the present quarter. Raises Refusal at the field for what is missing or
    cannot be read.
    """
    read = check.text(session, said.name, today=today).read
    word = said.metric or read.metric
    if not word:
        raise Refusal(
            "metric_missing", N_("Choose the number that shows progress."), field="metric"
        )
    metric = library.find(session, word)
    kind, given = "target", read.target
    # What the sentence says of another number is no target of this one.
    is_read = read.metric == metric.id and read.change_type in ("target", "absolute")
    if said.target.strip():
        kind, given = target(said.target, metric)
    elif not is_read:
        given = None
    if given is None:
        raise Refusal("target_missing", N_("Say the number to reach."), field="target")
    quarter = workspace.of(session).fiscal.containing("quarter", today)
    last = said.last or read.deadline or quarter.last
    usual = quarter.first if last <= quarter.last else today
    return Draft(
        name=said.name.strip(),
        metric=metric.id,
        direction=_direction(kind, given, metric, read.direction),
        target_kind=kind,
        target_input=given,
        first_day=said.first or usual,
        last_day=last,
    )


def _direction(kind: str, given: Decimal, metric: Metric, read: str | None) -> str | None:
    """Return the direction: that of the change, else what the sentence says, else the metric's."""
    if kind != "target" and given:
        return "up" if given > 0 else "down"
    return read if read in ("up", "down") else None


def target(typed: str, metric: Metric) -> tuple[str, Decimal]:
    """Return how a target is counted and how much it is, from 27 M, 25%, +10% or -2 points.

    A number with a sign is a change. Raises Refusal at the field for anything else.
    """
    folded = folding.fold(typed).strip()
    found = numbers.quantities(folded)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(folded)):
        raise Refusal(
            "target_unread",
            N_("Write a number such as 27 M or 25%%, or a change such as +10%% or -500."),
            fix=Message(N_("Correct the number.")),
            field="target",
        )
    one = found[0]
    is_rate = metric.unit == "rate"
    if one.unit == "points" and is_rate:
        return "points", one.share
    if one.unit == "percent" and not is_rate:
        if not one.signed:
            raise Refusal(
                "target_share",
                N_(
                    "%(metric)s is not counted in percent. Write + or - before it for a change,"
                    " or the number to reach."
                ),
                {"metric": metric.name},
                field="target",
            )
        return "relative", one.share
    if is_rate and one.signed:
        raise Refusal(
            "target_points",
            N_("Write the rate to reach, such as 25%%, or a change such as +2 points."),
            field="target",
        )
    if one.unit in ("points", "times", "part"):
        raise Refusal(
            "target_unread",
            N_("Write a number such as 27 M or 25%%, or a change such as +10%% or -500."),
            field="target",
        )
    if is_rate:
        return "target", one.value / 100
    return ("delta" if one.signed else "target"), one.value

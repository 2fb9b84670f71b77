"""Whether the records behind a goal's number are sound enough to alert by it."""

from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.metrics.quality import Score
from goals.table import workspace_of
from goals.tracking.evaluation import Evaluation
from goals.words import N_, Message, Number

#: A number that is so many times what it was is more likely a wrong amount, or one in cents.
JUMP = 100
#: It is held against the middle of so many evaluations before it, of which there must be so many.
LOOKED_AT, LEAST = 7, 3


def share(found: Score | None) -> float:
    """Return the share of records that are not sound, 0 where there is nothing to check."""
    return 0.0 if found is None or found.share is None else 1.0 - float(found.share)


def of_score(session: Session, found: Score | None) -> Message | None:
    """Return what is wrong with the records behind a reading, None where they are sound enough.

    The workspace's gate tells how many of a hundred must pass the checks that matter to the
    number; 0 doubts nothing.
    """
    gate = workspace.of(session).quality_gate
    if not gate or found is None or found.share is None or found.share * 100 >= gate:
        return None
    return _said(found)


def of_jump(
    session: Session,
    goal_id: int,
    actual: Decimal | None,
    unit: str,
    currency: str | None,
    day: date,
) -> Message | None:
    """Return why a number that jumped is not to be trusted, None where it did not.

    It is doubted until it has stood for some days, so that a wrong amount does not announce a
    goal as achieved (the gate that is 0 doubts nothing). A goal that is too early to be judged
    tells nobody anything, and what it counted then is no measure.
    """
    if actual is None or not workspace.of(session).quality_gate:
        return None
    statement = (
        select(col(Evaluation.actual))
        .where(
            col(Evaluation.workspace_id) == workspace_of(session),
            col(Evaluation.goal_id) == goal_id,
            col(Evaluation.day) < day,
            col(Evaluation.status) != "too_early",
        )
        .order_by(col(Evaluation.day).desc(), col(Evaluation.evaluated_at).desc())
        .limit(LOOKED_AT)
    )
    before = sorted(one for one in session.exec(statement) if one)
    middle = before[len(before) // 2] if len(before) >= LEAST else None
    if middle is None or abs(actual) < JUMP * abs(middle):
        return None
    return Message(
        N_(
            "It is more than %(times)s times what it was in the days before, %(before)s. Look"
            " whether an amount, a currency or a whole file is wrong."
        ),
        {"times": Number(Decimal(JUMP)), "before": words.amount(middle, unit, currency)},
    )


def _said(score: Score) -> Message:
    return Message(
        N_("%(fault)s Of the %(n)s records behind the number, %(sound)s pass the checks."),
        {
            "fault": score.found[0].message,
            "n": Number(Decimal(score.n)),
            "sound": Number(Decimal(score.sound)),
        },
    )

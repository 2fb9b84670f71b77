"""Whether the records behind a goal's number are sound enough to alert by it."""

from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.metrics.quality import Score
from goals.words import N_, Message, Number


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


def _said(score: Score) -> Message:
    return Message(
        N_("%(fault)s Of the %(n)s records behind the number, %(sound)s pass the checks."),
        {
            "fault": score.found[0].message,
            "n": Number(Decimal(score.n)),
            "sound": Number(Decimal(score.sound)),
        },
    )

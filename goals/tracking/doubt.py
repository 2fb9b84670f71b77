"""Whether the records behind a goal's number are sound enough to alert by it."""

from datetime import date
from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.metrics import quality, receipts
from goals.metrics.quality import Score
from goals.words import N_, Message, Number


def of_receipt(session: Session, receipt: str | None, today: date) -> Message | None:
    """Return what is wrong with the records behind a reading, None where they are sound enough.

    The workspace's gate tells how many of a hundred must pass the checks that matter to the
    number; 0 doubts nothing. A number that is not counted from records is a person's word.
    """
    gate = workspace.of(session).quality_gate
    if receipt is None or not gate:
        return None
    score = quality.of_reading(session, receipts.find(session, receipt), today)
    if score is None or score.share is None or score.share * 100 >= gate:
        return None
    return _said(score)


def _said(score: Score) -> Message:
    return Message(
        N_("%(fault)s Of the %(n)s records behind the number, %(sound)s pass the checks."),
        {
            "fault": score.found[0].message,
            "n": Number(Decimal(score.n)),
            "sound": Number(Decimal(score.sound)),
        },
    )

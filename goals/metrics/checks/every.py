"""Every check of each kind of record: those that always hold, and those of leadership's rules."""

from sqlmodel import Session

from goals.metrics.checks import agreed, around, deals, people
from goals.metrics.checks.check import Check

CHECKS: tuple[Check, ...] = (*deals.CHECKS, *people.CHECKS, *around.CHECKS)
#: The kinds of record that are checked, in the order in which they are shown.
RECORDS: tuple[str, ...] = tuple(dict.fromkeys(one.record for one in CHECKS))


def of(session: Session, record: str) -> tuple[Check, ...]:
    """Return the checks of a kind of record in this workspace, () for a kind without any."""
    fixed = tuple(one for one in CHECKS if one.record == record)
    return (*fixed, *agreed.checks(session, record)) if fixed else ()

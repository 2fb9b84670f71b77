"""A number that a person read in the CRM: what explains it, and what to look at next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from goals.metrics.reconcile.bridge import Asked, Bridge
from goals.metrics.reconcile.parts import Part
from goals.metrics.reconcile.report import Report


@dataclass(frozen=True)
class Compared:
    """A number that a person read in the CRM, beside both sides.

    `gap` is ours less the number read; of it the steps explain `explained`, and `unexplained`
    is what the report should show less what it does show.
    """

    shows: Decimal
    gap: Decimal
    explained: Decimal
    unexplained: Decimal

    @property
    def is_explained(self) -> bool:
        """Tell whether nothing is left to look for."""
        return self.unexplained == 0


def compare(bridge: Bridge, shows: Decimal) -> Compared:
    """Compare a bridge with the number that a report shows.

    A number that was read with fewer decimals than there are is equal where it is so rounded.
    """
    theirs, ours = bridge.theirs.figure, bridge.ours.figure
    places = max(0, -int(shows.as_tuple().exponent))
    read = theirs if round(theirs, places) == shows else shows
    return Compared(shows, ours - read, ours - theirs, theirs - read)


def explaining(asked: Asked, part: Part, report: Report, shows: Decimal) -> list[Report]:
    """Return the reports, each one choice away, that show just what a person read."""
    others: Sequence[Report] = [
        *(replace(report, counts=one) for one in part.counted),
        *(replace(report, dated=one) for one in part.days),
        *(replace(report, currency=one) for one in ("converted", "plain") if part.is_money),
        replace(report, archived=not report.archived),
        replace(report, narrowed=not report.narrowed),
        *(replace(report, zone=one) for one in (None, "UTC") if part.instant is not None),
    ]
    return [
        one
        for one in dict.fromkeys(others)
        if one != report and compare(asked.bridge(part, one), shows).is_explained
    ]

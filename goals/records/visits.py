"""From a deal's history to its visits: when each stage was left, and runs of open stages (pure)."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import msgspec

from goals.records.source import Entry


class Visit(msgspec.Struct, gc=False):
    """A stay in a stage, in the terms of a stage event; `entry` is what it was told by."""

    entry: Entry
    status: str
    entered_on: date
    position: int = 0
    left_on: date | None = None
    run_from: date | None = None
    starts_run: bool = False
    ends_run: bool = False


def visits(history: Sequence[tuple[Entry, str]]) -> list[Visit]:
    """Return the visits of one deal, from its entries in the order in which they happened.

    Each entry comes with the meaning of its stage: open, won or lost. Where days contradict
    the order, as in a win dated before the first contact, the order holds and the earlier
    entry takes the later one's day: no stay ends before it began.
    """
    stays = [Visit(entry, status, entry.entered_on) for entry, status in history]
    for earlier, later in reversed(list(pairwise(stays))):
        earlier.entered_on = min(earlier.entered_on, later.entered_on)
    before: Visit | None = None
    for one in stays:
        if before is not None:
            before.left_on = one.entered_on
            before.ends_run = before.status == "open" and one.status != "open"
            one.position = before.position + 1 if before.entered_on == one.entered_on else 0
        if one.status == "open":
            goes_on = before is not None and before.status == "open"
            one.starts_run = not goes_on
            one.run_from = before.run_from if before is not None and goes_on else one.entered_on
        before = one
    return stays

"""Which changes of status are told, and whether they begin or continue a story (pure)."""

from collections.abc import Callable
from dataclasses import dataclass

from goals.tracking import status

BAD = frozenset(("off_track", "at_risk", "missed"))
GOOD = frozenset(("on_track", "ahead", "achieved"))
_ORDER = {"at_risk": 1, "off_track": 2, "missed": 3}


@dataclass(frozen=True)
class Telling:
    """What kind of message a change makes; `opens` begins an episode, else it continues one."""

    kind: str
    opens: bool


def telling(before: str | None, after: str, *, final: bool = True) -> Telling | None:
    """Return the message a change of status is worth, None for a change nobody needs.

    `before` is the last status that spoke of the goal itself, None for none. A first status
    that is good is silent, and so is a goal that merely becomes possible to judge. Within an
    episode (from the first bad status to the next good one) later changes continue it. A
    level that is met so far (`final` False) is no news yet.
    """
    if after in BAD:
        if before not in BAD:
            return Telling("alert", opens=True)
        assert before is not None
        worse = _ORDER[after] > _ORDER[before]
        return Telling("worse" if worse else "better", opens=False)
    if before in BAD and after in GOOD:
        return Telling("recovery", opens=False)
    if after == "achieved" and final and before is not None:
        return Telling("achieved", opens=True)
    return None


def spoken(shown: str | None, latest: Callable[[], str | None]) -> str | None:
    """Return the last status that spoke of the goal itself, looking past broken data.

    `shown` is the last status (None: none), `latest` looks up the last good or bad one.
    """
    return latest() if shown in status.PLUMBING else shown

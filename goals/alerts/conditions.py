"""Whether a rule has something to tell, from what was known at an evaluation (pure).

Nothing here reads a clock or a database: the same facts give the same answer, today and in a
replay of the past.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from goals import words
from goals.alerts import rules
from goals.alerts.rules import Telling
from goals.words import N_, Message

#: A quotient that lands on a threshold may be computed as much beside it.
ROUNDING = 1e-9
#: A rule about a run of days looks back so far.
LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Point:
    """What a goal's last evaluation of a day said; None is "cannot be said"."""

    day: date
    status: str
    final: bool = False
    pace: float | None = None
    chance: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class Known:
    """All that a rule about goals looks at.

    `points` are the days up to the one that is judged, which comes last. `spoken` is the last
    status before it that spoke of the goal itself, `changed` tells whether the status shown is a
    new one (or has just become final). `is_open` tells whether a story of the rule runs, `told`
    holds the codes that it fired with before.
    """

    points: Sequence[Point]
    spoken: str | None = None
    changed: bool = False
    is_open: bool = False
    told: Collection[str] = ()


@dataclass(frozen=True)
class Decision:
    """What comes of an evaluation: a message or none, and the reason in one code and sentence.

    `holds` tells whether what the rule looks for is so on that day (None: cannot be said).
    `facts` are the numbers that decided it, for the log.
    """

    code: str
    why: Message
    telling: Telling | None = None
    holds: bool | None = False
    facts: Mapping[str, Any] = field(default_factory=dict)


def decide(kind: str, settings: Mapping[str, Any], known: Known) -> Decision:
    """Return what a rule about goals makes of what is known; raises KeyError for other kinds."""
    return _KINDS[kind](settings, known)


def state(code: str, why: Message, *, holds: bool, is_open: bool, **facts: Any) -> Decision:
    """Return the decision of a rule about a state: told when it begins and when it is over."""
    telling = None
    if holds and not is_open:
        telling = Telling("alert", opens=True)
    elif is_open and not holds:
        telling = Telling("recovery", opens=False)
    return Decision(code, why, telling, holds, facts)


def _status(settings: Mapping[str, Any], known: Known) -> Decision:
    now = known.points[-1]
    holds = True if now.status in rules.BAD else False if now.status in rules.GOOD else None
    facts = {"status": now.status, "before": known.spoken}
    told = rules.telling(known.spoken, now.status, final=now.final) if known.changed else None
    if told is not None:
        why = N_("The status is now %(status)s.")
        return Decision("changed", Message(why, _status_word(now)), told, holds, facts)
    if known.changed:
        why = N_("The status is now %(status)s, which needs nobody.")
        return Decision("no_news", Message(why, _status_word(now)), None, holds, facts)
    why = N_("The status is still %(status)s.")
    return Decision("no_change", Message(why, _status_word(now)), None, holds, facts)


def _recovery(settings: Mapping[str, Any], known: Known) -> Decision:
    found = _status(settings, known)
    if found.telling is not None and found.telling.kind == "recovery":
        return Decision("recovered", found.why, Telling("recovery", opens=True), False, found.facts)
    now = known.points[-1]
    if now.status in rules.BAD:
        why = Message(N_("The status is %(status)s: no recovery."), _status_word(now))
        return Decision("not_recovered", why, None, False, found.facts)
    why = Message(N_("There was nothing to recover from."))
    return Decision("nothing_to_recover", why, None, False, found.facts)


def _milestone(settings: Mapping[str, Any], known: Known) -> Decision:
    every = float(settings["every"])
    now = known.points[-1]
    if now.share is None:
        return Decision("no_share", Message(N_("How much of the way is done is not known.")))
    before = [one.share for one in known.points[:-1] if one.share is not None]
    facts = {"share": now.share, "before": max(before, default=None), "every": every}
    share = {"share": _rate(now.share)}
    if not before:
        why = Message(N_("%(share)s of the way at the first look."), share)
        return Decision("first_look", why, facts=facts)
    reached = math.floor(min(now.share, 1.0) / every + ROUNDING)
    code = f"reached_{reached}"
    had = math.floor(max(before) / every + ROUNDING)
    if reached <= max(had, 0) or code in known.told:
        why = Message(N_("%(share)s of the way, no new mark."), share)
        return Decision("no_new_mark", why, facts=facts)
    mark = {**share, "mark": _rate(reached * every)}
    why = Message(N_("%(mark)s of the way is done: it is at %(share)s."), mark)
    return Decision(code, why, Telling("progress", opens=True), facts=facts)


def _pace(settings: Mapping[str, Any], known: Known) -> Decision:
    least = 1 - float(settings["gap"])
    if known.points[-1].pace is None:
        return _unknown("no_pace", Message(N_("There is no pace to look at.")))
    return _below("pace", least, int(settings["days"]), known, lambda one: one.pace)


def _chance(settings: Mapping[str, Any], known: Known) -> Decision:
    if known.points[-1].chance is None:
        return _unknown("no_chance", Message(N_("There is no chance yet.")))
    below, days = float(settings["below"]), int(settings["days"])
    return _below("chance", below, days, known, lambda one: one.chance)


def _unknown(code: str, why: Message) -> Decision:
    # What is not known ends no story: that would be a recovery by silence.
    return Decision(code, why, None, None)


_BELOW = {
    "pace": (
        N_("The pace has been under %(least)s for %(days)s; it is %(value)s."),
        N_("The pace is %(value)s, under %(least)s for %(days)s; %(wanted)s are needed."),
        N_("The pace is %(value)s, not under %(least)s."),
        N_("The pace is still under %(least)s; that was told. It is %(value)s."),
    ),
    "chance": (
        N_("The chance has been under %(least)s for %(days)s; it is %(value)s."),
        N_("The chance is %(value)s, under %(least)s for %(days)s; %(wanted)s are needed."),
        N_("The chance is %(value)s, not under %(least)s."),
        N_("The chance is still under %(least)s; that was told. It is %(value)s."),
    ),
}


def _below(
    what: str, least: float, days: int, known: Known, value: Callable[[Point], float | None]
) -> Decision:
    """Return the decision about a number that shall not stay under a limit for so many days.

    Days on which it is not known neither count nor end the run.
    """
    now = known.points[-1]
    measured = value(now)
    assert measured is not None
    since = None
    for one in reversed(known.points):
        seen = value(one)
        if seen is not None and seen >= least - ROUNDING:
            break
        since = one.day if seen is not None else since
    run = 0 if since is None else (now.day - since).days + 1
    holds = run >= days
    facts = {"value": measured, "threshold": least, "days": run, "wanted": days}
    said = {
        "value": words.Chance(_exact(measured)) if what == "chance" else _rate(measured),
        "least": _rate(least),
        "days": words.Days(Decimal(run)),
        "wanted": words.Days(Decimal(days)),
    }
    fires, waits, well, still = _BELOW[what]
    if run == 0:
        return state("well", Message(well, said), holds=False, is_open=known.is_open, **facts)
    if known.is_open:
        return state("still_below", Message(still, said), holds=True, is_open=True, **facts)
    if holds:
        return state("below", Message(fires, said), holds=True, is_open=False, **facts)
    return state("not_long_enough", Message(waits, said), holds=False, is_open=False, **facts)


def _status_word(point: Point) -> dict[str, object]:
    return {"status": words.status(point.status)}


def _exact(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))


def _rate(value: float) -> words.Rate:
    return words.Rate(_exact(value), 0)


_KINDS: dict[str, Callable[[Mapping[str, Any], Known], Decision]] = {
    "status_change": _status,
    "recovery": _recovery,
    "milestone": _milestone,
    "pace_gap": _pace,
    "chance_below": _chance,
}
#: Kinds of rule that look at a goal each time that it is evaluated.
OF_GOALS = frozenset(_KINDS)
#: Those that look at earlier days too.
WITH_HISTORY = frozenset(("milestone", "pace_gap", "chance_below"))

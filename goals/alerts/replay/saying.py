"""What a replay came to, and how settings differ, in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from goals import words
from goals.alerts.replay import states
from goals.alerts.replay.past import Replay
from goals.alerts.replay.score import Score
from goals.words import N_, P_, Message

_FIRED = P_(
    "From %(first)s to %(last)s it would have fired %(n)s time.",
    "From %(first)s to %(last)s it would have fired %(n)s times.",
)
_CAUGHT = P_(
    "Of %(n)s goal that was missed it would have warned of %(caught)s before its last day.",
    "Of %(n)s goals that were missed it would have warned of %(caught)s before their last day.",
)
_LEAD = N_("Half of these warnings came at least %(lead)s ahead.")
_FALSE = P_(
    "%(n)s alert would have been false: its goal was met.",
    "%(n)s alerts would have been false: their goals were met.",
)
_FALSE_RECOVERY = P_(
    "%(n)s of them would have been wrong: the goal was missed after all.",
    "%(n)s of them would have been wrong: the goals were missed after all.",
)
_OPEN = P_(
    "%(n)s alert is about a goal whose end is not known yet.",
    "%(n)s alerts are about goals whose end is not known yet.",
)
_LASTED = N_("Half of what is over lasted at least %(days)s.")
_STILL = P_("%(n)s is not over yet.", "%(n)s are not over yet.")
#: What is kept of the past of sources and check-ins, and what is not.
OF_STATES = {
    "failing_source": N_(
        "Each pull counts as it ended. Whether an alert was right cannot be told, so it is counted"
        " only."
    ),
    "missed_checkin": N_(
        "Check-ins count from when they were written, by the rhythm and the days that the goal has"
        " now. Whether an alert was right cannot be told, so it is counted only."
    ),
}
_MESSAGES = N_("With recoveries and changes that is %(n)s messages a week.")
_KNOWN = N_("Each day is judged by what was said on that day.")
_EVENTS = N_(
    "No day was judged at the time, so each is judged by the events up to it. What was typed in"
    " late counts on its own day, and sources count as whole."
)
_MIXED = N_(
    "%(stored)s of %(days)s days were judged at the time; the others are judged by the events up"
    " to them. What was typed in late counts on its own day there, and sources count as whole."
)


def named(kind: str, settings: Mapping[str, Any], rest: int) -> Message:
    """Return settings in a few words; `rest` is the rule's own time of rest in hours."""
    if kind == "pace_gap":
        text = N_("%(gap)s behind for %(days)s")
        return Message(text, {"gap": _rate(settings["gap"]), "days": _days(settings["days"])})
    if kind == "chance_below":
        text = N_("Under %(below)s for %(days)s")
        return Message(text, {"below": _rate(settings["below"]), "days": _days(settings["days"])})
    if kind == "milestone":
        return Message(N_("At each %(every)s"), {"every": _rate(settings["every"])})
    if kind == "stale_data":
        return Message(N_("Old for %(days)s"), {"days": _days(settings["days"])})
    if kind == "failing_source":
        failing = words.Hours(Decimal(int(settings["hours"])))
        return Message(N_("Failing for %(hours)s"), {"hours": failing})
    hours = int(settings.get("cool_down", rest))
    if not hours:
        return Message(N_("Without rest"))
    return Message(N_("%(hours)s of rest"), {"hours": words.Hours(Decimal(hours))})


def sentences(found: Replay) -> list[Message]:
    """Return what a replay came to, in sentences."""
    score = found.score
    days = {"first": words.Day(found.first), "last": words.Day(found.last)}
    said = [Message.counted(_FIRED, len(score.firings), days)]
    if score.caught is not None and score.missed:
        said.append(Message.counted(_CAUGHT, score.missed, {"caught": score.caught}))
        if score.lead_days is not None:
            said.append(Message(_LEAD, {"lead": _days(score.lead_days)}))
    if score.false_alarms:
        texts = _FALSE if score.caught is not None else _FALSE_RECOVERY
        said.append(Message.counted(texts, score.false_alarms))
    if found.rule.kind in states.KINDS:
        return said + _states(score)
    if score.open:
        said.append(Message.counted(_OPEN, score.open))
    if score.messages:
        said.append(Message(_MESSAGES, {"n": a_week(score)}))
    return said


def _states(score: Score) -> list[Message]:
    said = []
    if score.days_over is not None:
        said.append(Message(_LASTED, {"days": _days(score.days_over)}))
    if score.open:
        said.append(Message.counted(_STILL, score.open))
    if score.messages:
        said.append(Message(_MESSAGES, {"n": a_week(score)}))
    return said


def history(found: Replay) -> Message:
    """Return by what the days of a replay were judged."""
    if found.rule.kind in OF_STATES:
        return Message(OF_STATES[found.rule.kind])
    if found.history == "known_then":
        return Message(_KNOWN)
    if not found.stored:
        return Message(_EVENTS)
    counts = {"stored": found.stored, "days": found.days}
    return Message(_MIXED, {name: words.Number(Decimal(n)) for name, n in counts.items()})


def a_week(score: Score) -> words.Number:
    """Return how many messages a week left, to a tenth, below one to a hundredth."""
    found = score.messages_a_week
    return words.Number(Decimal(str(round(found, 1 if found >= 1 else 2))))


def _rate(value: float) -> words.Rate:
    return words.Rate(Decimal(str(round(float(value), 6))), 0)


def _days(value: float) -> words.Days:
    return words.Days(Decimal(f"{float(value):g}"))

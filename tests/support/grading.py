"""Grading answers against the labels of people who have not seen how questions are read."""

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast

from goals.fiscal import FiscalCalendar
from goals.questions.answer import Answer
from goals.tracking.evaluation import STATUSES
from goals.words import DayRange
from tests.support.worlds import Label, World, ours

#: Their words for intents -> ours.
INTENTS: dict[str, tuple[str, ...]] = {
    "status": ("status", "why"),
    "why": ("why", "status"),
    "list": ("list_mine", "list_team"),
    "changes": ("changed",),
    "data": ("stale",),
    "change": (),
    "unknown": (),
}
#: What a list is narrowed to -> the statuses in it.
FILTERS: dict[str, tuple[str, ...]] = {
    "at_risk": ("at_risk",),
    "on_track": ("on_track",),
    "achieved": ("achieved",),
}
#: A list that leaves some goals out -> the statuses that it may have.
_GOOD = ("on_track", "ahead", "achieved", "too_early")
FILTERS |= {"not_off_track": _GOOD, "not_mine": (*_GOOD, *STATUSES)}
SUMMARY = ("list_mine", "list_team", "off_track")


def days(label: str, today: date, fiscal: FiscalCalendar) -> tuple[date, date]:
    """Return the first and last day of a labelled period."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", label):
        return date.fromisoformat(label), date.fromisoformat(label)
    if found := re.fullmatch(r"(?:fiscal_)?(this|last|next)_(week|month|quarter|year)", label):
        period = fiscal.containing(found.group(2), today)
        if found.group(1) == "last":
            period = fiscal.previous(period)
        if found.group(1) == "next":
            period = fiscal.containing(found.group(2), period.end)
        return period.first, period.last
    if found := re.fullmatch(r"(?:FY)?(\d{4})(?:-(Q|H)?(\d+))?", label):
        year, kind, number = int(found.group(1)), found.group(2), int(found.group(3) or 0)
        size = {"Q": 3, "H": 6, None: 1 if number else 12}[kind]
        first = date(year, (max(number, 1) - 1) * size + 1, 1)
        end = first.month + size
        return first, date(year + (end > 12), (end - 1) % 12 + 1, 1) - timedelta(days=1)
    if label.startswith("since_"):
        return date.fromisoformat(label.removeprefix("since_")), today
    day = today - timedelta(days=label == "yesterday")
    return day, day


def grade(world: World, label: Label, answer: Answer) -> str:
    """Return "direct", "asked" (nothing was answered) or "wrong: ..." for an answer."""
    asked = {name: label.get(name) for name in ("asker", "place")}
    every = ({**asked, **one} for one in label.get("or", ()))
    grades = [_grade(world, one, answer) for one in (label, *every)]
    return min(grades, key=lambda one: ("direct", "asked").index(one) if one[:5] != "wrong" else 2)


def _grade(world: World, label: Label, answer: Answer) -> str:
    if answer.kind != "answer":
        return "asked"
    named = {world.keys[one.goal.name] for one in answer.goals}
    if answer.goal is not None:
        named.add(world.keys[answer.goal.goal.name])
    wanted = set(label["goals"])
    if label["expect"] != "answer":
        is_list = bool(wanted) and answer.goal is None and named == wanted
        # What can be asked is no answer to what was asked.
        return "asked" if is_list or answer.intent in ("help", "language") else "wrong: answered"
    intents = INTENTS.get(label["intent"], (label["intent"],))
    if label["intent"] == "status" and not wanted:
        intents = SUMMARY
    if not _is_narrowed(label, answer) or answer.intent not in intents:
        return f"wrong: negation, filter or intent {answer.intent}"
    if label["intent"] == "definition":
        return _defined(world, label, answer)
    return _about(world, label, answer, named)


def _about(world: World, label: Label, answer: Answer, named: set[str]) -> str:
    wanted = set(label["goals"])
    if wanted and named != wanted:
        return f"wrong: goals {sorted(named)}"
    if not wanted and "scope" in label and not named <= set(label["scope"]):
        return f"wrong: scope {sorted(named)}"
    if not wanted and _whose(world, label, named):
        return f"wrong: whose {sorted(named)}"
    return _period(world, label, answer)


def _whose(world: World, label: Label, named: set[str]) -> bool:
    """Tell whether other goals were listed than those of whom they were asked."""
    if label.get("asker") is None or label.get("filter"):
        return False
    if "scope" in label:
        mine = set(label["scope"])
    elif label.get("whose") == "channel":
        [team] = [one["team"] for one in world.its["channels"]
                  if one["id"] == world.its["places"][label["place"]]]  # fmt: skip
        mine = {one["key"] for one in world.its["goals"] if one["team"] == team}
    elif label.get("whose") == "mine":
        name = world.its["askers"][label["asker"]]
        mine = {one["key"] for one in world.its["goals"] if one["owner"] == name}
    else:
        mine = set(world.goals)
    return named != mine if label["intent"] == "list" else not named <= mine


def _is_narrowed(label: Label, answer: Answer) -> bool:
    """Tell whether what a label leaves out of a list is left out of an answer."""
    if label.get("filter"):
        return {one.status for one in answer.goals} <= set(FILTERS.get(label["filter"], ()))
    # "Is nothing off track?" asks for what is.
    return not label.get("negated") or bool(label["goals"]) or label["intent"] == "off_track"


def _defined(world: World, label: Label, answer: Answer) -> str:
    mine = answer.metric or (answer.goal.goal.metric if answer.goal is not None else None)
    metrics = {world.metric(key) for key in label["goals"]} or {ours(label.get("metric", ""))}
    return "direct" if mine in metrics else "wrong: metric"


def _period(world: World, label: Label, answer: Answer) -> str:
    goal = next(iter(label["goals"]), None)
    own = world.window(goal) if goal is not None else None
    said = label["period"]
    if label.get("against") and answer.goal is not None:
        then = cast(DayRange, answer.points[1].text.params["days"])
        meant = days(label["against"], world.today, world.fiscal)
        return "direct" if then.first == meant[0] else f"wrong: against {then}"
    if answer.goal is None or answer.period is None or label["intent"] in ("compare", "changes"):
        return "direct"
    if said is None:
        return "direct" if answer.period == own else f"wrong: period {answer.period}"
    meant = days(said, world.today, world.fiscal)
    is_own = answer.period == own and label["intent"] in ("forecast", "owner", "due", "why", "data")
    now = {(own[0], own[1])} if own and said in ("today",) else set()
    if answer.period == meant or is_own or answer.period in now:
        return "direct"
    return f"wrong: period {answer.period} for {meant}"


def halves(labels: Sequence[Label], seed: int = 2026) -> tuple[set[int], set[int]]:
    """Return the indexes of two halves; what is asked in one conversation stays together."""
    chains: list[list[int]] = []
    for number, one in enumerate(labels):
        if one["after"] is not None and chains:
            chains[-1].append(number)
        else:
            chains.append([number])
    random.Random(seed).shuffle(chains)
    middle = len(chains) // 2
    first = {each for chain in chains[:middle] for each in chain}
    return first, set(range(len(labels))) - first

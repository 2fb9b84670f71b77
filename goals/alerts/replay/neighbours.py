"""Settings beside those of a rule: a step laxer, a step stricter, other waiting times (pure)."""

from collections.abc import Mapping
from typing import Any

from goals.alerts.drafts import SETTINGS

#: What a limit is moved by.
STEP = {"gap": 0.05, "below": 0.1}
#: How long a state lasts before it is told, in steps that people use.
LASTING = {
    "stale_data": ("days", (1, 2, 3, 5, 7, 14, 30)),
    "failing_source": ("hours", (0, 6, 12, 24, 48, 72, 168)),
}
#: Marks on the way that people use, and hours of rest.
MARKS = (0.1, 0.2, 0.25, 0.5, 1.0)
RESTS = (0, 24, 72, 168, 336)


def beside(kind: str, settings: Mapping[str, Any], rest: int = 0) -> list[dict[str, Any]]:
    """Return two settings beside those of a rule, the more talkative one first.

    A limit is moved by one step to each side; where it can go to one side alone, by two. A rule
    without a limit waits longer or less long after an alert is over (`cool_down`, in hours). One
    that tells good news alone has nothing to move.
    """
    if kind == "recovery":
        return []
    limit = _limit(kind)
    if limit is not None:
        return [{**settings, limit: one} for one in _moved(kind, limit, settings[limit])]
    if kind in LASTING:
        name, known = LASTING[kind]
        return [{**settings, name: int(one)} for one in _next(known, settings[name])]
    if kind == "milestone":
        return [{**settings, "every": one} for one in _next(MARKS, settings["every"])]
    return [{**settings, "cool_down": one} for one in _next(RESTS, settings.get("cool_down", rest))]


def tried(kind: str, settings: Mapping[str, Any], rest: int = 0) -> list[dict[str, Any]]:
    """Return the settings that a proposal may come from: those beside, and a day more or less."""
    found = beside(kind, settings, rest)
    if "days" in SETTINGS[kind] and kind not in LASTING:
        number, days = SETTINGS[kind]["days"], int(settings["days"])
        found += [
            {**settings, "days": one}
            for one in (days - 1, days + 1)
            if number.least <= one <= number.most
        ]
    return found


def _limit(kind: str) -> str | None:
    return next((name for name in SETTINGS[kind] if name in STEP), None)


def _moved(kind: str, name: str, value: float) -> list[float]:
    number, step = SETTINGS[kind][name], STEP[name]
    ways = [round(value + steps * step, 6) for steps in (-2, -1, 1, 2)]
    allowed = [one for one in ways if number.least <= one <= number.most]
    near = [one for one in allowed if abs(one - value) < 1.5 * step]
    found = near if len(near) == 2 else sorted(allowed, key=lambda one: abs(one - value))[:2]
    # A smaller gap fires sooner, and so does a higher chance.
    return sorted(found, reverse=name == "below")


def _next(known: tuple[float, ...], value: float) -> list[float]:
    lower = [one for one in known if one < value]
    higher = [one for one in known if one > value]
    if not lower or not higher:
        return lower[-2:] or higher[:2]
    return [lower[-1], higher[0]]

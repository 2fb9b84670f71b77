"""What the form of a new goal begins with: an aim, the strategy's words, or another goal."""

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlmodel import Session

from app.accounts import people
from app.web import frame, goal_fields, goal_typed, presets, texts
from goals import calendar
from goals.errors import Refusal
from goals.metrics import library
from goals.metrics.catalogue import Metric
from goals.tracking import goals as use_cases

#: Words of an address that go into a field as they are.
SAME = {
    **{word: word for word in ("name", "kind", "direction", "channel", "plan", "visibility")},
    **{word: word for word in ("why", "origin_item", "origin_version", "origin_sentence")},
    "objective": "objective_id",
    "parent": "parent_id",
    "origin": "origin_question",
}
#: Further words that fill the form; with none of all these the aims are offered instead.
MORE = (
    "metric where target low high change baseline from to owner team action preset copy free"
).split()


def is_asked() -> bool:
    """Tell whether the address says anything to begin with."""
    return any(request.args.get(one) for one in (*SAME, *MORE))


def proposed(session: Session) -> dict[str, Any]:
    """Return what the address asks the form to begin with."""
    if copied := request.args.get("copy"):
        return goal_fields.copied(session, use_cases.find(session, copied, frame.eyes()))
    data: dict[str, Any] = {
        "owner_id": str(frame.me().id),
        "visibility": "workspace",
        "reminds": True,
    }
    if frame.me().team_id is not None:
        data["team_id"] = str(frame.me().team_id)
    preset = presets.PRESETS.get(request.args.get("preset", ""))
    window = "this_quarter"
    if preset is not None:
        window = preset.window
        data |= {
            "metric": preset.metric,
            "direction": preset.direction,
            "change": preset.change,
            "amount": preset.amount,
            "actions": "\n".join(map(str, preset.means)),
        }
    data |= _asked(session, request.args)
    metric = library.get(session, str(data.get("metric", "")))
    if metric is not None:
        data.setdefault("kind", "cumulative" if metric.kind == "flow" else "level")
        data.setdefault("direction", "down" if metric.direction == "down" else "up")
    data.setdefault("kind", "level")
    if "first" not in data and "last" not in data:
        period = presets.period(window, frame.here(), frame.today())
        assert period is not None
        data |= {"first": texts.day(period.first), "last": texts.day(period.last)}
    return data


def points(session: Session) -> goal_fields.Points | None:
    """Return what the months of the goal weigh that is copied; None where that says nothing."""
    if copied := request.args.get("copy"):
        return goal_fields.months(session, use_cases.find(session, copied, frame.eyes()))
    return None


def _asked(session: Session, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields for the words of the contract's `goal add` in an address.

    Numbers are the contract's (a rate is a fraction) and are shown as people type them.
    """
    metric = _metric(session, given)
    found: dict[str, Any] = {} if metric is None else {"metric": metric.id}
    found |= {field: given[word] for word, field in SAME.items() if given.get(word)}
    for number, pair in enumerate(request.args.getlist("where")[:2], 1):
        dim, _equals, member = pair.partition("=")
        found |= {f"dim{number}": dim, f"member{number}": member}
    found |= _how_far(given, is_rate=metric is not None and metric.unit == "rate")
    for word, field in (("from", "first"), ("to", "last")):
        day = calendar.parse_day(given.get(word, ""))
        if day is not None:
            found[field] = texts.day(day)
    if actions := request.args.getlist("action"):
        found["actions"] = "\n".join(actions)
    return found | _people(session, given)


def _metric(session: Session, given: Mapping[str, str]) -> Metric | None:
    try:
        return library.find(session, given["metric"]) if given.get("metric") else None
    except Refusal:
        return None


def _how_far(given: Mapping[str, str], *, is_rate: bool) -> dict[str, str]:
    found = {}
    if given.get("target"):
        found = {"change": "target", "amount": goal_typed.number(given["target"], is_rate)}
    elif given.get("change"):
        kind, _equals, value = given["change"].partition("=")
        in_percent = is_rate or kind == "relative"
        found = {
            "change": "target" if kind == "absolute" else kind,
            "amount": goal_typed.number(value, in_percent),
        }
    for word in ("baseline", "low", "high"):
        if given.get(word):
            found[word] = goal_typed.number(given[word], is_rate)
    return found


def _people(session: Session, given: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        if given.get("owner"):
            found["owner_id"] = str(people.with_email(session, given["owner"]).id)
        if given.get("team"):
            found["team_id"] = str(people.team_named(session, given["team"]).id)
    except Refusal:
        return found
    return found

"""What is said of several messages at once: each goal in one line, as it stands now."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from goals import words
from goals.alerts import closings, digests, telling
from goals.alerts.outbox import STATUS, SUMMARY, Outbox
from goals.alerts.routing import Place
from goals.tracking import facts as standings
from goals.tracking import standing, status, visibility
from goals.tracking.standing import Standing
from goals.words import N_, Message

#: Messages about how a goal does.
CHANGES = frozenset(("alert", "worse", "better", "still", "recovery", "achieved", "progress"))
#: Messages that a goal is named in.
OF_GOALS = CHANGES | {"checkin", "missed", "escalation"}
#: Messages about something else, which are one line for each thing.
OTHERS = frozenset(("source", "source_over", "stale", "stale_over", "rule_off"))
#: Messages that ask for a check-in.
_ASKING = frozenset(("checkin", "missed"))
#: Goals that are named; the log names all.
MOST = 30
#: First messages of threads that are brought up to date after a summary.
MOST_ROOTS = 20
#: What a row was put off for without the other side being away.
_ASKED_TO_WAIT = frozenset(("ratelimited", "rate_limited"))


def can_tell(row: Outbox) -> bool:
    """Tell whether a message can be told among others: it is of a kind that has a line (pure)."""
    try:
        return bool(_goals(row)) if row.kind in OF_GOALS else bool(_key(row))
    except (LookupError, TypeError, ValueError, AttributeError):
        return False


def facts(session: Session, summary: Outbox, rows: list[Outbox], now: datetime) -> dict[str, Any]:
    """Return what a summary says of some messages."""
    closed = [one for one in rows if closings.day(one) is not None]
    results = closings.lines(closed)
    before, worst, notes = _heard(one for one in rows if one not in closed)
    has_digest = any(one.kind == digests.KIND for one in rows)
    board = standing.board(session, visibility.OWNER, ids=before)
    asked = {one.goal_id for one in rows if one.kind in _ASKING}
    told = [
        {**_line(one, before, worst, notes), "asks": one.goal.id in asked and not one.is_over}
        for one in board
    ]
    others = {_key(one): _other(one) for one in rows if one.kind in OTHERS}
    said: dict[str, Any] = {
        "since": min(one.created_at for one in rows).isoformat(),
        "until": now.isoformat(),
        "unreachable": _was_unreachable(summary, rows),
        "by_mail": summary.channel_kind == "email",
        "changes": all(one.kind in CHANGES or one.kind == digests.KIND for one in rows),
        "goals": told[:MOST],
        "n_goals": len(told),
        "closed": results[:MOST],
        "n_closed": len(results),
        "others": list(others.values()),
        "roots": _roots(session, rows, _present(board, closed)),
    }
    if has_digest:
        place = Place(summary.channel_kind, summary.destination)
        seen = standing.board(session, digests.audience(session, place))
        bad = [one for one in seen if one.status in status.BAD and one.goal.id not in before]
        said["bad"] = [digests.line(one, None) for one in bad[: digests.MOST]]
        said["n_bad"] = len(bad)
        said["counts"] = standing.tally(seen)
    return {SUMMARY: said, "continues": None}


def seen(facts: Mapping[str, Any], visible: Collection[int]) -> dict[str, Any]:
    """Return what a message of many goals says without those that a reader may not see (pure)."""
    found = dict(facts)
    listing = {
        SUMMARY: ("goals", "bad", "closed"),
        "digest": ("changed", "bad", "owed"),
        STATUS: ("goals",),
    }
    for key, parts in listing.items():
        if key not in found:
            continue
        told = found[key] = dict(found[key])
        for part in parts:
            listed = told.get(part) or []
            told[part] = [one for one in listed if int(one["id"]) in visible]
            told[f"n_{part}"] = told.get(f"n_{part}", 0) - len(listed) + len(told[part])
    return found


def _heard(
    rows: Iterable[Outbox],
) -> tuple[dict[int, str | None], dict[int, str], dict[int, list[dict[str, Any]]]]:
    """Return by goal what it was before, the worst it was meanwhile, and what else is said."""
    before: dict[int, str | None] = {}
    worst: dict[int, str] = {}
    notes: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        for goal, was, is_now in _goals(row):
            before[goal] = before.get(goal) or was
            if is_now and row.kind in CHANGES:
                words_so_far = [worst[goal], is_now] if goal in worst else [is_now]
                worst[goal] = min(words_so_far, key=status.WORST_FIRST.index)
        note = _note(row)
        if note is not None and row.goal_id is not None:
            said = notes.setdefault(row.goal_id, [])
            if note not in said:
                said.append(note)
    return before, worst, notes


def _goals(row: Outbox) -> list[tuple[int, str | None, str | None]]:
    """Return the goals of a message with what each was before and is by it."""
    if row.kind == digests.KIND:
        changed = row.facts["digest"]["changed"]
        return [(int(one["id"]), one["before"], one["status"]) for one in changed]
    if row.kind not in OF_GOALS or (row.goal_id is None and row.kind == "escalation"):
        return []
    goal = row.facts["goal"]
    change = row.facts.get("change") or {}
    # A message is read as one of its goal, whatever its facts name.
    return [(int(row.goal_id or goal["id"]), change.get("before"), goal["status"])]


def _key(row: Outbox) -> tuple[str, ...]:
    """Return what a message about no goal is about, () for one of another kind."""
    if row.kind == digests.KIND:
        return (row.kind, str(len(row.facts["digest"]["changed"])))
    if row.kind in ("source", "source_over"):
        return ("source", str(row.facts["source"]["id"]), row.facts["source"]["name"])
    if row.kind in ("stale", "stale_over"):
        return ("stale", *row.facts["stale"]["names"])
    if row.kind == "rule_off":
        return (row.kind, str(row.facts["rule"]["id"]))
    return ()


def _other(row: Outbox) -> dict[str, Any]:
    if row.kind == "rule_off":
        return {"kind": row.kind, "id": row.facts["rule"]["id"], "name": row.facts["rule"]["name"]}
    if row.kind.startswith("source"):
        source = row.facts["source"]
        return {"kind": row.kind, "id": source["id"], "name": source["name"]}
    return {"kind": row.kind, "id": "", "name": ", ".join(row.facts["stale"]["names"])}


def _note(row: Outbox) -> dict[str, Any] | None:
    """Return what a message says beside the status of its goal, None for nothing."""
    if row.kind == "checkin":
        due = words.Day(date.fromisoformat(row.facts["checkin"]["due_on"]))
        return words.to_json(Message(N_("check-in due on %(day)s"), {"day": due}))
    if row.kind == "missed":
        due = words.Day(date.fromisoformat(row.facts["missed"]["due_on"]))
        return words.to_json(Message(N_("check-in missed, due on %(day)s"), {"day": due}))
    if row.kind == "escalation":
        since = words.Instant(datetime.fromisoformat(row.facts["escalation"]["since"]))
        return words.to_json(Message(N_("nobody has taken it on since %(at)s"), {"at": since}))
    rule = row.facts.get("rule") or {}
    if rule.get("kind") in (None, "status_change", "recovery", "digest"):
        return None
    why: dict[str, Any] | None = rule.get("why")
    return why


def _line(
    one: Standing,
    before: Mapping[int, str | None],
    worst: Mapping[int, str],
    notes: Mapping[int, list[dict[str, Any]]],
) -> dict[str, Any]:
    was, meanwhile = before[one.goal.id], worst.get(one.goal.id)
    rank = status.WORST_FIRST.index
    is_worse = meanwhile is not None and all(
        rank(meanwhile) < rank(other) for other in (was, one.status) if other is not None
    )
    return {
        **digests.line(one, None if was == one.status else was),
        "meanwhile": meanwhile if is_worse else None,
        "notes": notes.get(one.goal.id, []),
    }


def _was_unreachable(summary: Outbox, rows: Iterable[Outbox]) -> bool:
    """Tell whether the other side was away, and not merely busy."""
    kept = bool((summary.facts.get(SUMMARY) or {}).get("unreachable"))
    codes = {(one.error or {}).get("code") for one in (summary, *rows)} - {None}
    return kept or bool(codes - _ASKED_TO_WAIT)


def _present(board: list[Standing], closed: list[Outbox]) -> dict[int, dict[str, Any]]:
    """Return how goals stand, by id; one whose period closed stands as it did then."""
    ended = {one.goal_id: one.facts["goal"] for one in closed if one.goal_id is not None}
    return {**ended, **{one.goal.id: standings.of_standing(one) for one in board}}


def _roots(
    session: Session, rows: list[Outbox], present: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the first messages of threads that some messages would have continued."""
    openers = {one.facts.get("continues"): one.goal_id for one in rows if one.kind in CHANGES}
    openers.pop(None, None)
    if not openers:
        return []
    statement = select(Outbox.dedupe_key, Outbox.remote_id, Outbox.story_id).where(
        col(Outbox.workspace_id) == rows[0].workspace_id,
        col(Outbox.dedupe_key).in_(openers),
        col(Outbox.kind).in_(telling.OPENERS),
        col(Outbox.remote_id).is_not(None),
    )
    found = []
    for key, remote, story in session.exec(statement.limit(MOST_ROOTS)):
        stands = present.get(openers[key] or 0)
        if stands is not None:
            told = {"thread": remote, "goal": stands}
            found.append(told if story is None else {**told, "story": str(story)})
    return found

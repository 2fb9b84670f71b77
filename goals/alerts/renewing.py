"""The newest digest of each place goes on saying how things stand: changed, never told again.

It is the row of the outbox that arrived, sent once more whenever a status changed or somebody
checked in. One that cannot be changed stays as it was said.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts import digests, holding, routing
from goals.alerts.outbox import Outbox
from goals.alerts.routing import Place
from goals.alerts.rule import AlertRule

#: No digest is changed more often.
EVERY = timedelta(minutes=1)
#: Where what was told can be changed.
_PLACES = ("slack", "direct")
#: Nothing is written there at present, or ever again.
_AWAY = frozenset((holding.CHANNEL_OFF, holding.CHANNEL_PAUSED, "member_gone"))


def renew(session: Session, now: datetime) -> int:
    """Put the digests that say something else by now in the outbox; returns how many.

    The caller commits.
    """
    rules = [one for one in digests.rules(session) if one.last_on is not None]
    if not rules:
        return 0
    known, queued = digests.news(session), 0
    for rule in rules:
        if any(_is_behind(row, known) for row in _newest(session, rule)):
            workspace.hold(session)
            queued += sum(
                _renew(session, rule, row, now)
                for row in _newest(session, rule)
                if _is_behind(row, known)
            )
    return queued


def is_change(row: Outbox) -> bool:
    """Tell whether a row is a digest that arrived and is to say something else."""
    return row.kind == digests.KIND and row.remote_id is not None


def give_up(row: Outbox) -> None:
    """Leave a digest as it was said: it cannot be changed any more."""
    row.state, row.error = "done", None
    row.facts = {**row.facts, "digest": {**row.facts["digest"], "news": None}}


def _is_behind(row: Outbox, known: str) -> bool:
    said = row.facts["digest"].get("news")
    return said is not None and said != known


def _newest(session: Session, rule: AlertRule) -> list[Outbox]:
    """Return a rule's last digests that arrived where they can be changed."""
    keys = [
        digests.key(rule, rule.last_on, one)
        for one in routing.places(session, rule, None, digests.KIND)
        if one.kind in _PLACES and rule.last_on is not None
    ]
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == rule.workspace_id,
        col(Outbox.dedupe_key).in_(keys),
        col(Outbox.remote_id).is_not(None),
        ~col(Outbox.remote_id).startswith("preview:"),
        # What is under way may be there already.
        (col(Outbox.state) == "done")
        | ((col(Outbox.state) == "new") & (col(Outbox.attempts) == 0)),
    )
    return list(session.exec(statement.execution_options(populate_existing=True)))


def _renew(session: Session, rule: AlertRule, row: Outbox, now: datetime) -> int:
    session.refresh(row, with_for_update=True)
    if row.state == "sending" or holding.reason(session, row) in _AWAY:
        return 0
    before = row.facts["digest"]
    place = Place(row.channel_kind, row.destination)
    today = workspace.of(session).local_day(now)
    since, day = (date.fromisoformat(before[one]) for one in ("since", "day"))
    said = digests.told(session, rule, place, since, max(day, today), now)
    content = said["digest"]
    if _stands(content) == _stands(before):
        row.facts = {**row.facts, "digest": {**before, "news": content["news"]}}
        session.add(row)
        return 0
    leaves = max(now, datetime.fromisoformat(before["as_of"]) + EVERY)
    row.facts, row.state, row.attempts, row.error = {**row.facts, **said}, "new", 0, None
    row.next_attempt_at = leaves
    row.deferred_until = leaves if leaves > now else None
    session.add(row)
    session.flush()
    return 1


def _stands(digest: dict[str, Any]) -> tuple[object, ...]:
    """Return what is news about a digest: who stands how, and who is asked (pure)."""
    lines = [
        [(one["id"], one["status"], one["before"]) for one in digest[part]]
        for part in ("changed", "bad")
    ]
    asked = [(one["id"], one["due_on"]) for one in digest["owed"]]
    return (*lines, asked, digest["n_owed"], digest["counts"])

"""What keeps messages from their places until a person changes something: owners hear of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import words
from goals.alerts import holding, routing, telling
from goals.alerts.outbox import Outbox
from goals.alerts.routing import Place
from goals.table import workspace_of
from goals.words import Message

KIND = "slack_lost"


def tell_owners(
    session: Session,
    key: str,
    name: str,
    why: Message,
    now: datetime,
    *,
    way: str | None = None,
    wait: timedelta = timedelta(),
) -> int:
    """Tell each owner that something in Slack needs a person; returns how many will hear of it.

    `key` makes it one piece of news. `way` is the only way by which it can reach them, else it
    is the one that each of them prefers; where none of them is to be told it is kept to be seen.
    It leaves after `wait`, and not at all where `withdraw` comes first.
    """
    places: list[Place] = []
    for owner in routing.owners(session):
        if way is None:
            places += routing.to_person(session, owner, routing.EVENT[KIND])
        elif routing.wants(session, owner, routing.EVENT[KIND], way):
            places.append(Place(way, str(owner)))
    facts: dict[str, Any] = {
        "slack": {"name": name, "why": words.to_json(why)},
        "continues": None,
    }
    queued = 0
    for one in places or [routing.PREVIEW]:
        whole = f"{key}:{one.kind}:{one.destination}"
        queued += telling.queue(session, None, KIND, whole, facts, now, place=one)
    for row in _unsent(session, key):
        row.next_attempt_at = row.created_at + wait
        session.add(row)
    return queued


def withdraw(session: Session, key: str) -> None:
    """Hold back what was about to be told, because it is mended meanwhile.

    `key` may be the beginning of what the news is known by.
    """
    for row in _unsent(session, key):
        row.state, row.error = "held", {"code": holding.OVERTAKEN}
        session.add(row)


def _unsent(session: Session, key: str) -> list[Outbox]:
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.kind) == KIND,
        col(Outbox.state) == "new",
        col(Outbox.attempts) == 0,
        col(Outbox.dedupe_key).startswith(f"{key}:", autoescape=True),
    )
    return list(session.exec(statement.with_for_update()))

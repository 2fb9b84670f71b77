"""The chart after an answer about one goal: the answer does not wait for it.

It is a message of the outbox, which a worker sends once and in its place.
"""

from datetime import datetime

from sqlmodel import Session

from goals.alerts import telling
from goals.alerts.outbox import CHART
from goals.alerts.routing import Place
from goals.questions.answer import Answer
from goals.tracking import facts
from goals.tracking.standing import Standing
from integrations.slack import pictures
from integrations.slack.inbound import Handling
from integrations.slack.teams import Installed

#: Questions about a goal whose answers are seen better than read.
INTENTS = ("status", "why")


def follow(
    handling: Handling,
    team: Installed,
    found: Answer,
    place: Place,
    thread: str | None,
    now: datetime,
) -> None:
    """Let the chart of the goal that an answer is about follow it, where there is one."""
    one = found.goal
    if found.kind != "answer" or found.intent not in INTENTS or found.is_past:
        return
    if one is None or one.evaluation is None or not pictures.may(team):
        return
    key = f"{CHART}:{handling.key}"
    handling.effects.append(lambda session: _queue(session, one, place, thread, key, now))


def _queue(
    session: Session, one: Standing, place: Place, thread: str | None, key: str, now: datetime
) -> None:
    content = {"goal": facts.of_standing(one), "thread": thread, "continues": None}
    telling.queue(session, one.goal, CHART, key, content, now, place=place)

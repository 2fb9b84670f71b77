"""The messages that tell of an alert, kept as things stand: who took it on, and what can be done.

What is shown comes from what is kept, so that showing it twice does no harm.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, and_, col, or_, select

from goals.alerts import audiences, holding
from goals.alerts.channel import Outgoing
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertAct, AlertStory
from goals.alerts.telling import OPENERS
from goals.errors import DeliveryError
from goals.table import id_from, workspace_of
from goals.tracking.checkins.table import Checkin
from goals.tracking.goal import Goal
from goals.words import Message, Reader
from goals.workspace import Member, Person
from integrations.slack import acting, calls, conversation, direct, links, people
from integrations.slack.blocks import alerts, answers, checkins, mrkdwn
from integrations.slack.blocks.acts import Taken
from integrations.slack.blocks.checkins import Made
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.people import Asker
from integrations.slack.teams import Installed

log = structlog.get_logger()

#: Messages that begin a story, and those that send somebody to it.
_SHOWN = (*OPENERS, "escalation")
#: Kinds of message that say nothing new of how a goal stands.
_NO_NEWS = (checkins.KIND, "missed", "escalation")
#: So many check-ins are named under the reminder that brought them.
_MOST_MADE = 5


def facing(
    session: Session, team: Installed, message: Outgoing
) -> tuple[Reader, str | None, Taken | None]:
    """Return who reads a message, the goal's owner in mark-up, and how its story stands."""
    channel = audiences.channel_named(session, message.destination)
    person = direct.person(session, message)
    reader = people.reader_of(session, person, channel.locale if channel else None)
    owner = None
    if "goal" in message.facts:
        owner = _owner(session, team, int(message.facts["goal"]["id"]))
    return reader, owner, taken(session, message.facts)


def _owner(session: Session, team: Installed, goal_id: int) -> str | None:
    """Return a goal's owner in Slack's mark-up: a mention, else the name."""
    here = workspace_of(session)
    statement = (
        select(Member.id, Person.name)
        .join(Person, col(Person.id) == col(Member.person_id))
        .join(Goal, and_(col(Goal.workspace_id) == here, col(Goal.owner_id) == col(Member.id)))
        .where(col(Member.workspace_id) == here, col(Goal.id) == goal_id)
    )
    found = session.exec(statement).first()
    if found is None:
        return None
    user = links.user_of(session, team.team_id, found[0])
    return f"<@{user}>" if user else mrkdwn.name(found[1])


def taken(session: Session, facts: Mapping[str, Any]) -> Taken | None:
    """Return how the story of a message stands, None for a message of none."""
    story_id = id_from(facts.get("story"))
    statement = select(AlertStory).where(
        col(AlertStory.workspace_id) == workspace_of(session), col(AlertStory.id) == story_id
    )
    found = None if story_id is None else session.exec(statement).first()
    if found is None:
        return None
    is_shown = found.goal_id is None or _lives(session, found.goal_id)
    state = found.state if is_shown else "closed"
    by, at = _last(session, found)
    return Taken(state, by, found.acknowledged_at or at, found.snoozed_until, is_shown)


def _lives(session: Session, goal_id: int) -> bool:
    statement = select(Goal.id).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.id) == goal_id,
        col(Goal.archived_at).is_(None),
    )
    return session.exec(statement).first() is not None


def _last(session: Session, story: AlertStory) -> tuple[str | None, datetime | None]:
    """Return who brought a story to its present state, and when."""
    statement = (
        select(Person.name, AlertAct.at)
        .join(Member, and_(col(Member.person_id) == col(Person.id)))
        .join(
            AlertAct,
            and_(
                col(AlertAct.workspace_id) == col(Member.workspace_id),
                col(AlertAct.by_id) == col(Member.id),
            ),
        )
        .where(
            col(Member.workspace_id) == story.workspace_id,
            col(AlertAct.workspace_id) == story.workspace_id,
            col(AlertAct.story_id) == story.id,
            col(AlertAct.kind) == story.state,
        )
        .order_by(col(AlertAct.at).desc(), col(AlertAct.id).desc())
    )
    return session.exec(statement).first() or (None, None)


def refresh(exchange: Exchange, story_id: int) -> bool:
    """Show the messages of a story as it stands now; tells whether there were any.

    One about a goal that may not be told of there any more says nothing of it.
    """
    parts, team = exchange.parts, exchange.team
    with parts.session(team.workspace_id) as session:
        made = [(row, _renewed(session, exchange, row)) for row in of_story(session, story_id)]
    shown = [_update(exchange, row, said) for row, said in made]
    return any(shown)


def of_story(session: Session, story_id: int) -> list[Outbox]:
    """Return the messages in Slack that began a story or sent somebody to it."""
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.story_id) == story_id,
        col(Outbox.kind).in_(_SHOWN),
    )
    return _there(session, statement)


def reminders(exchange: Exchange, goal_id: int) -> None:
    """Let the newest reminder of a goal's check-in say who checked in since."""
    parts, team = exchange.parts, exchange.team
    with parts.session(team.workspace_id) as session:
        statement = select(Outbox).where(
            col(Outbox.workspace_id) == workspace_of(session),
            col(Outbox.goal_id) == goal_id,
            col(Outbox.kind) == checkins.KIND,
        )
        made = [
            (row, _renewed(session, exchange, row, made_since(session, row)))
            for row in _there(session, statement)[-1:]
        ]
    for row, said in made:
        _update(exchange, row, said)


def made_since(session: Session, row: Outbox) -> list[Made]:
    """Return the check-ins that a reminder brought, the first one first."""
    statement = (
        select(col(Person.name), col(Checkin.day), col(Checkin.confidence))
        .select_from(Checkin)
        .outerjoin(
            Member,
            and_(
                col(Member.workspace_id) == col(Checkin.workspace_id),
                col(Member.id) == col(Checkin.made_by),
            ),
        )
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Checkin.workspace_id) == row.workspace_id,
            col(Checkin.goal_id) == row.goal_id,
            col(Checkin.removed_at).is_(None),
            col(Checkin.made_at) >= row.created_at,
        )
        .order_by(col(Checkin.made_at), col(Checkin.id))
        .limit(_MOST_MADE)
    )
    return [Made(*found) for found in session.exec(statement)]


def _there(session: Session, statement: Any) -> list[Outbox]:
    """Return the rows that arrived in Slack, the oldest first."""
    arrived = statement.where(
        col(Outbox.state) == "done",
        col(Outbox.channel_kind).in_(("slack", direct.KIND)),
        col(Outbox.remote_id).is_not(None),
    ).order_by(col(Outbox.id))
    rows: list[Outbox] = list(session.exec(arrived))
    return [row for row in rows if not str(row.remote_id).startswith("preview:")]


def _renewed(
    session: Session, exchange: Exchange, row: Outbox, made: list[Made] | None = None
) -> Post:
    """Return what a message says now."""
    message = Outgoing(
        workspace_id=row.workspace_id,
        dedupe_key=row.dedupe_key,
        kind=row.kind,
        destination=row.destination,
        facts=_newest(session, row),
        channel_kind=row.channel_kind,
    )
    reader, owner, state = facing(session, exchange.team, message)
    if holding.reason(session, row) in holding.FOR_GOOD:
        return alerts.hidden(reader)
    return alerts.alert(
        row.kind,
        message.facts,
        reader,
        exchange.parts.config.base_url,
        owner=owner,
        taken=state,
        made=made,
        is_repeat=row.is_repeat,
    )


def may_be_repeat(session: Session, ts: str) -> bool:
    """Tell whether a message of ours in Slack says that it may have arrived before."""
    statement = select(Outbox.id).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.remote_id) == ts,
        col(Outbox.is_repeat).is_(True),
    )
    return session.exec(statement.limit(1)).first() is not None


def _newest(session: Session, row: Outbox) -> dict[str, Any]:
    """Return what was last told of a story's goal where a message stands, else what it told."""
    if row.kind in _NO_NEWS or row.goal_id is None:
        return row.facts
    later = (
        select(Outbox.facts)
        .where(
            col(Outbox.workspace_id) == row.workspace_id,
            col(Outbox.story_id) == row.story_id,
            col(Outbox.destination) == row.destination,
            or_(col(Outbox.state) == "done", col(Outbox.state) == "told"),
            col(Outbox.kind).not_in(_NO_NEWS),
            col(Outbox.id) >= row.id,
        )
        .order_by(col(Outbox.id).desc())
    )
    found = session.exec(later).first()
    return dict(found) if found is not None and "goal" in found else row.facts


def stale(
    exchange: Exchange, body: dict[str, Any], who: Asker, story: object, why: Message
) -> None:
    """Tell somebody alone why a button does nothing for them, and show how the alert stands."""
    number = id_from(story)
    if number is not None:

        def show() -> None:
            refresh(exchange, number)

        acting.afterwards(exchange, show)
    acting.afterwards(exchange, lambda: acting.tell(exchange, body, who, why))


def say(exchange: Exchange, story_id: int, said: Message | Post) -> None:
    """Post something into the threads of a story's messages in channels, once each."""
    parts, team = exchange.parts, exchange.team
    with parts.session(team.workspace_id) as session:
        told = [
            (row, people.reader_of(session, locale=_locale(session, row)))
            for row in of_story(session, story_id)
            if row.channel_kind == "slack" and holding.reason(session, row) is None
        ]
    for row, reader in told:
        post = said if isinstance(said, Post) else answers.notice(said, reader)
        try:
            part = str(row.id)
            conversation.post_once(exchange, row.destination, post, row.remote_id, part)
        except (SlackApiError, *calls.BROKEN) as error:
            log.info("slack_thread_refused", code=calls.code_of(error))


def _locale(session: Session, row: Outbox) -> str | None:
    channel = audiences.channel_named(session, row.destination)
    return None if channel is None else channel.locale


def _update(exchange: Exchange, row: Outbox, said: Post) -> bool:
    message = Outgoing(
        workspace_id=row.workspace_id,
        dedupe_key=row.dedupe_key,
        kind=row.kind,
        destination=row.destination,
        channel_kind=row.channel_kind,
    )
    try:
        place = direct.address(exchange.parts, exchange.team, exchange.client, message)
        exchange.client.chat_update(channel=place, ts=str(row.remote_id), **said.payload())
    except (SlackApiError, DeliveryError, *calls.BROKEN) as error:
        log.info("slack_root_not_renewed", code=getattr(error, "code", calls.code_of(error)))
        return False
    return True

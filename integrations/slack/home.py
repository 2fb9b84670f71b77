"""The Home tab: made for each member when they open it, and anew after what they did themselves.

It is never made for everybody at once. What a tab shows is known by a hash, so that one that
would look the same is not sent again.
"""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import update
from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts import personal
from goals.table import workspace_of
from goals.tracking import facts, retrospectives, standing
from goals.tracking.checkins import reading
from goals.tracking.visibility import Viewer, audience
from goals.words import N_, Message, Reader
from goals.workspace import Member, Person, Team
from integrations.slack import calls, links, people, teams
from integrations.slack.blocks import homes
from integrations.slack.blocks.homes import Due, Home, Snoozed
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackLink
from integrations.slack.teams import Installed

log = structlog.get_logger()

NOT_LINKED = N_(
    "Your Slack account is not linked to a member of Headway yet. Ask %(name)s to link you, then"
    " open this tab again."
)
#: What a person presses or sends by which their tab may look otherwise, even with no change here.
ACTS = ("block_actions", "view_submission", "message_action")
#: Tabs that are made anew in one go, and when one that failed is tried again.
MOST, AGAIN = 50, timedelta(minutes=1)
_ACTING = ("owner", "editor", "commenter")


def opened(exchange: Exchange, event: dict[str, Any]) -> None:
    """Show somebody their tab, unless it shows the same already."""
    user = an_id(event.get("user"))
    if user is None:
        return
    parts, team = exchange.parts, exchange.team
    who = people.asker(parts, team, exchange.look, user)
    with parts.session(team.workspace_id) as session:
        view = _view(session, who.viewer, user, team, parts)
    shown = event.get("view")
    before = shown if isinstance(shown, dict) else {}
    if before.get("private_metadata") != view["private_metadata"]:
        _publish(exchange.client, user, view, before.get("hash"))
    kept = view["private_metadata"]
    exchange.handling.effects.append(
        lambda session: _keep(session, team.team_id, user, {"home_hash": kept, "home_due": None})
    )


def touched(exchange: Exchange) -> None:
    """Let the tab of whoever did something be looked at anew, if they ever opened it."""
    payload, effects = exchange.handling.envelope.payload, exchange.handling.effects
    who = payload.get("user")
    user = an_id(who.get("id") if isinstance(who, dict) else payload.get("user_id"))
    if user is None or (payload.get("type") not in ACTS and not effects):
        return
    team_id, now = exchange.team.team_id, exchange.parts.clock()
    effects.append(
        lambda session: _keep(session, team_id, user, {"home_due": now}, was_opened=True)
    )


def publish_due(parts: Parts, workspace_id: int) -> int:
    """Show anew the tabs whose members did something; returns how many look otherwise."""
    now = parts.clock()
    of = col(SlackLink.workspace_id) == workspace_id, col(SlackLink.home_due) <= now
    with parts.session(workspace_id) as session:
        if session.exec(select(SlackLink.user_id).where(*of).limit(1)).first() is None:
            return 0
    here = {
        one.team_id: one
        for one in teams.here(parts, workspace_id)
        if one.token is not None and one.paused_reason is None
    }
    # What cannot be shown at present waits, and holds nobody else up.
    statement = select(SlackLink).where(*of, col(SlackLink.team_id).in_(here))
    with parts.session(workspace_id) as session:
        rows = session.exec(statement.order_by(col(SlackLink.home_due)).limit(MOST))
        due = [(row.team_id, row.user_id, row.home_due) for row in rows]
    return sum(_renew(parts, here[team_id], user, at, now) for team_id, user, at in due)


def _renew(parts: Parts, team: Installed, user: str, at: datetime | None, now: datetime) -> int:
    with parts.session(team.workspace_id) as session:
        mine = (
            update(SlackLink)
            .where(
                col(SlackLink.workspace_id) == team.workspace_id,
                col(SlackLink.team_id) == team.team_id,
                col(SlackLink.user_id) == user,
                col(SlackLink.home_due) == at,
            )
            .values(home_due=None)
        )
        # Another worker may be at it, or the person did something more.
        if session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
            return 0
    with parts.session(team.workspace_id) as session:
        row = session.get(SlackLink, (team.team_id, user))
        found = links.member(session, team.team_id, user)
        if row is None:
            return 0
        viewer = None if found is None else links.viewer(found[0])
        view = _view(session, viewer, user, team, parts)
        if row.home_hash == view["private_metadata"]:
            return 0
    kept: dict[str, Any] = {"home_hash": view["private_metadata"]}
    try:
        _publish(calls.client(parts, team.token), user, view, None)
    except (SlackApiError, *calls.BROKEN) as error:
        log.info("slack_home_waits", code=calls.code_of(error))
        kept = {"home_due": now + AGAIN}
    with parts.session(team.workspace_id) as session:
        _keep(session, team.team_id, user, kept)
    return int("home_hash" in kept)


def _publish(client: WebClient, user: str, view: dict[str, Any], shown: object) -> None:
    """Show a tab; one that changed meanwhile, or a Slack without such tabs, is left as it is."""
    arguments = {"hash": shown} if isinstance(shown, str) else {}
    try:
        client.views_publish(user_id=user, view=view, **arguments)
    except SlackApiError as error:
        if calls.code_of(error) not in ("hash_conflict", "not_enabled"):
            raise
        log.info("slack_home_left", code=calls.code_of(error))


def _keep(
    session: Session, team_id: str, user: str, values: dict[str, Any], *, was_opened: bool = False
) -> None:
    statement = update(SlackLink).where(
        col(SlackLink.workspace_id) == workspace_of(session),
        col(SlackLink.team_id) == team_id,
        col(SlackLink.user_id) == user,
    )
    if was_opened:
        statement = statement.where(col(SlackLink.home_hash).is_not(None))
    session.execute(statement.values(**values))


def _view(
    session: Session, viewer: Viewer | None, user: str, team: Installed, parts: Parts
) -> dict[str, Any]:
    base = parts.config.base_url
    found = None if viewer is None else links.member(session, team.team_id, user)
    if viewer is None or found is None:
        text = Message(NOT_LINKED, {"name": links.who_to_ask(session)})
        made = homes.stranger(text, people.reader_of(session))
    else:
        reader = _reader(session, found[1])
        made = homes.blocks(_home(session, viewer, found, parts.clock()), reader, base)
    told = json.dumps(made, sort_keys=True).encode()
    return {
        "type": "home",
        "callback_id": "home",
        # By this it is known whether the tab would look otherwise.
        "private_metadata": hashlib.sha256(told).hexdigest()[:32],
        "blocks": made,
    }


def _reader(session: Session, person: Person) -> Reader:
    """Return for whom a tab is rendered: in the member's own language and zone."""
    reader = people.reader_of(session, person)
    return replace(reader, zone=person.zone or reader.zone)


def _home(session: Session, viewer: Viewer, found: tuple[Member, Person], now: datetime) -> Home:
    member, person = found
    who, today = audience([viewer]), workspace.of(session).local_day(now)
    board = standing.board(session, who)
    by_id = {one.goal.id: facts.of_standing(one) for one in board}
    mine = [one for one in board if one.goal.owner_id == member.id]
    team = (
        None if member.team_id is None else session.get(Team, (member.workspace_id, member.team_id))
    )
    owed = reading.inbox(session, who, today).open
    return Home(
        member_id=member.id,
        name=person.name,
        may_act=viewer.role in _ACTING,
        may_add=viewer.role in ("owner", "editor"),
        mine=[by_id[one.goal.id] for one in mine if not one.is_over],
        due=[
            Due(by_id[one.one.goal.id], one.on)
            for one in owed
            if one.one.goal.owner_id == member.id
        ],
        snoozed=[
            Snoozed(by_id[story.goal_id], story.snoozed_until)
            for story in personal.snoozed(session, member.id, now)
            if story.goal_id in by_id
        ],
        back=[
            by_id[one.goal.id]
            for one in retrospectives.awaited(session, who, today)
            if one.goal.owner_id == member.id
        ],
        followed=[by_id[goal] for goal in personal.followed(session, member.id) if goal in by_id],
        team=team.name if team is not None else None,
        team_id=member.team_id,
        teams=[
            by_id[one.goal.id]
            for one in board
            if team is not None
            and one.goal.team_id == team.id
            and one.goal.owner_id != member.id
            and not one.is_over
        ],
    )

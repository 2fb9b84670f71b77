"""Direct messages: which conversation a member's messages go to."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col, select

from goals.alerts.channel import Outgoing
from goals.errors import DeliveryError
from goals.words import N_, Message
from goals.workspace import Member, Person
from integrations.slack import calls, links
from integrations.slack.parts import Parts
from integrations.slack.teams import Installed

KIND = "direct"
NOT_LINKED = N_("This member is not linked to Slack.")


def address(parts: Parts, team: Installed, client: WebClient, message: Outgoing) -> str:
    """Return the channel of a message, for a member the id of the conversation with them.

    Without the permission to open conversations it is the person's own id, to which Slack posts
    as well, but in which nothing can be looked up. Raises DeliveryError `not_linked`, and what a
    call may raise.
    """
    if message.channel_kind != KIND:
        return message.destination
    with parts.session(team.workspace_id) as session:
        user = links.user_of(session, team.team_id, int(message.destination))
    if user is None:
        raise DeliveryError("not_linked", Message(NOT_LINKED), permanent=True)
    try:
        return str(client.conversations_open(users=user)["channel"]["id"])
    except SlackApiError as error:
        if calls.code_of(error) == "missing_scope":
            return user
        raise


def person(session: Session, message: Outgoing) -> Person | None:
    """Return who reads a direct message; None for a channel."""
    if message.channel_kind != KIND:
        return None
    statement = (
        select(Person)
        .join(Member, col(Member.person_id) == col(Person.id))
        .where(
            col(Member.workspace_id) == message.workspace_id,
            col(Member.id) == int(message.destination),
        )
    )
    return session.exec(statement).first()

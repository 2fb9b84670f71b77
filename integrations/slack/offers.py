"""The way for somebody who is not linked: a button that leads to a page which asks once.

The ticket in its address is sealed: it says which Slack user it was shown to, and until when.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from goals import words
from goals.errors import Refusal
from goals.words import N_, Message
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.parts import Parts
from integrations.slack.people import Asker
from integrations.slack.teams import Installed
from integrations.vault import Vault

#: How long a button works after it was shown.
LIFE = timedelta(minutes=15)
ACTION = "link_account"
LABEL = N_("Link my account")


@dataclass(frozen=True)
class Ticket:
    """Which Slack user a button was shown to, and until when it works."""

    team_id: str
    user_id: str
    until: datetime


def with_button(parts: Parts, team: Installed, who: Asker, said: Post) -> Post:
    """Return a message that only the asker reads with a way to be linked, where they are not."""
    if who.viewer is not None:
        return said
    try:
        ticket = make(parts.vault, team.team_id, who.user_id, parts.clock())
    except Refusal:
        return said  # Without a key nothing can be sealed; the text says whom to ask.
    url = f"{parts.config.base_url}/slack/link?{urlencode({'ticket': ticket})}"
    label = words.render(Message(LABEL), who.reader)
    button = mrkdwn.button(ACTION, label, who.user_id, url=url)
    return Post(said.text, [*said.blocks, mrkdwn.actions(button)])


def make(vault: Vault, team_id: str, user_id: str, now: datetime) -> str:
    """Return a sealed ticket for a Slack user; raises Refusal without a key."""
    until = (now + LIFE).isoformat()
    return vault.seal({"link": team_id, "user": user_id, "until": until})


def read(vault: Vault, ticket: str, now: datetime) -> Ticket | None:
    """Return what a ticket says, None for one that is forged, old or for something else."""
    try:
        told = vault.open(ticket)
    except (Refusal, ValueError):
        return None
    if "link" not in told:
        return None
    found = Ticket(told["link"], told["user"], datetime.fromisoformat(told["until"]))
    return found if found.until > now else None

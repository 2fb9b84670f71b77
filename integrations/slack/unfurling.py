"""Links to goals that somebody shows in Slack: a card, where everybody there may see the goal.

Where somebody may not, nothing is said: not even that the goal is there.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from goals.alerts import audiences
from goals.table import id_from
from goals.tracking import facts, standing
from goals.tracking.visibility import Audience, audience
from goals.words import Reader
from integrations.slack import channels, people
from integrations.slack.blocks import cards
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

#: Links of one message that get a card.
MOST = 5
#: The channel that Slack names while a message is still being written.
COMPOSER = "COMPOSER"
#: A goal's page, and the pages under it: why, plan, history.
_PAGE = re.compile(r"/goals/([0-9]{1,19})(?:/[a-z0-9-]+)*/?")


def shared(exchange: Exchange, event: dict[str, Any]) -> None:
    """Put a card under each link to a goal that all readers of the message may see.

    While a message is being written nobody knows who will read it; once it is sent, Slack
    tells of its links again.
    """
    user, channel = an_id(event.get("user")), an_id(event.get("channel"))
    wanted = goals_of(event.get("links"), exchange.parts.config.base_url)
    if not wanted or user is None or channel is None or channel == COMPOSER:
        return
    who = people.asker(exchange.parts, exchange.team, exchange.look, user)
    if who.viewer is None:
        return
    found = _readers(exchange, who, channel, is_ours=event.get("is_bot_user_member") is True)
    if found is None:
        return
    everybody, reader = found
    base = exchange.parts.config.base_url
    with exchange.parts.session(exchange.team.workspace_id) as session:
        seen = {
            one.goal.id: cards.card(facts.of_standing(one), reader, base)
            for one in standing.board(session, everybody, ids=set(wanted.values()))
        }
    made = {url: {"blocks": seen[goal]} for url, goal in wanted.items() if goal in seen}
    if made:
        exchange.client.chat_unfurl(unfurls=made, **_place(event))


def goals_of(links: object, base_url: str) -> dict[str, int]:
    """Return the goals behind links of a message, by the links; other pages are left out (pure)."""
    found: dict[str, int] = {}
    listed: Iterable[Any] = links if isinstance(links, list) else ()
    for one in listed:
        url = one.get("url") if isinstance(one, dict) else None
        goal = goal_of(url, base_url) if isinstance(url, str) else None
        if goal is not None and len(found) < MOST:
            found[str(url)] = goal
    return found


def goal_of(url: str, base_url: str) -> int | None:
    """Return the goal whose page here a link leads to, None for any other link (pure)."""
    try:
        link, here = urlsplit(url), urlsplit(base_url)
        same = (link.hostname, link.port or 0) == (here.hostname, here.port or 0)
    except ValueError:
        return None
    if not same or link.scheme not in ("http", "https") or link.username:
        return None
    path = here.path.rstrip("/")
    page = _PAGE.fullmatch(link.path.removeprefix(path)) if link.path.startswith(path) else None
    return None if page is None else id_from(page[1])


def _readers(
    exchange: Exchange, who: Asker, channel: str, *, is_ours: bool
) -> tuple[Audience, Reader] | None:
    """Return who reads a message, and in which language; None where no card is to stand.

    That is between people, where it is not known who reads along, and in a channel that no
    owner has switched on.
    """
    parts, team = exchange.parts, exchange.team
    if channel.startswith("D"):
        # In the conversation with the app itself nobody else reads along.
        return (audience([who.viewer]), who.reader) if is_ours and who.viewer else None
    with parts.session(team.workspace_id) as session:
        known = audiences.channel_named(session, channel)
    if known is None or not known.is_on:
        return None
    everybody, _ = channels.audience(
        parts,
        team,
        exchange.look,
        channel,
        who.user_id,
        is_shared=exchange.handling.envelope.payload.get("is_ext_shared_channel") is True,
    )
    with parts.session(team.workspace_id) as session:
        return everybody, people.reader_of(session, locale=known.locale)


def _place(event: dict[str, Any]) -> dict[str, Any]:
    """Return which message is meant, as Slack wants to be told."""
    keys = ("unfurl_id", "source")
    if not all(isinstance(event.get(key), str) for key in keys):
        return {"channel": str(event["channel"]), "ts": str(event.get("message_ts"))}
    return {key: event[key] for key in keys}

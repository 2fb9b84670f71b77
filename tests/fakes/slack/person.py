"""The plumbing below SlackUser: who is acting, what they see, how what they do is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import forms, payloads
from .delivery import How, Reply, Sender, SignedHttp
from .forms import NotVisible
from .server import FakeSlack
from .world import Channel, Json, Message, User, View

App = str | Callable[..., Any] | Sender


class Person:
    """Somebody in front of Slack, and the way to the app."""

    def __init__(
        self, slack: FakeSlack, user: User | str, app: App, signing_secret: str | None = None
    ) -> None:
        self.slack = slack
        self.user = slack.users[user] if isinstance(user, str) else user
        self.id = self.user.id
        self._sender: Sender = (
            SignedHttp(slack, app, signing_secret)
            if isinstance(app, str) or (callable(app) and not hasattr(app, "send"))
            else app
        )
        self._offered: dict[str, list[Json]] = {}
        #: Every answer of the app to this person, the last one at the end.
        self.replies: list[Reply] = []

    def _act(
        self, where: Message | View, blocks: list[Json], action: Json, how: dict[str, Any]
    ) -> Reply:
        given = where.values if isinstance(where, View) else {}
        held = forms.values(blocks, given)
        payload = payloads.block_action(self.slack, self.user, where, action, held)
        return self._send("interactive", payload, how)

    def _send(
        self,
        kind: str,
        payload: Json,
        how: dict[str, Any],
        then: Callable[[Reply], None] = lambda reply: None,
    ) -> Reply:
        before = len(self.slack.timeline)
        reply = self._sender.send(kind, payload, How(**how))
        self.replies.append(reply)
        with self.slack.lock:
            then(reply)
            news = [message for _, message in self.slack.timeline[before:]]
            mine = {id(item) for item in self.slack.visible_to(self.user)}
            seen: dict[int, Message] = {
                id(m): m for m in news if id(m) in mine and m.user != self.id
            }
        reply.messages = list(seen.values())
        return reply

    def _readable(self, channel: Channel | str) -> Channel:
        place = self.slack.channel(channel)
        if not self.slack.can_see(self.user, place):
            raise NotVisible(f"{self.user.name} does not see #{place.name}")
        return place

    def _member_of(self, channel: Channel | str) -> Channel:
        place = self._readable(channel)
        if self.id not in place.members:
            raise NotVisible(f"{self.user.name} is not in #{place.name}")
        if place.archived:
            raise NotVisible(f"#{place.name} is archived")
        return place

    def _blocks(self, where: Message | View, earlier: bool = False) -> list[Json]:
        """The blocks this person sees there now; raises NotVisible when they do not see it."""
        with self.slack.lock:
            if not any(item is where for item in self.slack.visible_to(self.user)):
                raise NotVisible(f"{self.user.name} does not see this: it is gone or for others")
            if isinstance(where, View):
                if where.type == "modal" and where is not self.slack.modal(self.user):
                    raise NotVisible("another modal lies on top of this one")
                return where.blocks
            return where.earlier[-1][1] if earlier and where.earlier else where.blocks

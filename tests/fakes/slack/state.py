"""The state of the fake: workspaces and what is in them, how tests build it and how it changes."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from . import audit
from .world import (
    MANIFEST_SCOPES,
    Channel,
    Execution,
    File,
    Finding,
    Grant,
    Json,
    Message,
    ResponseUrl,
    SlackError,
    Team,
    Token,
    Trigger,
    User,
    View,
)


class State:
    """Everything a Slack knows, guarded by `lock`; `changed` tells of every change."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.ahead = 0.0
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.changes = 0
        self.signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
        self.client_id = "1111.2222"
        self.client_secret = "fake-client-secret"
        self.trusted_hosts = {"127.0.0.1", "localhost"}
        self.clear()

    def clear(self) -> None:
        """Forget everything and make the first workspace, with the same ids as always."""
        with self.lock:
            self.ahead = 0.0
            self._numbers = itertools.count(1)
            self.teams: dict[str, Team] = {}
            self.users: dict[str, User] = {}
            self.channels: dict[str, Channel] = {}
            self.posts: dict[str, list[Message]] = defaultdict(list)
            self.views: dict[str, View] = {}
            self.homes: dict[tuple[str, str], View] = {}
            self.modals: dict[tuple[str, str], list[View]] = defaultdict(list)
            self.tokens: dict[str, Token] = {}
            self.triggers: dict[str, Trigger] = {}
            self.response_urls: dict[str, ResponseUrl] = {}
            self.files: dict[str, File] = {}
            self.grants: dict[str, Grant] = {}
            self.executions: dict[str, Execution] = {}
            self.prompts: dict[str, list[Json]] = {}
            self.statuses: dict[tuple[str, str], str] = {}
            self.unfurls: list[Json] = []
            self.timeline: list[tuple[str, Message]] = []
            self.audit: list[Finding] = []
            self.watched: list[str] = []
            self._last_ts: dict[str, int] = {}
            self.team = self.add_team("Acme")
            self.app_token = "xapp-1-" + self.team.app_id
            self.tokens[self.app_token] = Token(
                self.app_token, "app", "app", self.team.id, {"connections:write"}
            )

    # Time

    def clock(self) -> float:
        """Slack's own time, in seconds since 1970: `now` and what `forward` added."""
        return self.now() + self.ahead

    def moment(self) -> float:
        """A time that never goes back, to be given to `age` later."""
        return time.monotonic() + self.ahead

    def age(self, born: float) -> float:
        """Seconds since a `moment`."""
        return self.moment() - born

    def forward(self, seconds: float) -> None:
        """Let time pass for Slack alone: trigger ids, response_urls and tokens grow older."""
        self.ahead += seconds

    # Building a workspace

    def new_id(self, prefix: str) -> str:
        """Give the next id of the kind that starts with `prefix`."""
        return f"{prefix}{next(self._numbers):08d}"

    @property
    def bot_token(self) -> str:
        """The bot token of the first workspace."""
        return self.team.bot_token

    def add_team(self, name: str, scopes: Iterable[str] = MANIFEST_SCOPES) -> Team:
        """Add a workspace in which the app is installed, with the manifest's required scopes."""
        with self.lock:
            n = len(self.teams) + 1
            team = Team(
                id=f"T{n:08d}",
                name=name,
                domain=name.lower().replace(" ", "-"),
                app_id="A00000001",
                bot_user_id=f"U{n:04d}BOT",
                bot_id=f"B{n:08d}",
                bot_token=f"xoxb-{n}-fake",
            )
            self.teams[team.id] = team
            self.users[team.bot_user_id] = User(
                team.bot_user_id, team.id, "headway", "Headway", "", bot=True
            )
            self.tokens[team.bot_token] = Token(
                team.bot_token, f"bot:{team.id}", "bot", team.id, set(scopes)
            )
            return team

    def add_user(
        self,
        name: str,
        *,
        team: Team | None = None,
        email: str | None = None,
        locale: str = "en-US",
        tz: str = "UTC",
        guest: str | None = None,
        admin: bool = False,
        deleted: bool = False,
    ) -> User:
        """Add a person; `guest` is None, "multi" or "single"."""
        with self.lock:
            team = team or self.team
            handle = name.lower().replace(" ", ".")
            user = User(
                id=self.new_id("U"),
                team_id=team.id,
                name=handle,
                real_name=name,
                email=email or f"{handle}@{team.domain}.test",
                locale=locale,
                tz=tz,
                guest=guest,
                admin=admin,
                deleted=deleted,
            )
            self.users[user.id] = user
            return user

    def add_channel(
        self,
        name: str,
        *,
        team: Team | None = None,
        members: Iterable[User] = (),
        private: bool = False,
        archived: bool = False,
        ext_shared: bool = False,
        bot: bool = True,
        restricted: str | None = None,
    ) -> Channel:
        """Add a channel; `bot=False` leaves our bot out, `restricted` is the error posting gets."""
        with self.lock:
            team = team or self.team
            inside = {user.id for user in members} | ({team.bot_user_id} if bot else set())
            channel = Channel(
                id=self.new_id("C"),
                team_id=team.id,
                name=name,
                kind="private" if private else "public",
                members=inside,
                created=int(self.clock()),
                archived=archived,
                ext_shared=ext_shared,
                restricted=restricted,
            )
            self.channels[channel.id] = channel
            return channel

    def im(self, user: User | str) -> Channel:
        """Give the direct message between this person and our bot, making it when there is none."""
        with self.lock:
            person = self.users[user] if isinstance(user, str) else user
            team = self.teams[person.team_id]
            pair = {person.id, team.bot_user_id}
            for channel in self.channels.values():
                if channel.is_im and channel.members == pair:
                    return channel
            channel = Channel(self.new_id("D"), team.id, "", "im", pair, created=int(self.clock()))
            self.channels[channel.id] = channel
            return channel

    def grant(self, *scopes: str, team: Team | None = None) -> None:
        """Give the workspace's bot token more scopes."""
        self.tokens[(team or self.team).bot_token].scopes.update(scopes)

    def withdraw(self, *scopes: str, team: Team | None = None) -> None:
        """Take scopes from the workspace's bot token."""
        self.tokens[(team or self.team).bot_token].scopes.difference_update(scopes)

    def revoke(self, token: str | None = None) -> None:
        """Revoke a token (default: the first workspace's bot token)."""
        self.tokens[token or self.bot_token].revoked = True

    def watch(self, *texts: str) -> None:
        """Name raw user content: a message that carries it unescaped becomes a finding."""
        self.watched.extend(texts)

    # Looking things up

    def channel(self, where: Channel | str) -> Channel:
        """Find a channel by itself, its id or its name."""
        if isinstance(where, Channel):
            return where
        wanted = where.lstrip("#")
        for channel in self.channels.values():
            if channel.id == wanted or (channel.name and channel.name == wanted):
                return channel
        raise KeyError(f"no channel {where!r} in the fake")

    def can_see(self, user: User, channel: Channel) -> bool:
        """Whether this person can read the channel: members, and all but guests if it is public."""
        if user.id in channel.members:
            return True
        return (
            channel.kind == "public"
            and channel.team_id == user.team_id
            and user.guest is None
            and not user.bot
        )

    def message_at(self, channel: str, ts: str, *, ephemeral: bool = False) -> Message:
        """Find a message that is still there; raises `message_not_found`."""
        for message in self.posts[channel]:
            if message.ts == ts and message.ephemeral == ephemeral and not message.deleted:
                return message
        raise SlackError("message_not_found")

    # Changes

    def next_ts(self, channel: str) -> str:
        """Give a timestamp later than every other in the channel."""
        moment = max(int(self.clock() * 1_000_000), self._last_ts.get(channel, 0) + 1)
        self._last_ts[channel] = moment
        return f"{moment // 1_000_000}.{moment % 1_000_000:06d}"

    def put(self, message: Message) -> Message:
        """Add a message, look it over and tell whoever waits."""
        with self.lock:
            fill_ids(message.blocks)
            self.posts[message.channel].append(message)
            self.note("posted", message)
        return message

    def refresh(self, message: Message) -> None:
        """Take note that a message has changed."""
        with self.lock:
            fill_ids(message.blocks)
            self.note("changed", message)

    def note(self, what: str, message: Message | None = None) -> None:
        """Record that a message was posted, changed or deleted, and wake `wait_for`."""
        with self.lock:
            if message is not None:
                self.timeline.append((what, message))
                if message.bot_id is not None and what != "deleted":
                    self.audit.extend(audit.examine(self, message))
            self.wake()

    def show(self, view: View) -> None:
        """Look a view over that somebody sees now and tell whoever waits."""
        with self.lock:
            self.audit.extend(audit.examine_view(self, view))
            self.wake()

    def wake(self) -> None:
        """Tell whoever waits that something is different."""
        with self.lock:
            self.changes += 1
            self.changed.notify_all()

    def new_trigger(self, team_id: str, user_id: str, view_id: str | None = None) -> str:
        """Make a trigger id that lives three seconds and works once."""
        with self.lock:
            trigger = Trigger(
                f"{next(self._numbers)}.{int(self.clock())}.{secrets.token_hex(8)}",
                team_id,
                user_id,
                self.moment(),
                view_id=view_id,
            )
            self.triggers[trigger.id] = trigger
            return trigger.id

    def new_response_url(
        self, team_id: str, channel: str, user_id: str, message: Message | None = None
    ) -> ResponseUrl:
        """Make a response_url for one interaction."""
        with self.lock:
            hook = ResponseUrl(
                secrets.token_hex(12), team_id, channel, user_id, self.moment(), message
            )
            self.response_urls[hook.id] = hook
            return hook

    def stack(self, user: User) -> list[View]:
        """The modals open in front of this person, the topmost last."""
        return [view for view in self.modals[(user.team_id, user.id)] if view.open]


def fill_ids(blocks: list[Json]) -> None:
    """Give every block and interactive element without an id one, as Slack does on arrival."""
    for block in blocks:
        block.setdefault("block_id", secrets.token_hex(3))
        elements: list[Any] = list(block.get("elements") or [])
        elements += [block.get("accessory"), block.get("element")]
        if block.get("type") in {"actions", "section", "input", "context_actions"}:
            for element in elements:
                if isinstance(element, dict) and element.get("type") != "image":
                    element.setdefault("action_id", secrets.token_hex(3))

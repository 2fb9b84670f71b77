"""What tests ask of the fake, in the words of people: what is on whose screen, what was called."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from . import text
from .state import State
from .world import Call, Channel, Grant, Message, Team, User, View

T = TypeVar("T")


class Inspection(State):
    """The state with the questions that tests put to it."""

    calls: list[Call]

    def messages(self, channel: Channel | str, *, thread: str | None = None) -> list[Message]:
        """The messages everybody in a channel sees now, oldest first; `thread` keeps one thread."""
        with self.lock:
            return [
                message
                for message in self.posts[self.channel(channel).id]
                if not message.deleted
                and not message.ephemeral
                and (thread is None or thread in (message.ts, message.thread_ts))
            ]

    def ephemerals(self, user: User | str, channel: Channel | str | None = None) -> list[Message]:
        """The messages only this person sees now, oldest first."""
        reader = user if isinstance(user, str) else user.id
        place = None if channel is None else self.channel(channel).id
        with self.lock:
            return sorted(
                (
                    message
                    for where, posts in self.posts.items()
                    for message in posts
                    if message.shown_to == reader and not message.deleted and place in (None, where)
                ),
                key=lambda message: message.ts,
            )

    def home(self, user: User) -> View | None:
        """The App Home published for this person."""
        return self.homes.get((user.team_id, user.id))

    def modal(self, user: User) -> View | None:
        """The topmost modal open in front of this person."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def visible_to(self, user: User) -> list[Message | View]:
        """Everything of this app and its channels that this person could read now."""
        with self.lock:
            seen: list[Message | View] = []
            for channel in list(self.channels.values()):
                if self.can_see(user, channel):
                    seen += self.messages(channel)
            seen += self.ephemerals(user)
            home = self.home(user)
            return seen + ([home] if home else []) + list(self.stack(user))

    def find(self, channel: Channel | str, words: str) -> list[Message]:
        """The messages of a channel whose readable text has these words, whatever their case."""
        wanted = words.casefold()
        return [m for m in self.messages(channel) if wanted in self.screen_text(m).casefold()]

    def one(self, channel: Channel | str, words: str) -> Message:
        """The only message of a channel with these words; an AssertionError otherwise."""
        found = self.find(channel, words)
        if len(found) != 1:
            there = "\n---\n".join(self.screen_text(m) for m in self.messages(channel))
            raise AssertionError(f"{len(found)} messages with {words!r}, not one, among:\n{there}")
        return found[0]

    def screen_text(self, what: Message | View, *, notification: bool = True) -> str:
        """All readable text, a line each; without `notification` only what the eye sees."""
        return text.screen_text(self, what, notification=notification)

    def notification_text(self, message: Message) -> str:
        """What a push notification and most screen readers give: the top-level text alone."""
        return text.notification_text(self, message)

    def calls_to(self, method: str) -> list[Call]:
        """The calls to one method, oldest first."""
        return [call for call in list(self.calls) if call.method == method]

    def wait_for(self, what: Callable[[], T], timeout: float = 5.0) -> T:
        """Wait until `what()` gives something true and return it; AssertionError if time is up."""
        end = time.monotonic() + timeout
        while True:
            before = self.changes
            found = what()
            left = end - time.monotonic()
            if found:
                return found
            if left <= 0:
                raise AssertionError(f"did not come about within {timeout} s; last: {found!r}")
            with self.changed:
                if self.changes == before:
                    self.changed.wait(min(left, 0.25))

    def consent(self, url: str, user: User, team: Team | None = None, *, deny: bool = False) -> str:
        """Say yes (or no) on the consent page at `url`; gives the address the browser goes to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if asked.get("client_id") != self.client_id:
            raise AssertionError("the consent page shows: invalid client_id")
        redirect = asked.get("redirect_uri", "")
        answer = {"state": asked.get("state", "")}
        if deny:
            answer["error"] = "access_denied"
        else:
            code = secrets.token_hex(10)
            scopes = set(asked.get("scope", "").split(",")) - {""}
            where = team or self.teams[user.team_id]
            self.grants[code] = Grant(code, where.id, user.id, scopes, redirect, self.moment())
            answer["code"] = code
        return f"{redirect}?{urlencode(answer)}"

"""What a small Slack holds: people, channels, messages, views and files, kept in one file."""

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]

#: A trigger opens one modal; an address to answer at is good for some answers.
MOST_USES = 5
#: Messages kept of each channel.
MOST_KEPT = 400


class Failed(Exception):
    """A call that Slack would answer with an error; holds its code."""


class Stage:
    """A Slack workspace within this process; it survives in `file` (None: in memory alone).

    `data` holds nothing that JSON does not. Whoever changes it does so in `changing`, and reads
    what changes in `reading`.
    """

    def __init__(self, clock: Callable[[], datetime], file: Path | None = None) -> None:
        """Take the clock that messages are stamped by, and where to keep everything."""
        self.clock = clock
        self.token = f"xoxb-{secrets.token_urlsafe(24)}"
        self.base = ""
        self.version = 1
        #: Who may open a modal by a trigger, and above which one.
        self.triggers: dict[str, tuple[str, str | None]] = {}
        #: What an address for answers belongs to: channel, person, message, uses.
        self.hooks: dict[str, Json] = {}
        #: What the app offered for typed words, by person, place and element.
        self.offered: dict[tuple[str, str, str], dict[str, Json]] = {}
        self._file = file
        self._lock = threading.RLock()
        self.data = self._read() or {
            "team": {}, "users": {}, "channels": {}, "messages": {}, "read": {}, "views": {},
            "open": {}, "homes": {}, "files": {}, "prompts": {},
        }  # fmt: skip

    def _read(self) -> Json | None:
        if self._file is None or not self._file.exists():
            return None
        try:
            found = json.loads(self._file.read_text("utf-8"))
        except ValueError:
            # A file that broke off while it was written is begun anew.
            return None
        # A modal does not outlive its program, as in Slack it does not outlive its window.
        return {**found, "views": {}, "open": {}} if isinstance(found, dict) else None

    @contextmanager
    def reading(self) -> Iterator[Json]:
        """Lend what there is while nobody changes it."""
        with self._lock:
            yield self.data

    @contextmanager
    def changing(self) -> Iterator[Json]:
        """Lend what there is to be changed, and keep it."""
        with self._lock:
            yield self.data
            self.version += 1
            self._keep()

    def _keep(self) -> None:
        if self._file is None:
            return
        fresh = self._file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.data, file)
        fresh.replace(self._file)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it be another time for a while."""
        clock, self.clock = self.clock, lambda: moment
        try:
            yield
        finally:
            self.clock = clock

    def next_ts(self, channel: str) -> str:
        """Return the next message's id: when it is said, and later than all before it."""
        said = self.data["messages"].setdefault(channel, [])
        last = float(said[-1]["ts"]) if said else 0.0
        # Whole seconds, so that what follows within one is still said on the same day.
        now = float(int(self.clock().timestamp()))
        return f"{max(now, last + 0.000001):.6f}"

    def put(self, channel: str, message: Json) -> Json:
        """Add a message to a channel."""
        said = self.data["messages"].setdefault(channel, [])
        made: Json = {"type": "message", **message, "ts": self.next_ts(channel)}
        said.append(made)
        del said[:-MOST_KEPT]
        return made

    def message(self, channel: str, ts: object) -> Json:
        """Return a message; raises Failed."""
        for one in self.data["messages"].get(channel, ()):
            if one["ts"] == ts:
                found: Json = one
                return found
        raise Failed("message_not_found")

    def channel(self, channel_id: object) -> Json:
        """Return a channel, also by the person whom a direct message is with; raises Failed."""
        found: Json | None = self.data["channels"].get(channel_id)
        if found is None and channel_id in self.data["users"]:
            found = self.direct(str(channel_id))
        if found is None:
            raise Failed("channel_not_found")
        return found

    def direct(self, user: str) -> Json:
        """Return the conversation of a person with the app, begun where there is none."""
        channel_id = f"D{user[1:]}"
        made: Json = self.data["channels"].setdefault(
            channel_id,
            {"id": channel_id, "name": "", "kind": "im", "user": user, "members": [user]},
        )
        return made

    def user(self, user_id: object) -> Json:
        """Return a person; raises Failed."""
        found: Json | None = self.data["users"].get(user_id)
        if found is None:
            raise Failed("user_not_found")
        return found

    def trigger(self, user: str, view: str | None = None) -> str:
        """Return a new trigger, with which the app may open a modal once."""
        made = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[made] = (user, view)
        return made

    def hook(self, channel: str, user: str, ts: str | None) -> str:
        """Return a new address at which the app may answer what somebody did."""
        made = secrets.token_urlsafe(24)
        self.hooks[made] = {"channel": channel, "user": user, "ts": ts, "uses": 0}
        return f"{self.base}/response/{made}"

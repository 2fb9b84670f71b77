"""What somebody sees in the small Slack: channels, what was said there, a thread, a modal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.demo.slack import views
from app.demo.slack.acting import Actor
from app.demo.slack.stage import Json
from app.web import frame
from goals import formatting
from integrations.slack import manifest

#: Messages shown of a channel.
MOST = 80


@dataclass(frozen=True)
class Place:
    """A channel in the list; `unread` is how many messages the person has not seen there."""

    id: str
    name: str
    kind: str
    unread: int
    members: int


@dataclass
class Line:
    """A message as it is shown, with how many answers it has and when the last one came."""

    message: Json
    who: str
    is_app: bool
    at: datetime
    only_me: bool
    replies: int = 0
    last: datetime | None = None
    repliers: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        """Return the reader's day on which it was said."""
        return self.at.date()

    @property
    def time(self) -> str:
        """Return the reader's time of day at which it was said."""
        return formatting.time_of_day(self.at)


def names(actor: Actor) -> dict[str, str]:
    """Return what people and channels are called, by id."""
    data = actor.stage.data
    found = {one["id"]: one["real_name"] for one in data["users"].values()}
    found |= {one["id"]: one["name"] for one in data["channels"].values() if one["name"]}
    return {**found, data["team"]["bot_user_id"]: "Headway", "USLACKBOT": "Slackbot"}


def places(actor: Actor) -> list[Place]:
    """Return the channels that the person is in, and the conversation with the app last."""
    data = actor.stage.data
    read = data["read"].get(actor.user, {})
    found = []
    for channel in data["channels"].values():
        if actor.user not in channel["members"]:
            continue
        seen = float(read.get(channel["id"], 0))
        unread = [
            one
            for one in data["messages"].get(channel["id"], ())
            if float(one["ts"]) > seen and one["user"] != actor.user and _sees(actor, one)
        ]
        found.append(
            Place(
                channel["id"], channel["name"], channel["kind"], len(unread),
                len(channel["members"]) + 1,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.kind == "im", one.name))


def said(actor: Actor, channel: str, thread: str | None = None) -> list[Line]:
    """Return what was said in a channel outside of threads, or in one thread, the oldest first."""
    every = [one for one in actor.stage.data["messages"].get(channel, ()) if _sees(actor, one)]
    called = names(actor)
    if thread is not None:
        inside = [one for one in every if thread in (one["ts"], one.get("thread_ts"))]
        return [_line(actor, one, called) for one in inside]
    roots: dict[str, Line] = {}
    for one in every:
        root = roots.get(one.get("thread_ts") or "")
        if root is not None and not one.get("only"):
            root.replies += 1
            root.last = _local(one["ts"])
            if called.get(one["user"], "") not in root.repliers:
                root.repliers.append(called.get(one["user"], ""))
        # What only one person sees has no mark at its thread, so it shows where it is found.
        if not one.get("thread_ts") or one.get("is_broadcast"):
            roots[one["ts"]] = _line(actor, one, called)
    return list(roots.values())[-MOST:]


def _sees(actor: Actor, message: Json) -> bool:
    return message.get("only") in (None, actor.user)


def _line(actor: Actor, message: Json, called: dict[str, str]) -> Line:
    return Line(
        message,
        called.get(str(message["user"])) or str(message["user"]),
        bool(message.get("bot_id")) or message["user"] == "USLACKBOT",
        _local(message["ts"]),
        message.get("only") == actor.user,
    )


def _local(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC).astimezone(ZoneInfo(frame.reader().zone))


def modal(actor: Actor) -> Json | None:
    """Return the modal that lies uppermost, None where none is open."""
    opened = views.stack(actor.stage, actor.user)
    return opened[-1] if opened else None


def home(actor: Actor) -> Json | None:
    """Return the home that the app made for the person."""
    found: Json | None = actor.stage.data["homes"].get(actor.user)
    return found


def features() -> Json:
    """Return what the app offers beside its messages, as its manifest says."""
    made: Json = manifest.manifest("https://headway.example")["features"]
    return made


def shortcuts(kind: str) -> Sequence[Json]:
    """Return the app's shortcuts of a kind ("message" or "global")."""
    return [one for one in features().get("shortcuts", ()) if one["type"] == kind]

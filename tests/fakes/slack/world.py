"""What a Slack workspace is made of, as plain records without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

# The bot scopes of the app's manifest, asked for at installation and those that are optional.
MANIFEST_SCOPES = frozenset(
    {
        *("app_mentions:read", "assistant:write", "channels:join", "channels:read", "chat:write"),
        *("commands", "files:write", "im:history", "im:write", "links:read", "links:write"),
        "users:read",
    }
)
OPTIONAL_SCOPES = frozenset(
    {
        *("channels:history", "groups:read", "metadata.message:read", "users:read.email"),
        "chat:write.public",
    }
)


@dataclass
class Team:
    """One workspace with the app installed; `active=False` is a workspace that removed it."""

    id: str
    name: str
    domain: str
    app_id: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    enterprise_id: str | None = None
    active: bool = True
    agent: bool = True
    home_tab: bool = True
    messages_tab: bool = True


@dataclass
class User:
    """A person or bot; `guest` is None, "multi" (restricted) or "single" (ultra restricted)."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str
    locale: str = "en-US"
    tz: str = "UTC"
    guest: str | None = None
    admin: bool = False
    bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A conversation of kind public, private, im or mpim; `restricted` is an error posting gets."""

    id: str
    team_id: str
    name: str
    kind: str
    members: set[str]
    created: int = 0
    archived: bool = False
    ext_shared: bool = False
    restricted: str | None = None
    topic: str = ""

    @property
    def is_im(self) -> bool:
        """Whether this is a direct message between two."""
        return self.kind == "im"


@dataclass
class Message:
    """A message as it stands now; `shown_to` is the one reader of an ephemeral one, else None."""

    team_id: str
    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    metadata: Json | None = None
    client_msg_id: str | None = None
    shown_to: str | None = None
    deleted: bool = False
    edited_ts: str | None = None
    mrkdwn: bool = True
    reactions: dict[str, list[str]] = field(default_factory=dict)
    earlier: list[tuple[str, list[Json]]] = field(default_factory=list)

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.shown_to is not None


@dataclass
class View:
    """A modal or an App Home; `values` is what its user has typed, by block and action id."""

    id: str
    team_id: str
    user_id: str
    type: str
    body: Json
    hash: str
    external_id: str | None = None
    root_view_id: str = ""
    previous_view_id: str | None = None
    open: bool = True
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The blocks now shown."""
        blocks: list[Json] = self.body.get("blocks", [])
        return blocks


@dataclass
class Token:
    """A token; `label` stands for it in the log, so that no token is ever written down."""

    value: str
    label: str
    kind: str
    team_id: str
    scopes: set[str]
    revoked: bool = False
    expires_at: float | None = None
    refresh_token: str | None = None


@dataclass
class Trigger:
    """A trigger id: single use, short life; `view_id` when it came from within a modal."""

    id: str
    team_id: str
    user_id: str
    born: float
    used: bool = False
    view_id: str | None = None


@dataclass
class ResponseUrl:
    """A response_url: five uses in thirty minutes; `message` if it came from a button on one.

    `said` are the messages that came through it.
    """

    id: str
    team_id: str
    channel: str
    user_id: str
    born: float
    message: Message | None = None
    uses: int = 0
    said: list[Message] = field(default_factory=list)


@dataclass
class File:
    """An upload; `ready_at` is when blocks may refer to it, None before completion."""

    id: str
    team_id: str
    name: str
    title: str
    length: int
    alt_text: str
    content: bytes | None = None
    ready_at: float | None = None
    channels: list[str] = field(default_factory=list)

    @property
    def is_image(self) -> bool:
        """Whether an image block may show it."""
        return self.name.lower().rsplit(".", 1)[-1] in {"png", "jpg", "jpeg", "gif"}


@dataclass
class Grant:
    """A person's consent, waiting to be exchanged for a token through its single-use code."""

    code: str
    team_id: str
    user_id: str
    scopes: set[str]
    redirect_uri: str
    born: float
    used: bool = False


@dataclass
class Execution:
    """A step of a workflow: running until it has outputs or an error.

    `function` is its entry in the manifest, `token` the one that came with it.
    """

    id: str
    team_id: str
    callback_id: str
    function: Json
    token: str
    outputs: Json | None = None
    error: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether the app has ended it."""
        return self.outputs is not None or self.error is not None


@dataclass
class Call:
    """One request that reached the fake: the answer decided on, and the fault that met it."""

    method: str
    token: str
    args: Json
    result: Json
    status: int
    at: float
    monotonic: float
    fault: str | None = None
    scopes: str = ""

    @property
    def ok(self) -> bool:
        """Whether the method did what it was asked."""
        return bool(self.result.get("ok"))


@dataclass(frozen=True)
class Finding:
    """Something in a bot's message that pings, disguises a link or leaves a reader without text."""

    kind: str
    channel: str
    ts: str
    text: str


class SlackError(Exception):
    """An `ok: false` answer; `extra` goes beside the error code."""

    def __init__(self, code: str, status: int = 200, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.extra = extra

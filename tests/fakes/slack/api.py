"""The Web API's front door: arguments, tokens, scopes and the registry that the methods enter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from . import blockkit
from .world import Channel, Json, Message, SlackError, Team, Token, User

if TYPE_CHECKING:
    from .server import FakeSlack


@dataclass
class Ask:
    """One call being answered: who asks, in which workspace, with which arguments."""

    slack: FakeSlack
    token: Token
    team: Team
    args: Json

    def need(self, *scopes: str) -> None:
        """Require one of the scopes; raises `missing_scope` with what is needed and provided."""
        if not self.token.scopes.intersection(scopes):
            raise SlackError(
                "missing_scope",
                needed=",".join(scopes),
                provided=",".join(sorted(self.token.scopes)),
            )

    def user(self, user_id: Any) -> User:
        """Find a person of this workspace or of a shared channel; raises `user_not_found`."""
        user = self.slack.users.get(str(user_id))
        if user is None:
            raise SlackError("user_not_found")
        if user.team_id != self.team.id and not any(
            channel.ext_shared and user.id in channel.members
            for channel in self.slack.channels.values()
            if channel.team_id == self.team.id
        ):
            raise SlackError("user_not_found")
        return user

    def channel(self, channel_id: Any) -> Channel:
        """Find a channel our bot may know of: public ones, and others only from the inside."""
        channel = self.slack.channels.get(str(channel_id))
        if channel is None or channel.team_id != self.team.id:
            raise SlackError("channel_not_found")
        if channel.kind != "public" and self.team.bot_user_id not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def inside(self, channel_id: Any) -> Channel:
        """Find a channel our bot is a member of; raises `not_in_channel`, `channel_not_found`."""
        channel = self.channel(channel_id)
        if self.team.bot_user_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def image_ready(self, file: Json) -> bool:
        """Whether a slack_file points at an image of this workspace that is processed."""
        found = self.slack.files.get(str(file.get("id")))
        return (
            found is not None
            and found.team_id == self.team.id
            and found.is_image
            and found.ready_at is not None
            and found.ready_at <= self.slack.clock()
        )

    def checked_blocks(self, blocks: Any) -> list[Json]:
        """Give the blocks back when Slack would take them in a message; raises `invalid_blocks`."""
        if blocks in (None, []):
            return []
        problems = blockkit.block_problems(blocks, "message", self.image_ready)
        if problems:
            raise SlackError(
                "invalid_blocks", errors=problems, response_metadata=_messages(problems)
            )
        return list(blocks)

    def page(self, things: list[Any], default: int, most: int) -> tuple[list[Any], Json]:
        """Cut one page by `limit` and `cursor`; the cursor is opaque to the caller."""
        limit = min(int(self.args.get("limit") or default), most)
        if limit < 1:
            raise SlackError("invalid_limit")
        cursor = str(self.args.get("cursor") or "")
        if cursor and not (cursor.startswith("next_") and cursor[5:].isdigit()):
            raise SlackError("invalid_cursor")
        start = int(cursor[5:]) if cursor else 0
        more = start + limit < len(things)
        return things[start : start + limit], {
            "next_cursor": f"next_{start + limit}" if more else ""
        }


Answer = Callable[[Ask], Json]
# Arguments that every method takes; Slack's framework adds team_id to each call.
_ANYWHERE = {"token", "team_id"}


@dataclass(frozen=True)
class Method:
    """A Web API method: arguments with their types, which are required, token, scope, tier."""

    name: str
    run: Answer
    types: dict[str, str]
    required: tuple[str, ...]
    scope: str | None
    tier: str
    token: str | None


METHODS: dict[str, Method] = {}


def method(
    name: str,
    args: str = "",
    *,
    scope: str | None = None,
    tier: str = "3",
    token: str | None = "bot",
) -> Callable[[Answer], Answer]:
    """Enter a method; `args` are words: `channel*` (required), `blocks:json`, `limit:int`."""

    def enter(run: Answer) -> Answer:
        types, required = {}, []
        for item in args.split():
            word, _, kind = item.partition(":")
            if word.endswith("*"):
                word = word[:-1]
                required.append(word)
            types[word] = kind or "str"
        METHODS[name] = Method(name, run, types, tuple(required), scope, tier, token)
        return run

    return enter


def read_args(query: str, body: bytes, content_type: str) -> Json:
    """Read arguments from the query, a form or a JSON body."""
    args: Json = dict(parse_qsl(query, keep_blank_values=True))
    if "json" in content_type:
        try:
            found = json.loads(body or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(found, dict):
            raise SlackError("json_not_object")
        args.update(found)
    elif body:
        args.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return args


def authenticate(slack: FakeSlack, wanted: Method, value: str) -> tuple[Token, Team]:
    """Check the token of a call; raises not_authed, invalid_auth, token_revoked and their like."""
    if wanted.token is None:
        token = slack.tokens.get(value) or Token("", "none", "none", slack.team.id, set())
        return token, slack.teams[token.team_id]
    if not value:
        raise SlackError("not_authed")
    found = slack.tokens.get(value)
    if found is None:
        raise SlackError("invalid_auth")
    if found.revoked:
        raise SlackError("token_revoked")
    if found.expires_at is not None and found.expires_at <= slack.clock():
        raise SlackError("token_expired")
    team = slack.teams[found.team_id]
    if not team.active:
        raise SlackError("account_inactive")
    if found.kind != wanted.token:
        raise SlackError("not_allowed_token_type")
    return found, team


def typed(wanted: Method, raw: Json, strict: bool) -> Json:
    """Check names, convert values; raises `invalid_arguments`, `invalid_arg_name` and more."""
    args = {
        name: value
        for name, value in raw.items()
        if value is not None and (name in wanted.types or name not in _ANYWHERE)
    }
    missing = [name for name in wanted.required if args.get(name) in (None, "")]
    if missing:
        problems = [f"missing required field: {name}" for name in missing]
        raise SlackError("invalid_arguments", response_metadata=_messages(problems))
    unknown = sorted(set(args) - set(wanted.types))
    if unknown and strict:
        problems = [f"unknown argument: {name}" for name in unknown]
        raise SlackError("invalid_arg_name", response_metadata=_messages(problems))
    return {
        name: _convert(name, wanted.types[name], args[name])
        for name in args
        if name in wanted.types
    }


def _convert(name: str, kind: str, value: Any) -> Any:
    if kind == "json" and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            code = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
            raise SlackError(code.get(name, "invalid_arguments")) from None
    if kind == "bool" and not isinstance(value, bool):
        return str(value).lower() in ("1", "true")
    if kind == "int":
        try:
            return int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments") from None
    if kind == "str" and not isinstance(value, str):
        raise SlackError(
            "invalid_arguments", response_metadata=_messages([f"must be a string: {name}"])
        )
    return value


def refuse_view(view: Any, image_ready: Callable[[Json], bool]) -> None:
    """Raise what Slack answers to a view it does not take."""
    if isinstance(view, dict) and blockkit.too_large(view):
        raise SlackError("view_too_large")
    problems = blockkit.view_problems(view, image_ready)
    if problems:
        raise SlackError("invalid_arguments", response_metadata=_messages(problems))


def _messages(problems: list[str]) -> Json:
    return {"messages": [f"[ERROR] {problem}" for problem in problems]}


def present(slack: FakeSlack, message: Message, *, metadata: bool = False) -> Json:
    """A message as the Web API and payloads show it."""
    shown: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    shown["team"] = message.team_id
    for key in (
        "bot_id",
        "app_id",
        "thread_ts",
        "subtype",
        "client_msg_id",
        "blocks",
        "attachments",
        "files",
    ):
        value = getattr(message, key)
        if value:
            shown[key] = value
    if message.edited_ts:
        shown["edited"] = {"user": message.user, "ts": message.edited_ts}
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)}
            for name, users in message.reactions.items()
        ]
    replies = [
        other
        for other in slack.posts[message.channel]
        if other.thread_ts == message.ts
        and other.ts != message.ts
        and not other.deleted
        and not other.ephemeral
    ]
    if replies:
        shown |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": sorted({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts,
        }
    return shown

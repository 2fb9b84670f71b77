"""files.*, oauth.v2.access, apps.connections.open: uploads, installation, Socket Mode."""

from __future__ import annotations

import base64
import secrets

from .api import Ask, method
from .world import MANIFEST_SCOPES, File, Json, Message, SlackError, Token

CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200


@method(
    "files.getUploadURLExternal",
    "filename* length*:int snippet_type alt_txt",
    scope="files:write",
    tier="4",
)
def upload_url(ask: Ask) -> Json:
    """Give an address to send a file's bytes to."""
    if ask.args["length"] <= 0:
        raise SlackError("invalid_arguments")
    if len(ask.args.get("alt_txt") or "") > 1000:
        raise SlackError("alt_txt_too_large")
    name = ask.args["filename"]
    file = File(
        ask.slack.new_id("F"),
        ask.team.id,
        name,
        name,
        ask.args["length"],
        ask.args.get("alt_txt") or "",
    )
    ask.slack.files[file.id] = file
    return {"upload_url": f"{ask.slack.url}/upload/{file.id}", "file_id": file.id}


@method(
    "files.completeUploadExternal",
    "files*:json channel_id channels thread_ts initial_comment blocks:json username icon_url "
    "icon_emoji",
    scope="files:write",
    tier="4",
)
def complete_upload(ask: Ask) -> Json:
    """Finish uploads; with a channel they are posted there together as one message."""
    if not isinstance(ask.args["files"], list) or not ask.args["files"]:
        raise SlackError("invalid_arguments")
    done = []
    for item in ask.args["files"]:
        file = ask.slack.files.get(str(item.get("id")))
        if file is None or file.team_id != ask.team.id or file.ready_at is not None:
            raise SlackError("file_not_found")
        if file.content is None or len(file.content) != file.length:
            raise SlackError("file_update_failed")
        file.title = item.get("title") or file.name
        done.append(file)
    wanted = ask.args.get("channel_id") or ask.args.get("channels") or ""
    places = [ask.inside(channel_id) for channel_id in str(wanted).split(",") if channel_id]
    if any(channel.archived for channel in places):
        raise SlackError("is_archived")
    for file in done:
        file.ready_at = ask.slack.clock() + ask.slack.files_ready_after
        file.channels = [channel.id for channel in places]
    for channel in places:
        message = Message(
            team_id=ask.team.id,
            channel=channel.id,
            ts=ask.slack.next_ts(channel.id),
            user=ask.team.bot_user_id,
            text=ask.args.get("initial_comment") or "",
            blocks=ask.checked_blocks(ask.args.get("blocks")),
            files=[_show(file) for file in done],
            thread_ts=ask.args.get("thread_ts"),
            bot_id=ask.team.bot_id,
            app_id=ask.team.app_id,
            subtype="file_share",
        )
        ask.slack.put(message)
    return {"files": [_show(file) for file in done]}


@method("files.info", "file* cursor limit:int", scope="files:read", tier="4")
def file_info(ask: Ask) -> Json:
    """Describe a finished upload."""
    file = ask.slack.files.get(ask.args["file"])
    if file is None or file.team_id != ask.team.id or file.ready_at is None:
        raise SlackError("file_not_found")
    return {"file": _show(file)}


@method(
    "oauth.v2.access",
    "client_id client_secret code code_verifier redirect_uri grant_type refresh_token assertion",
    token=None,
    tier="4",
)
def access(ask: Ask) -> Json:
    """Exchange a person's consent, or a refresh token, for a bot token; both work once."""
    if ask.args.get("client_id") != ask.slack.client_id:
        raise SlackError("invalid_client_id")
    if ask.args.get("client_secret") != ask.slack.client_secret:
        raise SlackError("bad_client_secret")
    if ask.args.get("grant_type") == "refresh_token":
        return _refresh(ask)
    grant = ask.slack.grants.get(str(ask.args.get("code")))
    if grant is None or grant.used or ask.slack.age(grant.born) > CODE_SECONDS:
        raise SlackError("invalid_code")
    if grant.redirect_uri != (ask.args.get("redirect_uri") or grant.redirect_uri):
        raise SlackError("bad_redirect_uri")
    grant.used = True
    team = ask.slack.teams[grant.team_id]
    team.active = True
    token = ask.slack.tokens.setdefault(
        team.bot_token,
        Token(team.bot_token, f"bot:{team.id}", "bot", team.id, set(MANIFEST_SCOPES)),
    )
    token.revoked = False
    token.scopes = set(grant.scopes)
    return _installed(ask, token) | {"authed_user": {"id": grant.user_id}}


def _refresh(ask: Ask) -> Json:
    wanted = ask.args.get("refresh_token")
    for token in list(ask.slack.tokens.values()):
        if wanted and token.refresh_token == wanted:
            token.refresh_token = None
            team = ask.slack.teams[token.team_id]
            value = f"xoxe.xoxb-{secrets.token_hex(8)}"
            fresh = Token(value, f"bot:{team.id}", "bot", team.id, set(token.scopes))
            ask.slack.tokens[value] = fresh
            team.bot_token = value
            return _installed(ask, fresh)
    raise SlackError("invalid_refresh_token")


def _installed(ask: Ask, token: Token) -> Json:
    team = ask.slack.teams[token.team_id]
    answer: Json = {
        "app_id": team.app_id,
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(sorted(token.scopes)),
        "bot_user_id": team.bot_user_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if ask.slack.token_rotation:
        token.refresh_token = f"xoxe-1-{secrets.token_hex(8)}"
        token.expires_at = ask.slack.clock() + TOKEN_SECONDS
        answer |= {"refresh_token": token.refresh_token, "expires_in": TOKEN_SECONDS}
    return answer


@method("apps.connections.open", tier="1", scope="connections:write", token="app")
def open_connection(ask: Ask) -> Json:
    """Give the address of a websocket for Socket Mode, good for one connection."""
    if ask.slack.socket_mode is None:
        raise SlackError("forbidden_team")
    return {"url": ask.slack.socket_mode.new_url()}


def basic_credentials(header: str) -> tuple[str, str] | None:
    """Read client id and secret from an Authorization header, as oauth.v2.access takes them."""
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(coded).decode().partition(":")
    except ValueError:
        return None
    return name, secret


def _show(file: File) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "alt_txt": file.alt_text,
        "mimetype": "image/png" if file.is_image else "application/octet-stream",
        "permalink": f"https://files.slack.test/{file.id}",
        "channels": file.channels,
    }

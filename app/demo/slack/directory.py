"""auth.*, users.*, conversations.*: who and what there is, and what was said."""

from collections.abc import Callable

from app.demo.slack.calls import method
from app.demo.slack.stage import Failed, Json, Stage


@method("auth.test")
def whoami(stage: Stage, given: Json) -> Json:
    """Tell the app who it is."""
    team = stage.data["team"]
    return {
        "url": team["url"], "team": team["name"], "team_id": team["id"], "user": "headway",
        "user_id": team["bot_user_id"], "bot_id": team["bot_id"], "is_enterprise_install": False,
    }  # fmt: skip


@method("team.info")
def team_info(stage: Stage, given: Json) -> Json:
    """Tell of the workspace."""
    team = stage.data["team"]
    return {"team": {"id": team["id"], "name": team["name"], "domain": "sample"}}


def show_user(stage: Stage, user: Json) -> Json:
    """Return a person as Slack shows them to the app."""
    profile = {"real_name": user["real_name"], "display_name": "", "email": user["email"]}
    return {
        "id": user["id"], "team_id": stage.data["team"]["id"], "name": user["name"],
        "real_name": user["real_name"], "deleted": False, "is_bot": False,
        "is_email_confirmed": True, "tz": user["zone"], "locale": user["locale"],
        "profile": profile,
    }  # fmt: skip


@method("users.info")
def user_info(stage: Stage, given: Json) -> Json:
    """Tell of a person."""
    with stage.reading():
        return {"user": show_user(stage, stage.user(given.get("user")))}


@method("users.list")
def users(stage: Stage, given: Json) -> Json:
    """Tell of everybody."""
    with stage.reading() as data:
        every = [show_user(stage, one) for one in data["users"].values()]
        return {"members": every, "response_metadata": {"next_cursor": ""}}


@method("users.lookupByEmail")
def lookup(stage: Stage, given: Json) -> Json:
    """Tell of the person with an address."""
    with stage.reading() as data:
        for one in data["users"].values():
            if one["email"] == given.get("email"):
                return {"user": show_user(stage, one)}
    raise Failed("users_not_found")


def show_channel(channel: Json) -> Json:
    """Return a channel as Slack shows it to the app."""
    if channel["kind"] == "im":
        return {"id": channel["id"], "is_im": True, "user": channel["user"]}
    is_private = channel["kind"] == "private"
    return {
        "id": channel["id"], "name": channel["name"], "name_normalized": channel["name"],
        "is_channel": not is_private, "is_group": is_private, "is_private": is_private,
        "is_im": False, "is_member": True, "is_archived": False, "is_ext_shared": False,
        "is_org_shared": False, "is_pending_ext_shared": False,
        "num_members": len(channel["members"]),
    }  # fmt: skip


@method("conversations.info")
def conversation(stage: Stage, given: Json) -> Json:
    """Tell of a channel."""
    with stage.reading():
        return {"channel": show_channel(stage.channel(given.get("channel")))}


@method("users.conversations")
@method("conversations.list")
def conversations(stage: Stage, given: Json) -> Json:
    """Tell of all channels of some kinds."""
    kinds = str(given.get("types") or "public_channel").split(",")
    names = {"public": "public_channel", "private": "private_channel", "im": "im"}
    with stage.reading() as data:
        every = [show_channel(c) for c in data["channels"].values() if names[c["kind"]] in kinds]
        return {"channels": every, "response_metadata": {"next_cursor": ""}}


@method("conversations.members")
def members(stage: Stage, given: Json) -> Json:
    """Tell who is in a channel; the app is in all of them."""
    with stage.reading() as data:
        inside = [*stage.channel(given.get("channel"))["members"], data["team"]["bot_user_id"]]
        return {"members": inside, "response_metadata": {"next_cursor": ""}}


@method("conversations.open")
def open_direct(stage: Stage, given: Json) -> Json:
    """Open the conversation with a person."""
    with stage.changing():
        user = stage.user(str(given.get("users") or "").partition(",")[0])["id"]
        return {"channel": {"id": stage.direct(user)["id"]}}


@method("conversations.join")
def join(stage: Stage, given: Json) -> Json:
    """Say that the app is in a channel, as it is in all of them."""
    with stage.reading():
        return {"channel": show_channel(stage.channel(given.get("channel")))}


@method("conversations.history")
def history(stage: Stage, given: Json) -> Json:
    """Return what was said outside of threads, the newest first."""
    return _window(stage, given, lambda one: not one.get("thread_ts") or one.get("is_broadcast"))


@method("conversations.replies")
def replies(stage: Stage, given: Json) -> Json:
    """Return a thread from its first message on."""
    root = given.get("ts")
    with stage.reading():
        stage.message(stage.channel(given.get("channel"))["id"], root)
    found = _window(stage, given, lambda one: root in (one["ts"], one.get("thread_ts")))
    return {**found, "messages": found["messages"][::-1]}


def _window(stage: Stage, given: Json, fits: Callable[[Json], object]) -> Json:
    oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or "inf")
    most = int(given.get("limit") or 100)
    with stage.reading() as data:
        channel = stage.channel(given.get("channel"))["id"]
        found = [
            one
            for one in reversed(data["messages"].get(channel, ()))
            if not one.get("only") and fits(one) and oldest <= float(one["ts"]) <= latest
        ]
        return {"messages": found[:most], "has_more": False, "response_metadata": {}}

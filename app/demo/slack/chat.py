"""chat.*: what the app says, changes and takes back."""

from app.demo.slack.calls import fill, method
from app.demo.slack.stage import MOST_USES, Failed, Json, Stage


def _bot(stage: Stage) -> Json:
    team = stage.data["team"]
    return {"user": team["bot_user_id"], "bot_id": team["bot_id"], "app_id": team["app_id"]}


def _said(given: Json) -> Json:
    text, blocks = given.get("text") or "", fill(given.get("blocks"))
    if not text and not blocks and not given.get("attachments"):
        raise Failed("no_text")
    return {"text": text, "blocks": blocks, "attachments": given.get("attachments") or []}


@method("chat.postMessage")
def post(stage: Stage, given: Json) -> Json:
    """Post a message in a channel or thread; one with the same client's id is posted once."""
    with stage.changing():
        channel = stage.channel(given.get("channel"))["id"]
        same = given.get("client_msg_id")
        for one in stage.data["messages"].get(channel, ()) if same else ():
            if one.get("client_msg_id") == same:
                return {"channel": channel, "ts": one["ts"], "message": one}
        message = {**_bot(stage), **_said(given)}
        if same:
            message["client_msg_id"] = same
        if given.get("metadata"):
            message["metadata"] = given["metadata"]
        if given.get("thread_ts"):
            root = _root(stage, channel, given["thread_ts"])
            message["thread_ts"] = root
            message["is_broadcast"] = str(given.get("reply_broadcast")).lower() == "true"
        made = stage.put(channel, message)
        return {"channel": channel, "ts": made["ts"], "message": made}


def _root(stage: Stage, channel: str, ts: object) -> str:
    try:
        found = stage.message(channel, ts)
    except Failed:
        raise Failed("thread_not_found") from None
    return str(found.get("thread_ts") or found["ts"])


@method("chat.postEphemeral")
def whisper(stage: Stage, given: Json) -> Json:
    """Show a message to one person."""
    with stage.changing():
        channel = stage.channel(given.get("channel"))["id"]
        user = stage.user(given.get("user"))["id"]
        message = {**_bot(stage), **_said(given), "only": user}
        if given.get("thread_ts"):
            message["thread_ts"] = _root(stage, channel, given["thread_ts"])
        return {"message_ts": stage.put(channel, message)["ts"]}


@method("chat.update")
def update(stage: Stage, given: Json) -> Json:
    """Change a message of the app's."""
    with stage.changing():
        channel = stage.channel(given.get("channel"))["id"]
        found = stage.message(channel, given.get("ts"))
        if found.get("only") or not found.get("bot_id"):
            raise Failed("cant_update_message")
        found.update(_said(given))
        if given.get("metadata"):
            found["metadata"] = given["metadata"]
        return {"channel": channel, "ts": found["ts"], "text": found["text"], "message": found}


@method("chat.delete")
def delete(stage: Stage, given: Json) -> Json:
    """Take a message of the app's back."""
    with stage.changing():
        channel = stage.channel(given.get("channel"))["id"]
        found = stage.message(channel, given.get("ts"))
        if not found.get("bot_id"):
            raise Failed("cant_delete_message")
        stage.data["messages"][channel].remove(found)
        return {"channel": channel, "ts": found["ts"]}


@method("chat.getPermalink")
def permalink(stage: Stage, given: Json) -> Json:
    """Return where a message is seen."""
    with stage.reading() as data:
        channel = stage.channel(given.get("channel"))["id"]
        found = stage.message(channel, given.get("message_ts"))
        root = found.get("thread_ts") or found["ts"]
        url = f"{data['team']['url']}?in={channel}&thread={root}"
        return {"channel": channel, "permalink": url}


@method("chat.unfurl")
def unfurl(stage: Stage, given: Json) -> Json:
    """Show what stands behind the links of a message."""
    with stage.changing():
        channel, _, ts = str(given.get("unfurl_id") or "").partition("-")
        place = stage.channel(given.get("channel") or channel)["id"]
        found = stage.message(place, given.get("ts") or ts)
        shown = {url: _beside(one) for url, one in (given.get("unfurls") or {}).items()}
        found["unfurls"] = {**found.get("unfurls", {}), **shown}
        return {}


def _beside(attachment: Json) -> Json:
    """Return what stands beside a message, its blocks named otherwise than the message's own."""
    blocks = fill(attachment.get("blocks"))
    return {**attachment, "blocks": [{**b, "block_id": f"u.{b['block_id']}"} for b in blocks]}


def blocks_of(message: Json) -> list[Json]:
    """Return all blocks that can be used in a message, those beside it too."""
    beside = [one["blocks"] for one in (message.get("unfurls") or {}).values()]
    return [*message.get("blocks", ()), *(block for blocks in beside for block in blocks)]


def follow_up(stage: Stage, hook_id: str, given: Json) -> None:
    """Do what the app asks for at the address that came with what somebody did; raises Failed."""
    with stage.changing() as data:
        hook = stage.hooks.get(hook_id)
        if hook is None or hook["uses"] >= MOST_USES:
            raise Failed("expired_url" if hook is None else "used_url")
        hook["uses"] += 1
        channel, ts = hook["channel"], hook["ts"]
        if given.get("delete_original") and ts:
            data["messages"][channel].remove(stage.message(channel, ts))
        elif given.get("replace_original") and ts:
            stage.message(channel, ts).update(_said(given))
        else:
            answer(stage, channel, hook["user"], given)


def answer(stage: Stage, channel: str, user: str, given: Json) -> None:
    """Show what the app answered, to the person who acted unless it is for the channel."""
    with stage.changing():
        message = {**_bot(stage), **_said(given)}
        if given.get("thread_ts"):
            message["thread_ts"] = given["thread_ts"]
        if given.get("response_type") != "in_channel":
            message["only"] = user
        stage.put(channel, message)

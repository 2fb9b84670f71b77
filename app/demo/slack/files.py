"""files.*: pictures that the app brings, each through an address of its own."""

import base64
import secrets

from app.demo.slack.calls import method
from app.demo.slack.chat import post
from app.demo.slack.stage import Failed, Json, Stage

MOST_BYTES = 4 * 1024 * 1024
#: Pictures kept; the oldest go first.
MOST_FILES = 60
#: How the bytes of a picture begin that browsers show.
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@method("files.getUploadURLExternal")
def upload_url(stage: Stage, given: Json) -> Json:
    """Say where the bytes of a file go."""
    if not given.get("filename") or not 0 < int(given.get("length") or 0) <= MOST_BYTES:
        raise Failed("invalid_arguments")
    with stage.changing() as data:
        made = f"F{secrets.token_hex(5).upper()}"
        data["files"][made] = {
            "id": made, "name": str(given["filename"]), "alt": str(given.get("alt_txt") or ""),
            "title": "", "bytes": "", "is_complete": False, "channels": [],
        }  # fmt: skip
        for old in list(data["files"])[:-MOST_FILES]:
            del data["files"][old]
    return {"file_id": made, "upload_url": f"{stage.base}/upload/{made}"}


def receive(stage: Stage, file_id: str, body: bytes) -> None:
    """Take the bytes of a file; raises Failed."""
    with stage.changing() as data:
        if file_id not in data["files"] or len(body) > MOST_BYTES:
            raise Failed("file_not_found")
        data["files"][file_id]["bytes"] = base64.b64encode(body).decode()


@method("files.completeUploadExternal")
def complete(stage: Stage, given: Json) -> Json:
    """Let files be used, and show them in a channel where one is named."""
    with stage.changing() as data:
        done = []
        for one in given.get("files") or ():
            found = data["files"].get(one.get("id"))
            if found is None or not found["bytes"]:
                raise Failed("file_not_found")
            found["title"], found["is_complete"] = str(one.get("title") or found["name"]), True
            done.append(found)
        channel = given.get("channel_id")
        if channel:
            text = given.get("initial_comment") or done[0]["title"]
            blocks = [
                {"type": "image", "slack_file": {"id": f["id"]}, "alt_text": f["alt"] or f["title"]}
                for f in done
            ]
            said = {"channel": channel, "text": text, "thread_ts": given.get("thread_ts")}
            post(stage, {**said, "blocks": blocks})
        return {"files": [_show(one) for one in done]}


@method("files.info")
def info(stage: Stage, given: Json) -> Json:
    """Tell of a file."""
    with stage.reading() as data:
        found = data["files"].get(given.get("file"))
        if found is None:
            raise Failed("file_not_found")
        return {"file": _show(found)}


def _show(file: Json) -> Json:
    return {
        "id": file["id"], "name": file["name"], "title": file["title"], "alt_txt": file["alt"],
        "mimetype": kind(content(file)) or "application/octet-stream",
    }  # fmt: skip


def content(file: Json) -> bytes:
    """Return the bytes of a file."""
    return base64.b64decode(file["bytes"])


def kind(body: bytes) -> str | None:
    """Return what kind of picture some bytes are, None for none that a browser shows."""
    return next((name for start, name in _PICTURES.items() if body.startswith(start)), None)

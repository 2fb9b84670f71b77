"""views.* and assistant.threads.*: modals, the app's home, and prompts that it offers."""

import secrets

from app.demo.slack.calls import fill, method
from app.demo.slack.stage import Failed, Json, Stage

#: Modals that may lie on each other.
MOST_DEEP = 3


def _content(stage: Stage, given: object, kind: str) -> Json:
    if not isinstance(given, dict) or given.get("type") != kind:
        raise Failed("invalid_arguments")
    return {**given, "blocks": fill(given.get("blocks"))}


def stack(stage: Stage, user: str) -> list[Json]:
    """Return the modals that somebody has open, the uppermost last."""
    views = stage.data["views"]
    return [views[one] for one in stage.data["open"].get(user, ()) if one in views]


def place(stage: Stage, user: str, content: Json, below: Json | None = None) -> Json:
    """Open a modal, on top of another one or in the place of all that are open."""
    made: Json = {
        "id": f"V{secrets.token_hex(5).upper()}", "user": user, "content": content,
        "values": {}, "errors": {}, "hash": secrets.token_hex(6),
    }  # fmt: skip
    made["root"] = below["root"] if below else made["id"]
    made["previous"] = below["id"] if below else None
    opened = stage.data["open"].setdefault(user, [])
    if below is None:
        for old in opened:
            stage.data["views"].pop(old, None)
        opened.clear()
    stage.data["views"][made["id"]] = made
    opened.append(made["id"])
    return made


def replace(view: Json, content: Json) -> None:
    """Show other content in a view; what was typed stays where its field stays."""
    view["content"], view["errors"], view["hash"] = content, {}, secrets.token_hex(6)
    kept = {block["block_id"] for block in content["blocks"]}
    view["values"] = {block: value for block, value in view["values"].items() if block in kept}


def close(stage: Stage, view: Json) -> None:
    """Close a modal and what lies on it."""
    opened = stage.data["open"].get(view["user"], [])
    if view["id"] in opened:
        for gone in opened[opened.index(view["id"]) :]:
            stage.data["views"].pop(gone, None)
        del opened[opened.index(view["id"]) :]


def clear(stage: Stage, user: str) -> None:
    """Close everything that somebody has open."""
    for gone in stage.data["open"].pop(user, ()):
        stage.data["views"].pop(gone, None)


def show(stage: Stage, view: Json) -> Json:
    """Return a view as Slack shows it to the app."""
    team = stage.data["team"]
    return {
        "private_metadata": "", "callback_id": "", "external_id": "", **view["content"],
        "id": view["id"], "team_id": team["id"], "state": {"values": view["values"]},
        "hash": view["hash"], "root_view_id": view["root"], "previous_view_id": view["previous"],
        "app_id": team["app_id"], "app_installed_team_id": team["id"], "bot_id": team["bot_id"],
    }  # fmt: skip


def _triggered(stage: Stage, given: Json) -> tuple[str, str | None]:
    """Return who asked for a modal, and in which one; raises Failed."""
    asked = given.get("trigger_id") or given.get("interactivity_pointer")
    found = stage.triggers.pop(str(asked), None)
    if found is None:
        raise Failed("invalid_trigger_id")
    return found


@method("views.open")
def open_view(stage: Stage, given: Json) -> Json:
    """Open a modal for whoever caused the trigger."""
    with stage.changing():
        user, _ = _triggered(stage, given)
        return {"view": show(stage, place(stage, user, _content(stage, given["view"], "modal")))}


@method("views.push")
def push_view(stage: Stage, given: Json) -> Json:
    """Put a modal on top of the one that the trigger came from."""
    with stage.changing() as data:
        user, below = _triggered(stage, given)
        if below not in data["views"]:
            raise Failed("not_found")
        if len(stack(stage, user)) >= MOST_DEEP:
            raise Failed("push_limit_reached")
        content = _content(stage, given["view"], "modal")
        return {"view": show(stage, place(stage, user, content, data["views"][below]))}


@method("views.update")
def update_view(stage: Stage, given: Json) -> Json:
    """Change a view that is open."""
    with stage.changing() as data:
        every = [*data["views"].values(), *data["homes"].values()]
        wanted, external = given.get("view_id"), given.get("external_id")
        for one in every:
            is_it = one["id"] == wanted if wanted else one["content"].get("external_id") == external
            if is_it:
                break
        else:
            raise Failed("not_found")
        if given.get("hash") and given["hash"] != one["hash"]:
            raise Failed("hash_conflict")
        replace(one, _content(stage, given["view"], one["content"]["type"]))
        return {"view": show(stage, one)}


@method("views.publish")
def publish_view(stage: Stage, given: Json) -> Json:
    """Show somebody their home."""
    with stage.changing() as data:
        user = stage.user(given.get("user_id"))["id"]
        content = _content(stage, given["view"], "home")
        home = data["homes"].get(user)
        if given.get("hash") and (home is None or given["hash"] != home["hash"]):
            raise Failed("hash_conflict")
        if home is None:
            made = f"VH{secrets.token_hex(5).upper()}"
            home = {
                "id": made, "user": user, "content": content, "values": {}, "errors": {},
                "hash": "", "root": made, "previous": None,
            }  # fmt: skip
            data["homes"][user] = home
        replace(home, content)
        return {"view": show(stage, home)}


@method("assistant.threads.setSuggestedPrompts")
def prompts(stage: Stage, given: Json) -> Json:
    """Offer what somebody may ask in their conversation with the app."""
    with stage.changing() as data:
        data["prompts"][stage.channel(given.get("channel_id"))["id"]] = given.get("prompts") or []
        return {}


@method("assistant.threads.setTitle")
@method("assistant.threads.setStatus")
def status(stage: Stage, given: Json) -> Json:
    """Take note of what the app is at; an answer comes at once here, so nothing shows it."""
    return {}

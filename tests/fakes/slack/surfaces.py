"""views.*, assistant.threads.*, blocks.validate: modals, App Home, prompts, status lines."""

from __future__ import annotations

import secrets
from typing import Any

from . import blockkit
from .api import Ask, method, refuse_view
from .state import fill_ids
from .world import Json, SlackError, Trigger, View

TRIGGER_SECONDS = 3.0
MAX_STACK = 3


@method("views.open", "trigger_id interactivity_pointer view*:json", tier="4")
def open_view(ask: Ask) -> Json:
    """Open a modal for whoever caused the trigger; it takes the place of what was open."""
    trigger = _trigger(ask)
    view = _modal(ask, trigger, None)
    for old in ask.slack.modals[(ask.team.id, trigger.user_id)]:
        old.open = False
    return _place(ask, view)


@method("views.push", "trigger_id interactivity_pointer view*:json", tier="4")
def push_view(ask: Ask) -> Json:
    """Put a modal on top of the one the trigger came from; three may lie on each other."""
    trigger = _trigger(ask)
    stack = ask.slack.stack(ask.slack.users[trigger.user_id])
    if not stack or trigger.view_id is None:
        raise SlackError("not_found")
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    return _place(ask, _modal(ask, trigger, stack[-1]))


@method("views.update", "view_id external_id view*:json hash", tier="4")
def update_view(ask: Ask) -> Json:
    """Change a view that is still open."""
    view = _find(ask)
    if ask.args.get("hash") and ask.args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    refuse_view(ask.args["view"], ask.image_ready)
    if ask.args["view"]["type"] != view.type:
        raise SlackError("invalid_arguments")
    replace(ask.slack, view, ask.args["view"])
    return {"view": show_view(ask.slack, view)}


@method("views.publish", "user_id* view*:json hash interactivity_pointer", tier="4")
def publish_view(ask: Ask) -> Json:
    """Show an App Home to one person."""
    user = ask.user(ask.args["user_id"])
    if not ask.team.home_tab:
        raise SlackError("not_enabled")
    refuse_view(ask.args["view"], ask.image_ready)
    if ask.args["view"]["type"] != "home":
        raise SlackError("invalid_arguments")
    view = ask.slack.homes.get((ask.team.id, user.id))
    if ask.args.get("hash") and (view is None or ask.args["hash"] != view.hash):
        raise SlackError("hash_conflict")
    if view is None:
        view = View(
            ask.slack.new_id("V"), ask.team.id, user.id, "home", ask.args["view"], _hash(ask.slack)
        )
        view.root_view_id = view.id
        ask.slack.homes[(ask.team.id, user.id)] = ask.slack.views[view.id] = view
    replace(ask.slack, view, ask.args["view"])
    return {"view": show_view(ask.slack, view)}


@method("blocks.validate", "blocks:json message:json view:json", token=None, tier="4")
def validate(ask: Ask) -> Json:
    """Check blocks, a message or a view without posting it."""
    if "view" in ask.args:
        problems, code = blockkit.view_problems(ask.args["view"]), "invalid_view"
    else:
        message = ask.args.get("message")
        blocks = message.get("blocks") if isinstance(message, dict) else ask.args.get("blocks")
        if blocks is None:
            raise SlackError("invalid_arguments")
        problems, code = blockkit.block_problems(blocks, "message"), "invalid_blocks"
    if problems:
        raise SlackError(code, errors=problems)
    return {}


@method(
    "assistant.threads.setSuggestedPrompts",
    "channel_id* prompts*:json thread_ts title",
    scope="assistant:write",
)
def suggest_prompts(ask: Ask) -> Json:
    """Offer up to four prompts in the direct message with a person."""
    if not ask.team.agent:
        raise SlackError("not_agent_app")
    channel = ask.inside(ask.args["channel_id"])
    prompts = ask.args["prompts"]
    fits = isinstance(prompts, list) and 1 <= len(prompts) <= 4
    if not fits or any(not (p.get("title") and p.get("message")) for p in prompts):
        raise SlackError("invalid_arguments")
    ask.slack.prompts[channel.id] = prompts
    ask.slack.note("prompts")
    return {}


@method(
    "assistant.threads.setStatus",
    "channel_id* thread_ts* status loading_messages:json icon_emoji icon_url username",
    scope="assistant:write",
    tier="status",
)
def set_status(ask: Ask) -> Json:
    """Show that the bot is at work in a thread, until it posts there or the status is emptied."""
    channel = ask.inside(ask.args["channel_id"])
    key = (channel.id, ask.args["thread_ts"])
    ask.slack.message_at(*key)
    if ask.args.get("status"):
        ask.slack.statuses[key] = ask.args["status"]
    else:
        ask.slack.statuses.pop(key, None)
    ask.slack.note("status")
    return {}


def replace(slack: Any, view: View, body: Json) -> None:
    """Show other content in a view; what its user had typed stays where the inputs still exist."""
    fill_ids(body.get("blocks", []))
    view.body = body
    view.hash = _hash(slack)
    view.external_id = body.get("external_id")
    view.errors = {}
    kept = {block["block_id"] for block in view.blocks}
    view.values = {block: value for block, value in view.values.items() if block in kept}
    slack.show(view)


def stack_view(slack: Any, body: Json, below: View) -> View:
    """Put a modal on top of another as an answer to its submission."""
    view = View(
        slack.new_id("V"),
        below.team_id,
        below.user_id,
        "modal",
        body,
        _hash(slack),
        body.get("external_id"),
        below.root_view_id,
        below.id,
    )
    _keep(slack, view)
    return view


def show_view(slack: Any, view: View) -> Json:
    """A view as the Web API and payloads show it."""
    team = slack.teams[view.team_id]
    values = dict(view.values)
    return {
        "id": view.id,
        "team_id": view.team_id,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        **view.body,
        "state": {"values": values},
        "hash": view.hash,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
        "app_id": team.app_id,
        "app_installed_team_id": view.team_id,
        "bot_id": team.bot_id,
    }


def _hash(slack: Any) -> str:
    return f"{int(slack.clock())}.{secrets.token_hex(4)}"


def _trigger(ask: Ask) -> Trigger:
    """Use up a trigger; raises invalid_, exchanged_ and expired_trigger_id."""
    trigger = ask.slack.triggers.get(str(ask.args.get("trigger_id")))
    if trigger is None or trigger.team_id != ask.team.id:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if ask.slack.age(trigger.born) > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _modal(ask: Ask, trigger: Trigger, below: View | None) -> View:
    body = ask.args["view"]
    refuse_view(body, ask.image_ready)
    if body["type"] != "modal":
        raise SlackError("invalid_arguments")
    external = body.get("external_id")
    taken = [v for v in ask.slack.views.values() if v.team_id == ask.team.id and v.open]
    if external and any(view.external_id == external for view in taken):
        raise SlackError("duplicate_external_id")
    view = View(
        ask.slack.new_id("V"),
        ask.team.id,
        trigger.user_id,
        "modal",
        body,
        _hash(ask.slack),
        external,
    )
    view.root_view_id = below.root_view_id if below else view.id
    view.previous_view_id = below.id if below else None
    return view


def _place(ask: Ask, view: View) -> Json:
    _keep(ask.slack, view)
    return {"view": show_view(ask.slack, view)}


def _keep(slack: Any, view: View) -> None:
    fill_ids(view.blocks)
    slack.views[view.id] = view
    slack.modals[(view.team_id, view.user_id)].append(view)
    slack.show(view)


def _find(ask: Ask) -> View:
    for view in ask.slack.views.values():
        if view.team_id == ask.team.id and view.open:
            if view.id == ask.args.get("view_id"):
                return view
            if ask.args.get("external_id") and view.external_id == ask.args["external_id"]:
                return view
    raise SlackError("not_found")

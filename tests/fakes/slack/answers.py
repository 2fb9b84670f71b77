"""What Slack does with the app's answer: shows it, changes the modal, or tells of a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import hooks, official
from .api import refuse_view
from .blockkit_elements import Checker, check_element
from .delivery import Reply
from .surfaces import MAX_STACK, replace, stack_view
from .world import Json, Message, ResponseUrl, SlackError, View

if TYPE_CHECKING:
    from .server import FakeSlack

SLACKBOT = "USLACKBOT"
TROUBLE = "We had some trouble connecting. Try again?"


class BadAnswer(AssertionError):
    """The app answered with something that Slack does not take."""


def to_slash(slack: FakeSlack, hook: ResponseUrl, fields: Json, reply: Reply) -> None:
    """Show the body that answers a slash command, or Slackbot's note about a failure."""
    if reply.status != 200:
        note = f"{fields['command']} failed with the error “dispatch_failed”"
        slack.put(
            Message(
                hook.team_id,
                hook.channel,
                slack.next_ts(hook.channel),
                SLACKBOT,
                note,
                shown_to=hook.user_id,
            )
        )
        return
    if not reply.body.strip():
        return
    payload = reply.json if isinstance(reply.json, dict) else {"text": reply.text}
    if not payload:
        return
    try:
        hooks.reply(slack, hook, payload)
    except SlackError as error:
        raise BadAnswer(f"Slack refuses this answer: {error.code} {error.extra}") from None


def to_submission(slack: FakeSlack, view: View, reply: Reply) -> None:
    """Do to a modal what the app answered: close, show errors, update, push or clear."""
    if reply.status != 200:
        view.errors = {"": TROUBLE}
        return
    answer = reply.json if reply.body.strip() else {}
    if not isinstance(answer, dict):
        raise BadAnswer(f"a view_submission is answered with JSON or nothing, not {reply.text!r}")
    action = answer.get("response_action")
    view.errors = {}
    if action is None and not answer:
        view.open = False
    elif action == "errors":
        _errors(view, answer.get("errors"))
    elif action == "clear":
        for other in slack.modals[(view.team_id, view.user_id)]:
            other.open = False
    elif action in ("update", "push"):
        _show(slack, view, action, answer.get("view"))
    else:
        raise BadAnswer(f"unknown answer to a view_submission: {answer}")
    slack.note("view")


def options(reply: Reply) -> list[Json]:
    """Read the options an app offers for what was typed; raises BadAnswer for anything else."""
    answer = reply.json
    if reply.status != 200 or not isinstance(answer, dict):
        raise BadAnswer(f"no options: {reply.status} {reply.text!r}")
    groups = answer.get("option_groups") or []
    found = list(answer.get("options") or [])
    for group in groups:
        found += group["options"]
    if len(found) > 100 or not ("options" in answer or groups):
        raise BadAnswer(f"{len(found)} options; Slack takes up to 100")
    if found:
        check = Checker()
        menu = {"type": "static_select", "action_id": "offered", "options": found}
        check_element(check, menu, "actions", "modal", "/options")
        wrong = check.problems + [words for _, words in official.in_options(found)]
        if wrong:
            raise BadAnswer("; ".join(wrong))
    return found


def _errors(view: View, errors: object) -> None:
    fields = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - fields:
        raise BadAnswer(f"errors must be keyed by the input blocks {sorted(fields)}, not {errors}")
    view.errors = {str(block): str(words) for block, words in errors.items()}


def _show(slack: FakeSlack, view: View, action: str, body: object) -> None:
    try:
        refuse_view(body, lambda file: True)
    except SlackError as error:
        raise BadAnswer(f"Slack refuses this view: {error.extra}") from None
    assert isinstance(body, dict)
    if action == "update":
        replace(slack, view, body)
    elif len(slack.stack(slack.users[view.user_id])) >= MAX_STACK:
        raise BadAnswer("push_limit_reached")
    else:
        stack_view(slack, body, view)

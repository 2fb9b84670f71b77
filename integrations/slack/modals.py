"""Forms in Slack: shown by a click, read and checked when they are submitted.

A form remembers the ids of what it is about. They are looked up again when it is submitted,
like every id that comes from outside.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from goals import words
from goals.errors import Refusal
from goals.words import N_, Message, Reader
from integrations.slack import acting, calls
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.mrkdwn import Block
from integrations.slack.conversation import Exchange
from integrations.slack.people import Asker

log = structlog.get_logger()

#: Slack's limits: the words on top and on the buttons, and what a form remembers.
TITLE, KEPT = 24, 3000
#: The app has three seconds to show a form after a click.
_LATE = frozenset(("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"))
_TOO_LATE = N_("That took too long, and Slack does not show the form any more. Press once more.")
_NOT_SHOWN = N_("Slack did not show the form. Try again in a moment.")
#: Under these names Slack keeps what was entered, by the kind of field.
_VALUES = (
    "value",
    "selected_option",
    "selected_options",
    "selected_date",
    "selected_user",
    "selected_conversation",
)

View = dict[str, Any]


def form(
    callback_id: str,
    title: Message,
    submit: Message | None,
    blocks: Sequence[Block],
    kept: Mapping[str, str],
    reader: Reader,
) -> View:
    """Return a form; with no word for submitting it is only to be read."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": _top(title, reader),
        "close": _top(Message(N_("Cancel") if submit is not None else N_("Close")), reader),
        "blocks": list(blocks),
        "private_metadata": json.dumps(dict(kept), separators=(",", ":")),
    }
    assert len(view["private_metadata"]) <= KEPT
    return view if submit is None else {**view, "submit": _top(submit, reader)}


def _top(text: Message, reader: Reader) -> Block:
    said = mrkdwn.clip(words.render(text, reader), TITLE)
    return {"type": "plain_text", "text": said, "emoji": False}


def show(exchange: Exchange, body: Mapping[str, Any], who: Asker, view: View) -> str | None:
    """Show a form to whoever pressed, and return its id.

    One who cannot be shown it any more is told so; then None.
    """
    try:
        trigger = str(body.get("trigger_id") or "")
        return str(exchange.client.views_open(trigger_id=trigger, view=view)["view"]["id"])
    except (SlackApiError, *calls.BROKEN) as error:
        code = calls.code_of(error)
        log.warning("slack_form_not_shown", code=code, form=view["callback_id"])
        text = _TOO_LATE if code in _LATE else _NOT_SHOWN
        acting.tell(exchange, dict(body), who, Message(text))
        return None


def change(exchange: Exchange, view_id: str, view: View) -> None:
    """Show something else in a form that is open; one that was closed meanwhile stays closed."""
    try:
        exchange.client.views_update(view_id=view_id, view=view)
    except (SlackApiError, *calls.BROKEN) as error:
        log.info("slack_form_not_changed", code=calls.code_of(error), form=view["callback_id"])


def kept(body: Mapping[str, Any]) -> dict[str, str]:
    """Return what a submitted form remembers; nothing where that is not ours."""
    try:
        found = json.loads((body.get("view") or {}).get("private_metadata") or "{}")
    except (TypeError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def typed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered, by the fields' block ids: texts, "" for nothing, lists for many."""
    state = ((body.get("view") or {}).get("state") or {}).get("values") or {}
    found: dict[str, Any] = {}
    for block, elements in state.items() if isinstance(state, dict) else ():
        for element in elements.values() if isinstance(elements, dict) else ():
            found[str(block)] = _value(element)
    return found


def _value(element: Any) -> Any:
    held = next((element[key] for key in _VALUES if element.get(key) is not None), "")
    if isinstance(held, list):
        return [_kept_text(one.get("value")) for one in held]
    return _kept_text(held.get("value") if isinstance(held, dict) else held)


def _kept_text(value: object) -> str:
    """Return a text without what no database keeps."""
    return str(value or "").replace("\0", "").encode("utf-8", "replace").decode()


def day(value: object) -> date | None:
    """Return the day that was chosen, None for none."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def refuse(
    body: Mapping[str, Any], problem: Refusal | Mapping[str, Message], reader: Reader
) -> dict[str, Any]:
    """Return what a submitted form is answered with: each problem at its field.

    A problem of no field, or of one that the form does not have, stands at the first one.
    What was typed stays in the form.
    """
    if isinstance(problem, Refusal):
        problem = {problem.field or "": problem.message}
    blocks = (body.get("view") or {}).get("blocks") or ()
    fields = [str(one["block_id"]) for one in blocks if one.get("type") == "input"]
    errors: dict[str, str] = {}
    for name, text in problem.items():
        at = name if name in fields else fields[0]
        said = words.render(text, reader)
        errors[at] = f"{errors[at]} {said}" if at in errors else said
    return {"response_action": "errors", "errors": errors}

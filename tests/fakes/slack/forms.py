"""What a person can do with the elements before them: find, choose, type, be held back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import text
from .world import Json, View

if TYPE_CHECKING:
    from .state import State

_PICKED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_ONE = {"static_select", "external_select", "radio_buttons", "overflow"}
_MANY = {"multi_static_select", "multi_external_select", "checkboxes"}
_TYPED = {
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
}


class NotVisible(AssertionError):
    """The person does not see what they were to use."""


class CannotSubmit(AssertionError):
    """Slack itself holds the form back: something required is missing or out of bounds."""


def elements(blocks: list[Json]) -> Iterator[tuple[int, Json, Json]]:
    """Yield (block number, block, element) of every interactive element shown."""
    for number, block in enumerate(blocks):
        inside = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
        for element in inside:
            if isinstance(element, dict) and "action_id" in element:
                yield number, block, element


def names(block: Json, element: Json) -> list[str]:
    """What a person or test may call an element: its ids, its words, its field's label."""
    label = (element.get("text") or element.get("placeholder") or {}).get("text")
    field = (block.get("label") or {}).get("text")
    found = [element["action_id"], label, field, element.get("accessibility_label")]
    if block.get("type") == "input":
        found.append(block["block_id"])
    return [name for name in found if name]


def locate(
    state: State,
    blocks: list[Json],
    wanted: str,
    value: str | None = None,
    within: str | None = None,
) -> tuple[Json, Json]:
    """Find the one element called `wanted`; raises NotVisible when there is none or more than one.

    `value` keeps elements with this value. `within` keeps those whose own block, or the nearest
    text above it, has these words.
    """
    found = [
        (block, element)
        for number, block, element in elements(blocks)
        if any(name.casefold() == wanted.casefold() for name in names(block, element))
        and (value is None or element.get("value") == value)
        and (within is None or within.casefold() in _heading(state, blocks, number).casefold())
    ]
    if len(found) != 1:
        seen = [names(block, element)[:2] for _, block, element in elements(blocks)]
        raise NotVisible(f"{len(found)} elements called {wanted!r}, not one, among {seen}")
    return found[0]


def _heading(state: State, blocks: list[Json], number: int) -> str:
    """The words of a block and, for a row of buttons, of the nearest block above that has text."""
    if blocks[number].get("type") != "actions":
        return _words(state, blocks[number])
    for above in range(number - 1, -1, -1):
        if blocks[above].get("type") not in ("actions", "divider", "context"):
            return _words(state, blocks[above])
    return ""


def _words(state: State, block: Json) -> str:
    return "\n".join(text.plain(state, words) for _, words in text.pieces(block))


def chosen(state: State, element: Json, value: Any, offered: list[Json] | None = None) -> Json:
    """The state of an element once it was given `value`; raises NotVisible for no such option."""
    kind = element["type"]
    if kind in _TYPED:
        if kind == "rich_text_input":
            return {"type": kind, "rich_text_value": _rich(str(value))}
        return {"type": kind, "value": None if value is None else str(value)}
    if kind in _ONE:
        return {"type": kind, "selected_option": _option(state, element, value, offered)}
    if kind in _MANY:
        picked = [_option(state, element, one, offered) for one in value or []]
        return {"type": kind, "selected_options": picked}
    if kind in _PICKED:
        return {"type": kind, _PICKED[kind]: value}
    raise NotVisible(f"{kind} takes no value")


def _option(state: State, element: Json, wanted: Any, offered: list[Json] | None) -> Json | None:
    if wanted is None:
        return None
    options: list[Json] = list(offered or element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    for option in options:
        if str(wanted) in (option.get("value"), text.plain(state, option["text"]["text"])):
            return option
    raise NotVisible(f"no option {wanted!r} among {[option['text']['text'] for option in options]}")


def _rich(words: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


def _initial(element: Json) -> Json | None:
    kind = element["type"]
    if kind in _TYPED:
        key = "rich_text_value" if kind == "rich_text_input" else "value"
        return {"type": kind, key: element.get("initial_value")}
    if kind in _ONE and kind != "overflow":
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _MANY:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in _PICKED:
        key = _PICKED[kind]
        return {"type": kind, key: element.get(key.replace("selected", "initial"))}
    return None


def values(blocks: list[Json], given: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """The state of every element that holds a value: what was given, else what it began with."""
    found: dict[str, dict[str, Json]] = {}
    for _, block, element in elements(blocks):
        value = given.get(block["block_id"], {}).get(element["action_id"]) or _initial(element)
        if value is not None:
            found.setdefault(block["block_id"], {})[element["action_id"]] = value
    return found


def hold_back(view: View, state: dict[str, dict[str, Json]]) -> None:
    """Raise CannotSubmit where Slack would not send the form at all."""
    for _, block, element in elements(view.blocks):
        if block.get("type") != "input":
            continue
        value = state.get(block["block_id"], {}).get(element["action_id"], {})
        entered = next((item for key, item in value.items() if key != "type"), None)
        label = block["label"]["text"]
        if entered in (None, "", []):
            if not block.get("optional"):
                raise CannotSubmit(f"{label!r} is required")
        elif element["type"] == "plain_text_input":
            shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
            if not shortest <= len(str(entered)) <= longest:
                raise CannotSubmit(f"{label!r} must have {shortest} to {longest} characters")
        elif element["type"] == "number_input":
            _check_number(element, label, str(entered))


def _check_number(element: Json, label: str, entered: str) -> None:
    pattern = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(pattern, entered):
        raise CannotSubmit(f"{label!r} must be a number, not {entered!r}")
    lowest, highest = element.get("min_value"), element.get("max_value")
    if lowest is not None and float(entered) < float(lowest):
        raise CannotSubmit(f"{label!r} must be at least {lowest}")
    if highest is not None and float(entered) > float(highest):
        raise CannotSubmit(f"{label!r} must be at most {highest}")

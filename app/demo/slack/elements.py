"""The elements that people press, choose from and type into: finding them, reading what was given.

All of it is pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from app.demo.slack.stage import Json

_TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
_ONE = ("static_select", "external_select", "radio_buttons", "overflow")
_MANY = ("multi_static_select", "multi_external_select", "checkboxes")
#: What holds ids or times, and under which name.
PICKED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}

Given = Mapping[str, Sequence[str]]
Values = dict[str, dict[str, Json]]


def every(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield block and element of all that somebody can use."""
    for block in blocks:
        inside = [block.get("element"), block.get("accessory")]
        if block["type"] in ("actions", "context_actions"):
            inside += block.get("elements") or []
        for element in inside:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def key(block: Json, element: Json) -> str:
    """Return what an element is called in a form."""
    return f"{quote(str(block['block_id']), safe='')}:{quote(str(element['action_id']), safe='')}"


def find(blocks: Sequence[Json], wanted: str) -> tuple[Json, Json] | None:
    """Return the element that a form names, None for one that is not there any more."""
    return next((one for one in every(blocks) if key(*one) == wanted), None)


def options(element: Json) -> list[Json]:
    """Return all that an element offers."""
    found = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        found += group["options"]
    return found


def value(element: Json, given: Sequence[str], offered: Sequence[Json] = ()) -> Json:
    """Return what an element holds once somebody gave it this."""
    kind = element["type"]
    first = given[0] if given and given[0] != "" else None
    if kind in _TYPED:
        return {"type": kind, "value": None if first is None else first.replace("\r\n", "\n")}
    if kind == "rich_text_input":
        words = [{"type": "text", "text": first}] if first else []
        section = {"type": "rich_text_section", "elements": words}
        return {"type": kind, "rich_text_value": {"type": "rich_text", "elements": [section]}}
    known = [*options(element), *offered, *(element.get("initial_options") or ())]
    if element.get("initial_option"):
        known.append(element["initial_option"])
    by_value = {str(one.get("value")): one for one in reversed(known)}
    if kind in _ONE:
        return {"type": kind, "selected_option": by_value.get(first or "")}
    if kind in _MANY:
        return {"type": kind, "selected_options": [by_value[v] for v in given if v in by_value]}
    name = PICKED.get(kind, "value")
    return {"type": kind, name: [v for v in given if v] if name.endswith("s") else first}


def initial(element: Json) -> Json | None:
    """Return what an element holds before anybody used it, None for a button."""
    kind = element["type"]
    if kind in _TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    if kind in _ONE and kind != "overflow":
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _MANY:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in PICKED:
        name = PICKED[kind]
        begun = element.get(name.replace("selected", "initial"))
        return {"type": kind, name: begun or ([] if name.endswith("s") else None)}
    return None


def values(blocks: Sequence[Json], kept: Values) -> Values:
    """Return what all elements hold: what was given, else what they began with."""
    found: Values = {}
    for block, element in every(blocks):
        held = kept.get(block["block_id"], {}).get(element["action_id"]) or initial(element)
        if held is not None:
            found.setdefault(block["block_id"], {})[element["action_id"]] = held
    return found


def held(given: Json | None) -> object:
    """Return the bare content of what an element holds."""
    return next((item for name, item in (given or {}).items() if name != "type"), None)


def missing(blocks: Sequence[Json], state: Values) -> dict[str, Json]:
    """Return, by block, why a form would not be sent; each a code with what its words need."""
    found: dict[str, Json] = {}
    for block, element in every(blocks):
        if block["type"] != "input":
            continue
        content = held(state.get(block["block_id"], {}).get(element["action_id"]))
        if content in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = {"code": "required"}
        elif isinstance(content, str):
            wrong = _wrong(element, content)
            if wrong is not None:
                found[block["block_id"]] = wrong
    return found


def _wrong(element: Json, content: str) -> Json | None:
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(content) <= most:
            return {"code": "length", "least": least, "most": most}
    if element["type"] == "number_input":
        pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
        if not re.fullmatch(pattern, content):
            return {"code": "number"}
        least, most = element.get("min_value"), element.get("max_value")
        if least is not None and float(content) < float(least):
            return {"code": "least", "least": str(least)}
        if most is not None and float(content) > float(most):
            return {"code": "most", "most": str(most)}
    return None

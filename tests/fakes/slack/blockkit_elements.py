"""Block elements and composition objects: where each may stand, with which fields and limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .world import Json

# type -> (required fields, optional fields)
ELEMENTS = {
    "button": ("text", "action_id url value style confirm accessibility_label"),
    "checkboxes": ("options", "action_id initial_options confirm focus_on_load"),
    "datepicker": ("", "action_id placeholder initial_date confirm focus_on_load"),
    "datetimepicker": ("", "action_id initial_date_time confirm focus_on_load"),
    "email_text_input": (
        "",
        "action_id initial_value dispatch_action_config focus_on_load placeholder",
    ),
    "feedback_buttons": ("positive_button negative_button", "action_id"),
    "file_input": ("", "action_id filetypes max_files"),
    "icon_button": (
        "icon text",
        "action_id value confirm accessibility_label visible_to_user_ids",
    ),
    "number_input": (
        "is_decimal_allowed",
        "action_id initial_value min_value max_value dispatch_action_config focus_on_load "
        "placeholder",
    ),
    "overflow": ("options", "action_id confirm"),
    "plain_text_input": (
        "",
        "action_id initial_value multiline min_length max_length dispatch_action_config "
        "focus_on_load placeholder",
    ),
    "radio_buttons": ("options", "action_id initial_option confirm focus_on_load"),
    "rich_text_input": (
        "",
        "action_id initial_value dispatch_action_config focus_on_load placeholder min_lines "
        "max_lines",
    ),
    "timepicker": ("", "action_id placeholder initial_time confirm focus_on_load timezone"),
    "url_text_input": (
        "",
        "action_id initial_value dispatch_action_config focus_on_load placeholder",
    ),
    "workflow_button": ("text workflow", "action_id style accessibility_label"),
}
_SELECT = "action_id placeholder confirm focus_on_load"
for _multi in ("", "multi_"):
    _more = _SELECT + (" max_selected_items" if _multi else "")
    _s = "s" if _multi else ""
    ELEMENTS |= {
        f"{_multi}static_select": ("", f"{_more} options option_groups initial_option{_s}"),
        f"{_multi}external_select": ("", f"{_more} min_query_length initial_option{_s}"),
        f"{_multi}users_select": ("", f"{_more} initial_user{_s}"),
        f"{_multi}conversations_select": (
            "",
            f"{_more} initial_conversation{_s} default_to_current_conversation filter"
            + ("" if _multi else " response_url_enabled"),
        ),
        f"{_multi}channels_select": (
            "",
            f"{_more} initial_channel{_s}" + ("" if _multi else " response_url_enabled"),
        ),
    }
_PICKERS = {"checkboxes", "datepicker", "radio_buttons", "timepicker"}
_SELECTS = {name for name in ELEMENTS if name.endswith("_select")}
PLACES = {
    "section": _PICKERS | _SELECTS | {"button", "overflow", "workflow_button"},
    "actions": _PICKERS
    | _SELECTS
    | {"button", "overflow", "datetimepicker", "workflow_button", "rich_text_input"},
    "context_actions": {"feedback_buttons", "icon_button"},
    "input": _PICKERS
    | _SELECTS
    | {"datetimepicker", "email_text_input", "file_input", "number_input", "plain_text_input"}
    | {"rich_text_input", "url_text_input"},
}
_DATE = re.compile(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")


class Checker:
    """Collects the problems of one payload, each with its JSON pointer."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def say(self, at: str, what: str) -> None:
        """Record one problem."""
        self.problems.append(f"{what} [json-pointer:{at}]")

    def fields(self, thing: Json, at: str, required: str, allowed: str) -> None:
        """Check which fields are there; both lists are words with spaces between."""
        for name in required.split():
            if thing.get(name) is None:
                self.say(at, f"missing required field: {name}")
        for name in sorted(set(thing) - set(allowed.split()) - set(required.split())):
            self.say(at, f"invalid additional property: {name}")

    def items(self, things: Any, at: str, fewest: int, most: int) -> bool:
        """Check an array's length; False when it is no array at all."""
        if not isinstance(things, list):
            self.say(at, "must provide an array")
            return False
        if len(things) < fewest:
            self.say(at, f"no fewer than {fewest} items allowed")
        if len(things) > most:
            self.say(at, f"no more than {most} items allowed")
        return True

    def string(
        self,
        thing: Any,
        name: str,
        at: str,
        most: int,
        *,
        required: bool = False,
        empty: bool = False,
    ) -> None:
        """Check a plain string field's type and length."""
        value = thing.get(name) if isinstance(thing, dict) else None
        if value is None:
            if required:
                self.say(at, f"missing required field: {name}")
        elif not isinstance(value, str):
            self.say(f"{at}/{name}", "must be a string")
        elif not value and not empty:
            self.say(f"{at}/{name}", "must be more than 0 characters")
        elif len(value) > most:
            self.say(f"{at}/{name}", f"must be less than {most + 1} characters")

    def text(self, thing: Any, at: str, most: int, *, only: str | None = None) -> None:
        """Check a text object; `only` names the one type that may stand here."""
        if not isinstance(thing, dict) or thing.get("type") not in ("plain_text", "mrkdwn"):
            self.say(at, "must be a text object")
            return
        if only and thing["type"] != only:
            self.say(f"{at}/type", f"must be {only}")
        extra = "emoji" if thing["type"] == "plain_text" else "verbatim"
        self.fields(thing, at, "text", f"type text {extra}")
        self.string(thing, "text", at, most)

    def focus(self, block: Json) -> int:
        """Count the elements of a block that want the focus."""
        inner = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
        return sum(bool(e.get("focus_on_load")) for e in inner if isinstance(e, dict))


def check_element(check: Checker, element: Any, place: str, surface: str, at: str) -> None:
    """Check one interactive element in a section, actions, context_actions or input block."""
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in PLACES[place]:
        check.say(f"{at}/type", f"unsupported element in {place}: {kind}")
        return
    if kind == "file_input" and surface != "modal":
        check.say(f"{at}/type", f"{kind} is for modals only")
    required, optional = ELEMENTS[kind]
    check.fields(element, at, required, f"type {required} {optional}")
    check.string(element, "action_id", at, 255)
    check.string(element, "accessibility_label", at, 75)
    check.string(element, "value", at, 2000)
    if "placeholder" in element:
        check.text(element["placeholder"], f"{at}/placeholder", 150, only="plain_text")
    if "confirm" in element:
        _confirm(check, element["confirm"], f"{at}/confirm")
    if kind in ("button", "workflow_button", "icon_button"):
        _button(check, element, at)
    elif kind == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            check.text(
                (element.get(name) or {}).get("text"), f"{at}/{name}/text", 75, only="plain_text"
            )
            check.string(element.get(name), "value", f"{at}/{name}", 2000, required=True)
    elif "options" in element or "option_groups" in element or kind.endswith("static_select"):
        _choices(check, element, kind, at)
    else:
        _entry(check, element, kind, at)


def _button(check: Checker, element: Json, at: str) -> None:
    check.text(element.get("text"), f"{at}/text", 75, only="plain_text")
    check.string(element, "url", at, 3000)
    if element.get("style") not in (None, "primary", "danger"):
        check.say(f"{at}/style", "must be primary or danger")


def _entry(check: Checker, element: Json, kind: str, at: str) -> None:
    if kind == "datepicker" and not _DATE.match(str(element.get("initial_date", "2026-01-01"))):
        check.say(f"{at}/initial_date", "must be a date as YYYY-MM-DD")
    if kind == "timepicker" and not _TIME.match(str(element.get("initial_time", "00:00"))):
        check.say(f"{at}/initial_time", "must be a time as HH:mm")
    if kind == "plain_text_input":
        _plain_text_input(check, element, at)
    if kind == "number_input":
        for name in ("initial_value", "min_value", "max_value"):
            if name in element and not _number(element[name], element.get("is_decimal_allowed")):
                check.say(f"{at}/{name}", "must be a number as a string")
    if kind == "external_select" and isinstance(element.get("initial_option"), dict):
        _option(check, element["initial_option"], kind, f"{at}/initial_option")


def _plain_text_input(check: Checker, element: Json, at: str) -> None:
    for name, low in (("min_length", 0), ("max_length", 1)):
        if name in element and not low <= element[name] <= 3000:
            check.say(f"{at}/{name}", f"must be between {low} and 3000")
    if len(str(element.get("initial_value", ""))) > element.get("max_length", 3000):
        check.say(f"{at}/initial_value", "must be no longer than max_length")


def _number(value: Any, decimals: Any) -> bool:
    pattern = r"^-?\d+(\.\d+)?$" if decimals else r"^-?\d+$"
    return isinstance(value, str) and bool(re.match(pattern, value))


def _choices(check: Checker, element: Json, kind: str, at: str) -> None:
    if ("options" in element) == ("option_groups" in element):
        check.say(at, "exactly one of `options` or `option_groups` is required")
        return
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(kind, 100)
    known = []
    if "options" in element:
        known = _options(check, element["options"], kind, f"{at}/options", most)
    elif check.items(element["option_groups"], f"{at}/option_groups", 1, 100):
        for number, group in enumerate(element["option_groups"]):
            here = f"{at}/option_groups/{number}"
            check.text(group.get("label"), f"{here}/label", 75, only="plain_text")
            known += _options(check, group.get("options"), kind, f"{here}/options", 100)
    initial: Iterable[Any] = element.get("initial_options") or ()
    if element.get("initial_option") is not None:
        initial = [element["initial_option"]]
    if any(option not in known for option in initial):
        check.say(f"{at}/initial_option", "initial option must be one of the options")


def _options(check: Checker, options: Any, kind: str, at: str, most: int) -> list[Any]:
    if not check.items(options, at, 1, most):
        return []
    for number, option in enumerate(options):
        _option(check, option, kind, f"{at}/{number}")
    return list(options)


def _option(check: Checker, option: Any, kind: str, at: str) -> None:
    if not isinstance(option, dict):
        check.say(at, "must be an option object")
        return
    free = kind in ("radio_buttons", "checkboxes")
    more = " url" if kind == "overflow" else ""
    check.fields(option, at, "text value", f"text value description{more}")
    check.text(option.get("text"), f"{at}/text", 75, only=None if free else "plain_text")
    check.string(option, "value", at, 150)
    check.string(option, "url", at, 3000)
    if "description" in option:
        check.text(
            option["description"], f"{at}/description", 75, only=None if free else "plain_text"
        )


def _confirm(check: Checker, confirm: Any, at: str) -> None:
    if not isinstance(confirm, dict):
        check.say(at, "must be a confirmation object")
        return
    check.fields(confirm, at, "title text confirm deny", "title text confirm deny style")
    check.text(confirm.get("title"), f"{at}/title", 100, only="plain_text")
    check.text(confirm.get("text"), f"{at}/text", 300)
    check.text(confirm.get("confirm"), f"{at}/confirm", 30, only="plain_text")
    check.text(confirm.get("deny"), f"{at}/deny", 30, only="plain_text")

"""Fields of forms (pure); each is known by its block's id."""

from collections.abc import Sequence
from datetime import date

from goals import words
from goals.words import Message, Reader
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.mrkdwn import Block

#: What every field's element is called; the block tells them apart.
VALUE = "v"
#: Slack's limits, each less a little: labels and hints, choices, and how many of them.
LABEL, HINT, CHOICE, MOST_CHOICES = 200, 1900, 72, 100

#: A choice: what it stands for, how it reads, and what is said under it (None: nothing).
Choice = tuple[str, Message | str, Message | str | None]


def line(name: str, label: Message, reader: Reader, most: int, **also: object) -> Block:
    """Return a field for a line of text; `value` is what stands in it (None: nothing)."""
    return _written(name, label, reader, most, is_long=False, **also)


def area(name: str, label: Message, reader: Reader, most: int, **also: object) -> Block:
    """Return a field for several lines of text; `value` is what stands in it (None: nothing)."""
    return _written(name, label, reader, most, is_long=True, **also)


def radio(
    name: str, label: Message, choices: Sequence[Choice], reader: Reader, **also: object
) -> Block:
    """Return a field to choose one of at most ten; `value` is chosen at first."""
    return _chosen("radio_buttons", name, label, choices, reader, **also)


def select(
    name: str, label: Message, choices: Sequence[Choice], reader: Reader, **also: object
) -> Block:
    """Return a menu to choose one of at most a hundred; `value` is chosen at first."""
    return _chosen("static_select", name, label, choices[:MOST_CHOICES], reader, **also)


def day(name: str, label: Message, reader: Reader, **also: object) -> Block:
    """Return a field for a day; `value` is chosen at first."""
    value = also.pop("value", None)
    element: Block = {"type": "datepicker", "action_id": VALUE}
    if isinstance(value, date):
        element["initial_date"] = value.isoformat()
    return _field(name, label, element, reader, **also)


def option(choice: Choice, reader: Reader) -> Block:
    """Return a choice of a menu."""
    value, label, more = choice
    made: Block = {"text": plain(label, CHOICE, reader), "value": value}
    return made if more is None else {**made, "description": plain(more, CHOICE, reader)}


def plain(text: Message | str, most: int, reader: Reader) -> Block:
    """Return a text without mark-up; what somebody typed needs no escaping there."""
    said = text if isinstance(text, str) else words.render(text, reader)
    return {"type": "plain_text", "text": mrkdwn.clip(said, most) or "?", "emoji": False}


def _written(
    name: str, label: Message, reader: Reader, most: int, *, is_long: bool, **also: object
) -> Block:
    value = also.pop("value", None)
    element: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": is_long,
        "max_length": most,
    }
    if value:
        element["initial_value"] = str(value)[:most]
    return _field(name, label, element, reader, **also)


def _chosen(
    kind: str,
    name: str,
    label: Message,
    choices: Sequence[Choice],
    reader: Reader,
    **also: object,
) -> Block:
    value = also.pop("value", None)
    options = [option(one, reader) for one in choices]
    element: Block = {"type": kind, "action_id": VALUE, "options": options}
    for one in options:
        if value is not None and one["value"] == value:
            element["initial_option"] = one
    return _field(name, label, element, reader, **also)


def _field(name: str, label: Message, element: Block, reader: Reader, **also: object) -> Block:
    """Return a field; `hint` stands small under it, `is_optional` lets it be empty."""
    hint = also.get("hint")
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL, reader),
        "element": element,
        "optional": bool(also.get("is_optional")),
    }
    return made if not isinstance(hint, Message) else {**made, "hint": plain(hint, HINT, reader)}

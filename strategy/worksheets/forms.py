"""How a page names its boxes, and how what comes back becomes values to save."""

from collections.abc import Callable, Mapping
from typing import Any

from strategy.worksheets.content import LISTS, Asked

#: A date has three boxes: its field's key, a dot, and one of these.
DAY_PARTS = ("day", "month", "year")

#: What a form answers for a name: all values sent under it, none if it was not sent.
GetList = Callable[[str], list[str]]


def collect(asked: Asked, sent: GetList) -> dict[str, Any]:
    """Return the values of a question from a form that was sent.

    Every field that is typed is in the result, for a box without a mark or a choice is not sent
    at all. A list may come as several values or as one text with a line for each entry.
    """
    values: dict[str, Any] = {}
    for field in asked.question.typed:
        if field.kind == "date":
            values[field.key] = _date(field.key, sent)
        elif field.kind in LISTS:
            values[field.key] = [line for text in sent(field.key) for line in text.splitlines()]
        else:
            values[field.key] = next(iter(sent(field.key)), "")
    return values


def _date(key: str, sent: GetList) -> str | Mapping[str, str]:
    whole = next(iter(sent(key)), "")
    if whole:
        return whole
    return {part: next(iter(sent(f"{key}.{part}")), "") for part in DAY_PARTS}

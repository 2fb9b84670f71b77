"""What goals without an end came to in a period: one line for each, the worst first (pure)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from goals import words
from goals.words import N_, P_, Message
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.status import marked

_ONE_DAY = P_(
    "%(n)s goal closed its period on %(day)s", "%(n)s goals closed their period on %(day)s"
)
_CLOSED = P_("%(n)s goal closed its period", "%(n)s goals closed their periods")


def head(told: Mapping[str, Any], reader: words.Reader) -> list[str]:
    """Return how many goals closed, and by when where they did so together; [] for none."""
    count = told.get("n_closed", 0)
    if not count:
        return []
    days = {one["last_day"] for one in told["closed"]}
    if len(days) != 1:
        return [words.render(Message.counted(_CLOSED, count), reader)]
    day = words.Day(date.fromisoformat(days.pop()))
    return [words.render(Message.counted(_ONE_DAY, count, {"day": day}), reader)]


def line(one: Mapping[str, Any], reader: words.Reader, base: str) -> str:
    """Return what a goal came to: its status, its number against the target, and its period."""
    name = mrkdwn.link(f"{base}/goals/{one['id']}", one["name"])
    parts = [f"{marked(one['status'], reader)}: {name}"]
    actual, target = (_amount(one, key, reader) for key in ("actual", "target"))
    if actual == target and one.get("actual") != one.get("target"):
        # So near that the short forms are one: a goal missed by little was still missed.
        actual, target = (_amount(one, key, reader, compact=False) for key in ("actual", "target"))
    if actual is not None and target is not None and one.get("kind") != "maintain":
        parts.append(_say(N_("%(actual)s of %(target)s"), reader, actual=actual, target=target))
    elif actual is not None:
        parts.append(actual)
    if one.get("aim") and one.get("kind") == "maintain":
        parts.append(mrkdwn.escape(words.render(words.from_json(dict(one["aim"])), reader)))
    days = (date.fromisoformat(one[key]) for key in ("first_day", "last_day"))
    parts.append(mrkdwn.escape(words.format_value(words.DayRange(*days), reader)))
    if one.get("owner"):
        parts.append(mrkdwn.name(one["owner"]))
    return " · ".join(parts)


def _amount(
    one: Mapping[str, Any], key: str, reader: words.Reader, *, compact: bool = True
) -> str | None:
    if one.get(key) is None:
        return None
    quantity = words.amount(Decimal(one[key]), one["unit"], one.get("currency"), compact=compact)
    return mrkdwn.escape(words.format_value(quantity, reader))


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)

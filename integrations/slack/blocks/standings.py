"""The message of a channel that always says how things stand (pure)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from goals import words
from goals.alerts.outbox import STATUS
from goals.tracking import status
from goals.words import N_, P_, Message
from integrations.slack.blocks import digests, mrkdwn
from integrations.slack.blocks.mrkdwn import Block, Post

_NEED = P_("One goal needs attention", "%(n)s goals need attention")
_WELL = N_("No goal needs attention.")
_NOTHING = N_("There is no goal that may be shown here.")


def message(facts: Mapping[str, Any], reader: words.Reader, base_url: str) -> Post:
    """Return the message."""
    told = facts[STATUS]
    head = _say(N_("Where we stand"), reader)
    counts = told["counts"]
    bad = sum(counts.get(word, 0) for word in status.BAD)
    need = words.render(Message.counted(_NEED, bad), reader) if bad else _say(_WELL, reader)
    lines = digests.lines(told, "goals", reader, base_url)
    blocks: list[Block] = [
        mrkdwn.section(mrkdwn.bold(head)),
        *(mrkdwn.sections(lines) if lines else [mrkdwn.section(_say(_NOTHING, reader))]),
    ]
    tally = [
        f"{counts[word]} {words.render(words.status(word), reader).lower()}"
        for word in status.WORST_FIRST
        if counts.get(word)
    ]
    if told["as_of"] is not None:
        day = words.Day(date.fromisoformat(told["as_of"]))
        tally.append(_say(N_("as of %(day)s"), reader, day=day))
    tally.append(_say(N_("this message is kept up to date"), reader))
    opens = mrkdwn.button(
        "goal_link", _say(N_("Open"), reader), "goals", url=f"{base_url.rstrip('/')}/goals"
    )
    said = f"{head}: {need}" if lines else f"{head}: {_say(_NOTHING, reader)}"
    return Post(said, [*blocks, mrkdwn.context(*tally), mrkdwn.actions(opens)])


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)

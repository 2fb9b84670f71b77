"""A message about a check-in that is due (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from goals import words
from goals.tracking import cadence
from goals.tracking.checkins import confidence
from goals.words import N_, Message
from integrations.slack.blocks import acts, mrkdwn
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.blocks.status import marked

KIND = "checkin"


@dataclass(frozen=True)
class Made:
    """A check-in that was made since somebody was asked: by whom, on which day, and how sure."""

    by: str | None
    day: date
    confidence: str


def message(
    facts: Mapping[str, Any],
    reader: words.Reader,
    base_url: str,
    owner: str | None = None,
    made: Sequence[Made] | None = None,
) -> Post:
    """Return the message; `owner` is the owner in Slack's mark-up where it is known.

    `made` are the check-ins that it brought.
    """
    goal, asked = facts["goal"], facts["checkin"]
    url = f"{base_url.rstrip('/')}/goals/{goal['id']}#check-in"
    due = _say(N_("Checked in") if made else N_("Check-in due"), reader)
    who = owner or (mrkdwn.name(goal["owner"]) if goal.get("owner") else None)
    ask = N_("%(name)s, how sure are you of the target, and what comes next?")
    if who is None:
        ask = N_("Nobody owns this goal. How sure are you of the target, and what comes next?")
    standing = [marked(goal["status"], reader)]
    if goal.get("share") is not None:
        share = words.Rate(Decimal(str(goal["share"])), 0)
        standing.append(_say(N_("%(share)s of the way"), reader, share=share))
    last = N_("No check-in yet")
    said: dict[str, object] = {}
    if asked["last_on"] is not None:
        last = N_("Last check-in on %(day)s: %(confidence)s")
        said = {
            "day": words.Day(date.fromisoformat(asked["last_on"])),
            "confidence": confidence.said(asked["confidence"]),
        }
    return Post(
        f"{due}: {mrkdwn.name(goal['name'])}",
        [
            mrkdwn.section(
                f"{mrkdwn.bold(due + ':')} {mrkdwn.link(url, goal['name'])}",
                " · ".join(standing),
            ),
            mrkdwn.section(*map(partial(_made, reader), made or ()))
            if made
            else mrkdwn.section(_say(ask, reader, name=who)),
            mrkdwn.context(
                _say(cadence.WORDS[asked["cadence"]], reader),
                _say(
                    N_("due on %(day)s"), reader, day=words.Day(date.fromisoformat(asked["due_on"]))
                ),
                _say(last, reader, **said),
            ),
            mrkdwn.actions(
                acts.checkin(goal["id"], reader, is_first=not made),
                mrkdwn.button("checkin_link", _say(N_("Open"), reader), goal["id"], url=url),
            ),
        ],
    )


def _made(reader: words.Reader, one: Made) -> str:
    """Return who checked in, in a line."""
    said = {"day": words.Day(one.day), "confidence": confidence.said(one.confidence)}
    if one.by is None:
        return _say(N_("Checked in on %(day)s: %(confidence)s"), reader, **said)
    text = N_("%(name)s checked in on %(day)s: %(confidence)s")
    return _say(text, reader, name=mrkdwn.name(one.by), **said)


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)

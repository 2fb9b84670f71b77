"""What can be done about an alert from its message, and what somebody did (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goals import words
from goals.words import N_, P_, Message
from integrations.slack.blocks import inputs, mrkdwn
from integrations.slack.blocks.mrkdwn import Block

#: What the elements are called, and the words that begin the values of the menu.
CHECKIN, WHY, SNOOZE, MORE = "checkin_open", "why_open", "alert_snooze", "alert_more"
TAKE, COMMENT, ASSIGN, REMEDY, MUTE = "take", "comment", "assign", "remedy", "mute"
#: An alert is put off for so many days, as offered.
DAYS = (1, 3, 7, 14)
#: Check-ins that are asked for in one row.
MOST_CHECKINS = 5
_CHECKIN = N_("Check in: %(goal)s")
#: Statuses in which something is to be tried.
_ASKED = frozenset(("at_risk", "off_track"))
_OVER = frozenset(("achieved", "missed"))
_DAYS = P_("%(n)s day", "%(n)s days")
_WEEKS = P_("%(n)s week", "%(n)s weeks")


@dataclass(frozen=True)
class Taken:
    """How the story of an alert stands now: a state of its table, and who brought it there when.

    `is_shown` tells that the goal may still be told of there.
    """

    state: str = "firing"
    by: str | None = None
    at: datetime | None = None
    until: datetime | None = None
    is_shown: bool = True


def line(taken: Taken | None, reader: words.Reader) -> list[Block]:
    """Return who took an alert on or put it off, nothing while nobody did."""
    if taken is None:
        return []
    at = None if taken.at is None else words.Instant(taken.at)
    said = {"name": mrkdwn.name(taken.by) if taken.by else None, "at": at}
    if taken.state == "closed":
        text = N_("This alert is over.")
    elif taken.state == "acknowledged" and taken.by and at:
        text = N_("Acknowledged by %(name)s, %(at)s")
    elif taken.state == "snoozed" and taken.until is not None:
        said["at"] = words.Instant(taken.until)
        text = N_("Snoozed by %(name)s until %(at)s")
        if not taken.by:
            text = N_("Snoozed until %(at)s")
    else:
        return []
    return [mrkdwn.context(words.render(Message(text, said), reader))]


def rows(
    facts: Mapping[str, Any],
    reader: words.Reader,
    opens: list[Block],
    taken: Taken | None,
    judged: list[Block],
) -> list[Block]:
    """Return the rows of buttons under an alert: what is to be done, and what one thinks of it.

    `opens` are the buttons that lead to pages, `judged` those of the second row.
    """
    story, goal = facts.get("story"), facts.get("goal")
    state = "" if not isinstance(story, str) else taken.state if taken is not None else "firing"
    buttons = [] if taken is not None and not taken.is_shown else _of_goal(goal, reader)
    if state in ("firing", "acknowledged"):
        buttons.append(_snooze(str(story), reader))
    buttons += opens
    if state in ("firing", "acknowledged", "snoozed"):
        buttons.append(_more(str(story), goal, state, reader))
    return [mrkdwn.actions(*buttons), *([mrkdwn.actions(*judged)] if judged else [])]


def checkin(goal_id: str, reader: words.Reader, *, is_first: bool = True) -> Block:
    """Return the button that opens the form of a check-in."""
    made = mrkdwn.button(CHECKIN, _say(N_("Check in"), reader), goal_id)
    return {**made, "style": "primary"} if is_first else made


def checkins(goals: Sequence[tuple[str, str]], reader: words.Reader) -> Block:
    """Return the buttons that open the forms of several goals' check-ins, by id and name."""
    return mrkdwn.actions(
        *(
            mrkdwn.button(f"{CHECKIN}_{number}", _say(_CHECKIN, reader, goal=name), goal_id)
            for number, (goal_id, name) in enumerate(goals[:MOST_CHECKINS])
        )
    )


def why(goal_id: str, reader: words.Reader) -> Block:
    """Return the button that asks why a goal is where it is."""
    return mrkdwn.button(WHY, _say(N_("Why"), reader), goal_id)


def _of_goal(goal: Mapping[str, Any] | None, reader: words.Reader) -> list[Block]:
    if goal is None:
        return []
    is_over = bool(goal.get("final")) or goal["status"] in _OVER
    begun = [] if is_over else [checkin(goal["id"], reader)]
    return [*begun, why(goal["id"], reader)]


def _snooze(story: str, reader: words.Reader) -> Block:
    choices = [(f"{story}:{days}", _length(days), None) for days in DAYS]
    return {
        "type": "static_select",
        "action_id": SNOOZE,
        "placeholder": inputs.plain(Message(N_("Snooze")), mrkdwn.LABEL, reader),
        "options": [inputs.option(one, reader) for one in choices],
    }


def _length(days: int) -> Message:
    if days % 7:
        return Message.counted(_DAYS, days)
    return Message.counted(_WEEKS, days // 7)


def _more(story: str, goal: Mapping[str, Any] | None, state: str, reader: words.Reader) -> Block:
    offered = [] if state == "acknowledged" else [(TAKE, N_("Acknowledge"))]
    offered.append((COMMENT, N_("Comment")))
    if goal is not None:
        offered.append((ASSIGN, N_("Assign")))
        if goal["status"] in _ASKED:
            offered.append((REMEDY, N_("Choose a remedy")))
        offered.append((MUTE, N_("Mute this goal here")))
    return {
        "type": "overflow",
        "action_id": MORE,
        "options": [
            inputs.option((f"{word}:{story}", Message(text), None), reader)
            for word, text in offered
        ],
    }


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)

"""The Home tab of a member: their own goals first, what is due, and what is put off (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from goals import words
from goals.tracking import status
from goals.words import N_, P_, Message
from integrations.slack.blocks import cards, digests, mrkdwn
from integrations.slack.blocks.mrkdwn import Block

Facts = Mapping[str, Any]

#: What the buttons are called that others answer.
CHECK_IN, WHY, NEW = "checkin_open", "why_open", "goal_new"
#: Goals that are named in each part; Slack shows a hundred blocks.
MOST_MINE, MOST_TEAMS, MOST_LISTED, MOST_DUE = 20, 10, 10, 5

_DUE = P_("One check-in of yours is due.", "%(n)s check-ins of yours are due.")
_BAD = P_("One goal of yours needs attention.", "%(n)s goals of yours need attention.")
_WELL = N_("Nothing needs you today.")
_NONE = N_(
    "No goal is yours yet. Whoever sets a goal chooses who owns it; then it stands here with how"
    " it goes."
)


@dataclass(frozen=True)
class Due:
    """A check-in that is due: of which goal, since when."""

    goal: Facts
    on: date


@dataclass(frozen=True)
class Snoozed:
    """An alert that is put off: of which goal, until when (None: until somebody says)."""

    goal: Facts
    until: datetime | None


@dataclass(frozen=True)
class Home:
    """What a member sees: facts of goals, the worst first in each part.

    `may_act` tells whether they may check in, `may_add` whether they may set goals. `back` are
    their goals that have ended and that nobody has looked back on.
    """

    member_id: int
    name: str
    may_act: bool
    may_add: bool
    mine: Sequence[Facts] = ()
    due: Sequence[Due] = ()
    snoozed: Sequence[Snoozed] = ()
    back: Sequence[Facts] = ()
    followed: Sequence[Facts] = ()
    team: str | None = None
    team_id: int | None = None
    teams: Sequence[Facts] = ()


def blocks(home: Home, reader: words.Reader, base_url: str) -> list[Block]:
    """Return the tab of a member."""
    base = base_url.rstrip("/")
    found = [
        _header(N_("Your goals"), reader),
        mrkdwn.section(*_summary(home, reader)),
        _buttons(home, reader, base),
    ]
    if home.mine:
        found.append({"type": "divider"})
    for one in home.mine[:MOST_MINE]:
        found += _goal(one, reader, base)
    found += _rest(home.mine, MOST_MINE, f"{base}/goals?owner={home.member_id}", reader)
    found += _due(home, reader, base)
    found += _listed(N_("Goals to look back on"), home.back, reader, base, "/retrospective")
    found += _put_off(home.snoozed, reader, base)
    found += _listed(N_("You follow"), home.followed, reader, base)
    if home.teams:
        title = N_("Goals of your team %(team)s")
        found += [{"type": "divider"}, _header(title, reader, home.team)]
    for one in home.teams[:MOST_TEAMS]:
        found += _goal(one, reader, base)
    found += _rest(home.teams, MOST_TEAMS, f"{base}/goals?team={home.team_id}", reader)
    found.append(mrkdwn.context(*_foot(home, reader)))
    return found


def stranger(text: Message, reader: words.Reader) -> list[Block]:
    """Return the tab of somebody who is no linked member: how to become one."""
    return [
        _header("Headway", reader),
        mrkdwn.section(mrkdwn.escape(words.render(text, reader))),
    ]


def _summary(home: Home, reader: words.Reader) -> list[str]:
    bad = sum(one["status"] in status.BAD for one in home.mine)
    parts = [
        mrkdwn.bold(words.render(Message.counted(texts, n), reader))
        for texts, n in ((_DUE, len(home.due)), (_BAD, bad))
        if n
    ]
    if not home.mine:
        return [" ".join(parts), _say(_NONE, reader)]
    return [" ".join(parts) or _say(_WELL, reader)]


def _buttons(home: Home, reader: words.Reader, base: str) -> Block:
    found = []
    if home.may_add:
        found.append(mrkdwn.button(NEW, _say(N_("New goal"), reader), "new"))
    opens = _say(N_("Open Headway"), reader)
    return mrkdwn.actions(*found, mrkdwn.button("home_link", opens, "home", url=f"{base}/"))


def _goal(goal: Facts, reader: words.Reader, base: str) -> list[Block]:
    why = mrkdwn.button(WHY, _say(N_("Why"), reader), goal["id"])
    return mrkdwn.beside(mrkdwn.section(*cards.lines(goal, reader, base)), why)


def _due(home: Home, reader: words.Reader, base: str) -> list[Block]:
    if not home.due:
        return []
    found: list[Block] = [{"type": "divider"}, _title(N_("Check-ins due"), reader)]
    for one in home.due[:MOST_DUE]:
        url = f"{base}/goals/{one.goal['id']}#check-in"
        on = _say(N_("due on %(day)s"), reader, day=words.Day(one.on))
        section = mrkdwn.section(f"{mrkdwn.link(url, one.goal['name'])} · {on}")
        button = mrkdwn.button(CHECK_IN, _say(N_("Check in"), reader), one.goal["id"])
        found += mrkdwn.beside(section, button) if home.may_act else [section]
    return [*found, *_rest(home.due, MOST_DUE, f"{base}/checkins", reader)]


def _put_off(snoozed: Sequence[Snoozed], reader: words.Reader, base: str) -> list[Block]:
    if not snoozed:
        return []
    lines = []
    for one in snoozed[:MOST_LISTED]:
        name = mrkdwn.link(f"{base}/goals/{one.goal['id']}", one.goal["name"])
        if one.until is None:
            lines.append(name)
        else:
            until = _say(N_("until %(at)s"), reader, at=words.Instant(one.until))
            lines.append(f"{name} · {until}")
    return [_title(N_("Snoozed alerts"), reader), mrkdwn.section(*lines, *_more(snoozed, reader))]


def _listed(
    title: str, goals: Sequence[Facts], reader: words.Reader, base: str, page: str = ""
) -> list[Block]:
    if not goals:
        return []
    lines = [
        mrkdwn.link(f"{base}/goals/{one['id']}{page}", one["name"]) for one in goals[:MOST_LISTED]
    ]
    return [_title(title, reader), mrkdwn.section(*lines, *_more(goals, reader))]


def _more(listed: Sequence[object], reader: words.Reader) -> list[str]:
    rest = len(listed) - MOST_LISTED
    return [words.render(Message.counted(digests.MORE, rest), reader)] if rest > 0 else []


def _rest(listed: Sequence[object], most: int, url: str, reader: words.Reader) -> list[Block]:
    rest = len(listed) - most
    if rest <= 0:
        return []
    return [
        mrkdwn.section(mrkdwn.link(url, words.render(Message.counted(digests.MORE, rest), reader)))
    ]


def _foot(home: Home, reader: words.Reader) -> list[str]:
    days = [one["data_to"] for one in home.mine if one.get("data_to")]
    parts = []
    if days:
        day = words.Day(date.fromisoformat(max(days)))
        parts.append(_say(N_("data to %(day)s"), reader, day=day))
    return [*parts, _say(N_("You are %(name)s in Headway."), reader, name=mrkdwn.name(home.name))]


def _header(text: str, reader: words.Reader, team: str | None = None) -> Block:
    said = words.render(Message(text, {} if team is None else {"team": team}), reader)
    return {
        "type": "header",
        "text": {"type": "plain_text", "text": mrkdwn.clip(said, 140), "emoji": False},
    }


def _title(text: str, reader: words.Reader) -> Block:
    return mrkdwn.section(mrkdwn.bold(_say(text, reader)))


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)

"""Answers about several goals: what is off track, whose they are, what changed, what is due."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import col, select

from goals import words
from goals.calendar import Period
from goals.questions import intents
from goals.questions.answer import Answer, Choice, Point
from goals.questions.parse import Question
from goals.questions.room import Room
from goals.questions.seen import Seen
from goals.table import workspace_of
from goals.tracking import status
from goals.tracking.evaluation import StatusChange
from goals.tracking.goal import GoalVersion
from goals.words import N_, P_, Day, DayRange, Message

#: Statuses of goals that do better than their plan.
AHEAD = ("ahead", "achieved")
#: So many days back is what changed of all goals, and of one.
RECENT, RECENT_OF_ONE = 7, 30

_NOBODY = N_("I do not know who is asking, so I cannot say which goals are yours.")
_NO_TEAM = N_("You are in no team, so I cannot say which goals are your team's.")
_NO_PLACE = N_("This is asked in no channel. Ask there, or name a team.")


def of(room: Room, asked: Question) -> Answer:
    """Return a list of goals: all, or those of somebody, of a state or of a period."""
    intent = "list_mine" if asked.intent == "list" else asked.intent
    if intent == "list_mine" and _are_of_a_team(room, asked):
        intent = "list_team"
    seen = narrowed(room, asked)
    if isinstance(seen, Message):
        everything = Choice(Message(N_("All goals")), "goals")
        return Answer("unknown", intent, seen, choices=(everything,))
    if asked.state is not None:
        seen = [one for one in seen if one.status in intents.LISTED[asked.state]]
        if not seen:
            return _all(room, intent, seen)
    period = room.period(asked.period)
    if asked.period is not None and period is None:
        return Answer("unknown", intent, Message(N_("I do not know which days that is.")))
    if intent == "changed":
        return changed(room, seen, period)
    if intent == "due":
        return _due(room, seen, period)
    if period is not None:
        seen = [one for one in seen if _meets(one, period)]
    return _stood(room, intent, seen)


def _stood(room: Room, intent: str, seen: Sequence[Seen]) -> Answer:
    """Return those goals that stand as is asked."""
    match intent:
        case "off_track":
            return _bad(room, [one for one in seen if one.status in status.BAD], seen)
        case "ahead":
            return _ahead(room, [one for one in seen if one.status in AHEAD], seen)
        case "stale":
            return _stale(room, [one for one in seen if one.status in status.PLUMBING], seen)
    return _all(room, intent, seen)


def narrowed(room: Room, asked: Question) -> list[Seen] | Message:
    """Return the goals that are meant by whose they are, or why nobody can say."""
    seen = list(room.seen)
    if asked.goals:
        seen = [one for one in seen if one.id in asked.goals]
        if asked.is_group:
            return seen
    match asked.scope:
        case "me" | "others":
            if room.asker is None or not room.asker.member_id:
                return Message(_NOBODY)
            mine = asked.scope == "me"
            return [one for one in seen if (one.owner_id == room.asker.member_id) == mine]
        case "team":
            team = room.asker.team_id if room.asker is not None else None
            teams = {team} if team is not None else room.teams_here()
            if not teams:
                return Message(_NO_TEAM)
            return [one for one in seen if one.team_id in teams]
        case "channel":
            if room.place is None:
                return Message(_NO_PLACE)
            teams = room.teams_here()
            return [
                one
                for one in seen
                if one.channel == room.place or (one.channel is None and one.team_id in teams)
            ]
    return seen


def changed(room: Room, found: Sequence[Seen], period: Period | None) -> Answer:
    """Return what became of goals: statuses that changed and terms that people changed."""
    today = room.today
    one = found[0] if len(found) == 1 else None
    if period is None:
        if today is None:
            return Answer("unknown", "changed", Message(N_("I do not know which days that is.")))
        back = RECENT if one is None else RECENT_OF_ONE
        period = Period.of(today - timedelta(days=back), today)
    told = sorted(
        [*_statuses(room, found, period), *_terms(room, found, period)],
        key=lambda each: each[0],
        reverse=True,
    )
    days: dict[str, object] = {"days": DayRange(period.first, period.last)}
    if one is not None:
        days |= {"goal": one.name, "status": words.status(one.status)}
        text = Message(N_("%(goal)s: %(status)s. Nothing changed from %(days)s."), days)
        if told:
            text = Message.counted(
                P_(
                    "%(goal)s: %(status)s. %(n)s change from %(days)s: %(latest)s",
                    "%(goal)s: %(status)s. %(n)s changes from %(days)s, the latest: %(latest)s",
                ),
                len(told),
                {**days, "latest": told[0][2]},
            )
    elif not told:
        text = Message(N_("No goal's status or terms changed from %(days)s."), days)
    else:
        names = list(dict.fromkeys(each[1].name for each in told))
        text = Message.counted(
            P_("%(n)s goal changed from %(days)s: %(names)s.",
               "%(n)s goals changed from %(days)s: %(names)s."),
            len(names),
            {**days, "names": names},
        )  # fmt: skip
    changed_ids = {each[1].id for each in told}
    whole = room.whole([each for each in found if each is one or each.id in changed_ids])
    return Answer(
        "answer",
        "changed",
        text,
        goal=whole[0] if one is not None else None,
        goals=() if one is not None else tuple(whole),
        points=tuple(Point(_line(each[1], each[2], one)) for each in told),
        period=(period.first, period.last),
    )


def _line(one: Seen, said: Message, alone: Seen | None) -> Message:
    if alone is not None:
        return said
    return Message(N_("%(goal)s: %(what)s"), {"goal": one.name, "what": said})


Change = tuple[date, Seen, Message]


def _statuses(room: Room, found: Sequence[Seen], period: Period) -> list[Change]:
    by_id = {one.id: one for one in found}
    statement = (
        select(StatusChange)
        .where(
            col(StatusChange.workspace_id) == workspace_of(room.session),
            col(StatusChange.goal_id).in_(list(by_id)),
            col(StatusChange.day) >= period.first,
            col(StatusChange.day) <= period.last,
        )
        .order_by(col(StatusChange.day), col(StatusChange.id))
    )
    told: list[Change] = []
    for one in room.session.exec(statement):
        params = {"day": Day(one.day), "after": words.status(one.after)}
        text = Message(N_("%(day)s: first status %(after)s."), params)
        if one.before is not None:
            before = words.status(one.before)
            text = Message(
                N_("%(day)s: from %(before)s to %(after)s."), {**params, "before": before}
            )
        told.append((one.day, by_id[one.goal_id], text))
    return told


def _terms(room: Room, found: Sequence[Seen], period: Period) -> list[Change]:
    """Return the versions of terms that somebody set after the first one."""
    by_id = {one.id: one for one in found}
    statement = (
        select(GoalVersion)
        .where(
            col(GoalVersion.workspace_id) == workspace_of(room.session),
            col(GoalVersion.goal_id).in_(list(by_id)),
            col(GoalVersion.version) > 1,
            col(GoalVersion.changed_by).is_not(None),
        )
        .order_by(col(GoalVersion.changed_at))
    )
    told: list[Change] = []
    for terms in room.session.exec(statement):
        day, one = room.here.local_day(terms.changed_at), by_id[terms.goal_id]
        if day not in period:
            continue
        params = {"day": Day(day), "reason": terms.reason or None}
        text = Message(N_("%(day)s: its terms were changed."), params)
        if terms.reason:
            text = Message(N_("%(day)s: its terms were changed: %(reason)s"), params)
        told.append((day, one, text))
    return told


def _is_over(room: Room, one: Seen) -> bool:
    return room.today is not None and one.last_day < room.today


def _meets(one: Seen, period: Period) -> bool:
    return one.first_day < period.end and one.last_day >= period.start


def _are_of_a_team(room: Room, asked: Question) -> bool:
    if asked.scope in ("team", "channel"):
        return True
    if not asked.is_group:
        return False
    teams = {one.team_name for one in room.of(asked.goals)}
    owners = {one.owner_name for one in room.of(asked.goals)}
    return None not in teams and len(teams) == 1 and len(owners) > 1


def _nothing(intent: str) -> Answer:
    return Answer("answer", intent, Message(N_("There are no goals here that you may see yet.")))


def _bad(room: Room, found: Sequence[Seen], seen: Sequence[Seen]) -> Answer:
    none = P_(
        "Nothing is off track or at risk. One goal is followed.",
        "Nothing is off track or at risk. %(n)s goals are followed.",
    )
    some = P_(
        "One of %(all)s goals needs attention: %(names)s.",
        "%(n)s of %(all)s goals need attention: %(names)s.",
    )
    return _some(room, "off_track", found, seen, none, some)


def _ahead(room: Room, found: Sequence[Seen], seen: Sequence[Seen]) -> Answer:
    none = P_(
        "No goal is ahead of its plan or reached. One goal is followed.",
        "No goal is ahead of its plan or reached. %(n)s goals are followed.",
    )
    some = P_(
        "%(n)s of %(all)s goals is ahead of its plan or reached: %(names)s.",
        "%(n)s of %(all)s goals are ahead of their plan or reached: %(names)s.",
    )
    return _some(room, "ahead", found, seen, none, some)


def _stale(room: Room, found: Sequence[Seen], seen: Sequence[Seen]) -> Answer:
    none = P_(
        "The data of the one goal here are whole and fresh enough.",
        "The data of all %(n)s goals are whole and fresh enough.",
    )
    some = P_(
        "%(n)s of %(all)s goals lacks data: %(names)s.",
        "%(n)s of %(all)s goals lack data: %(names)s.",
    )
    return _some(room, "stale", found, seen, none, some)


def _some(
    room: Room,
    intent: str,
    found: Sequence[Seen],
    seen: Sequence[Seen],
    none: tuple[str, str],
    some: tuple[str, str],
) -> Answer:
    """Return which of the goals that were looked at are so, in words for none and for some."""
    if not seen:
        return _nothing(intent)
    if not found:
        return Answer("answer", intent, Message.counted(none, len(seen)))
    told = {"all": len(seen), "names": [one.name for one in found]}
    text = Message.counted(some, len(found), told)
    return Answer("answer", intent, text, goals=tuple(room.whole(found)))


def _due(room: Room, seen: Sequence[Seen], period: Period | None) -> Answer:
    """Return which goals end in a period, without one those that have not ended, the next first."""
    found = sorted(
        (
            one
            for one in seen
            if (one.last_day in period if period is not None else not _is_over(room, one))
        ),
        key=lambda one: (one.last_day, one.name),
    )
    if not found:
        return (
            Answer("answer", "due", Message(N_("No goal is due then.")))
            if seen
            else _nothing("due")
        )
    first = found[0]
    text = Message.counted(
        P_(
            "%(n)s goal is due: %(goal)s on %(day)s.",
            "%(n)s goals are due, first %(goal)s on %(day)s.",
        ),
        len(found),
        {"goal": first.name, "day": Day(first.last_day)},
    )
    return Answer("answer", "due", text, goals=tuple(room.whole(found)))


def _all(room: Room, intent: str, found: Sequence[Seen]) -> Answer:
    if not found:
        return Answer("answer", intent, Message(N_("There is no such goal that you may see.")))
    text = Message.counted(
        P_("One goal: %(names)s.", "%(n)s goals, worst first: %(names)s."),
        len(found),
        {"names": [one.name for one in found]},
    )
    return Answer("answer", intent, text, goals=tuple(room.whole(found)))

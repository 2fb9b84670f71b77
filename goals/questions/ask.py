"""Answering a question from what the asker may see: exact numbers, or an honest "cannot"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from goals import words
from goals.calendar import Period
from goals.questions import about, knowing, lists, past, seen, why
from goals.questions.answer import Answer, Choice
from goals.questions.parse import Question
from goals.questions.room import Room
from goals.questions.seen import Seen
from goals.tracking import silence
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience, Viewer
from goals.words import N_, P_, Message

#: Buttons offered at most.
MOST_CHOICES = 5
#: Names that are the same up to here look the same on a button.
LABEL = 60
#: What is asked of one goal -> how the question for it begins.
ABOUT_ONE = {
    "status": "status of",
    "why": "why",
    "remedies": "what to try for",
    "forecast": "forecast for",
    "owner": "who owns",
    "due": "due date of",
    "compare": "compare",
    "changed": "what changed for",
    "stale": "how fresh are the data of",
    "definition": "definition of",
}
#: What is asked of somebody's goals -> how the question for them begins.
OF_PEOPLE = {"list": "goals of", "off_track": "what is off track of", "ahead": "what is ahead of"}
#: What somebody sells is a number of their own.
OWN_NUMBER = frozenset(("revenue",))
#: Of these a goal's own days are told whatever period was named.
TIMELESS = frozenset(("owner", "due", "definition", "stale"))


def ask(
    session: Session,
    question: str,
    who: Audience,
    *,
    now: datetime | None = None,
    on: date | None = None,
    asker: Viewer | None = None,
    place: str | None = None,
    before: Sequence[str] = (),
) -> Answer:
    """Return the answer to a question; only goals the audience may see take part in it.

    With an instant `now` it says where the sources have been silent for too long by then. With
    a day `on` it is the answer of the end of that day. `asker` is the member who asks, where that
    is not the only one in the audience, `place` the channel it is asked in, and `before` what was
    asked before in the same conversation, oldest first.
    """
    only = who.viewers[0] if who.clearance is None and len(who.viewers) == 1 else None
    room = Room(
        session,
        seen.every(session, who, on=on),
        who,
        asker or only,
        place,
        only is not None,
        now,
        on,
    )
    asked = room.read(question, _before(room, before))
    found = _answered(room, asked)
    if asked.intent == "unknown":
        found = replace(found, rest=asked.rest)
    if now is None or on is not None:
        return found
    told = found.goals if found.goal is None else (found.goal,)
    return replace(found, silence=silence.of_goals(session, told, now))


def named(session: Session, text: str, who: Audience) -> tuple[list[Standing], list[Standing]]:
    """Return the goals that a text names among those an audience may see, and those near to it."""
    room = Room(session, seen.every(session, who), who, None, None, True, None, None)
    asked = room.read(f"{ABOUT_ONE['status']} {text}")
    found = room.whole(room.of(asked.goals))
    if found and (asked.is_sure or len(found) > 1):
        return found, []
    return [], found or room.whole(room.of(asked.near))


def _before(room: Room, questions: Sequence[str]) -> Question | None:
    """Return what a question may go on from, None in a fresh conversation."""
    found: Question | None = None
    for question in questions:
        found = room.read(question, found)
    return found


def _answered(room: Room, asked: Question) -> Answer:
    match asked.intent:
        case "help":
            # Who says thanks has asked nothing.
            return _help(room) if asked.is_sure else replace(_help(room), kind="unknown")
        case "language":
            return knowing.languages()
        case "my_number":
            return knowing.my_number(room, asked)
        case "definition":
            return knowing.definition(room, asked) or _unknown(room, asked)
        case "refused":
            text = N_("I only read and answer. Goals are changed on their pages in Headway.")
            offered = _questions(room.seen[:3], room)
            return Answer("refused", "help", Message(text), choices=offered)
        case "what":
            return _what(room, asked)
    return _of_goals(room, asked)


def _of_goals(room: Room, asked: Question) -> Answer:
    if asked.is_pair:
        return past.beside(room, asked)
    if asked.is_group and not asked.is_sure:
        return _whose(room, asked)
    if asked.intent in ABOUT_ONE and asked.goals and not asked.is_group:
        return _one(room, asked)
    if asked.intent in ("off_track", "ahead", "list", "due", "changed", "stale"):
        return lists.of(room, asked)
    return _unknown(room, asked)


def _one(room: Room, asked: Question) -> Answer:
    """Return what is asked of a goal, of the one of them that is about the period asked about."""
    found = room.of(asked.goals)
    if asked.scope is not None:
        mine = lists.narrowed(room, asked)
        if isinstance(mine, list) and mine:
            found = mine
            if len(mine) == 1:
                # "My revenue" says which of them is meant.
                asked = replace(asked, is_sure=True)
        elif asked.scope == "me":
            return _not_mine(room, asked, found)
        else:
            # "The IT team's churn" is not churn.
            return _unknown(room, asked)
    if asked.period is not None and asked.period.is_until and asked.intent == "status":
        return _until(room, asked, found)
    if asked.period is not None and asked.intent not in ("compare", "changed"):
        period = room.period(asked.period)
        # A status of another window is no answer about a period, be it a part or longer.
        fits = {"status": _is_about, "forecast": _ends_with}.get(asked.intent, _lies_in)
        if asked.intent in ("why", "remedies") and period is not None and room.today in period:
            # What is wrong this month is what is wrong now.
            fits = _holds
        inside = [one for one in found if period is not None and fits(one, period)]
        if not inside and asked.intent not in TIMELESS:
            return _elsewhere(room, asked, found, period)
        found = inside or found
    if len(found) > 1 or not asked.is_sure:
        return _choose(room, asked, found)
    return replace(_about(room, room.whole(found)[0], asked), read_as=asked.read_as or None)


def _not_mine(room: Room, asked: Question, found: Sequence[Seen]) -> Answer:
    """Return one's own number where that is asked, else whose the goals are that are not one's."""
    if asked.metrics == OWN_NUMBER and asked.intent == "status":
        own = knowing.my_number(room, asked)
        if own.kind == "answer":
            return own
    first = found[0]
    text = Message(N_("%(goal)s is not your goal. Do you mean one of these?"), {"goal": first.name})
    if first.owner_name is not None:
        text = Message(
            N_("%(goal)s is not your goal: it belongs to %(owner)s. Do you mean one of these?"),
            {"goal": first.name, "owner": first.owner_name},
        )
    return Answer("choose", asked.intent, text, choices=_questions(found, room, asked.intent))


def _whose(room: Room, asked: Question) -> Answer:
    """Return whose goals may be meant by a name that several people have."""
    begun = OF_PEOPLE.get(asked.intent, OF_PEOPLE["list"])
    names = dict.fromkeys(one.owner_name for one in room.of(asked.goals) if one.owner_name)
    choices = tuple(Choice(name, f"{begun} {name}") for name in list(names)[:MOST_CHOICES])
    text = Message(N_("Several people have that name. Whom do you mean?"))
    return Answer("choose", asked.intent, text, choices=choices)


def _about(room: Room, one: Standing, asked: Question) -> Answer:
    receipt = room.receipt(one.evaluation.receipt) if one.evaluation is not None else None
    match asked.intent:
        case "why":
            return why.why(room.session, one, _beside(room, one), receipt, room.now)
        case "remedies":
            return why.remedies(room.session, one, receipt, room.now)
        case "forecast":
            return about.forecast(room, one)
        case "owner":
            return about.owner(room, one)
        case "due":
            return about.due(room, one)
        case "stale":
            return about.stale(room, one)
        case "changed":
            return lists.changed(room, room.of([one.goal.id]), room.period(asked.period))
        case "compare":
            return past.compared(room, one, asked) or _no_data(room, room.of([one.goal.id]))
    return about.stands(room, one)


def _beside(room: Room, one: Standing) -> list[Standing]:
    """Return the goals over the same days, among which are those that plan its drivers."""
    mine = room.by_id[one.goal.id]
    days = (mine.first_day, mine.last_day, mine.segment)
    alike = [each for each in room.seen if (each.first_day, each.last_day, each.segment) == days]
    return room.whole(alike)


def _elsewhere(room: Room, asked: Question, found: Sequence[Seen], period: Period | None) -> Answer:
    """Return the number of a period that no goal is about, where the goals have one number."""
    numbers = {(one.metric, one.params, one.segment) for one in found}
    if asked.intent != "status" or period is None or len(numbers) > 1 or not asked.is_sure:
        return _unknown(room, replace(asked, near=asked.goals))
    told = past.of_period(room, room.whole(found[:1])[0], period)
    return _no_data(room, found) if told is None else replace(told, read_as=asked.read_as)


def _until(room: Room, asked: Question, found: Sequence[Seen]) -> Answer:
    """Return the number of a goal's days until the end of a period, "as of 31 October"."""
    if len(found) > 1 or not asked.is_sure:
        return _choose(room, asked, found)
    one, period = found[0], room.period(asked.period)
    if period is None or not one.first_day <= period.last <= one.last_day:
        return _no_data(room, found)
    days = Period.of(one.first_day, period.last)
    told = past.of_period(room, room.whole(found)[0], days)
    return _no_data(room, found) if told is None else replace(told, read_as=asked.read_as)


def _no_data(room: Room, found: Sequence[Seen]) -> Answer:
    text = Message(N_("There are no data for those days. I can tell you about this."))
    return Answer("unknown", "status", text, choices=_questions(found, room))


def _what(room: Room, asked: Question) -> Answer:
    """Return both that "what is" may ask of a metric: how it stands and what it means."""
    offered = [
        *_questions(room.of(asked.goals)[: MOST_CHOICES - 1], room),
        *(
            Choice(Message(N_("What it means")), f"definition of {one}")
            for one in sorted(asked.metrics)[:1]
        ),
    ]
    text = Message(N_("Do you mean how it stands, or what it means?"))
    return Answer("choose", "status", text, choices=tuple(offered))


def _lies_in(one: Seen, period: Period) -> bool:
    return one.first_day in period and one.last_day in period


def _ends_with(one: Seen, period: Period) -> bool:
    """Tell whether a goal ends as a period does, so that its end is asked about."""
    return _lies_in(one, period) or (one.last_day == period.last and _holds(one, period))


def _holds(one: Seen, period: Period) -> bool:
    """Tell whether a period is a part of a goal's days, or they of it."""
    return _lies_in(one, period) or (one.first_day <= period.first and period.last <= one.last_day)


def _is_about(one: Seen, period: Period) -> bool:
    return (one.first_day, one.last_day) == (period.first, period.last)


def _choose(room: Room, asked: Question, found: Sequence[Seen]) -> Answer:
    text = Message.counted(
        P_("One goal fits. Do you mean this one?", "%(n)s goals fit. Which one do you mean?"),
        len(found),
    )
    if len(found) > MOST_CHOICES:
        text = Message(
            N_("%(n)s goals fit; these are %(most)s of them. Write more of the name you mean."),
            {"n": len(found), "most": MOST_CHOICES},
        )
    offered = _questions(found, room, asked.intent)
    return Answer("choose", asked.intent, text, choices=offered)


def _help(room: Room) -> Answer:
    text = Message(N_("I can tell you how a goal stands and what is off track. Try one of these."))
    offered = (
        Choice(Message(N_("What is off track?")), "what is off track"),
        Choice(Message(N_("All goals")), "goals"),
        *_questions(room.seen[: MOST_CHOICES - 2], room),
    )
    return Answer("answer", "help", text, choices=offered)


def _unknown(room: Room, asked: Question) -> Answer:
    near = room.of(asked.near or asked.goals[:3])
    if near:
        text = Message(N_("I cannot answer that from the data here. I can tell you about these."))
    else:
        text = Message(N_("I cannot answer that: there is no goal here that you may see."))
    return Answer("unknown", "status", text, choices=_questions(near, room))


def offered(found: Sequence[Seen], room: Room, intent: str = "status") -> tuple[Choice, ...]:
    """Return questions about goals as choices, each asking for its goal alone."""
    return _questions(found, room, intent)


def _questions(found: Sequence[Seen], room: Room, intent: str = "status") -> tuple[Choice, ...]:
    offered = found[:MOST_CHOICES]
    return tuple(Choice(_label(one, offered), _question(one, room, intent)) for one in offered)


def _question(one: Seen, room: Room, intent: str = "status") -> str:
    """Return the question that asks for this goal alone: by its name where that is clear."""
    named = f"{ABOUT_ONE[intent]} {one.name}"
    asked = room.read(named)
    is_clear = asked.goals == (one.id,) and asked.read_as is None and asked.intent == intent
    is_clear = is_clear and asked.is_sure and asked.period is None and not asked.is_open
    return named if is_clear else f"{ABOUT_ONE[intent]} {one.id}"


def _label(one: Seen, others: Sequence[Seen]) -> str | Message:
    """Return a goal's name, with what tells it from others that begin alike."""

    def shown(which: Seen) -> str:
        return which.name.casefold()[:LABEL]

    alike = [each for each in others if each is not one and shown(each) == shown(one)]
    if not alike:
        return one.name
    days = words.DayRange(one.first_day, one.last_day)
    by: object = days
    if any((each.first_day, each.last_day) == (days.first, days.last) for each in alike):
        by = one.owner_name
        if by is None or any(each.owner_name == by for each in alike):
            by = str(one.id)
    return Message(N_("%(by)s: %(goal)s"), {"by": by, "goal": one.name})

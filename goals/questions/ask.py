"""Answering a question from what the asker may see: exact numbers, or an honest "cannot"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.calendar import Period
from goals.metrics import brought, receipts
from goals.metrics.evidence import Reading
from goals.questions import parse, why
from goals.questions.answer import Answer, Choice, Receipt
from goals.questions.parse import Name, Question
from goals.questions.periods import Spoken
from goals.table import workspace_of
from goals.tracking import silence, standing, status
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience
from goals.words import N_, P_, Message

#: Buttons offered at most.
MOST_CHOICES = 5
#: Names that are the same up to here look the same on a button.
LABEL = 60
#: What is asked of one goal -> how the question for it begins.
ABOUT_ONE = {"status": "status of", "why": "why", "remedies": "what to try for"}


def ask(
    session: Session,
    question: str,
    who: Audience,
    *,
    now: datetime | None = None,
    on: date | None = None,
) -> Answer:
    """Return the answer to a question; only goals the audience may see take part in it.

    With an instant `now` it says where the sources have been silent for too long by then. With
    a day `on` it is the answer of the end of that day.
    """
    found = _answered(session, question, who, now, on)
    if now is None or on is not None:
        return found
    about = found.goals if found.goal is None else (found.goal,)
    return replace(found, silence=silence.of_goals(session, about, now))


def _answered(
    session: Session, question: str, who: Audience, now: datetime | None, on: date | None
) -> Answer:
    seen = standing.board(session, who, on=on)
    known = [_name(one) for one in seen]
    asked = parse.parse(question, known)
    by_id = {one.goal.id: one for one in seen}
    period = None if asked.period is None else _meant(session, asked.period, now, on)
    if period is not None and asked.intent not in ABOUT_ONE:
        seen = [one for one in seen if _meets(one, period)]
    if asked.intent in ABOUT_ONE:
        found = [by_id[goal_id] for goal_id in asked.goals]
        if asked.period is not None:
            # A status of a longer window is no answer about a part of it.
            inside = [one for one in found if period is not None and _lies_in(one, period)]
            if not inside:
                return _unknown(found, known)
            found = inside
        if len(found) == 1:
            return _about(session, found[0], seen, asked, now)
        return _choose(found, known, asked.intent)
    if asked.intent == "off_track":
        return _listed("off_track", [one for one in seen if one.status in status.BAD], seen)
    if asked.intent == "list":
        return _listed("list_mine", seen, seen)
    if asked.intent == "help":
        return _help(seen, known)
    if asked.intent == "refused":
        text = N_("I only read and answer. Goals are changed on their pages in Headway.")
        return Answer("refused", "help", Message(text), choices=_questions(seen[:3], known))
    return _unknown([by_id[goal_id] for goal_id in asked.near], known)


def _about(
    session: Session,
    one: Standing,
    seen: Sequence[Standing],
    asked: Question,
    now: datetime | None,
) -> Answer:
    """Return what is asked of a goal: how it stands, why, or what can be done."""
    if asked.intent == "status":
        return _status(session, one, asked)
    kept = one.evaluation
    receipt = receipt_of(session, kept.receipt) if kept is not None else None
    if asked.intent == "why":
        found = why.why(session, one, seen, receipt, now)
    else:
        found = why.remedies(session, one, receipt, now)
    return replace(found, read_as=asked.read_as or None)


def _meant(
    session: Session, spoken: Spoken, now: datetime | None, on: date | None
) -> Period | None:
    """Return the days of a period of the company's year, None where nobody knows the day."""
    here = workspace.of(session)
    today = on or (here.local_day(now) if now is not None else None)
    if today is None:
        return None
    return spoken.on(today, here.fiscal)


def _meets(one: Standing, period: Period) -> bool:
    return one.terms.first_day < period.end and one.terms.last_day >= period.start


def _lies_in(one: Standing, period: Period) -> bool:
    return one.terms.first_day in period and one.terms.last_day in period


def _name(one: Standing) -> Name:
    metric = one.metric
    aliases = (metric.id.replace("_", " "), words.render(metric.name, "en"))
    return Name(one.goal.id, one.goal.name, aliases)


def _status(session: Session, about: Standing, asked: Question) -> Answer:
    seen = about.evaluation
    told = {
        "goal": about.goal.name,
        "status": words.status(about.status),
        "reason": about.reason,
    }
    text = Message(N_("%(goal)s: %(status)s. %(reason)s"), told)
    if about.goal.kind in ("cumulative", "level") and about.target is not None:
        target = words.amount(about.terms.target_value, about.unit, about.currency)
        text = Message(
            N_("%(goal)s: %(status)s. %(reason)s Target %(target)s by %(day)s."),
            {**told, "target": target, "day": words.Day(about.terms.last_day)},
        )
    if about.against_original is not None:
        text = Message(
            N_("%(text)s %(against)s"), {"text": text, "against": about.against_original}
        )
    return Answer(
        "answer",
        "status",
        text,
        read_as=asked.read_as or None,
        goal=about,
        receipt=receipt_of(session, seen.receipt) if seen is not None else None,
        period=(about.terms.first_day, about.terms.last_day),
    )


def receipt_of(session: Session, receipt: str | None) -> Receipt | None:
    """Return the evidence line of a reading that was kept, None where there is none."""
    if receipt is None:
        return None
    statement = select(Reading).where(
        col(Reading.workspace_id) == workspace_of(session), col(Reading.receipt) == receipt
    )
    reading = session.exec(statement).first()
    if reading is None:
        return None
    source = brought.sources(session, reading)
    return Receipt(
        id=reading.receipt,
        text=Message(
            N_("%(n)s counted, %(first)s to %(last)s, read %(at)s"),
            {
                "n": words.Number(Decimal(reading.n)),
                "first": words.Day(reading.first_day),
                "last": words.Day(reading.last_day),
                "at": words.Instant(reading.as_of),
            },
        ),
        formula=receipts.formula(session, reading),
        numerator=reading.numerator,
        denominator=reading.denominator,
        n=reading.n,
        as_of=reading.as_of,
        source=", ".join(source) or None,
    )


def _choose(found: Sequence[Standing], known: Sequence[Name], intent: str = "status") -> Answer:
    text = Message.counted(
        P_("One goal fits. Do you mean this one?", "%(n)s goals fit. Which one do you mean?"),
        len(found),
    )
    if len(found) > MOST_CHOICES:
        text = Message(
            N_("%(n)s goals fit; these are %(most)s of them. Write more of the name you mean."),
            {"n": len(found), "most": MOST_CHOICES},
        )
    return Answer("choose", intent, text, choices=_questions(found, known, intent))


def _listed(intent: str, found: Sequence[Standing], seen: Sequence[Standing]) -> Answer:
    if not seen:
        text = Message(N_("There are no goals here that you may see yet."))
    elif not found:
        text = Message.counted(
            P_(
                "Nothing is off track or at risk. One goal is followed.",
                "Nothing is off track or at risk. %(n)s goals are followed.",
            ),
            len(seen),
        )
    elif intent == "off_track":
        text = Message.counted(
            P_(
                "One of %(all)s goals needs attention: %(names)s.",
                "%(n)s of %(all)s goals need attention: %(names)s.",
            ),
            len(found),
            {"all": len(seen), "names": [one.goal.name for one in found]},
        )
    else:
        text = Message.counted(
            P_("One goal: %(names)s.", "%(n)s goals, worst first: %(names)s."),
            len(found),
            {"names": [one.goal.name for one in found]},
        )
    return Answer("answer", intent, text, goals=tuple(found))


def _help(seen: Sequence[Standing], known: Sequence[Name]) -> Answer:
    text = Message(N_("I can tell you how a goal stands and what is off track. Try one of these."))
    offered = (
        Choice(Message(N_("What is off track?")), "what is off track"),
        Choice(Message(N_("All goals")), "goals"),
        *_questions(seen[: MOST_CHOICES - 2], known),
    )
    return Answer("answer", "help", text, choices=offered)


def _unknown(near: Sequence[Standing], known: Sequence[Name]) -> Answer:
    if near:
        text = Message(N_("I cannot answer that from the data here. I can tell you about these."))
    else:
        text = Message(N_("I cannot answer that: there is no goal here that you may see."))
    return Answer("unknown", "status", text, choices=_questions(near, known))


def _questions(
    found: Sequence[Standing], known: Sequence[Name], intent: str = "status"
) -> tuple[Choice, ...]:
    offered = found[:MOST_CHOICES]
    return tuple(Choice(_label(one, offered), _question(one, known, intent)) for one in offered)


def _question(one: Standing, known: Sequence[Name], intent: str = "status") -> str:
    """Return the question that asks for this goal alone: by its name where that is clear."""
    named = f"{ABOUT_ONE[intent]} {one.goal.name}"
    asked = parse.parse(named, known)
    is_clear = asked.goals == (one.goal.id,) and asked.read_as is None and asked.intent == intent
    return named if is_clear else f"{ABOUT_ONE[intent]} {one.goal.id}"


def _label(one: Standing, others: Sequence[Standing]) -> str | Message:
    """Return a goal's name, with what tells it from others that begin alike."""

    def shown(which: Standing) -> str:
        return which.goal.name.casefold()[:LABEL]

    alike = [each for each in others if each is not one and shown(each) == shown(one)]
    if not alike:
        return one.goal.name
    days = words.DayRange(one.terms.first_day, one.terms.last_day)
    by: object = days
    if any(
        (each.terms.first_day, each.terms.last_day) == (days.first, days.last) for each in alike
    ):
        by = one.owner_name
        if by is None or any(each.owner_name == by for each in alike):
            by = str(one.goal.id)
    return Message(N_("%(by)s: %(goal)s"), {"by": by, "goal": one.goal.name})

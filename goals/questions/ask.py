"""Answering a question from what the asker may see: exact numbers, or an honest "cannot"."""

from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import words
from goals.metrics import catalogue, receipts
from goals.metrics.evidence import Reading
from goals.questions import parse
from goals.questions.answer import Answer, Choice, Receipt
from goals.questions.parse import Name, Question
from goals.table import workspace_of
from goals.tracking import standing, status
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience
from goals.words import N_, P_, Message

#: Buttons offered at most.
MOST_CHOICES = 5


def ask(session: Session, question: str, who: Audience) -> Answer:
    """Return the answer to a question; only goals the audience may see take part in it."""
    seen = standing.board(session, who)
    asked = parse.parse(question, [_name(one) for one in seen])
    by_id = {one.goal.id: one for one in seen}
    if asked.intent == "status":
        found = [by_id[goal_id] for goal_id in asked.goals]
        if len(found) == 1:
            return _status(session, found[0], asked)
        return _choose(found)
    if asked.intent == "off_track":
        return _listed("off_track", [one for one in seen if one.status in status.BAD], seen)
    if asked.intent == "list":
        return _listed("list_mine", seen, seen)
    if asked.intent == "help":
        return _help(seen)
    if asked.intent == "refused":
        text = N_("I only read and answer. Goals are changed on their pages in Headway.")
        return Answer("refused", "help", Message(text), choices=_questions(seen[:3]))
    return _unknown([by_id[goal_id] for goal_id in asked.near])


def _name(one: Standing) -> Name:
    metric = catalogue.find(one.goal.metric)
    return Name(one.goal.id, one.goal.name, (metric.id.replace("_", " "), metric.name.id))


def _status(session: Session, about: Standing, asked: Question) -> Answer:
    seen = about.evaluation
    text = Message(
        N_("%(goal)s: %(status)s. %(reason)s Target %(target)s by %(day)s."),
        {
            "goal": about.goal.name,
            "status": words.status(about.status),
            "reason": about.reason,
            "target": words.amount(about.terms.target_value, about.unit, about.currency),
            "day": words.Day(about.terms.last_day),
        },
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
    source = receipts.sources(session, reading)
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
        formula=receipts.formula(reading),
        numerator=reading.numerator,
        denominator=reading.denominator,
        n=reading.n,
        as_of=reading.as_of,
        source=", ".join(source) or None,
    )


def _choose(found: Sequence[Standing]) -> Answer:
    text = Message.counted(
        P_("One goal fits. Do you mean this one?", "%(n)s goals fit. Which one do you mean?"),
        len(found),
    )
    return Answer("choose", "status", text, choices=_questions(found))


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


def _help(seen: Sequence[Standing]) -> Answer:
    text = Message(N_("I can tell you how a goal stands and what is off track. Try one of these."))
    offered = (
        Choice("What is off track?", "what is off track"),
        Choice("All goals", "goals"),
        *_questions(seen[: MOST_CHOICES - 2]),
    )
    return Answer("answer", "help", text, choices=offered)


def _unknown(near: Sequence[Standing]) -> Answer:
    if near:
        text = Message(N_("I cannot answer that from the data here. I can tell you about these."))
    else:
        text = Message(N_("I cannot answer that: there is no goal here that you may see."))
    return Answer("unknown", "status", text, choices=_questions(near))


def _questions(found: Sequence[Standing]) -> tuple[Choice, ...]:
    names = [one.goal.name for one in found]
    return tuple(
        Choice(
            one.goal.name,
            f"status of {one.goal.name}"
            if names.count(one.goal.name) == 1
            else f"status of {one.goal.id}",
        )
        for one in found[:MOST_CHOICES]
    )

"""Answers to why a goal is where it is, and to what can be done about it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from goals import words
from goals.questions.answer import Answer, Point, Receipt
from goals.tracking import status
from goals.tracking.remedies import evidence
from goals.tracking.remedies.fact import Fact
from goals.tracking.standing import Standing
from goals.tracking.why import gap, saying
from goals.tracking.why.terms import Explained, Term, Unexplained
from goals.words import N_, Message

#: Actions named in a sentence; the goal's page has all of them.
MOST = 3


def why(
    session: Session,
    about: Standing,
    seen: Sequence[Standing],
    receipt: Receipt | None,
    now: datetime | None,
) -> Answer:
    """Return why a goal is where it is: the gap with its drivers, or why it cannot be said."""
    found = gap.explain(session, about, seen, now=_instant(about, now))
    told = {"goal": about.goal.name, "status": words.status(about.status)}
    if isinstance(found, Unexplained):
        text = Message(N_("%(goal)s: %(status)s. %(reason)s"), {**told, "reason": found.reason})
        return _answer("why", text, about, receipt, ())
    parts = {"why": saying.sentence(found), "compared": saying.compared(found)}
    text = Message(N_("%(goal)s: %(status)s. %(why)s %(compared)s"), {**told, **parts})
    return _answer("why", text, about, receipt, tuple(_point(found, one) for one in found.terms))


def _point(found: Explained, term: Term) -> Point:
    said = Message(
        "%(driver)s %(amount)s",
        {"driver": term.said, "amount": saying.change(found.one, term.effect)},
    )
    return Point(
        said,
        None if term.now is None else term.now.receipt,
        id=term.id,
        effect=term.effect,
        actual=None if term.now is None else term.now.value,
        plan=None if term.plan is None else term.plan.value,
    )


def remedies(
    session: Session, about: Standing, receipt: Receipt | None, now: datetime | None
) -> Answer:
    """Return what can be tried for a goal, with the evidence for it as points."""
    told: dict[str, object] = {"goal": about.goal.name, "status": words.status(about.status)}
    if about.status not in status.BAD or about.evaluation is None:
        text = N_("%(goal)s: %(status)s. Nothing has to be tried for it now.")
        return _answer("remedies", Message(text, told), about, receipt, ())
    today = about.evaluation.day
    found = evidence.suggest(session, about, today=today, now=_instant(about, now))
    if not found:
        text = N_("%(goal)s: %(status)s. There is nothing in the catalogue to try for it.")
        return _answer("remedies", Message(text, told), about, receipt, ())
    actions = [remedy.message for one in found for remedy in one.remedies]
    text = N_("%(goal)s: %(status)s. First look: %(look)s. To try: %(actions)s.")
    message = Message(text, {**told, "look": found[0].first_look, "actions": actions[:MOST]})
    points = [point for one in found for fact in one.facts for point in _points(fact)]
    return _answer("remedies", message, about, receipt, tuple(points))


def _points(fact: Fact) -> list[Point]:
    if fact.is_lacking:
        return []
    if not fact.parts:
        return [Point(fact.text)]
    return [
        Point(Message("%(head)s %(part)s", {"head": fact.text, "part": part.text}), part.receipt)
        for part in fact.parts
    ]


def _answer(
    intent: str,
    text: Message,
    about: Standing,
    receipt: Receipt | None,
    points: tuple[Point, ...],
) -> Answer:
    days = (about.terms.first_day, about.terms.last_day)
    return Answer("answer", intent, text, goal=about, receipt=receipt, period=days, points=points)


def _instant(about: Standing, now: datetime | None) -> datetime:
    """Return the instant of an answer; without one it is that of the goal's own review."""
    if now is not None:
        return now
    seen = about.evaluation
    return about.goal.created_at if seen is None else seen.evaluated_at

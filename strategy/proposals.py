"""From what was written to goals that are tracked: each answer with a number can become one.

A goal remembers the answer that asked for it (section, question, item, version and the sentence
as it then stood), so an answer that became a goal is known by that and never becomes a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import id_from, key, workspace_of
from goals.tracking import goals, visibility
from goals.tracking.drafts import Draft, Origin
from goals.tracking.goal import Goal, Objective
from goals.tracking.visibility import Audience
from goals.words import N_, Message
from strategy.worksheets import book as books
from strategy.worksheets import fields, flow, keeping, library, measured, progress
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book, Row
from strategy.worksheets.flow import Place
from strategy.worksheets.measured import Measure
from strategy.worksheets.rules import business, teams
from strategy.worksheets.setting import Setting

MILESTONE = "milestone"
#: The questions whose rows can become goals, in the order in which they are offered.
SOURCES = (business.GOALS, teams.KPIS)


@dataclass(frozen=True)
class Proposal:
    """An answer that can become a goal.

    `draft` holds the terms as far as they are known, its objective left open until the goal
    is made. `is_made` tells that a goal was made from it already; `goal` is that one, None
    also where the reader may not see it. `problem` says why it cannot become a goal yet, with
    `place` where that is mended; None when it can.
    """

    question: str
    item: str
    sentence: str
    draft: Draft
    objective: str | None
    goal: Goal | None
    is_made: bool
    problem: Message | None
    place: Place


@dataclass(frozen=True)
class Refused:
    """A proposal that did not become a goal, and why."""

    proposal: Proposal
    reason: Message


@dataclass(frozen=True)
class Made:
    """What came of making goals."""

    goals: tuple[Goal, ...]
    refused: tuple[Refused, ...]


def proposals(session: Session, *, today: date, who: Audience = visibility.OWNER) -> list[Proposal]:
    """Return the answers that can become goals, and those that did.

    `today` stands for the first day where the strategy has none; `who` are the readers.
    """
    about, book = settings.of(session), books.load(session)
    known, seen = _made(session), _seen(session, who)
    found = []
    for question in SOURCES:
        for row in book.of(question):
            sentence = row.value.get(_named_by(question))
            if sentence:
                made = known.get((question, row.item))
                one = _proposal(question, row, book, about, today)
                goal = made if made is not None and made.id in seen else None
                found.append(replace(one, is_made=made is not None, goal=goal))
    return found


def make(
    session: Session,
    picked: Sequence[tuple[str, str]],
    *,
    by: int | None,
    today: date,
    now: datetime,
    who: Audience = visibility.OWNER,
) -> Made:
    """Turn answers into goals, each named by its question ("section.question") and item.

    One that is a goal already, or that cannot be one yet, is refused with the reason; the
    others are made all the same.
    """
    for question, item in sorted(set(picked)):
        if question in SOURCES:
            # Two people who pick the same answer take turns, and the second finds the goal.
            keeping.hold(session, library.worksheets().find(question), item)
    offered = {(one.question, one.item): one for one in proposals(session, today=today, who=who)}
    made, refused = [], []
    # What the whole company wants comes first, so that a team's goal can be part of it.
    for name in sorted(dict.fromkeys(picked), key=lambda one: one[0] != business.GOALS):
        one = offered.get(name)
        if one is None:
            continue
        reason = _reason(one)
        if reason is None:
            try:
                # An objective is not left behind by a goal that is refused.
                with session.begin_nested():
                    draft = placed(session, one, now=now, who=who)
                    made.append(goals.add(session, draft, by=by, today=today, now=now))
                continue
            except Refusal as refusal:
                reason = refusal.message
        refused.append(Refused(one, reason))
    return Made(tuple(made), tuple(refused))


def placed(
    session: Session, proposal: Proposal, *, now: datetime, who: Audience = visibility.OWNER
) -> Draft:
    """Return a proposal's draft under the objective of its business goal, made if need be.

    The number of a team goal is part of the goal that was made of the business goal, as far as
    the readers may see that one.
    """
    book = books.load(session)
    row = _business_row(book, proposal.question, proposal.item)
    if row is None:
        return proposal.draft
    draft = replace(proposal.draft, objective_id=objective(session, row, now=now).id)
    whole = _made(session).get((business.GOALS, row.item))
    if proposal.question == business.GOALS or whole is None:
        return draft
    return replace(draft, parent_id=whole.id) if whole.id in _seen(session, who) else draft


def objective(session: Session, row: Row, *, now: datetime) -> Objective:
    """Return the objective that stands for a business goal, its name and reason up to date."""
    bound = workspace_of(session)
    id = key("objective", bound, row.question, row.item)
    found = session.exec(
        select(Objective).where(col(Objective.workspace_id) == bound, col(Objective.id) == id)
    ).first()
    name, why = str(row.value["statement"]), row.value.get("why")
    if found is None:
        found = Objective(workspace_id=bound, id=id, name=name, why=why, created_at=now)
    found.name, found.why, found.position = name, why, row.position
    session.add(found)
    session.flush()
    return found


def _reason(one: Proposal) -> Message | None:
    if one.goal is not None:
        return Message(N_("This is the goal %(name)s already."), {"name": one.goal.name})
    return Message(N_("This is a goal already.")) if one.is_made else one.problem


def _named_by(question: str) -> str:
    repeat = library.worksheets().find(question).question.repeat
    assert repeat is not None
    return repeat.named_by


def _made(session: Session) -> dict[tuple[str, str], Goal]:
    """Return the living goals that an answer asked for, by question and item."""
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.origin_section).is_not(None),
        col(Goal.archived_at).is_(None),
    )
    return {
        (f"{one.origin_section}.{one.origin_question}", one.origin_item or ""): one
        for one in session.exec(statement.order_by(col(Goal.created_at).desc()))
    }


def _seen(session: Session, who: Audience) -> set[int]:
    """Return the ids of the goals that the readers may see."""
    return set(session.exec(select(Goal.id).where(visibility.sees(workspace_of(session), who))))


def _proposal(question: str, row: Row, book: Book, about: Setting, today: date) -> Proposal:
    sentence = str(row.value[_named_by(question)])
    parent = _business_row(book, question, row.item)
    place, problem = _problem(question, row, book, about)
    return Proposal(
        question=question,
        item=row.item,
        sentence=sentence_of(question, row, book),
        draft=_draft(question, row, book, about, today, sentence),
        objective=None if parent is None else str(parent.value.get("statement") or ""),
        goal=None,
        is_made=False,
        problem=problem,
        place=place,
    )


def sentence_of(question: str, row: Row, book: Book) -> str:
    """Return the sentence of the strategy that asks for a number: a KPI's team goal, if any."""
    goal = teams.goal_of(book, row) if question == teams.KPIS else None
    if goal is not None and goal.value.get("goal"):
        return str(goal.value["goal"])
    return str(row.value[_named_by(question)])


def _business_row(book: Book, question: str, item: str) -> Row | None:
    row = next((one for one in book.of(question) if one.item == item), None)
    if row is None or question == business.GOALS:
        return row
    return teams.business_goal_of(book, teams.goal_of(book, row))


def _draft(question: str, row: Row, book: Book, about: Setting, today: date, name: str) -> Draft:
    said = measured.read(row.value, about)
    first, last = business.period(book)
    due = fields.day_of(row.value.get("deadline") or row.value.get("due")) or last
    section, _, key_ = question.partition(".")
    milestone = row.value.get("kind") == MILESTONE
    return Draft(
        name=books.short(name, goals.MAX_NAME),
        metric=None if said.metric is None else said.metric.id,
        kind=MILESTONE if milestone else _kind(said),
        direction="up" if milestone else said.direction,
        target_kind=said.change,
        target_input=_signed(said),
        baseline=said.baseline,
        first_day=first or today,
        last_day=due,
        owner_id=id_from(_owner(question, row, book)),
        team_id=_team(question, row, book),
        why=row.value.get("why") or None,
        actions=tuple(row.value.get("actions") or ()),
        done_when=(row.value.get("evidence") or None) if milestone else None,
        cadence=_cadence(row.value.get("cadence")),
        reminds=True,
        origin=Origin(section, key_, row.item, row.version, sentence_of(question, row, book)),
    )


def _cadence(said: object) -> str | None:
    """Return the rhythm of a KPI, None where nobody said one; nobody checks in every day."""
    return {"daily": "weekly"}.get(str(said), str(said)) if said else None


def _kind(said: Measure) -> str | None:
    if said.metric is None:
        return None
    if said.metric.kind == "flow":
        return "cumulative"
    return "maintain" if said.direction in measured.KEEPING else "level"


def _signed(said: Measure) -> Decimal | None:
    """Return the number as goals state it: a change that lowers is negative."""
    if said.number is None or said.change == "target":
        return said.number
    return -said.number if said.direction in measured.LOWERING else said.number


def _owner(question: str, row: Row, book: Book) -> object:
    return teams.owner_of(book, row) if question == teams.KPIS else row.value.get("owner")


def _team(question: str, row: Row, book: Book) -> int | None:
    goal = teams.goal_of(book, row) if question == teams.KPIS else None
    return None if goal is None else id_from(goal.value.get("team"))


def _problem(question: str, row: Row, book: Book, about: Setting) -> tuple[Place, Message | None]:
    """Return the page on which a row's first gap is mended, and the gap; None without one."""
    pages = [flow.place(one, row.item) for one in flow.about_row(book, question, row.item)]
    for place in pages:
        asked = library.worksheets().find(place.address)
        for problem in progress.problems(book, asked, row.item, about).values():
            return place, problem.message
    return pages[0], None

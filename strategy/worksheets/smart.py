"""The SMART coach beside the sentence of a goal, with what other pages already say of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from goals.tracking.smart.lint import Lint
from goals.tracking.smart.text import look
from goals.tracking.smart.text.look import Given
from strategy.worksheets import fields, measured
from strategy.worksheets.book import Book, Row
from strategy.worksheets.content import Asked
from strategy.worksheets.rules import business
from strategy.worksheets.setting import Setting

TEAM_GOALS = "team_goals.goals"
KPIS = "team_goals.kpis"
#: The field that holds a goal in one sentence, by the question that asks for it.
SENTENCES: Mapping[str, str] = {business.GOALS: "statement", TEAM_GOALS: "goal"}

_NUMBER = frozenset({"smart-M1", "smart-M3", "smart-M8"})
_HOW = frozenset({"smart-S2", "smart-A4"})


def lint(asked: Asked, row: Row | None, book: Book, setting: Setting, today: date) -> Lint | None:
    """Return what the coach says of a sentence, None where there is none yet.

    What a later page asks for, and nobody has answered there, is not missed here; None as
    well where that leaves nothing to say.
    """
    field = SENTENCES.get(asked.address)
    sentence = row.value.get(field) if row is not None and field is not None else None
    if row is None or not isinstance(sentence, str) or not sentence.strip():
        return None
    found = look.look(
        sentence,
        today=today,
        fiscal=setting.fiscal,
        currency=setting.currency,
        given=_given(asked, row, book, setting),
    )
    # Nothing to say yet is said by silence.
    return found if found.findings or found.examined else None


def rewrite(asked: Asked, found: Lint | None) -> str | None:
    """Return the wording that can be taken over, None where it would not fit into the box."""
    if found is None or found.rewrite is None:
        return None
    key = SENTENCES.get(asked.address)
    field = next(one for one in asked.question.fields if one.key == key)
    longest = field.longest or fields.LONGEST[field.kind]
    return found.rewrite if len(found.rewrite) <= longest else None


def _given(asked: Asked, row: Row, book: Book, setting: Setting) -> Given:
    """Return what the other pages say about a goal."""
    values = _measured_by(asked, row, book)
    said = measured.read(values, setting)
    deadline = fields.day_of(values.get("deadline") or values.get("due"))
    parent = row.value.get("parent")
    milestone = row.value.get("kind") == "milestone"
    # How often it is looked at is chosen with the goal that is made of it.
    later = {"smart-T4"}
    if said.number is None:
        later |= _NUMBER
    if deadline is None:
        later.add("smart-T1")
    if not values.get("why") and not row.value.get("why") and not parent:
        later.add("smart-R1")
    if not values.get("actions"):
        later |= _HOW
    if not values.get("owner") and not row.value.get("owner"):
        later.add("smart-S3")
    return Given(
        metric=said.metric.id if said.metric is not None else None,
        direction=said.direction,
        target=said.number if said.change == "target" else None,
        baseline=said.baseline,
        deadline=deadline,
        why=values.get("why") or row.value.get("why"),
        has_actions=bool(values.get("actions")) or None,
        has_owner=bool(values.get("owner") or row.value.get("owner")) or None,
        has_parent=bool(parent),
        is_milestone=milestone or None,
        parent_metrics=_parents(parent, book, setting),
        asked_later=frozenset(later),
    )


def _measured_by(asked: Asked, row: Row, book: Book) -> Mapping[str, Any]:
    """Return the answer that holds the goal's number: its own, or that of its first KPI."""
    if asked.address != TEAM_GOALS:
        return row.value
    return next((one.value for one in book.of(KPIS) if one.value.get("goal") == row.item), {})


def _parents(parent: object, book: Book, setting: Setting) -> tuple[str, ...]:
    found = (one for one in book.of(business.GOALS) if one.item == parent)
    metrics = (measured.metric_of(one.value, setting) for one in found)
    return tuple(one.id for one in metrics if one is not None)

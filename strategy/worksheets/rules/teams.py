"""Checks of team goals and KPIs: each goal has a KPI, each KPI a goal, and nobody too many."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from goals.tracking import kpis
from goals.words import N_, Day, Message
from strategy.worksheets import fields
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import business, measures
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "team_goals"
GOALS = f"{SECTION}.goals"
KPIS = f"{SECTION}.kpis"
MEASURE = f"{SECTION}.measure"
DUE = f"{SECTION}.due"
PLAN = f"{SECTION}.plan"

MOST_KPIS = kpis.MOST


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found = [*_without_kpi(book), *_too_many(book, setting), *_unsupported(book)]
    for row in book.of(KPIS):
        if not row.value.get("name"):
            continue
        found += _idle(row)
        found += measures.findings("kpi", MEASURE, row, setting)
        found += _late(row, book)
        found += _steps(row)
    return found


def goal_of(book: Book, kpi: Row) -> Row | None:
    """Return the team goal that a KPI shows, None for an idle one."""
    return _row(book, GOALS, kpi.value.get("goal"))


def business_goal_of(book: Book, goal: Row | None) -> Row | None:
    """Return the business goal that a team goal supports, None if none does."""
    return None if goal is None else _row(book, business.GOALS, goal.value.get("parent"))


def owner_of(book: Book, kpi: Row) -> str | None:
    """Return who answers for a KPI: its owner, else the owner of its team goal."""
    goal = goal_of(book, kpi)
    own = kpi.value.get("owner")
    return own or (None if goal is None else goal.value.get("owner"))


def _row(book: Book, store: str, item: object) -> Row | None:
    return next((one for one in book.of(store) if one.item == item), None)


def _without_kpi(book: Book) -> Iterator[Finding]:
    shown = {row.value.get("goal") for row in book.of(KPIS)}
    for row in book.of(GOALS):
        if row.item not in shown and row.value.get("goal"):
            yield Finding(
                rule="team-kpi",
                severity="fail",
                message=Message(
                    N_("No KPI shows “%(goal)s”."), {"goal": short(str(row.value["goal"]))}
                ),
                fix=Message(N_("Add a KPI for it, or choose it at a KPI that exists.")),
                question=GOALS,
                item=row.item,
                field="goal",
                evidence=short(str(row.value["goal"])),
            )


def _too_many(book: Book, setting: Setting) -> Iterator[Finding]:
    owners = Counter(owner_of(book, row) for row in book.of(KPIS))
    for owner, count in owners.items():
        if owner is not None and count > MOST_KPIS:
            params = {"name": setting.names.get(owner, owner), "count": count, "most": MOST_KPIS}
            text = N_("%(name)s answers for %(count)s KPIs; about %(most)s can be steered by.")
            yield Finding(
                rule="kpi-many",
                severity="warn",
                message=Message(text, params),
                fix=Message(N_("Keep those that show what you want to improve most.")),
                question=KPIS,
                item=None,
                evidence=setting.names.get(owner),
            )


def _unsupported(book: Book) -> Iterator[Finding]:
    supported = {row.value.get("parent") for row in book.of(GOALS)}
    for row in book.of(business.GOALS):
        statement = row.value.get("statement")
        if statement and book.of(GOALS) and row.item not in supported:
            yield Finding(
                rule="team-support",
                severity="warn",
                message=Message(
                    N_("No team works for “%(goal)s” yet."), {"goal": short(str(statement))}
                ),
                fix=Message(N_("Add a team goal that supports it.")),
                question=GOALS,
                item=None,
                evidence=short(str(statement)),
            )


def _idle(row: Row) -> Iterator[Finding]:
    if not row.value.get("goal"):
        yield Finding(
            rule="kpi-idle",
            severity="weak",
            message=Message(
                N_("“%(kpi)s” shows no team goal."), {"kpi": short(str(row.value["name"]))}
            ),
            fix=Message(N_("Choose the team goal that it shows, or remove it.")),
            question=KPIS,
            item=row.item,
            field="goal",
            evidence=short(str(row.value["name"])),
        )


def _late(row: Row, book: Book) -> Iterator[Finding]:
    due = fields.day_of(row.value.get("due"))
    first, last = business.period(book)
    if due is None:
        return
    if first is not None and due <= first:
        yield _date(
            row, due, "fail", N_("The KPI ends before the strategy begins, on %(day)s."), first
        )
        return
    parent = business_goal_of(book, goal_of(book, row))
    until = fields.day_of(parent.value.get("deadline")) if parent is not None else last
    if until is not None and due > until:
        text = N_("The KPI ends after the goal that it supports, on %(day)s.")
        yield _date(row, due, "weak", text, until)


def _date(row: Row, due: date, severity: str, text: str, limit: date) -> Finding:
    return Finding(
        rule="kpi-date",
        severity=severity,
        message=Message(text, {"day": Day(limit)}),
        fix=Message(N_("Choose a day within the period of the goal.")),
        question=DUE,
        item=row.item,
        field="due",
        evidence=due.isoformat(),
    )


def _steps(row: Row) -> Iterator[Finding]:
    if not row.value.get("actions"):
        yield Finding(
            rule="kpi-how",
            severity="warn",
            message=Message(N_("Nothing is planned yet to move this number.")),
            fix=Message(N_("Write at least one thing that the team will do.")),
            question=PLAN,
            item=row.item,
            field="actions",
        )

"""Checks of the plan: days in order, nothing that waits for itself, done means there is proof."""

from collections.abc import Iterator, Mapping
from datetime import date

from goals.words import N_, Day, Message
from strategy.worksheets import fields
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import order
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "implementation"
STEPS = f"{SECTION}.steps"
TASKS = f"{SECTION}.tasks"
DATES = f"{SECTION}.dates"
STANDING = f"{SECTION}.standing"

PLANNED, DOING, BLOCKED, DONE = "todo", "doing", "blocked", "done"
STATUS = {
    PLANNED: N_("To do"),
    DOING: N_("Doing"),
    BLOCKED: N_("Blocked"),
    DONE: N_("Done"),
}


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers; what is late, if a day is known."""
    rows = tasks(book)
    known = {row.item: row for row in rows}
    found: list[Finding] = [*_circles(known)]
    for row in rows:
        found += _days(row)
        found += _after(row, known)
        found += _standing(row, setting)
        found += _late(row, setting.today)
    return [*found, *_empty(book, rows)]


def tasks(book: Book) -> list[Row]:
    """Return the tasks that say something."""
    return [row for row in book.of(TASKS) if row.value.get("task")]


def status(row: Row) -> str:
    """Return how a task stands; one that says nothing is still to do."""
    found = str(row.value.get("status") or PLANNED)
    return found if found in STATUS else PLANNED


def start(row: Row) -> date | None:
    """Return the day on which a task begins, None where not written."""
    return fields.day_of(row.value.get("start"))


def due(row: Row) -> date | None:
    """Return the day by which a task is done, None where not written."""
    return fields.day_of(row.value.get("due"))


def is_late(row: Row, today: date) -> bool:
    """Tell whether a task should have been done before today, and is not."""
    until = due(row)
    return until is not None and until < today and status(row) != DONE


def needed(row: Row, known: Mapping[str, Row]) -> list[Row]:
    """Return the tasks that must be done before this one, as far as they still exist."""
    return [known[one] for one in row.value.get("depends_on") or () if one in known]


def _name(row: Row) -> str:
    return short(str(row.value["task"]), 60)


def _circles(known: Mapping[str, Row]) -> Iterator[Finding]:
    edges = {item: tuple(row.value.get("depends_on") or ()) for item, row in known.items()}
    for circle in order.circles(edges):
        names = [_name(known[one]) for one in (*circle, circle[0])]
        yield _finding(
            "task-circle",
            "fail",
            Message(
                N_("These tasks wait for each other, so none can begin: %(circle)s."),
                {"circle": " → ".join(names)},
            ),
            Message(N_("Take one of them out of what another needs.")),
            DATES,
            known[circle[0]],
            "depends_on",
        )


def _days(row: Row) -> Iterator[Finding]:
    begin, end = start(row), due(row)
    if begin is not None and end is not None and end < begin:
        yield _finding(
            "task-days",
            "fail",
            Message(N_("The task is due before it begins, on %(day)s."), {"day": Day(begin)}),
            Message(N_("Change one of the two days.")),
            DATES,
            row,
            "due",
        )


def _after(row: Row, known: Mapping[str, Row]) -> Iterator[Finding]:
    end = due(row)
    for other in needed(row, known):
        until = due(other)
        if end is not None and until is not None and until > end:
            yield _finding(
                "task-order",
                "weak",
                Message(
                    N_("The task needs “%(other)s”, which ends later, on %(day)s."),
                    {"other": _name(other), "day": Day(until)},
                ),
                Message(N_("Move one of the two, or split what is needed.")),
                DATES,
                row,
                "depends_on",
            )
        if status(row) == DONE and status(other) != DONE:
            yield _finding(
                "task-before",
                "warn",
                Message(
                    N_("The task is done, but “%(other)s”, which it needs, is not."),
                    {"other": _name(other)},
                ),
                Message(N_("Check both, or take the other one out.")),
                DATES,
                row,
                "depends_on",
            )


def _standing(row: Row, setting: Setting) -> Iterator[Finding]:
    if status(row) == BLOCKED:
        reason = str(row.value.get("blocked_by") or "")
        yield Finding(
            rule="task-blocked",
            severity="warn" if reason else "weak",
            message=Message(N_("“%(task)s” is blocked."), {"task": _name(row)}),
            fix=Message(
                N_("See who can bring that about.")
                if reason
                else N_("Write what would unblock it, and ask for it.")
            ),
            question=STANDING,
            item=row.item,
            field="blocked_by",
            evidence=short(reason) or None,
        )
    if status(row) == DONE and not row.value.get("evidence"):
        yield _finding(
            "task-proof",
            "warn",
            Message(N_("The task is done, and nothing shows it.")),
            Message(N_("Write what shows it: a link, a file, a number, a name.")),
            STANDING,
            row,
            "evidence",
        )
    if not row.value.get("owner") and setting.members and status(row) != DONE:
        yield _finding(
            "task-owner",
            "warn",
            Message(N_("Nobody does this task yet.")),
            Message(N_("Choose one person.")),
            TASKS,
            row,
            "owner",
        )


def _late(row: Row, today: date | None) -> Iterator[Finding]:
    until = due(row)
    if today is None or until is None or not is_late(row, today):
        return
    yield _finding(
        "task-late",
        "warn",
        Message(N_("The task should have been done by %(day)s."), {"day": Day(until)}),
        Message(N_("Finish it, or agree on another day with those who wait for it.")),
        STANDING,
        row,
        "status",
    )


def _empty(book: Book, rows: list[Row]) -> Iterator[Finding]:
    filled = {row.value.get("step") for row in rows}
    for step in book.of(STEPS):
        name = step.value.get("name")
        if rows and name and step.item not in filled:
            yield Finding(
                rule="step-tasks",
                severity="warn",
                message=Message(N_("The step “%(step)s” has no task."), {"step": short(str(name))}),
                fix=Message(N_("Add one, or take the step out.")),
                question=TASKS,
                item=None,
            )


def _finding(
    rule: str, severity: str, message: Message, fix: Message, question: str, row: Row, field: str
) -> Finding:
    return Finding(rule, severity, message, fix, question, row.item, field, _name(row))

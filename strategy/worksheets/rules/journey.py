"""Checks of the journey map: no empty stage, no obstacle without an action, touchpoints cared for.

Of a list that nobody has begun only the list itself says that it is empty.
"""

from collections.abc import Iterator

from goals.words import N_, Message
from strategy.worksheets import journey
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import lacking, marks
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = journey.SECTION

COMPUTED = {
    f"{journey.MEASURE}.touchpoints": journey.touchpoints_said,
    f"{journey.MEASURE}.obstacles": journey.obstacles_said,
    f"{journey.MEASURE}.actions": journey.actions_said,
}

_CARE = lacking.Words(
    first=N_("Nobody looks after “%(name)s”."),
    second=N_("No number shows whether “%(name)s” works."),
    both=N_("“%(name)s” has neither an owner nor a number."),
    fix=Message(N_("Name one person and one number for it.")),
)
_DOING = lacking.Words(
    first=N_("Nobody is named who does “%(name)s”."),
    second=N_("“%(name)s” has no day by which it is done."),
    both=N_("“%(name)s” has neither an owner nor a day."),
    fix=Message(N_("Name one person and one day.")),
)


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found = [*_twice(book)]
    stages = journey.stages(book)
    begun = [row for row in stages if not journey.is_bare(book, row)]
    for row in stages if begun else ():
        found += _stage(book, row) if row in begun else [_empty(row)]
    found += _touchpoints(book)
    found += _obstacles(book)
    found += _actions(book)
    return found


def _twice(book: Book) -> Iterator[Finding]:
    seen: set[str] = set()
    for row in journey.stages(book):
        plain = marks.plain(row.value["name"])
        if plain in seen:
            yield Finding(
                rule="stage-twice",
                severity="weak",
                message=Message(N_("Two stages have the name “%(name)s”."), _name(row)),
                fix=Message(N_("Remove one, or give it a name of its own.")),
                question=journey.STAGES,
                item=row.item,
                field="name",
                evidence=short(row.value["name"]),
            )
        seen.add(plain)


def _empty(row: Row) -> Finding:
    return _about(
        row,
        "stage-empty",
        N_("Nothing is known about “%(name)s” yet."),
        N_("Write what the customer wants there, or take the stage out."),
        journey.CUSTOMER,
        "customer_goal",
    )


def _stage(book: Book, row: Row) -> Iterator[Finding]:
    stage = row.item
    if book.of(journey.TOUCHPOINTS) and not journey.touchpoints(book, stage):
        yield _about(
            row,
            "stage-touchpoint",
            N_("No touchpoint is named for “%(name)s”."),
            N_("Name the place or moment where the customer meets you there."),
            journey.TOUCHPOINTS,
            severity="warn",
        )
    if book.of(journey.OBSTACLES) and not journey.obstacles(book, stage):
        yield _about(
            row,
            "stage-obstacle",
            N_("No obstacle is named for “%(name)s”."),
            N_("Name what makes customers wait, doubt or leave there, and what you do about it."),
            journey.OBSTACLES,
        )
    # Once there is a content plan, the plan says which stages it leaves out.
    planned = book.of(journey.PIECES) or not book.of(journey.TOUCHPOINTS)
    if not planned and not journey.has_content(book, stage):
        yield _about(
            row,
            "stage-content",
            N_("No content meets the customer at “%(name)s”."),
            N_("Write at a touchpoint what the customer finds there, or plan a piece."),
            journey.TOUCHPOINTS,
        )
    if not row.value.get("metric_ids"):
        yield _about(
            row,
            "stage-metric",
            N_("No number shows how “%(name)s” does."),
            N_("Choose one or two numbers for it."),
            journey.MEASURE,
            "metric_ids",
            severity="warn",
        )


def _about(
    row: Row,
    rule: str,
    message: str,
    fix: str,
    question: str,
    field: str | None = None,
    severity: str = "weak",
) -> Finding:
    """Return a finding about a stage; without a field it is mended in a list."""
    return Finding(
        rule=rule,
        severity=severity,
        message=Message(message, _name(row)),
        fix=Message(fix),
        question=question,
        item=row.item if field is not None else None,
        field=field,
        evidence=short(row.value["name"]),
    )


def _touchpoints(book: Book) -> Iterator[Finding]:
    for row in book.of(journey.TOUCHPOINTS):
        name = row.value.get("touchpoint")
        owner, metric = bool(row.value.get("owner")), bool(row.value.get("metric"))
        message = _CARE.message(short(name), owner, metric) if name else None
        if message is not None:
            yield Finding(
                rule="touchpoint-care",
                severity="weak",
                message=message,
                fix=_CARE.fix,
                question=journey.CARE,
                item=row.item,
                field="metric" if owner else "owner",
                evidence=short(str(name)),
            )


def _obstacles(book: Book) -> Iterator[Finding]:
    for row in book.of(journey.OBSTACLES):
        name = row.value.get("obstacle")
        if name and not journey.actions(book, row.item):
            yield Finding(
                rule="obstacle-action",
                severity="weak",
                message=Message(
                    N_("Nothing is done yet about “%(obstacle)s”."), {"obstacle": short(name)}
                ),
                fix=Message(N_("Add an action that removes it, or that makes it smaller.")),
                question=journey.ACTIONS,
                item=None,
                evidence=short(name),
            )


def _actions(book: Book) -> Iterator[Finding]:
    for row in book.of(journey.ACTIONS):
        name = row.value.get("action")
        owner, due = bool(row.value.get("owner")), bool(row.value.get("due"))
        message = _DOING.message(short(name), owner, due) if name else None
        if message is not None:
            yield Finding(
                rule="action-owner",
                severity="warn",
                message=message,
                fix=_DOING.fix,
                question=journey.ACTIONS,
                item=row.item,
                field="due" if owner else "owner",
                evidence=short(str(name)),
            )


def _name(row: Row) -> dict[str, object]:
    return {"name": short(row.value["name"])}

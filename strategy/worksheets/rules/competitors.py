"""Checks of the competitors: looked at lately, and an edge over those that threaten most."""

from collections.abc import Iterator

from goals import calendar
from goals.words import N_, Day, Message
from strategy.worksheets import fields
from strategy.worksheets.book import Book, Row
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "competitors"
RIVALS = f"{SECTION}.rivals"
EDGE = f"{SECTION}.edge"

#: A review that is older says too little about prices and offers of today.
MONTHS = 6
#: From this threat on, a plan needs an edge.
GRAVE = 4


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found: list[Finding] = []
    for row in book.of(RIVALS):
        if row.value.get("competitor"):
            found += _review(row, setting)
            found += _edge(row)
    return found


def _review(row: Row, setting: Setting) -> Iterator[Finding]:
    name, reviewed = row.value["competitor"], fields.day_of(row.value.get("last_reviewed"))
    look = Message(N_("Look at their prices, offers and news, and write down the day."))
    if reviewed is None:
        yield _finding(
            row, "never", Message(N_("%(name)s has not been reviewed yet."), {"name": name}), look
        )
        return
    if setting.today is None:
        return
    params = {"name": name, "day": Day(reviewed)}
    if reviewed > setting.today:
        text = N_("The review of %(name)s lies ahead, on %(day)s.")
        fix = Message(N_("Write the day of the last review that took place."))
        yield _finding(row, "early", Message(text, params), fix, reviewed.isoformat())
    elif reviewed < calendar.add_months(setting.today, -MONTHS):
        text = N_("%(name)s was last reviewed more than %(months)s months ago, on %(day)s.")
        message = Message(text, {**params, "months": MONTHS})
        yield _finding(row, "stale", message, look, reviewed.isoformat())


def _finding(
    row: Row, rule: str, message: Message, fix: Message, evidence: str | None = None
) -> Finding:
    return Finding(
        rule=f"competitor-{rule}",
        severity="weak",
        message=message,
        fix=fix,
        question=EDGE,
        item=row.item,
        field="last_reviewed",
        evidence=evidence,
    )


def _edge(row: Row) -> Iterator[Finding]:
    threat = str(row.value.get("threat") or "")
    if threat.isdecimal() and int(threat) >= GRAVE and not row.value.get("our_edge"):
        yield Finding(
            rule="competitor-edge",
            severity="weak",
            message=Message(
                N_("%(name)s is a grave threat, and you name no edge over them."),
                {"name": row.value["competitor"]},
            ),
            fix=Message(N_("Write what customers get from you and not from them.")),
            question=EDGE,
            item=row.item,
            field="our_edge",
            evidence=threat,
        )

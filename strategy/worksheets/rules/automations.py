"""Checks of the automations: nobody falls between two branches, and what runs has an owner."""

from collections.abc import Iterator

from goals.words import N_, Message
from strategy.worksheets import branches
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "automations"
RULES = f"{SECTION}.rules"
RUNNING = f"{SECTION}.running"

COMPUTED = {f"{RUNNING}.tried": branches.tried}


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    return [one for row in book.of(RULES) if row.value.get("name") for one in _about(row)]


def _about(row: Row) -> Iterator[Finding]:
    name = short(row.value["name"])
    condition = str(row.value.get("automation_condition") or "")
    if branches.threshold(condition) is not None and not row.value.get("automation_else"):
        yield Finding(
            rule="automation-else",
            severity="warn",
            message=Message(
                N_("“%(name)s” does not say what happens on the other side of its number."),
                {"name": name},
            ),
            fix=Message(N_("Write what happens otherwise, or that nothing should.")),
            question=RULES,
            item=row.item,
            field="automation_else",
            evidence=short(condition),
        )
    if row.value.get("status") == "on" and not row.value.get("owner"):
        yield Finding(
            rule="automation-owner",
            severity="weak",
            message=Message(
                N_("“%(name)s” is switched on, and nobody answers for it."), {"name": name}
            ),  # fmt: skip
            fix=Message(N_("Choose an owner.")),
            question=RUNNING,
            item=row.item,
            field="owner",
            evidence=name,
        )

"""Checks of the gaps: each has two ends that differ, something that closes it, and a goal."""

from collections.abc import Iterator

from goals.words import N_, Message
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import gap_size, marks
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "gaps"
ROWS = f"{SECTION}.rows"
GAP = f"{SECTION}.gap"
CLOSE = f"{SECTION}.close"


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found: list[Finding] = []
    for row in book.of(ROWS):
        if row.value.get("now"):
            found += _same(row)
            found += _numbers(row, book, setting)
            found += _actions(row)
            found += _followed(row)
    return found


def _same(row: Row) -> Iterator[Finding]:
    now, wanted = str(row.value["now"]), str(row.value.get("wanted") or "")
    if wanted and marks.plain(now) == marks.plain(wanted):
        yield Finding(
            rule="gap-none",
            severity="weak",
            message=Message(N_("What you want is what you have already.")),
            fix=Message(N_("Say what will be different once the gap is closed.")),
            question=ROWS,
            item=row.item,
            field="wanted",
            evidence=short(wanted),
        )


def _numbers(row: Row, book: Book, setting: Setting) -> Iterator[Finding]:
    size = gap_size.gap(row.value, setting, book)
    if size is not None and size.id == gap_size.SAME:
        yield Finding(
            rule="gap-number",
            severity="weak",
            message=Message(N_("The number that you want is the one that you have.")),
            fix=Message(N_("Change one of them, or choose a number that shows the difference.")),
            question=GAP,
            item=row.item,
            field="wanted_value",
            evidence=str(row.value["wanted_value"]),
        )


def _actions(row: Row) -> Iterator[Finding]:
    actions = [str(one) for one in row.value.get("actions") or ()]
    if not actions:
        yield Finding(
            rule="gap-actions",
            severity="weak",
            message=Message(N_("Nothing is planned yet that closes this gap.")),
            fix=Message(N_("Write at least one action: what, who, by when.")),
            question=CLOSE,
            item=row.item,
            field="actions",
        )
    undated = [one for one in actions if not marks.DAY.search(one)]
    if undated:
        yield Finding(
            rule="gap-undated",
            severity="warn",
            message=Message(N_("An action has no day.")),
            fix=Message(N_("Add by when it is done.")),
            question=CLOSE,
            item=row.item,
            field="actions",
            evidence=short(undated[0]),
        )


def _followed(row: Row) -> Iterator[Finding]:
    if row.value.get("actions") and not row.value.get("linked_goal_id"):
        yield Finding(
            rule="gap-goal",
            severity="warn",
            message=Message(N_("No goal follows this gap yet.")),
            fix=Message(N_("Choose the goal that shows whether it closes.")),
            question=CLOSE,
            item=row.item,
            field="linked_goal_id",
        )

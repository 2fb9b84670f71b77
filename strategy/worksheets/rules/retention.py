"""Checks of the retention plays: each has somebody who runs it and a number that shows it."""

from goals.words import N_, Message
from strategy.worksheets.book import Book, short
from strategy.worksheets.rules import lacking
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "retention"
PLAYS = f"{SECTION}.plays"
CARE = f"{SECTION}.care"

_CARE = lacking.Words(
    first=N_("Nobody runs “%(name)s”."),
    second=N_("No number shows whether “%(name)s” keeps customers."),
    both=N_("“%(name)s” has neither an owner nor a number."),
    fix=Message(N_("Name one person and one number for it.")),
)


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found = []
    for row in book.of(PLAYS):
        name = short(str(row.value.get("play_name") or ""))
        owner, metric = bool(row.value.get("play_owner")), bool(row.value.get("play_metric"))
        message = _CARE.message(name, owner, metric) if name else None
        if message is not None:
            found.append(
                Finding(
                    rule="play-care",
                    severity="weak",
                    message=message,
                    fix=_CARE.fix,
                    question=CARE,
                    item=row.item,
                    field="play_metric" if owner else "play_owner",
                    evidence=name,
                )
            )
    return found

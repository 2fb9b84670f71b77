"""The rules of all sections in one place."""

from collections.abc import Callable

from strategy.worksheets.book import Book
from strategy.worksheets.rules import business, proposition, teams
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

_RULES: dict[str, Callable[[Book, Setting], list[Finding]]] = {
    business.SECTION: business.findings,
    proposition.SECTION: lambda book, setting: proposition.findings(proposition.answers(book)),
    teams.SECTION: teams.findings,
}


def findings(book: Book, setting: Setting, section: str) -> list[Finding]:
    """Return what the rules of a section find in its answers, the gravest first."""
    rules = _RULES.get(section)
    found = rules(book, setting) if rules is not None else []
    return sorted(found, key=lambda one: ("fail", "weak", "warn").index(one.severity))

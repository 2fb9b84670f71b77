"""The rules of all sections in one place."""

from collections.abc import Callable

from strategy.worksheets.book import Book
from strategy.worksheets.rules import (
    automations,
    best_customers,
    business,
    buy_in,
    channels,
    competitors,
    content_plan,
    crm_needs,
    crm_selection,
    gaps,
    governance,
    implementation,
    journey,
    lead_management,
    personas,
    proposition,
    readiness,
    retention,
    sales_process,
    teams,
    terms,
    training,
)
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

_RULES: dict[str, Callable[[Book, Setting], list[Finding]]] = {
    automations.SECTION: automations.findings,
    best_customers.SECTION: best_customers.findings,
    business.SECTION: business.findings,
    buy_in.SECTION: buy_in.findings,
    channels.SECTION: channels.findings,
    competitors.SECTION: competitors.findings,
    content_plan.SECTION: content_plan.findings,
    crm_needs.SECTION: crm_needs.findings,
    crm_selection.SECTION: crm_selection.findings,
    gaps.SECTION: gaps.findings,
    governance.SECTION: governance.findings,
    implementation.SECTION: implementation.findings,
    journey.SECTION: journey.findings,
    lead_management.SECTION: lead_management.findings,
    personas.SECTION: personas.findings,
    proposition.SECTION: lambda book, setting: proposition.findings(proposition.answers(book)),
    readiness.SECTION: readiness.findings,
    retention.SECTION: retention.findings,
    sales_process.SECTION: sales_process.findings,
    teams.SECTION: teams.findings,
    terms.SECTION: terms.findings,
    training.SECTION: training.findings,
}


def findings(book: Book, setting: Setting, section: str) -> list[Finding]:
    """Return what the rules of a section find in its answers, the gravest first."""
    rules = _RULES.get(section)
    found = rules(book, setting) if rules is not None else []
    return sorted(found, key=lambda one: ("fail", "weak", "warn").index(one.severity))

"""Checks of the choice of a CRM: tried before it is decided, affordable, signed by all teams."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from goals import words
from goals.words import N_, Message
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import costs, crm_needs, matrix
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.rules.matrix import SCORES, VENDORS, Matrix
from strategy.worksheets.setting import Setting

SECTION = matrix.SECTION
RECALL = f"{SECTION}.recall"
BUDGET = f"{SECTION}.budget"
DECISION = f"{SECTION}.decision"
LEAVING = f"{SECTION}.leaving"


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    grid = matrix.of(book)
    return [
        *_agreed(book),
        *_price(book, setting),
        *_seen(grid),
        *_decided(book, grid),
        *_signed(book),
    ]


def _agreed(book: Book) -> Iterator[Finding]:
    if book.value(f"{RECALL}.needs_agreed") == "open":
        yield _finding(
            "choice-needs",
            "weak",
            Message(N_("The teams do not stand by the list of needs yet.")),
            Message(N_("Change the list until they do, then say so here.")),
            RECALL,
            field="needs_agreed",
        )


def _price(book: Book, setting: Setting) -> Iterator[Finding]:
    budget = costs.number(book.value(f"{BUDGET}.budget"))
    users = costs.number(book.value(f"{BUDGET}.users"))
    if budget is None:
        return
    planned = costs.total(users, costs.number(book.value(f"{BUDGET}.price_per_user")))
    if planned is not None and planned > budget:
        yield _finding(
            "choice-limit",
            "warn",
            Message(
                N_("At the price you allow for a user, it is %(over)s more than the budget."),
                {"over": _money(planned - budget, setting)},
            ),
            Message(N_("Lower the price, count the people again, or ask for more.")),
            BUDGET,
            field="price_per_user",
        )
    chosen = book.value(f"{DECISION}.decision")
    for row in book.of(VENDORS):
        total = costs.of_vendor(row.value, users)
        if total is not None and total > budget:
            text = N_("This costs %(over)s more than the budget over 24 months.")
            yield _finding(
                "choice-price",
                "weak" if row.item == chosen else "warn",
                Message(text, {"over": _money(total - budget, setting)}),
                Message(N_("Ask for another offer, or change the budget with those who set it.")),
                VENDORS,
                row.item,
                "price_per_user",
                short(str(row.value.get("vendor") or "")),
            )


def _money(value: Decimal, setting: Setting) -> words.Money:
    return words.Money(value, setting.currency)


def _seen(grid: Matrix) -> Iterator[Finding]:
    silent = sum(one.score is not None and not one.evidence for one in grid.cells.values())
    if silent:
        text = N_("%(count)s of %(all)s scores do not say what was seen.")
        given = sum(one.score is not None for one in grid.cells.values())
        yield _finding(
            "choice-seen",
            "warn",
            Message(text, {"count": silent, "all": given}),
            Message(N_("Write one line beside each, while those who tried it remember.")),
            SCORES,
            None,
        )


def _decided(book: Book, grid: Matrix) -> Iterator[Finding]:
    chosen = book.value(f"{DECISION}.decision")
    standing = grid.result.of(str(chosen))
    if standing is None:
        return
    name = grid.vendor(standing.vendor)
    if standing.is_out:
        yield _choice(
            "choice-out",
            "fail",
            Message(
                N_("%(vendor)s cannot do what must be there: %(needs)s."),
                {"vendor": name, "needs": grid.names(standing.fails)},
            ),
            Message(N_("Choose another one, or try again whether it really cannot.")),
            name,
        )
    untried = [key for key in standing.untried if grid.need(key).must]
    if untried:
        text = N_("%(vendor)s was chosen before these must-haves were tried: %(needs)s.")
        yield _choice(
            "choice-untried",
            "fail",
            Message(text, {"vendor": name, "needs": grid.names(untried)}),
            Message(N_("Try them in a trial or a demo, and write down what you saw.")),
            name,
        )
    yield from _owned(book)
    yield from _best(book, grid, str(chosen), name)


def _owned(book: Book) -> Iterator[Finding]:
    bare = [
        short(str(row.value["requirement"]))
        for row in crm_needs.needs(book)
        if row.value.get("priority") == crm_needs.MUST and not crm_needs.has_owner(row)
    ]
    if bare:
        yield _choice(
            "choice-owner",
            "fail",
            Message(
                N_("It was decided while nobody speaks for these must-haves: %(needs)s."),
                {"needs": bare},
            ),
            Message(N_("Give each a person of its team, who says whether it was tried well.")),
            bare[0],
        )


def _best(book: Book, grid: Matrix, chosen: str, name: str | Message) -> Iterator[Finding]:
    first = grid.result.first
    if first and chosen not in first:
        text = N_("%(first)s has more points than %(vendor)s.")
        params = {"first": [grid.vendor(one) for one in first], "vendor": name}
        has_reason = bool(book.value(f"{DECISION}.decision_why"))
        yield _choice(
            "choice-best",
            "warn" if has_reason else "weak",
            Message(text, params),
            Message(N_("Say why you choose another one, or look at the scores again.")),
            name,
            "decision_why",
        )
    elif grid.result.chasing and chosen in first:
        text = N_("Once everything is tried, %(others)s could still come first.")
        others = [grid.vendor(one) for one in grid.result.chasing if one != chosen]
        if others:
            yield _choice(
                "choice-open",
                "warn",
                Message(text, {"others": others}),
                Message(N_("Try what is missing, or take it off the list.")),
                name,
            )


def _choice(
    rule: str,
    severity: str,
    message: Message,
    fix: Message,
    name: str | Message,
    field: str = "decision",
) -> Finding:
    evidence = name if isinstance(name, str) else None
    return _finding(rule, severity, message, fix, DECISION, field=field, evidence=evidence)


def _signed(book: Book) -> Iterator[Finding]:
    if not book.value(f"{DECISION}.decision"):
        return
    signed = book.value(f"{LEAVING}.sign_off") or ()
    for team, label in crm_needs.TEAMS.items():
        if team not in signed:
            yield _finding(
                "choice-sign",
                "weak",
                Message(N_("%(team)s has not signed off."), {"team": Message(label)}),
                Message(N_("Ask what is missing, and write it down as a condition.")),
                LEAVING,
                field="sign_off",
                evidence=None,
            )


def _finding(
    rule: str,
    severity: str,
    message: Message,
    fix: Message,
    question: str,
    item: str | None = "",
    field: str | None = None,
    evidence: str | None = None,
) -> Finding:
    return Finding(rule, severity, message, fix, question, item, field, evidence)


def needs_listed(book: Book) -> Message | None:
    """Return how many needs there are, by team and by how badly they are needed."""
    rows: list[Row] = crm_needs.needs(book)
    if not rows:
        return None
    count = {
        key: sum(row.value.get(field) == key for row in rows)
        for field, keys in (("priority", crm_needs.WEIGHTS), ("team", crm_needs.TEAMS))
        for key in keys
    }
    text = N_(
        "%(all)s needs: %(must)s must-haves, %(should)s should-haves, %(could)s could-haves. "
        "Sales %(sales)s, marketing %(marketing)s, service %(service)s."
    )
    return Message(text, {"all": len(rows), **count})


def _planned(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    return costs.planned(values, setting)


def _offered(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    return costs.offered(values, costs.number(book.value(f"{BUDGET}.users")), setting)


#: What is worked out on the pages of the section.
COMPUTED = {
    f"{RECALL}.needs_listed": lambda values, setting, book: needs_listed(book),
    f"{BUDGET}.total_cost_24_months": _planned,
    f"{VENDORS}.vendor_total": _offered,
}

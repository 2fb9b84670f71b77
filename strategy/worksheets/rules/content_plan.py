"""Checks of the content plan: no stage without content, days of what is out, best and worst."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from goals import words
from goals.words import N_, Message
from strategy.worksheets import figures, journey
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "content_plan"
ITEMS = journey.PIECES
MAKING = f"{SECTION}.making"
RESULTS = f"{SECTION}.results"

_BEST = N_("“%(name)s” sells best: %(purchases)s of %(clicks)s clicks became a purchase, %(rate)s.")
_WORST = N_(
    "“%(name)s” sells least: %(purchases)s of %(clicks)s clicks became a purchase, %(rate)s."
)


@dataclass(frozen=True)
class Result:
    """What a piece brought, as far as its clicks were counted."""

    row: Row
    clicks: Decimal
    purchases: Decimal

    @property
    def rate(self) -> Decimal:
        """Return the share of clicks that led to a purchase."""
        return self.purchases / self.clicks


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    return [*_stages(book), *_published(book), *_counted(book), *_compared(book)]


def results(book: Book) -> list[Result]:
    """Return what each piece brought, the best first; without clicks nothing is known."""
    found = []
    for row in book.of(ITEMS):
        clicks, purchases = _number(row, "clicks"), _number(row, "purchases")
        if row.value.get("title") and clicks and purchases is not None:
            found.append(Result(row, clicks, purchases))
    return sorted(found, key=lambda one: (-one.rate, -one.clicks))


def _number(row: Row, field: str) -> Decimal | None:
    figure = figures.parse(str(row.value.get(field) or ""))
    return None if figure is None or figure.value < 0 else figure.value


def _stages(book: Book) -> Iterator[Finding]:
    if not any(row.value.get("title") for row in book.of(ITEMS)):
        return
    for stage in journey.stages(book):
        if not journey.has_content(book, stage.item):
            name = short(stage.value["name"])
            yield Finding(
                rule="content-stage",
                severity="weak",
                message=Message(N_("No content meets the customer at “%(name)s”."), {"name": name}),
                fix=Message(N_("Plan a piece for this stage, or bring one from another stage.")),
                question=ITEMS,
                item=None,
                evidence=name,
            )


def _published(book: Book) -> Iterator[Finding]:
    for row in book.of(ITEMS):
        if row.value.get("status") == "published" and not row.value.get("publish_date"):
            name = short(str(row.value.get("title") or ""))
            yield Finding(
                rule="content-date",
                severity="weak",
                message=Message(
                    N_("“%(name)s” is published, and the day is missing."), {"name": name}
                ),
                fix=Message(N_("Write the day, so that what it brought can be compared.")),
                question=MAKING,
                item=row.item,
                field="publish_date",
                evidence=name or None,
            )


def _counted(book: Book) -> Iterator[Finding]:
    for one in results(book):
        if one.purchases > one.clicks:
            yield Finding(
                rule="content-count",
                severity="weak",
                message=Message(
                    N_("“%(name)s” has more purchases than clicks."), {"name": _title(one)}
                ),
                fix=Message(N_("Check both numbers: do they cover the same time?")),
                question=RESULTS,
                item=one.row.item,
                field="purchases",
                evidence=_title(one),
            )


def _compared(book: Book) -> Iterator[Finding]:
    """Yield the best and the worst piece, where several can be told apart."""
    known = [one for one in results(book) if one.purchases <= one.clicks]
    if len(known) < 2 or known[0].rate == known[-1].rate:
        return
    # Of several that are equally bad, the one that most people saw.
    worst = max(known, key=lambda one: (-one.rate, one.clicks))
    yield _said(
        known[0],
        "content-best",
        _BEST,
        N_("Show it to more people, and make more like it."),
    )
    yield _said(
        worst,
        "content-worst",
        _WORST,
        N_("Change it, move it to another stage, or retire it."),
    )


def _said(one: Result, rule: str, text: str, fix: str) -> Finding:
    params = {
        "name": _title(one),
        "purchases": words.Number(one.purchases),
        "clicks": words.Number(one.clicks),
        "rate": words.Rate(one.rate),
    }
    return Finding(
        rule=rule,
        severity="warn",
        message=Message(text, params),
        fix=Message(fix),
        question=RESULTS,
        item=one.row.item,
        field="purchases",
        evidence=_title(one),
    )


def _title(one: Result) -> str:
    return short(str(one.row.value["title"]))

"""Checks of the sales channels: shares that make up the whole, and who knows the customer."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from goals.words import N_, Message
from strategy.worksheets import figures, measured
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "channels"
MODEL = f"{SECTION}.model"
CHANNELS = f"{SECTION}.channels"
SHARE = f"{SECTION}.share"
CUSTOMER = f"{SECTION}.customer"

WHOLE = Decimal(100)
#: Shares that were each rounded may miss the whole by so many points.
ROUNDED = Decimal(1)

_SUMS = {
    "share_of_sales_now": ("channel-now", N_("Today's shares add up to %(sum)s, not to 100%%.")),
    "wanted": ("channel-wanted", N_("The shares you want add up to %(sum)s, not to 100%%.")),
}
_NOT_WITHIN = N_("A share of sales lies between 0%% and 100%%.")
_WRONG_WAY = {
    "direct": (
        "indirect",
        N_("You sell directly only, but a partner sells through “%(channel)s”."),
    ),
    "partners": (
        "direct",
        N_("You sell through partners only, but you sell through “%(channel)s” yourselves."),
    ),
}


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    rows = [row for row in book.of(CHANNELS) if row.value.get("name")]
    model = book.value(f"{MODEL}.model")
    found: list[Finding] = []
    for key in _SUMS:
        found += _sum(rows, key)
    for row in rows:
        found += _within(row)
        found += _data(row)
        found += _way(row, model)
    found += _one_way(rows, model)
    if rows and not model:
        found.append(_unsaid())
    return found


def _unsaid() -> Finding:
    return Finding(
        rule="channel-model",
        severity="warn",
        message=Message(N_("Nothing says whether you sell directly, through partners, or both.")),
        fix=Message(N_("Choose your way to market.")),
        question=MODEL,
        field="model",
    )


def share(row: Row, key: str) -> Decimal | None:
    """Return a share of a channel in percent, None where none is written or understood."""
    typed = row.value.get(key)
    figure = figures.parse(typed) if isinstance(typed, str) else None
    return None if figure is None else figure.value


def _sum(rows: Sequence[Row], key: str) -> Iterator[Finding]:
    """Too much is said at once; too little only when every channel has its share."""
    shares = [(row, share(row, key)) for row in rows]
    known = [(row, one) for row, one in shares if one is not None]
    total = sum((one for _, one in known), Decimal(0))
    complete = len(known) == len(rows)
    if not known or abs(total - WHOLE) <= ROUNDED or (total < WHOLE and not complete):
        return
    rule, text = _SUMS[key]
    parts = " + ".join(f"{figures.plain(one)}%" for _, one in known)
    yield Finding(
        rule=rule,
        severity="warn",
        message=Message(text, {"sum": measured.rate(total / 100)}),
        fix=Message(N_("Change a share, or add the channel that is missing.")),
        question=CHANNELS,
        item=None,
        evidence=f"{parts} = {figures.plain(total)}%",
    )


def _within(row: Row) -> Iterator[Finding]:
    for key in _SUMS:
        one = share(row, key)
        if one is not None and not 0 <= one <= WHOLE:
            yield Finding(
                rule="channel-share",
                severity="fail",
                message=Message(_NOT_WITHIN),
                fix=Message(N_("Check the number.")),
                question=SHARE,
                item=row.item,
                field=key,
                evidence=str(row.value.get(key)),
            )


def _data(row: Row) -> Iterator[Finding]:
    if row.value.get("route") == "indirect" and not row.value.get("who_owns_customer_data"):
        text = N_("A partner sells through “%(channel)s”, and nobody says who has the data.")
        yield Finding(
            rule="channel-data",
            severity="weak",
            message=Message(text, {"channel": short(str(row.value["name"]))}),
            fix=Message(N_("Choose who has the customer's data.")),
            question=CUSTOMER,
            item=row.item,
            field="who_owns_customer_data",
            evidence=short(str(row.value["name"])),
        )


def _way(row: Row, model: object) -> Iterator[Finding]:
    route, text = _WRONG_WAY.get(str(model), ("", ""))
    if route and row.value.get("route") == route:
        yield Finding(
            rule="channel-way",
            severity="weak",
            message=Message(text, {"channel": short(str(row.value["name"]))}),
            fix=Message(N_("Change the way to market, or who sells through this channel.")),
            question=CHANNELS,
            item=row.item,
            field="route",
            evidence=short(str(row.value["name"])),
        )


def _one_way(rows: Sequence[Row], model: object) -> Iterator[Finding]:
    """Who sells in both ways has at least a channel of each."""
    routes = {row.value.get("route") for row in rows}
    if model == "both" and len(rows) > 1 and routes in ({"direct"}, {"indirect"}):
        yield Finding(
            rule="channel-both",
            severity="warn",
            message=Message(N_("You sell in both ways, but all channels here go one way.")),
            fix=Message(N_("Add the channel that is missing, or change the way to market.")),
            question=CHANNELS,
            item=None,
            evidence=", ".join(short(str(row.value["name"]), 40) for row in rows),
        )

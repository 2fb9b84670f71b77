"""Which parts of a metric a report of the CRM can show, and what such a report goes by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import or_
from sqlmodel import col

from goals.metrics import measures, receipts, recipes
from goals.metrics.catalogue import Metric
from goals.metrics.measures import Measure
from goals.metrics.rows import Expression, column
from goals.records import kinds
from goals.records.record import Record
from goals.records.sales import Deal

#: Metrics that count records of which every CRM makes reports, and add up nothing else.
METRICS = frozenset((
    "revenue", "new_customers", "new_revenue", "avg_deal_size", "win_rate", "sales_cycle",
    "open_deals", "opportunities_new", "contracts_signed", "leads_new", "lead_conversion",
    "lead_qualification_pct", "referrals", "inbound_outbound_calls", "outreach_volume",
    "meetings_set", "demos", "service_requests", "open_cases", "resolution_time",
))  # fmt: skip
#: Instants whose day a source told, beside those that `local_days` keeps.
_TOLD = {"deal": (("closed_at", "closed_on"),)}


@dataclass(frozen=True)
class Part:
    """The numerator or the denominator of a metric, as a report of the CRM shows it.

    `plain` is what such a report can filter by itself, which leaves out what only we know: who
    was a customer before, how long a deal took. `filter` is its word for that: won, lost, closed,
    open, or "" for no filter. `stands` are, for a number as of a day, the
    measures of what came and of its values. `is_money` tells that the part is an amount and
    not a number of records.
    """

    name: str
    record: str
    plain: Measure
    is_money: bool
    filter: str = ""
    stands: tuple[Measure, Measure] | None = None

    @property
    def table(self) -> type[Record]:
        """Return the table of the records."""
        return kinds.KINDS[self.record].table

    @property
    def valued(self) -> Measure | None:
        """Return the measure that gives the amounts, None where records are only counted."""
        found = self.plain if self.stands is None else self.stands[1]
        return found if found.unit == "money" else None

    @property
    def instant(self) -> Expression | None:
        """Return the instant behind the day that counts, None where only the day is known."""
        if self.stands is not None:
            return None
        pairs = (*_TOLD.get(self.record, ()), *kinds.KINDS[self.record].local)
        found = next((at for at, day in pairs if day == self.plain.column), None)
        return None if found is None else getattr(self.table, found)

    @property
    def days(self) -> Mapping[str, Expression]:
        """Return the days that a report may go by, by the words of its choice."""
        if self.record != "deal" or self.stands is not None:
            return {"same": self.plain.day}
        own = {"created": column(Deal.created_on), "closed": column(Deal.closed_on)}
        return {"same": self.plain.day, **own}

    @property
    def counted(self) -> Mapping[str, Expression | None]:
        """Return what a report may count, by the words of its choice; None is everything."""
        found: dict[str, Expression | None] = {"same": self.plain.only}
        if self.stands is not None:
            return found
        if self.record == "deal":
            found["closed"] = col(Deal.status) != "open"
        return {**found, "all": None}


def of(metric: Metric, params: Mapping[str, str], *, by_stage: bool = False) -> tuple[Part, ...]:
    """Return the parts of a metric that a report can show, () where there are none."""
    if metric.id not in METRICS:
        return ()
    recipe, unit = recipes.of(metric.id, params), metric.unit_of(params)
    money = receipts.amounts(metric.id, params, unit)
    if recipe.stands is not None:
        came, valued = recipe.stands(params, by_stage)
        # Days of age add up in no report; what can be compared is the number of records.
        name = "denominator" if unit == "days" else "numerator"
        return () if _is_ours((valued,)) else (_standing(name, came, valued, unit == "money"),)
    names = dict(zip(("numerator", "denominator"), recipe.parts(params), strict=True))
    if unit in ("days", "hours"):
        del names["numerator"]
    return tuple(
        _dated(name, found, money[name == "denominator"])
        for name, found in names.items()
        if found and not _is_ours(found) and not recipe.special.keys() & set(found)
    )


def _is_ours(names: tuple[str, ...]) -> bool:
    """Tell whether measures sum list prices, for which a CRM has no amount of the deal."""
    return any(one.endswith("_list") for one in names)


def _standing(name: str, came: str, valued: str, is_money: bool) -> Part:
    first, values = measures.find(came), measures.find(valued)
    plain = replace(measures.find("created"), only=col(Deal.status) == "open")
    if first.record != "stage_event":
        # What has no day on which it goes again has not gone yet.
        assert first.leaves is not None
        plain = replace(first, only=first.only & first.leaves.is_(None))
    return Part(name, plain.subject, plain, is_money, "open", (first, values))


def _dated(name: str, found: tuple[str, ...], is_money: bool) -> Part:
    each = [_plain(one) for one in found]
    first = each[0]
    plain = first if len(each) == 1 else replace(first, only=or_(*(one.only for one in each)))
    ids = {word for one in each for word in one.id.split("_")}
    outcomes = [one for one in ("won", "lost") if one in ids]
    word = "closed" if len(outcomes) == 2 else "".join(outcomes)
    return Part(name, first.subject, plain, is_money, word)


def _plain(name: str) -> Measure:
    """Return what a report can show of what a measure counts."""
    if name == "customers":
        return measures.find("won")
    if name.startswith("new_revenue_"):
        return measures.find("won_amount")
    if name.startswith("resolved_"):
        return measures.find("solved")
    outcome, _, rest = name.partition("_")
    if rest.startswith("cycle_"):
        return measures.find(outcome)
    return measures.find(name)

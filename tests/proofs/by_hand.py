"""Every counted metric once more, from the rows that its receipt lists and nothing else.

Written from what the formulas say, in fractions, without the product's own arithmetic. A formula
that needs more than its own rows asks for another number, which is worked out the same way.
"""

import calendar
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

HALF, NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)
YEAR = Fraction("365.25")


@dataclass(frozen=True)
class Row:
    """A line of a receipt's file."""

    id: str
    account: str
    stage: str
    value: Fraction | None

    @classmethod
    def of(cls, line: Mapping[str, str]) -> "Row":
        """Return a line as it stands in the file."""
        value = Fraction(line["value"]) if line["value"] else None
        return cls(line["external_id"], line.get("account", ""), line.get("stage", ""), value)


@dataclass
class Asked:
    """What was asked, and the rows above and below the line.

    `parts` are the rows of all that the receipt lists, by name; whoever takes another metric's
    number works that out from the rows which this receipt lists for it.
    """

    metric: str
    params: Mapping[str, str]
    first: date
    last: date
    today: date
    above: Sequence[Row]
    below: Sequence[Row]
    parts: Mapping[str, Sequence[Row]]
    by_parts: bool = field(default=False)

    def part(self, metric: str, **params: str) -> "Worked":
        """Return another metric from its own rows."""
        self.by_parts = True
        above = self.parts[metric]
        below = self.parts.get(f"{metric}.denominator", above)
        asked = replace(self, metric=metric, params=params, above=above, below=below)
        return FORMULAS[metric](asked)


@dataclass(frozen=True)
class Worked:
    """A value with its parts, exact; a part is None where the metric names none."""

    value: Fraction | None
    above: Fraction | None = None
    below: Fraction | None = None


def added(rows: Sequence[Row]) -> Fraction:
    """Return what the rows add up to."""
    return sum((one.value for one in rows if one.value is not None), Fraction())


def _divided(above: Fraction, below: Fraction | int) -> Worked:
    return Worked(above / below if below else None, above, Fraction(below))


def count(asked: Asked) -> Worked:
    """Return how many there are."""
    n = Fraction(len(asked.above))
    return Worked(n, n)


def total(asked: Asked) -> Worked:
    """Return what they add up to."""
    return Worked(added(asked.above), added(asked.above))


def share(asked: Asked) -> Worked:
    """Return how many of how many."""
    return _divided(Fraction(len(asked.above)), len(asked.below))


def share_of_amounts(asked: Asked) -> Worked:
    """Return one sum as a part of another."""
    return _divided(added(asked.above), added(asked.below))


def each(asked: Asked) -> Worked:
    """Return a sum for each of so many."""
    return _divided(added(asked.above), len(asked.below))


def cost(asked: Asked) -> Worked:
    """Return what each of so many cost; nobody knows where nothing was spent."""
    return each(asked) if asked.above else Worked(None, None, Fraction(len(asked.below)))


def percentile(rows: Sequence[Row], place: Fraction) -> Worked:
    """Return a percentile by linear interpolation between neighbours."""
    values = sorted(one.value for one in rows if one.value is not None)
    if not values:
        return Worked(None)
    at = place * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return Worked(values[low] + (at - low) * (values[high] - values[low]))


def by_stat(asked: Asked) -> Worked:
    """Return the mean, the median or the ninth tenth."""
    stat = asked.params["stat"]
    if stat == "mean":
        return each(asked)
    return percentile(asked.above, HALF if stat == "median" else NINE_TENTHS)


def by_measure(asked: Asked) -> Worked:
    """Return how many deals stand open, what they are worth, or how old they are."""
    measure = asked.params["measure"]
    if measure == "age":
        return _divided(added(asked.above), len(asked.above))
    return count(asked) if measure == "count" else total(asked)


def by_weight(asked: Asked) -> Worked:
    """Return a share of numbers or of amounts."""
    return share(asked) if asked.params["weight"] == "count" else share_of_amounts(asked)


def win_rate(asked: Asked) -> Worked:
    """Return the share won; by value it says nothing where no lost deal has an amount."""
    found = by_weight(asked)
    lost = [one for one in asked.below if one.stage == "Lost"]
    if (asked.params["weight"], asked.params["basis"]) == ("value", "closed") and not added(lost):
        everyone = asked.part("win_rate", weight="count", basis="closed")
        if everyone.above != everyone.below:
            return Worked(None, found.above, found.above)
    return found


def growth(asked: Asked) -> Worked:
    """Return the change as a part of what was before, if that was anything."""
    found = share_of_amounts(asked)
    return found if found.below and found.below > 0 else Worked(None, found.above, found.below)


def resolution_time(asked: Asked) -> Worked:
    """Return the mean of whole seconds, in hours: a row's hours have no end."""
    seconds = [round(one.value * 3600) for one in asked.above if one.value is not None]
    return _divided(Fraction(sum(seconds), 3600), len(seconds))


def retention_rate(asked: Asked) -> Worked:
    """Return the share kept, less those who came and went where that is asked for."""
    return (share if asked.params["basis"] == "opening" else each)(asked)


def opt_in_rate(asked: Asked) -> Worked:
    """Return leads for each visitor."""
    return _divided(Fraction(len(asked.above)), added(asked.below))


def productivity(asked: Asked) -> Worked:
    """Return what each owner won in a month, a month begun by the share of its days."""
    won = Fraction(len(asked.above)) if asked.params["measure"] == "count" else added(asked.above)
    last = min(asked.last, asked.today)
    days = ((asked.first + timedelta(days=n)) for n in range((last - asked.first).days + 1))
    months = sum((Fraction(1, calendar.monthrange(one.year, one.month)[1]) for one in days),
                 Fraction())  # fmt: skip
    assert all(abs(months - (one.value or 0)) < months / 10**25 for one in asked.below)
    return _divided(won, len(asked.below) * months)


def deals_to_quota(asked: Asked) -> Worked:
    """Return how many deals of the average size are still missing."""
    won, due = added(asked.above), added(asked.below)
    if due <= 0:
        return Worked(None, won, due)
    if won >= due:
        return Worked(Fraction(), won, due)
    size = asked.part("avg_deal_size", stat="mean").value
    if size is None or size <= 0:
        return Worked(None, won, due)
    return Worked(Fraction(math.ceil((due - won) / size)), won, due)


def leads_needed(asked: Asked) -> Worked:
    """Return how many leads bring so many customers at the rate of those that were closed."""
    won = sum(one.stage == "Won" for one in asked.above)
    target = asked.params.get("target")
    if not won or target is None:
        return Worked(None)
    return Worked(Fraction(math.ceil(Fraction(int(target) * len(asked.above), won))))


def customer_lifespan(asked: Asked) -> Worked:
    """Return the mean of the years from the first purchase to the last."""
    return _divided(added(asked.above) / YEAR, len(asked.above))


def clv(asked: Asked) -> Worked:
    """Return a customer's revenue of a year times the years."""
    given = asked.params.get("lifespan_months")
    years = Fraction(int(given), 12) if given else asked.part("customer_lifespan").value
    if not years:
        return Worked(None)
    return _divided(added(asked.above) * years / _years(asked), len(asked.below))


def _years(asked: Asked) -> Fraction:
    following = asked.last + timedelta(days=1)
    # Months run from any day that every month has; other windows count by their days.
    if asked.first.day == following.day <= 28:
        months = (following.year - asked.first.year) * 12 + following.month - asked.first.month
        return Fraction(months, 12)
    return Fraction((following - asked.first).days) / YEAR


def ltv_cac(asked: Asked) -> Worked:
    """Return a customer's value for what winning one cost."""
    months = asked.params.get("lifespan_months")
    given = {} if months is None else {"lifespan_months": months}
    value, acquired = asked.part("clv", **given).value, asked.part("cac").value
    if value is None or acquired is None:
        return Worked(None, value, acquired)
    return _divided(value, acquired)


def cac_payback(asked: Asked) -> Worked:
    """Return the months in which the margin of a customer pays for winning one."""
    acquired = asked.part("cac").value
    payers = len({one.account for one in asked.below})
    margin = asked.params.get("margin")
    if acquired is None or not payers or margin is None:
        return Worked(None, acquired)
    return _divided(acquired, added(asked.below) / payers * int(margin) / 100)


def pipeline_velocity(asked: Asked) -> Worked:
    """Return open deals times win rate times average deal, for each day of the sales cycle."""
    standing = asked.part("open_deals", measure="count").value
    rate = asked.part("win_rate", weight="count", basis="closed").value
    size = asked.part("avg_deal_size", stat="mean").value
    days = asked.part("sales_cycle", stat="mean").value
    if standing is None or not rate or size is None or not days:
        return Worked(None)
    return _divided(standing * rate * size, days)


Formula = Callable[[Asked], Worked]


def _all(formula: Formula, metrics: str) -> dict[str, Formula]:
    return dict.fromkeys(metrics.split(), formula)


FORMULAS: dict[str, Formula] = {
    **_all(count, "new_customers leads_new leads_by_type referrals opportunities_new"),
    **_all(count, "contracts_signed service_requests open_cases subscribers demos meetings_set"),
    **_all(count, "inbound_outbound_calls outreach_volume engagement_signals"),
    **_all(count, "content_performance customers_retained"),
    **_all(total, "revenue new_revenue net_new_revenue net_new_mrr web_traffic forecast"),
    **_all(total, "most_least_active"),
    **_all(share, "lead_conversion lead_qualification_pct mql_to_sql email_open_rate stage_share"),
    **_all(share, "stage_dropoff data_quality crm_adoption followup_coverage leads_per_rep"),
    **_all(share, "calls_per_lead touchpoints_per_customer churn_rate upsell_rate"),
    **_all(share, "repeat_rate purchase_frequency"),
    **_all(share_of_amounts, "revenue_churn grr nrr quota_attainment"),
    **_all(each, "avg_purchase_value customer_value csat nps lead_score"),
    **_all(total, "headcount cross_upsell_opps"),
    **_all(cost, "cpl cost_per_sale cac"),
    **_all(by_stat, "avg_deal_size sales_cycle stage_length"),
    **_all(growth, "revenue_growth yoy_comparison"),
    "email_ctr": lambda asked: (count if asked.params["measure"] == "clicks" else share)(asked),
    "open_deals": by_measure,
    "win_rate": win_rate,
    "renewal_rate": by_weight,
    "retention_rate": retention_rate,
    "resolution_time": resolution_time,
    "opt_in_rate": opt_in_rate,
    "productivity": productivity,
    "deals_to_quota": deals_to_quota,
    "leads_needed": leads_needed,
    "customer_lifespan": customer_lifespan,
    "clv": clv,
    "ltv_cac": ltv_cac,
    "cac_payback": cac_payback,
    "pipeline_velocity": pipeline_velocity,
}


def same(exact: Fraction | None, told: Decimal | None) -> bool:
    """Tell whether a number is the exact one, to all but the last of its 28 digits."""
    if exact is None or told is None:
        return exact is None and told is None
    return abs(Fraction(told) - exact) <= abs(exact) / 10**25


def work(asked: Asked) -> Worked:
    """Return what a metric is by its rows."""
    return FORMULAS[asked.metric](asked)

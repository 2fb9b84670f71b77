"""The SMART rules on a goal in free text, with what stands in the fields beside it (pure)."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from goals.fiscal import FiscalCalendar
from goals.metrics import catalogue
from goals.metrics.catalogue import Metric
from goals.tracking import pace
from goals.tracking.smart.lint import Lint
from goals.tracking.smart.rules import every
from goals.tracking.smart.rules.facts import Facts, Quote
from goals.tracking.smart.text import definition, reader, rewrite
from goals.tracking.smart.text.statement import Statement, Words
from goals.words import N_, Message

#: Numbers whose worth needs no explaining once a plan stands beside them.
_OBVIOUS = frozenset(
    (
        "revenue new_revenue net_new_revenue net_new_mrr new_customers contracts_signed win_rate "
        "lead_conversion leads_new leads_by_type quota_attainment churn_rate retention_rate "
        "renewal_rate nrr grr clv cac cost_per_sale demos meetings_set opportunities_new "
        "open_deals upsell_rate sales_by_agent sales_by_region customers_retained avg_deal_size "
        "repeat_rate subscribers_paid referrals revenue_growth cross_upsell_opps"
    ).split()
)
_AMBIGUOUS = frozenset(("productivity",))
_DAYS = {"days": Decimal(1), "weeks": Decimal(7), "months": Decimal(30), "years": Decimal(365)}
_HOURS = {"minutes": Decimal(1) / 60, "hours": Decimal(1), "days": Decimal(24)}
_UNDEFINED = {
    "new_revenue": N_("For how many months a customer counts as new is not said."),
    "csat": N_("The scale of the survey is not said."),
    "churn_rate": N_("When a customer counts as lost is not said."),
    "retention_rate": N_("When a customer counts as lost is not said."),
}
NEW_MONTHS = 6
_OF = re.compile(r"\s*(?:of\b|的)")
#: A number that says itself what is measured, be it in the catalogue or not.
_MEASURE = re.compile(
    r"(?<![a-z])(?:rate|ratio|margin|share|score|index|prices?|profit|costs?|accuracy)(?![a-z])"
    r"|อัตรา|กำไร|ราคา|ต้นทุน|ค่าใช้จ่าย|สัดส่วน|คะแนน|率|价|利润|占比|比例|份额|成本|费用|得分"
)


@dataclass(frozen=True)
class Given:
    """What fields beside the sentence say; None where they say nothing.

    `asked_later` holds rules about what is asked for elsewhere and is not missed here.
    """

    metric: str | None = None
    direction: str | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    deadline: date | None = None
    why: str | None = None
    has_actions: bool | None = None
    has_owner: bool | None = None
    has_parent: bool = False
    is_milestone: bool | None = None
    parent_metrics: tuple[str, ...] = ()
    source: str | None = None
    asked_later: frozenset[str] = frozenset()


NOTHING = Given()


def look(
    text: str,
    *,
    today: date,
    fiscal: FiscalCalendar | None = None,
    currency: str | None = None,
    given: Given = NOTHING,
) -> Lint:
    """Return what the rules find in a statement, and how it could be written."""
    year = fiscal or FiscalCalendar()

    def examined(said: Statement) -> Lint:
        found = every.examine(facts(said, today=today, currency=currency, given=given))
        return _held_back(found, given.asked_later)

    said = reader.read(text, today=today, fiscal=year)
    found = examined(said)
    wordings = rewrite.rewrites(
        said,
        found.letters,
        metric=found.read.metric,
        target=given.target,
        currency=currency,
        last_day=given.deadline or rewrite.proposed_day(today, year),
    )
    for wording in wordings:
        # Nothing is offered that the same rules would find fault with.
        again = examined(reader.read(wording, today=today, fiscal=year))
        if again.verdict == "smart" and not again.examined < found.examined:
            return replace(found, rewrite=wording)
    return found


def _held_back(found: Lint, rules_later: frozenset[str]) -> Lint:
    """Return a view without what is asked for later; letters of which that was all are open."""
    kept = tuple(one for one in found.findings if one.rule not in rules_later)
    open_letters = {
        one.letter for one in found.findings if one.rule in rules_later and one.severity != "warn"
    } - {one.letter for one in kept if one.severity != "warn"}
    return replace(found, findings=kept, examined=found.examined - open_letters)


def facts(said: Statement, *, today: date, currency: str | None, given: Given) -> Facts:
    """Return a statement, completed by the fields beside it, as the rules look at it."""
    name = given.metric or said.metric
    metric = catalogue.METRICS.get(catalogue.ALIASES.get(name, (name, {}))[0]) if name else None
    change, amount = _amount(said, metric)
    baseline = _in_unit(said.baseline, said.baseline_unit, metric)
    if given.baseline is not None:
        baseline = given.baseline
    target = pace.target_from(change, amount, baseline) if change and amount is not None else None
    means = "wish" if said.means_weak else "named" if said.means else "none"
    if given.has_actions:
        means = "named"
    better = metric.direction if metric is not None else None
    better = better if better in ("up", "down") else None
    said_target = target
    return Facts(
        metric=metric.id if metric else name,
        metric_known=metric is not None,
        metric_name=metric.name if metric else None,
        unit=metric.unit if metric else _unit(said),
        currency=currency,
        better=better,
        limits=metric.limits if metric else (None, None),
        direction=given.direction or _direction(said, better, baseline, target),
        change=change,
        given=given.target if amount is None else amount,
        target=given.target if given.target is not None else target,
        baseline=baseline,
        first_day=None,
        last_day=said.deadline or given.deadline,
        today=today,
        has_owner=given.has_owner or said.owner is not None,
        has_actions=means != "none",
        is_kept=said.kind == "keep",
        adds_up=metric is not None and metric.kind == "flow",
        is_milestone=given.is_milestone or (said.milestone is not None and amount is None),
        objectives=said.objectives,
        is_ambiguous=bool(metric and metric.id in _AMBIGUOUS),
        means=means,
        is_part=said.quantity is not None and said.quantity.unit in ("times", "part"),
        reason=_reason(said, metric, means, given),
        parent_metrics=given.parent_metrics,
        source=given.source,
        undefined=_undefined(said, metric),
        stated=said.stated,
        said_direction=said.towards if given.direction else None,
        said_target=said_target if given.target is not None and change == "target" else None,
        absolute=said.absolute is not None,
        is_vague=said.vague is not None,
        open_time=said.open_time is not None or said.rhythm is not None,
        needs=said.reckoning.needs,
        reacts_in=_reacts_in(said, metric, baseline),
        matures_after=NEW_MONTHS if metric and metric.id == "new_revenue" else None,
        cadence=None if said.reviewed is not None else "none",
        unsure=_unsure(said, metric),
        from_text=True,
        quotes=_quotes(said),
    )


def _amount(said: Statement, metric: Metric | None) -> tuple[str | None, Decimal | None]:
    """Return the kind of change and its number in the unit of the metric."""
    if said.quantity is None or said.given is None:
        return None, None
    unit = said.quantity.unit
    if said.change == "relative":
        return "relative", said.given
    if unit == "percent" and metric is not None and metric.unit not in ("rate", "score"):
        sign = -1 if said.kind == "down" else 1
        return "relative", sign * said.quantity.share
    turned = Decimal(-1) if said.given < 0 <= said.quantity.value else Decimal(1)
    value = _in_unit(said.quantity.value * turned, unit, metric, whole=True)
    if said.change == "points" and (metric is None or metric.unit != "rate"):
        return "delta", value
    return said.change, value


def _in_unit(
    value: Decimal | None, unit: str, metric: Metric | None, *, whole: bool = False
) -> Decimal | None:
    """Return a number as the metric counts: fractions of one, days or hours.

    `whole` says that percent are still written as they stand in the text.
    """
    if value is None:
        return None
    is_rate = metric is None or metric.unit == "rate"
    if unit in ("percent", "points"):
        share = value / 100 if whole else value
        return share if is_rate else share * 100
    if metric is not None and metric.unit == "days":
        return value * _DAYS.get(unit, Decimal(1))
    if metric is not None and metric.unit == "hours":
        return value * _HOURS.get(unit, Decimal(1))
    return value


def _unit(said: Statement) -> str:
    unit = said.quantity.unit if said.quantity else ""
    return {"percent": "rate", "points": "points", "money": "money"}.get(unit, "count")


def _direction(
    said: Statement, better: str | None, baseline: Decimal | None, target: Decimal | None
) -> str | None:
    if said.towards is not None:
        return said.towards
    if said.kind == "keep":
        return "at_most" if better == "down" else "at_least"
    if baseline is not None and target is not None and baseline != target and better is None:
        return "up" if target > baseline else "down"
    if better is not None and (said.kind is not None or said.quantity is not None):
        return better
    return "up" if said.kind is not None and said.kind != "create" else None


def _reason(said: Statement, metric: Metric | None, means: str, given: Given) -> str:
    if given.why or given.has_parent:
        return "given"
    if said.reason is not None:
        return "empty" if said.reason_empty else "given"
    if metric is not None and metric.id in _OBVIOUS and means == "named" and said.quantity:
        return "obvious"
    return "none"


def _undefined(said: Statement, metric: Metric | None) -> tuple[Message, ...]:
    if metric is None or said.defines or metric.id not in _UNDEFINED or said.quantity is None:
        return ()
    return (Message(_UNDEFINED[metric.id]),)


def undefined(metric: str | None, text: str) -> tuple[Message, ...]:
    """Return which definition of a metric is missing in a text about it."""
    if metric not in _UNDEFINED or definition.defines(text):
        return ()
    return (Message(_UNDEFINED[metric]),)


def _reacts_in(said: Statement, metric: Metric | None, baseline: Decimal | None) -> int | None:
    """Return how long a number takes to answer: a sales cycle as long as one cycle."""
    if metric is not None and metric.id == "sales_cycle" and baseline is not None:
        return int(baseline)
    return said.reckoning.answers_after


def _unsure(said: Statement, metric: Metric | None) -> frozenset[str]:
    """Return the letters that the text gives no ground to judge."""
    if not said.is_known or said.is_elsewhere:
        return frozenset("SMAR") if said.deadline else frozenset("SMART")
    unnamed = metric is None and said.quantity is not None and said.baseline is None
    # "80% of calls" says itself what is counted, and so does "prices by 5%".
    counted = (
        unnamed
        and said.quantity
        and (_OF.match(said.text, said.quantity.end) or _MEASURE.search(said.text.lower()))
    )
    if (
        unnamed
        and not counted
        and said.quantity
        and said.quantity.unit in ("percent", "points", "times", "part")
    ):
        return frozenset("M")
    return frozenset()


def _quotes(said: Statement) -> dict[str, Quote]:
    words: dict[str, Words | None] = {
        "verb": said.verb,
        "number": said.number,
        "metric": said.metrics[0].words if said.metrics else None,
        "metrics": said.metrics[1].words if len(said.metrics) > 1 else None,
        "means": said.means,
        "reason": said.reason,
        "absolute": said.absolute,
        "when": said.when,
        "open_time": said.open_time or said.rhythm,
        "milestone": said.milestone,
        "vague": said.vague,
    }
    counted_on = {
        f"needs_{kind}": Words(said.text[start:end], start, end)
        for kind, start, end in said.reckoning.places
    }
    return {
        name: Quote(one.text, one.start, one.end)
        for name, one in {**words, **counted_on}.items()
        if one
    }

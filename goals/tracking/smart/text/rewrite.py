"""A goal as it could be written: the writer's own words with what is missing added (pure)."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from goals import calendar, words
from goals.fiscal import FiscalCalendar
from goals.metrics import catalogue
from goals.tracking.smart.text.statement import Statement
from goals.words import Reader

#: Which plan and which reason fit a number.
_GROUPS: Mapping[str, str] = {
    name: group
    for group, names in {
        "leads": "leads_new leads_by_type opt_in_rate lead_qualification_pct mql_to_sql "
        "referrals web_traffic subscribers engagement_signals "
        "content_performance customers_by_campaign outreach_volume",
        "sales": "revenue new_revenue net_new_revenue net_new_mrr quota_attainment "
        "win_rate avg_deal_size new_customers contracts_signed "
        "opportunities_new open_deals lead_conversion demos meetings_set "
        "upsell_rate sales_by_agent sales_by_region revenue_growth forecast "
        "productivity revenue_by_campaign cross_upsell_opps",
        "cycle": "sales_cycle stage_length stage_dropoff followup_coverage stage_share "
        "pipeline_velocity",
        "cost": "cac cpl cost_per_sale cac_payback ltv_cac",
        "stay": "churn_rate revenue_churn retention_rate renewal_rate repeat_rate clv "
        "grr nrr customers_retained purchase_frequency customer_value "
        "customer_lifespan avg_purchase_value",
        "service": "resolution_time csat nps open_cases service_requests",
        "data": "crm_adoption data_quality",
        "mail": "email_open_rate email_ctr",
    }.items()
    for name in names.split()
}
_LOCALES = {"en": "en", "th": "th", "zh": "zh_Hans"}
#: A step that is neither nothing nor a leap, where the writer named no number.
_STEP = "10%"
#: Marks between and behind clauses, the wide ones of Chinese among them.
_COMMAS = " ,\uff0c\u3001"
_ENDS = _COMMAS + ".!;。\uff01\uff1b"


def rewrites(
    said: Statement,
    letters: Mapping[str, str | None],
    *,
    metric: str | None,
    target: Decimal | None = None,
    currency: str | None = None,
    last_day: date,
) -> Iterator[str]:
    """Yield wordings that may pass, the one nearest to the writer's own first.

    None where the goal already passes, or where nothing says what it is about. `metric`,
    `target` and `last_day` are those of the fields beside it, or proposed.
    """
    wrong = {letter for letter, result in letters.items() if result in ("weak", "fail")}
    if not wrong or (metric is None and said.quantity is None) or said.is_elsewhere:
        return
    table = _table(said.language)
    group = _GROUPS.get(metric or "", "other")
    parts = {
        "when": table["by_day"] % {"day": _day(said, last_day)},
        "how": table["how"] % {"means": table["means"][group]},
        "why": table["why"] % {"reason": table["reason"][group]},
    }
    if "M" not in wrong:
        yield _completed(said, table, parts, wrong)
    anew = _anew(said.language, metric, table, parts, target, currency)
    if anew is not None:
        yield anew


def _anew(
    language: str,
    known: str | None,
    table: Mapping[str, Any],
    parts: Mapping[str, str],
    target: Decimal | None,
    currency: str | None,
) -> str | None:
    """Return a sentence of its own, where the number itself does not hold."""
    if known not in catalogue.METRICS:
        return None
    metric = catalogue.METRICS[known]
    reader = Reader(locale=_LOCALES[language])
    name = words.render(metric.name, reader)
    verb = table["down" if metric.direction == "down" else "up"]
    change = table["change_by"] % {"amount": _STEP}
    if target is not None:
        amount = words.amount(target, metric.unit, currency) or words.Number(target)
        change = table["change_to"] % {"amount": words.format_value(amount, reader)}
    if language == "en":
        name = name if name.isupper() or name[:2].isupper() else name[:1].lower() + name[1:]
        verb = verb.capitalize()
    sentence: str = table["whole"] % {**parts, "verb": verb, "metric": name, "change": change}
    return sentence


def _completed(
    said: Statement, table: Mapping[str, Any], parts: Mapping[str, str], wrong: set[str]
) -> str:
    text = said.text.strip()
    if "A" in wrong and said.means is not None and said.means_weak:
        text = _without(text, said, said.means.text)
    if "T" in wrong:
        for old in (said.when, said.open_time):
            if old is not None:
                text = _without(text, said, old.text)
    ending = text.rstrip(_ENDS)
    added = []
    if "T" in wrong:
        added.append(parts["when"])
    if "S" in wrong or "A" in wrong:
        added.append(parts["how"])
    if "R" in wrong:
        added.append(parts["why"])
    joined: str = table["join"].join([ending, *added])
    return joined + str(table["end"])


def _without(text: str, said: Statement, part: str) -> str:
    left, found, right = text.partition(part)
    if not found:
        return text
    gap = " " if said.language != "zh" and right[:1] not in (".", ",", "") else ""
    return f"{left.rstrip(_COMMAS)}{gap}{right.lstrip(_COMMAS)}"


def proposed_day(today: date, fiscal: FiscalCalendar) -> date:
    """Return the end of the quarter after this one: near enough to see, far enough to move."""
    return fiscal.quarter(fiscal.quarter(today).end).last


def _day(said: Statement, last: date) -> str:
    """Return a day as people of the statement's language write it."""
    names = calendar.MONTH_NAMES[last.month - 1].split()
    if said.language == "zh":
        return f"{last.year}年{last.month}月{last.day}日"
    if said.language == "th":
        return f"{last.day} {names[-1]} {last.year + calendar.BUDDHIST}"
    month = next(name for name in reversed(names) if name.isascii())
    return f"{last.day} {month.capitalize()} {last.year}"


@cache
def _table(language: str) -> Mapping[str, Any]:
    file = resources.files(__package__ or "") / f"suggest_{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))

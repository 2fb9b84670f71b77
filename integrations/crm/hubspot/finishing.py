"""What a type's fields alone do not say: names made of parts, stages, sums of lines (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from goals.records.source import Stage
from integrations.crm.hubspot.shapes import Item
from integrations.rest import values

Found = dict[str, list[Any]]


@dataclass
class Known:
    """What the account says beside its rows: stages and pipelines by id, owners by user.

    `with_lines` tells that its deals have line items, from which their product is told.
    """

    stages: Mapping[str, Stage]
    pipelines: Mapping[str, str]
    users: Mapping[str, str]
    with_lines: bool = False

    def status(self, item: Item, stage_id: str | None) -> str:
        """Return what a deal's stage means, or what the deal says where the stage is gone."""
        stage = self.stages.get(stage_id or "")
        if stage is not None:
            return stage.status or "open"
        if values.is_true(item.text("hs_is_closed_won")):
            return "won"
        return "lost" if values.is_true(item.text("hs_is_closed")) else "open"


#: HubSpot's words for the way that a call or a mail went; a forwarded mail went neither.
_DIRECTIONS = {
    "INBOUND": "inbound",
    "OUTBOUND": "outbound",
    "INCOMING_EMAIL": "inbound",
    "EMAIL": "outbound",
}
#: What customers are asked, and the scores that they can give; satisfaction has several scales.
_SURVEYS = {"NPS": ("nps", "0-10"), "CSAT": ("csat", None), "CES": ("ces", "1-7")}
_NO_SURVEY = (None, None)


def finish(kind: str, known: Known, items: Sequence[Item], found: Found) -> None:
    """Complete the columns of a page, in place."""
    completed = _FINISH.get(kind)
    if completed is not None:
        completed(known, items, found)


def gone(kind: str, known: Known) -> Callable[[Item], bool] | None:
    """Return what tells that a row is none of ours, or not any more; None where all are."""
    tell = _GONE.get(kind)
    return None if tell is None else partial(tell, known)


def _companies(known: Known, items: Sequence[Item], found: Found) -> None:
    names = zip(found["name"], found["domain"], found["external_id"], strict=True)
    found["name"] = [name or domain or id_ for name, domain, id_ in names]


def _contacts(known: Known, items: Sequence[Item], found: Found) -> None:
    parts = [(one.text("firstname"), one.text("lastname")) for one in items]
    found["name"] = [" ".join(filter(None, both)) or None for both in parts]


def _deals(known: Known, items: Sequence[Item], found: Found) -> None:
    ids = found["stage"]
    stages = [known.stages.get(one or "") for one in ids]
    statuses = [
        known.status(one, id_) if stage is None else stage.status or "open"
        for one, id_, stage in zip(items, ids, stages, strict=True)
    ]
    found["status"] = statuses
    found["stage"] = [
        id_ if stage is None else stage.name for stage, id_ in zip(stages, ids, strict=True)
    ]
    found["pipeline"] = [known.pipelines.get(one or "", one) for one in found["pipeline"]]
    ends = list(zip(found["closed_on"], statuses, strict=True))
    found["expected_close_on"] = [day if status == "open" else None for day, status in ends]
    found["closed_on"] = [None if status == "open" else day for day, status in ends]
    found["closed_at"] = [
        None if status == "open" else at
        for at, status in zip(found["closed_at"], statuses, strict=True)
    ]
    if known.with_lines:
        found.setdefault("product", [_product(one.lines or ()) for one in items])
        found.setdefault("list_price", [_list_price(one.lines or ()) for one in items])


def _amount(line: Item) -> Decimal | None:
    """Return what a line item costs before discounts; None where that cannot be told."""
    price, quantity = line.text("price"), line.text("quantity")
    try:
        return values.decimal(price) * values.decimal(quantity or "1") if price else None
    except (ValueError, ArithmeticError):
        return None


def _product(lines: Sequence[Item]) -> str | None:
    """Return the product of the line that costs most, the first of those that cost the same."""
    named = [(one.text("hs_product_id"), _amount(one) or Decimal(0)) for one in lines]
    known = [(cost, product) for product, cost in named if product]
    return max(known, key=lambda one: one[0])[1] if known else None


def _list_price(lines: Sequence[Item]) -> Decimal | None:
    """Return what all lines cost before discounts; None where one does not say."""
    costs = [_amount(one) for one in lines]
    known = [one for one in costs if one is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(costs) else None


def _directed(known: Known, items: Sequence[Item], found: Found) -> None:
    found["direction"] = [_DIRECTIONS.get(one) if one else None for one in found["direction"]]


def _tasks(known: Known, items: Sequence[Item], found: Found) -> None:
    # Tasks that came from elsewhere may be done and not say when: then when they were due.
    found["at"] = [
        one or _instant(item.text("hs_timestamp"))
        for one, item in zip(found["at"], items, strict=True)
    ]


def _is_open_task(known: Known, item: Item) -> bool:
    return item.text("hs_task_status") != "COMPLETED"


def _tickets(known: Known, items: Sequence[Item], found: Found) -> None:
    stages = [known.stages.get(one or "") for one in found["status"]]
    found["solved_at"] = [
        None if stage is not None and stage.status == "open" else at
        for at, stage in zip(found["solved_at"], stages, strict=True)
    ]
    found["status"] = [
        id_ if stage is None else stage.name
        for id_, stage in zip(found["status"], stages, strict=True)
    ]


def _surveys(known: Known, items: Sequence[Item], found: Found) -> None:
    told = [_SURVEYS.get(one or "", _NO_SURVEY) for one in found["kind"]]
    found["kind"], found["scale"] = [kind for kind, _ in told], [scale for _, scale in told]
    found["at"] = [
        one or _instant(item.created_at) for one, item in zip(found["at"], items, strict=True)
    ]


def _is_without_score(known: Known, item: Item) -> bool:
    return item.text("hs_value") is None


def _goals(known: Known, items: Sequence[Item], found: Found) -> None:
    found["owner"] = [known.users.get(one or "") for one in found["owner"]]


def _is_no_quota(known: Known, item: Item) -> bool:
    """Tell a goal of a whole team, of somebody who is no owner, or of something but money."""
    unit = (item.text("hs_kpi_unit_type") or "currency").lower()
    return unit != "currency" or item.text("hs_assignee_user_id") not in known.users


def _instant(text: str | None) -> Any:
    try:
        return values.instant(text) if text else None
    except ValueError:
        return None


_FINISH: dict[str, Callable[[Known, Sequence[Item], Found], None]] = {
    "companies": _companies,
    "contacts": _contacts,
    "deals": _deals,
    "calls": _directed,
    "emails": _directed,
    "tasks": _tasks,
    "tickets": _tickets,
    "feedback_submissions": _surveys,
    "goal_targets": _goals,
}
_GONE: dict[str, Callable[[Known, Item], bool]] = {
    "tasks": _is_open_task,
    "feedback_submissions": _is_without_score,
    "goal_targets": _is_no_quota,
}

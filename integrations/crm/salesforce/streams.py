"""What is listed of Salesforce, in its order."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from goals.records.source import Entry
from integrations.crm.salesforce import fields, lists
from integrations.crm.salesforce.fields import Finish
from integrations.crm.salesforce.lists import Sobject
from integrations.crm.salesforce.soql import STAMP
from integrations.rest.fields import Item, Take
from integrations.rest.stream import Asked, Batch, Row, Stream, as_it_is

#: All is listed again so often, for what was deleted longer ago than Salesforce remembers and
#: for what changes without a new stamp: formulas, sums of children, names of managers.
SWEEP = timedelta(days=7)


def _finished(source: Any, row: Row, item: Item, then: Finish) -> Row | None:
    """Complete a row, with the address of its page in Salesforce."""
    return then(source, {**row, "url": f"{source.address()}/{item['Id']}"}, item)


def _own(source: Any, item: Item, of: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = source.own(of, item)
    return found


def _stream(
    name: str,
    record: str,
    sobject: Sobject,
    table: Mapping[str, Take],
    *,
    ask: Callable[..., Batch] = lists.ask,
    finish: Finish = as_it_is,
    gone: Callable[[Item], bool] = lists.is_deleted,
    custom: bool = True,
    **also: Any,
) -> Stream:
    return Stream(
        name,
        record,
        partial(ask, name=name, sobject=sobject),
        table,
        id="Id",
        stamp=STAMP,
        finish=partial(_finished, then=finish),
        gone=gone,
        custom=partial(_own, of=sobject.of) if custom else None,
        sweep=SWEEP,
        **also,
    )


def _stages(source: Any, asked: Asked) -> Batch:
    """Look whether stages can be read."""
    return Batch([{"Id": one.external_id} for one in source.all_stages()])


def _deals(source: Any, asked: Asked, *, name: str, sobject: Sobject) -> Batch:
    found = lists.ask(source, asked, name=name, sobject=sobject)
    return found._replace(items=source.with_products(found.items))


def _quotas(source: Any, asked: Asked, *, name: str, sobject: Sobject) -> Batch:
    """List quotas; those for another type of forecast are for the same sales, counted twice."""
    found = lists.ask(source, asked, name=name, sobject=sobject)
    chosen = source.forecasting_type
    if chosen is None:
        return found
    items = [
        one if one.get(lists.TYPE) in (chosen, None) else {**one, "IsDeleted": True}
        for one in found.items
    ]
    return found._replace(items=items)


def _histories(source: Any, items: Sequence[Item]) -> Mapping[str, Sequence[Entry]]:
    found: Mapping[str, Sequence[Entry]] = source.histories(items)
    return found


TABLE = (
    Stream("stages", "stage", _stages, {}),
    _stream(
        "users",
        "owner",
        # Others are programs, and customers at a portal.
        Sobject("User", where="UserType='Standard'"),
        fields.USERS,
        finish=fields.user,
    ),
    _stream("products", "product", Sobject("Product2"), fields.PRODUCTS, needed=False),
    _stream("accounts", "account", Sobject("Account"), fields.ACCOUNTS),
    _stream("contacts", "contact", Sobject("Contact"), fields.CONTACTS, needed=False),
    _stream("campaigns", "campaign", Sobject("Campaign"), fields.CAMPAIGNS, needed=False),
    _stream(
        "costs",
        "spend",
        Sobject("Campaign", also=("CreatedDate",)),
        fields.SPEND,
        finish=fields.spend,
        gone=fields.costs_nothing,
        custom=False,
        needed=False,
    ),
    _stream(
        "opportunities",
        "deal",
        Sobject(
            "Opportunity",
            also=(
                *("StageName", "CreatedDate", "IsClosed", "IsWon"),
                *("HasOpportunityLineItem", "RecordTypeId"),
            ),
        ),
        {**fields.DEALS, **fields.DEALS_OWN},
        ask=_deals,
        finish=fields.deal,
        histories=_histories,
    ),
    _stream("leads", "lead", Sobject("Lead"), {**fields.LEADS, **fields.LEADS_OWN}, needed=False),
    _stream(
        "members",
        "campaign_member",
        Sobject("CampaignMember"),
        fields.MEMBERS,
        gone=fields.no_lead,
        custom=False,
        needed=False,
    ),
    _stream(
        "tasks",
        "activity",
        Sobject(
            "Task",
            also=(
                *("CompletedDateTime", "ActivityDate", "CreatedDate"),
                *("CallType", "IsClosed", "IsRecurrence"),
            ),
        ),
        fields.TASKS,
        finish=fields.task,
        gone=fields.not_done,
        prefix="task-",
        needed=False,
    ),
    _stream(
        "events",
        "activity",
        Sobject(
            "Event",
            also=(
                *("StartDateTime", "ActivityDate", "CreatedDate"),
                *("IsAllDayEvent", "IsRecurrence", "IsChild"),
            ),
        ),
        fields.EVENTS,
        finish=fields.event,
        gone=fields.no_meeting,
        prefix="event-",
        needed=False,
    ),
    _stream(
        "cases",
        "ticket",
        Sobject("Case", also=("IsClosed",)),
        fields.CASES,
        finish=fields.case,
        needed=False,
    ),
    _stream(
        "quotas",
        "quota",
        Sobject("ForecastingQuota", also=("IsAmount", lists.TYPE)),
        fields.QUOTAS,
        ask=_quotas,
        finish=fields.quota,
        custom=False,
        needed=False,
    ),
)

"""Zoho CRM: deals, leads, people, companies, activities, cases and campaigns over its API v8."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from goals.errors import SourceError
from goals.records.source import Stage
from integrations import auth
from integrations.crm.zoho import access, fields, history, lists
from integrations.rest import values
from integrations.rest.source import RestSource
from integrations.rest.stream import Stream
from integrations.terms import Terms

#: Zoho tells what was deleted; all is listed again this often for what nobody tells.
WEEK = timedelta(days=7)
#: What a stage's kind of forecast means.
OUTCOMES = {"open": "open", "closed won": "won", "closed lost": "lost"}
#: Where no pipelines are in use, the stages are those of the field.
STAGES = "Stage"
CURRENCY = "Currency"


def _stream(name: str, record: str, module: str, table: Any, **also: Any) -> Stream:
    also = {"gone": fields.is_gone, "sweep": WEEK, "needed": False, **also}
    ask = also.pop("ask", None) or lists.module(module)
    return Stream(name, record, ask, table, stamp=lists.STAMP, **also)


STREAMS = (
    Stream("stages", "stage", lists.numbered("settings/fields", module="Deals"), {}),
    Stream("users", "owner", lists.numbered("users", type="AllUsers"), fields.OWNERS),
    _stream("accounts", "account", "Accounts", fields.ACCOUNTS),
    _stream("contacts", "contact", "Contacts", fields.CONTACTS),
    _stream("campaigns", "campaign", "Campaigns", fields.CAMPAIGNS),
    _stream("spend", "spend", "Campaigns", fields.SPEND, finish=fields.spend, gone=fields.is_free),
    _stream(
        "deals",
        "deal",
        "Deals",
        fields.DEALS,
        ask=lists.module("Deals", per_page=str(lists.DEALS)),
        finish=fields.deal,
        custom=fields.custom,
        histories=history.histories,
        stands=history.stands,
        needed=True,
    ),
    _stream(
        "leads",
        "lead",
        "Leads",
        fields.LEADS,
        ask=lists.module("Leads", converted="both"),
        finish=fields.lead,
    ),
    _stream(
        "calls",
        "activity",
        "Calls",
        fields.CALLS,
        prefix="call:",
        finish=fields.activity("call"),
        gone=fields.is_no_call,
    ),
    _stream(
        "meetings",
        "activity",
        "Events",
        fields.EVENTS,
        prefix="meeting:",
        finish=fields.activity("meeting"),
    ),
    _stream(
        "tasks",
        "activity",
        "Tasks",
        fields.TASKS,
        prefix="task:",
        finish=fields.activity("task"),
        gone=fields.is_not_done,
    ),
    _stream("cases", "ticket", "Cases", fields.CASES, finish=fields.ticket),
)
#: The streams of each module, whose fields are asked for together.
MODULES = {
    "Accounts": ("accounts",),
    "Contacts": ("contacts",),
    "Campaigns": ("campaigns", "spend"),
    "Deals": ("deals",),
    "Leads": ("leads",),
    "Calls": ("calls",),
    "Events": ("meetings",),
    "Tasks": ("tasks",),
    "Cases": ("cases",),
}


class Field(msgspec.Struct):
    """A field of deals as Zoho describes it."""

    api_name: str
    field_label: str = ""
    custom_field: bool = False
    pick_list_values: list[dict[str, Any]] | None = None


class _Fields(msgspec.Struct):
    fields: list[Field] = []


class _Layouts(msgspec.Struct):
    layouts: list[dict[str, Any]] = []


class _Pipelines(msgspec.Struct):
    pipeline: list[dict[str, Any]] = []


class Source(RestSource):
    """A Zoho CRM organization; only ever reads."""

    vendor = access.VENDOR
    table = STREAMS

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; raises SourceError for settings that cannot be read."""
        super().__init__(terms)
        access.centre(terms)
        self.keeps_history = True
        self._tokens: auth.Refreshed | None = None
        self._fields: list[Field] | None = None

    def tokens(self) -> auth.Refreshed:
        """Return what gives access tokens, of which one serves a whole run."""
        if self._tokens is None:
            self._tokens = access.tokens(self.terms)
        return self._tokens

    def token(self) -> Callable[[bool], str | None]:
        """Return what gives a token for each request."""
        return self.tokens()

    def address(self) -> str:
        """Return where data is: as set, else where the token's answer says that it is good."""
        chosen = self.terms.settings.get("base_url")
        if not chosen:
            self.tokens()(False)
            chosen = self.tokens().told.get("api_domain") or access.centre(self.terms)[1]
        return str(chosen).rstrip("/")

    # --- What the organization made of its deals --------------------------------------------

    @property
    def deal_fields(self) -> Sequence[Field]:
        """Return the fields that deals have here, asked for once."""
        if self._fields is None:
            path = f"{lists.VERSION}/settings/fields"
            self._fields = self.client.get(path, _Fields, {"module": "Deals"}).fields
        return self._fields

    @property
    def own_fields(self) -> Mapping[str, str]:
        """Return the labels of the organization's own fields of deals by their names.

        Of two with one label the later one is called by its name.
        """
        found: dict[str, str] = {}
        for one in self.deal_fields:
            if one.custom_field:
                is_taken = one.field_label in found.values() or not one.field_label
                found[one.api_name] = one.api_name if is_taken else one.field_label
        return found

    @property
    def outcomes(self) -> Mapping[str, str]:
        """Return what stages mean by their names: open, won or lost."""
        return {one.name: one.status for one in self.stages.values() if one.status is not None}

    def asked_of(self, module: str) -> Sequence[str]:
        """Return the names of fields to ask a module for; `$` marks those that come anyway."""
        chosen = [
            take.theirs.split(".")[0]
            for name in MODULES[module]
            for take in self._chosen[name].values()
        ]
        names = dict.fromkeys(["id", *chosen, *fields.BESIDE.get(module, ()), lists.STAMP])
        known = {one.api_name for one in self.deal_fields}
        if module == "Deals":
            names = {one: None for one in names if one in {"id", *known}}
            names |= dict.fromkeys(self.own_fields)
        elif CURRENCY not in known:
            # Without several currencies an organization has no such field anywhere.
            names.pop(CURRENCY, None)
        return [one for one in names if not one.startswith("$")]

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages of all pipelines, else for those of the field alone."""
        [options] = [
            one.pick_list_values or [] for one in self.deal_fields if one.api_name == STAGES
        ] or [[]]
        chances = {str(one.get("display_value")): one.get("probability") for one in options}
        found = [
            _stage(str(told.get("display_value")), told.get("id"), one, chances)
            for told in self._pipelines()
            for one in told.get("maps") or ()
        ]
        # A stage that no pipeline has any more still says what it meant.
        known = {one.name for one in found}
        rest = [
            {"sequence_number": place, **one}
            for place, one in enumerate(options, start=1)
            if str(one.get("display_value")) not in known
        ]
        return [*found, *(_stage("", None, one, chances) for one in rest)]

    def _pipelines(self) -> Sequence[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        path = f"{lists.VERSION}/settings"
        try:
            layouts = self.client.get(f"{path}/layouts", _Layouts, {"module": "Deals"}).layouts
            for one in layouts:
                asked = {"layout_id": one.get("id")}
                found += self.client.get(f"{path}/pipeline", _Pipelines, asked).pipeline
        except SourceError as error:
            if error.code not in history.NONE_KEPT:
                raise
        return found


def _stage(
    pipeline: str, pipeline_id: Any, told: Mapping[str, Any], chances: Mapping[str, Any]
) -> Stage:
    name = str(told.get("display_value"))
    chance = values.number(chances.get(name))
    # One stage stands in several pipelines under the same id.
    key = values.text(told.get("id")) or name
    return Stage(
        pipeline=pipeline,
        name=name,
        external_id=key if pipeline_id is None else f"{pipeline_id}:{key}",
        position=int(told.get("sequence_number") or 0),
        status=OUTCOMES.get(str(told.get("forecast_type")).lower()),
        probability=None if chance is None else chance / 100,
    )

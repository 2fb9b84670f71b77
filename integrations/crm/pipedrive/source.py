"""Pipedrive: deals, leads, people, companies, activities and goals over its REST API."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from goals.records.source import Stage
from integrations import auth
from integrations.crm.pipedrive import fields, history, limits, lists, quotas
from integrations.crm.pipedrive.fields import Custom
from integrations.rest import values
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Stream, chained
from integrations.terms import Terms

#: When something was changed last.
STAMP = "update_time"
#: The addresses of accounts end like this; deals have pages there.
HOME = ".pipedrive.com"

STREAMS = (
    Stream("pipelines", "stage", lists.listed("/pipelines"), {}),
    Stream("users", "owner", lists.everyone, fields.OWNERS, gone=fields.is_gone),
    Stream(
        "organizations",
        "account",
        lists.listed("/organizations", include_option_labels="true"),
        fields.ACCOUNTS,
        stamp=STAMP,
        gone=fields.is_gone,
        needed=False,
    ),
    Stream(
        "persons",
        "contact",
        lists.listed("/persons"),
        fields.CONTACTS,
        stamp=STAMP,
        gone=fields.is_gone,
        needed=False,
    ),
    Stream(
        "deals",
        "deal",
        chained(lists.listed("/deals"), lists.listed("/deals/archived"), lists.deleted),
        fields.DEALS,
        stamp=STAMP,
        finish=fields.deal,
        gone=fields.is_gone,
        custom=fields.custom,
        histories=history.unmoved,
        stands=history.stands,
    ),
    Stream(
        "leads",
        "lead",
        chained(
            lists.leads("/leads", has_changes=True),
            lists.leads("/leads/archived", has_changes=False),
            lists.converted("/deals"),
            lists.converted("/deals/archived"),
        ),
        fields.LEADS,
        stamp=STAMP,
        finish=fields.lead,
        gone=fields.is_gone,
        needed=False,
    ),
    Stream(
        "activities",
        "activity",
        lists.listed("/activities"),
        fields.ACTIVITIES,
        stamp=STAMP,
        finish=fields.activity,
        gone=fields.is_planned,
        needed=False,
    ),
    Stream("goals", "quota", quotas.ask, quotas.FIELDS, needed=False),
    Stream("stage_history", "deal", history.look, {}, own=history.pages, needed=False),
)


class Source(RestSource):
    """A Pipedrive account; only ever reads."""

    vendor = limits.VENDOR
    table = STREAMS
    base = "https://api.pipedrive.com"

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; raises SourceError for settings that cannot be read."""
        super().__init__(terms)
        self._pipelines: dict[str, str] | None = None
        self._fields: dict[str, Custom] | None = None

    def token(self) -> Callable[[bool], str | None]:
        """Return what gives the token."""
        return auth.fixed(self.terms.secrets.get("token", ""))

    @property
    def pipelines(self) -> Mapping[str, str]:
        """Return the names of pipelines by their ids."""
        if self._pipelines is None:
            self.all_stages()
        return self._pipelines or {}

    @property
    def deal_fields(self) -> Mapping[str, Custom]:
        """Return the account's own fields of deals by their keys, asked for once.

        Of two with one name the later one has its key behind it.
        """
        if self._fields is None:
            made: dict[str, Custom] = {}
            names: set[str] = set()
            for one in self._every("/dealFields"):
                key, name = str(one.get("field_code")), str(one.get("field_name"))
                if not one.get("is_custom_field"):
                    continue
                options = {str(told["id"]): str(told["label"]) for told in one["options"] or ()}
                made[key] = Custom(f"{name} ({key[:6]})" if name in names else name, options)
                names.add(name)
            self._fields = made
        return self._fields

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages; Pipedrive's are all open, for it keeps winning apart from them."""
        pipelines = list(self._every("/pipelines"))
        self._pipelines = {str(one.get("id")): str(one.get("name")) for one in pipelines}
        counts = {str(one.get("id")): one.get("is_deal_probability_enabled") for one in pipelines}
        found = []
        for one in self._every("/stages"):
            pipeline = str(one.get("pipeline_id"))
            chance = values.number(one.get("deal_probability")) if counts.get(pipeline) else None
            found.append(
                Stage(
                    pipeline=self._pipelines.get(pipeline, pipeline),
                    name=str(one.get("name")),
                    external_id=str(one.get("id")),
                    position=int(one.get("order_nr") or 0),
                    status="open",
                    probability=None if chance is None else chance / 100,
                )
            )
        return found

    def stage_name(self, stage: Any) -> str | None:
        """Return a stage's name; one that is not there any more is called by its id."""
        key = values.text(stage)
        known = self.stages.get(key) if key is not None else None
        return key if known is None else known.name

    def page_of(self, kind: str, key: str) -> str | None:
        """Return the page of an object, None where the account's own address is not known."""
        address = self.address()
        is_own = address.endswith(HOME) and address != self.base
        return f"{address}/{kind}/{key}" if is_own else None

    def _every(self, path: str) -> Sequence[Mapping[str, Any]]:
        """Return all rows of a short list of v2."""
        found: list[Mapping[str, Any]] = []
        after: str | None = None
        while True:
            batch = lists.listed(path)(self, Asked(after=after))
            found += batch.items
            if batch.after is None or batch.after == after:
                return found
            after = batch.after

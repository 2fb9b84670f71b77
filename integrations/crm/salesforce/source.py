"""Salesforce by its REST and bulk interfaces: sign-in, release, objects, stages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from goals.errors import SourceError
from goals.records.source import Cursor, Entry, Page, Stage
from integrations import auth
from integrations.crm.salesforce import fields, lists, soql, streams
from integrations.crm.salesforce.limits import NAME, VENDOR
from integrations.crm.salesforce.lists import Sobject
from integrations.crm.salesforce.processes import Processes
from integrations.crm.salesforce.shapes import Described, Release, told
from integrations.crm.salesforce.soql import STAMP
from integrations.rest import values
from integrations.rest.fields import Item
from integrations.rest.source import RestSource

#: The newest release that this was written for; a later one may mean other things.
RELEASE = 66.0
#: The type of forecast that adds up what opportunities are worth, as Salesforce names it.
MAIN_FORECAST = "OpportunityRevenue"
#: Whom a signature for a sandbox and for any other organisation is meant for.
SANDBOX, LOGIN = "https://test.salesforce.com", "https://login.salesforce.com"


class Source(RestSource):
    """An organisation of Salesforce as a source of records; only ever reads."""

    vendor = VENDOR
    table = streams.TABLE
    _root: str | None = None

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield a stream's changes since the cursor; the first time, all of it.

        Opportunities do not count as changed when a stage or a sales process is renamed or means
        something else: then all of them, with their histories, are read anew.
        """
        if stream != "opportunities":
            yield from super().pages(stream, cursor, now=now)
            return
        known = cursor or {}
        meant = [(one.external_id, one.name, one.status) for one in self.stages.values()]
        of = self.processes.names
        mark = sha256(repr((meant, of) if of else meant).encode()).hexdigest()[:16]
        if known.get("mode") == "full":
            mark = known.get("stages", mark)
        elif known.get("stages") != mark:
            cursor = None
        for page in super().pages(stream, cursor, now=now):
            yield replace(page, cursor={**page.cursor, "stages": mark})

    def address(self) -> str:
        """Return where all paths begin; the address that browsers show serves pages alone."""
        return super().address().replace(".lightning.force.com", ".my.salesforce.com")

    def token(self) -> Callable[[bool], str | None]:
        """Return what gives a token: for the app itself, or for a user by the app's signature."""
        settings, secrets, clock = self.terms.settings, self.terms.secrets, self.terms.clock
        host = str(settings.get("auth_url") or self.address()).rstrip("/")
        client_id = str(settings.get("client_id", ""))
        if secrets.get("private_key"):
            audience = SANDBOX if ".sandbox." in host or "//test." in host else LOGIN
            form = auth.jwt_bearer(
                client_id,
                str(settings.get("username", "")),
                audience,
                secrets["private_key"],
            )
        else:
            form = auth.client_credentials(client_id, secrets.get("client_secret", ""))
        return auth.Granted(
            NAME,
            f"{host}/services/oauth2/token",
            form,
            clock=clock,
            allow_private=self.terms.allow_private,
            hosts=self.vendor.hosts,
        )

    @property
    def root(self) -> str:
        """Return where the paths of the chosen release begin."""
        if self._root is None:
            offered = self.client.get("/services/data/", list[Release])
            known = {float(one.version): one.url for one in offered}
            fit = [one for one in known if one <= RELEASE]
            self._root = known[max(fit) if fit else min(known)]
            self._described: dict[str, Described] = {}
        return self._root

    def described(self, of: str) -> Described:
        """Return an object as the signed-in user sees it, asked for once.

        Raises SourceError `forbidden` for one that they do not see.
        """
        root = self.root
        if of not in self._described:
            try:
                found = self.client.get(f"{root}/sobjects/{of}/describe", Described)
            except SourceError as error:
                if error.code != "refused_404":
                    raise
                why = self.not_allowed(of)
                raise SourceError("forbidden", why.message, fix=why.fix, permanent=True) from error
            self._described[of] = found
        return self._described[of]

    def sees(self, of: str) -> bool:
        """Tell whether the signed-in user sees an object."""
        try:
            self.described(of)
        except SourceError as error:
            if error.code != "forbidden":
                raise
            return False
        return True

    def parts(self, name: str, sobject: Sobject) -> list[str]:
        """Return the fields that a stream asks for: those that the organisation has."""
        described = self.described(sobject.of)
        chosen = [one.theirs for one in self._chosen[name].values()]
        wanted = ["Id", STAMP, "IsDeleted", *chosen, *sobject.also, *described.own()]
        return [one for one in dict.fromkeys(wanted) if self._has(described, one)]

    def _has(self, described: Described, path: str) -> bool:
        """Tell whether a field can be asked for; one of a parent needs a right to the parent."""
        name, _, rest = path.partition(".")
        if not rest:
            return described.has(name)
        parents = described.parents(name)
        return bool(parents) and all(
            self.sees(one) and self.described(one).has(rest) for one in parents
        )

    def own(self, of: str, item: Item) -> Mapping[str, Any]:
        """Return the values of the organisation's own fields."""
        return told(item, self.described(of).own())

    # --- Stages and what hangs on opportunities -------------------------------------------

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages; an opportunity keeps a stage's API name when its label changes."""
        text = (
            "SELECT ApiName,MasterLabel,IsClosed,IsWon,SortOrder,DefaultProbability"
            " FROM OpportunityStage ORDER BY SortOrder,ApiName"
        )
        found = lists.query(self, text).records
        return [
            Stage(
                pipeline=pipeline,
                name=str(one["MasterLabel"]),
                external_id=str(one["ApiName"]),
                position=int(one["SortOrder"] or 0),
                status="won" if one["IsWon"] else "lost" if one["IsClosed"] else "open",
                probability=_share(one["DefaultProbability"]),
            )
            for pipeline, fit in self.processes.stages()
            for one in found
            if fit is None or str(one["ApiName"]) in fit
        ]

    @cached_property
    def processes(self) -> Processes:
        """Return the sales processes that opportunities follow."""
        return Processes(self)

    @cached_property
    def forecasting_type(self) -> str | None:
        """Return the type of forecast whose quotas count, None where there are none to choose of.

        It is the one of opportunities' amounts where it has quotas, else the first by its name
        that has some: of splits, of products and of other dates.
        """
        quotas = self.described("ForecastingQuota")
        if not quotas.has(lists.TYPE) or not self.sees("ForecastingType"):
            return None
        rows = lists.query(self, "SELECT Id,DeveloperName FROM ForecastingType").records
        names = {str(one["Id"]): str(one["DeveloperName"]) for one in rows}
        for one in sorted(names, key=lambda id_: (names[id_] != MAIN_FORECAST, names[id_])):
            where = [f"{lists.TYPE}={soql.quoted(one)}", "IsAmount=true", "IsDeleted=false"]
            where = [word for word in where if quotas.has(word.partition("=")[0])]
            text = soql.select("ForecastingQuota", ["COUNT()"], where, ordered=False)
            if lists.query(self, text).total_size:
                return one
        return None

    def stage_name(self, api_name: str | None) -> str | None:
        """Return what a stage is called; one that is on no list keeps its own name."""
        known = self.stages.get(api_name or "")
        return api_name if known is None else known.name

    def histories(self, items: Sequence[Item]) -> Mapping[str, Sequence[Entry]]:
        """Return the stage histories of opportunities by their ids."""
        by_id = {str(one["Id"]): one for one in items}
        parts = ("StageName", "CreatedDate")
        rows = lists.of_parents(self, "OpportunityHistory", parts, "OpportunityId", list(by_id))
        return {id_: fields.history(self, one, rows[id_]) for id_, one in by_id.items()}

    def with_products(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return opportunities with the product that makes the most of their amount."""
        ids = [
            str(one["Id"])
            for one in items
            if lists.flag(one, "HasOpportunityLineItem") and not lists.is_deleted(one)
        ]
        if not ids or not self.sees("OpportunityLineItem"):
            return items
        parts = ("Product2Id", "TotalPrice")
        lines = lists.of_parents(self, "OpportunityLineItem", parts, "OpportunityId", ids)
        first = {
            id_: max(rows, key=lambda one: values.number(one["TotalPrice"]) or 0.0)["Product2Id"]
            for id_, rows in lines.items()
            if rows
        }
        return [{**one, "Product2Id": first.get(str(one["Id"]))} for one in items]


def _share(percent: Any) -> float | None:
    number = values.number(percent)
    return None if number is None else number / 100

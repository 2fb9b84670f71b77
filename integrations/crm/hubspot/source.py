"""HubSpot on the dated API of September 2026: what is read, in which order, and how far."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from goals.errors import SourceError
from goals.records.source import Check, Cursor, Entry, Page, Stage
from goals.words import N_, Message
from integrations import auth
from integrations.crm import Terms
from integrations.crm.hubspot import fields as hubspot_fields
from integrations.crm.hubspot import shapes
from integrations.crm.hubspot.fields import Item, Mapper
from integrations.http import Client, Limit, Vendor

VERSION = "2026-09"
BASE = "https://api.hubapi.com"
#: Listing pages: the vendor's caps, the smaller one with property history.
LIST, LIST_WITH_HISTORY = 100, 50
SEARCH, BATCH = 200, 50
ASSOCIATIONS = 1000
#: A run starts this long before the newest change seen: the search index lags behind.
OVERLAP = timedelta(minutes=10)
#: More archived rows than this are listed once a day and not with every run.
FEW_ARCHIVED = 1000


def limit_of(headers: Mapping[str, str], answer: bytes, now: datetime) -> Limit | None:
    """Return what HubSpot's 429 means: a burst passes in seconds, a spent day does not."""
    try:
        policy = msgspec.json.decode(answer).get("policyName", "")
    except (msgspec.DecodeError, AttributeError):
        return None
    if "DAILY" in policy:
        return Limit(until=next_midnight(now))
    if "SECONDLY" in policy and "TEN" in policy:
        return Limit(seconds=10.0)
    if "SECONDLY" in policy:
        return Limit(seconds=1.0)
    return None


def next_midnight(now: datetime) -> datetime:
    """Return when a day's allowance is given anew."""
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


VENDOR = Vendor("HubSpot", limit_of, idempotent=("/crm/",))


class Source:
    """HubSpot as a source of records; only ever reads."""

    streams: Sequence[tuple[str, str]] = (
        ("pipelines", "stage"),
        ("owners", "owner"),
        ("companies", "account"),
        ("contacts", "contact"),
        ("leads", "lead"),
        ("deals", "deal"),
        ("archived_companies", "account"),
        ("archived_contacts", "contact"),
        ("archived_leads", "lead"),
        ("archived_deals", "deal"),
    )

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; the first request comes with the first page."""
        self._terms = terms
        self._history = str(terms.settings.get("history", "on")).lower() not in (
            "off",
            "false",
            "0",
        )
        self._stages: dict[str, Stage] | None = None
        self._mappers: dict[str, Mapper] = {}
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """Return the client, opened on first use."""
        if self._client is None:
            self._client = Client(
                VENDOR,
                str(self._terms.settings.get("base_url", BASE)),
                token=self._token(),
                clock=self._terms.clock,
                allow_private=self._terms.allow_private,
            )
        return self._client

    def _token(self) -> Any:
        secrets = self._terms.secrets
        if secrets.get("token"):
            return auth.fixed(secrets["token"])

        def keep(token: str) -> None:
            self._terms.keep_secrets({**secrets, "refresh_token": token})

        base = self._terms.settings.get("auth_url") or self._terms.settings.get("base_url", BASE)
        return auth.Refreshed(
            "HubSpot",
            f"{str(base).rstrip('/')}/oauth/{VERSION}/token",
            client_id=str(self._terms.settings.get("client_id", "")),
            client_secret=secrets.get("client_secret", ""),
            refresh_token=secrets.get("refresh_token", ""),
            keep=keep,
            clock=self._terms.clock,
            allow_private=self._terms.allow_private,
        )

    def check(self) -> list[Check]:
        """Ask for one row of everything a sync reads."""
        looks = (
            ("pipelines", f"/crm/pipelines/{VERSION}/deals"),
            ("owners", f"/crm/owners/{VERSION}?limit=1"),
            *((kind, f"{_objects(kind)}?limit=1") for kind in hubspot_fields.TYPES.values()),
        )
        found = []
        for name, path in looks:
            try:
                self.client.get(path, dict[str, Any])
                found.append(Check(name, True, Message(N_("Can be read."))))
            except SourceError as error:
                found.append(Check(name, False, error.message, error.fix))
                if error.code in ("unauthorized", "unreachable"):
                    break
        return found

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield a stream's changes since the cursor; the first time, all of it."""
        if stream == "pipelines":
            yield Page("stage", stages=list(self._known_stages().values()))
        elif stream == "owners":
            yield from self._owners()
        elif stream.startswith("archived_"):
            yield from self._archived(stream.removeprefix("archived_"), cursor or {}, now)
        elif cursor is None or cursor.get("mode") == "full":
            yield from self._everything(stream, cursor or {}, now)
        else:
            yield from self._changes(stream, cursor, now)

    def _known_stages(self) -> dict[str, Stage]:
        if self._stages is None:
            found = self.client.get(f"/crm/pipelines/{VERSION}/deals", shapes.Pipelines)
            self._stages = {
                stage.id: Stage(
                    pipeline=pipeline.label,
                    name=stage.label,
                    external_id=stage.id,
                    position=stage.display_order,
                    status=hubspot_fields.stage_status(stage.metadata),
                    probability=hubspot_fields.number(stage.metadata.get("probability")),
                )
                for pipeline in found.results
                for stage in pipeline.stages
            }
            self._pipelines = {one.id: one.label for one in found.results}
        return self._stages

    def _owners(self) -> Iterator[Page]:
        for archived in ("false", "true"):
            after: str | None = None
            while True:
                params = {
                    "limit": LIST,
                    "archived": archived,
                    **({"after": after} if after else {}),
                }
                found = self.client.get(f"/crm/owners/{VERSION}", shapes.Owners, params)
                rows = [
                    hubspot_fields.owner_row(
                        one.id,
                        names=(one.first_name, one.last_name),
                        email=one.email,
                        teams=one.teams,
                        archived=archived == "true",
                    )
                    for one in found.results
                ]
                yield Page("owner", rows)
                after = self._following(found.paging, after)
                if after is None:
                    break

    def _mapper(self, kind: str) -> Mapper:
        """Return how rows of a type are mapped, with the account's own properties."""
        if kind not in self._mappers:
            found = self.client.get(f"/crm/properties/{VERSION}/{kind}", shapes.Properties)
            own = [one.name for one in found.results if not one.hubspot_defined]
            stages = self._known_stages() if kind == "deals" else {}
            self._mappers[kind] = Mapper(
                kind,
                own,
                zone=self._terms.zone,
                fields=hubspot_fields.chosen(self._terms.settings, kind),
                stages=stages,
                pipelines=getattr(self, "_pipelines", {}),
            )
        return self._mappers[kind]

    def _everything(self, kind: str, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """List all living rows; afterwards the stream goes on with changes since the start."""
        mapper = self._mapper(kind)
        started = cursor.get("started") or now.isoformat()
        after: str | None = cursor.get("after")
        with_history = kind == "deals" and self._history
        params: dict[str, Any] = {
            "limit": LIST_WITH_HISTORY if with_history else LIST,
            "archived": "false",
            "properties": ",".join(mapper.properties),
        }
        if with_history:
            params["propertiesWithHistory"] = "dealstage"
        if mapper.links:
            params["associations"] = mapper.links
        while True:
            asked = {**params, **({"after": after} if after else {})}
            found = self.client.get(_objects(kind), shapes.Listing, asked)
            after = self._following(found.paging, after)
            place: Cursor = {"mode": "full", "after": after, "started": started}
            if after is None:
                place = {"mode": "changes", "since": started}
            yield self._page(mapper, found.results, place)
            if after is None:
                return

    def _changes(self, kind: str, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """Search what changed, by id within the time window, which no cap can cut off."""
        mapper = self._mapper(kind)
        since = datetime.fromisoformat(cursor["since"]) - OVERLAP
        started = cursor.get("started") or now.isoformat()
        last = cursor.get("last", "0")
        while True:
            body = {
                "filterGroups": [
                    {
                        "filters": [
                            {
                                "propertyName": mapper.modified,
                                "operator": "GTE",
                                "value": str(int(since.timestamp() * 1000)),
                            },
                            {"propertyName": "hs_object_id", "operator": "GT", "value": last},
                        ]
                    }
                ],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": mapper.properties,
                "limit": SEARCH,
                "after": "0",
            }
            found = self.client.post(f"{_objects(kind)}/search", body, shapes.Listing)
            more = len(found.results) == SEARCH
            if more:
                following = max((one.id for one in found.results), key=int)
                if int(following) <= int(last):
                    raise self._loop()
                last = following
            place: Cursor = {"mode": "changes", "since": started}
            if more:
                place = {**cursor, "started": started, "last": last}
            items = self._completed(mapper, found.results)
            yield self._page(mapper, items, place)
            if not more:
                return

    def _completed(self, mapper: Mapper, items: list[Item]) -> list[Item]:
        """Add what a search does not give: stage history and the linked company."""
        if mapper.kind == "deals" and self._history and items:
            by_id = {one.id: one for one in items}
            ids = list(by_id)
            for start in range(0, len(ids), BATCH):
                body = {
                    "inputs": [{"id": one} for one in ids[start : start + BATCH]],
                    "properties": [],
                    "propertiesWithHistory": ["dealstage"],
                }
                found = self.client.post(f"{_objects('deals')}/batch/read", body, shapes.Listing)
                for one in found.results:
                    by_id[one.id].properties_with_history = one.properties_with_history
        if mapper.links and items:
            self._link(mapper, items)
        return items

    def _link(self, mapper: Mapper, items: list[Item]) -> None:
        for start in range(0, len(items), ASSOCIATIONS):
            part = items[start : start + ASSOCIATIONS]
            path = f"/crm/associations/{VERSION}/{mapper.kind}/{mapper.links}/batch/read"
            found = self.client.post(
                path, {"inputs": [{"id": one.id} for one in part]}, shapes.Links
            )
            to = {
                str(link.from_.get("id")): str(link.to[0].to_object_id)
                for link in found.results
                if link.to
            }
            for one in part:
                one.linked = to.get(one.id)

    def _archived(self, kind: str, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """List what was archived; a long list only once a day."""
        record = hubspot_fields.RECORDS[kind]
        last = cursor.get("listed")
        many = int(cursor.get("rows", 0)) > FEW_ARCHIVED
        if many and last and now - datetime.fromisoformat(last) < timedelta(days=1):
            return
        after: str | None = None
        rows = 0
        while True:
            params = {"limit": LIST, "archived": "true", **({"after": after} if after else {})}
            found = self.client.get(_objects(kind), shapes.Listing, params)
            rows += len(found.results)
            after = self._following(found.paging, after)
            place: Cursor = {"listed": now.isoformat(), "rows": rows} if after is None else cursor
            yield Page(record, deleted=[one.id for one in found.results], cursor=place)
            if after is None:
                return

    def _page(self, mapper: Mapper, items: list[Item], place: Cursor) -> Page:
        rows, rejected = [], 0
        histories: dict[str, list[Entry]] = {}
        for item in items:
            row = mapper.row(item)
            if row is None:
                rejected += 1
                continue
            rows.append(row)
            if item.properties_with_history is not None:
                histories[item.id] = mapper.history(item)
        return Page(
            hubspot_fields.RECORDS[mapper.kind],
            rows,
            histories=histories,
            cursor=place,
            rejected=rejected,
        )

    def _following(self, paging: shapes.Paging | None, before: str | None) -> str | None:
        after = paging.next.after if paging is not None and paging.next is not None else None
        if after is not None and after == before:
            raise self._loop()
        return after

    def _loop(self) -> SourceError:
        return SourceError(
            "cursor_loop",
            Message(N_("HubSpot gave the same page again. What was read so far is kept.")),
        )


def _objects(kind: str) -> str:
    return f"/crm/objects/{VERSION}/{quote(kind)}"

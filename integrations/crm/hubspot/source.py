"""HubSpot on the dated API of September 2026: what is read, in which order, and how far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from goals.errors import SourceError
from goals.records.source import Check, Cursor, Entry, Page, Stage
from goals.words import N_, Message
from integrations import auth
from integrations.crm.hubspot import fields as hubspot_fields
from integrations.crm.hubspot import limits, links, looking, scopes, shapes
from integrations.crm.hubspot.fields import Item, Mapper
from integrations.http import Client
from integrations.rest import values
from integrations.rest.place import Place
from integrations.terms import Terms

VERSION = looking.VERSION
BASE = "https://api.hubapi.com"
#: Listing pages: the vendor's caps, the smaller one with property history.
LIST, LIST_WITH_HISTORY = 100, 50
#: How often a look is repeated while somebody waits for it.
LOOKS = 2
SEARCH, BATCH = 200, 50
ASSOCIATIONS = 1000
#: Properties that make a longer list than this are asked for in a body, not in the address.
LONGEST_ADDRESS = 6000
#: More archived rows than this are listed once a day and not with every run.
FEW_ARCHIVED = 1000


class Source:
    """HubSpot as a source of records; only ever reads."""

    #: When a deal came to each stage is told, and need not be noted.
    keeps_history = True
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
        """Take a connection's terms; the first request comes with the first page.

        Raises SourceError for settings that cannot be read.
        """
        self._terms = terms
        self._chosen = {
            kind: hubspot_fields.chosen(terms.settings, kind) for kind in hubspot_fields.FIELDS
        }
        self._refused: set[str] = set()
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
                limits.vendor(self._terms.zone),
                str(self._terms.settings.get("base_url", BASE)),
                token=self._token(),
                clock=self._terms.clock,
                allow_private=self._terms.allow_private,
            )
        return self._client

    def close(self) -> None:
        """Close the client's connections."""
        if self._client is not None:
            self._client.close()

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
        self.client.tries = LOOKS
        return looking.check(self.client)

    @classmethod
    def usual(cls) -> Mapping[str, Mapping[str, str]]:
        """Return our fields of each kind of record with the properties they usually come from."""
        return looking.usual()

    def look(self, record: str) -> Mapping[str, Sequence[str]]:
        """Return the properties of a kind of record with some of their values."""
        self.client.tries = LOOKS
        return looking.parts(self.client, record)

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield a stream's changes since the cursor; the first time, all of it."""
        try:
            yield from self._pages(stream, cursor, now)
        except SourceError as error:
            kind = stream.removeprefix("archived_")
            if error.code == "forbidden":
                self._refused.add(stream)
            if scopes.is_optional(error, kind):
                raise scopes.not_allowed(kind) from error
            raise

    def _pages(self, stream: str, cursor: Cursor | None, now: datetime) -> Iterator[Page]:
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
                    position=int(stage.display_order or 0),
                    status=hubspot_fields.stage_status(stage.metadata or {}),
                    probability=values.number((stage.metadata or {}).get("probability")),
                )
                for pipeline in found.results
                for stage in pipeline.stages or ()
            }
            self._pipelines = {one.id: one.label for one in found.results}
        return self._stages

    def _owners(self) -> Iterator[Page]:
        for archived in ("false", "true"):
            after: str | None = None
            before: set[str] = set()
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
                after = self._following(found.paging, before)
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
                fields=self._chosen[kind],
                stages=stages,
                pipelines=getattr(self, "_pipelines", {}),
            )
            # Whoever may not see companies may not ask for links to them either.
            if self._mappers[kind].links in self._refused:
                self._mappers[kind].links = None
        return self._mappers[kind]

    def _everything(self, kind: str, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """List all living rows; afterwards the stream goes on with changes since the start."""
        mapper = self._mapper(kind)
        place = Place.of(cursor, now)
        after: str | None = cursor.get("after")
        before = {after} if after else set()
        wide = len(",".join(mapper.properties)) > LONGEST_ADDRESS
        with_history = kind == "deals" and self._history
        params: dict[str, Any] = {
            "limit": LIST_WITH_HISTORY if with_history else LIST,
            "archived": "false",
        }
        if not wide:
            params["properties"] = ",".join(mapper.properties)
            if with_history:
                params["propertiesWithHistory"] = "dealstage"
        if mapper.links:
            params["associations"] = mapper.links
        while True:
            asked = {**params, **({"after": after} if after else {})}
            found = self.client.get(looking.objects(kind), shapes.Listing, asked)
            if wide:
                self._fill(mapper, found.results, mapper.properties)
            elif with_history:
                untold = [one for one in found.results if one.properties_with_history is None]
                self._fill(mapper, untold, [])
            after = self._following(found.paging, before)
            place.see(mapper.stamp(one) for one in found.results)
            on = place.done() if after is None else {**place.on(), "mode": "full", "after": after}
            page = self._page(mapper, found.results, on)
            yield replace(
                page,
                seen=[one.id for one in found.results],
                starts="after" not in asked,
                is_complete=after is None,
            )
            if after is None:
                return

    def _changes(self, kind: str, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """Search what changed, by id within the time window, which no cap can cut off."""
        mapper = self._mapper(kind)
        place = Place.of(cursor, now)
        last, after = str(cursor.get("last", "0")), "0"
        first = "last" not in cursor
        before = {after}
        while True:
            body = {
                "filterGroups": [
                    {
                        "filters": [
                            {
                                "propertyName": mapper.modified,
                                "operator": "GTE",
                                "value": str(place.from_ms()),
                            },
                            {"propertyName": "hs_object_id", "operator": "GT", "value": last},
                        ]
                    }
                ],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": mapper.properties,
                "limit": SEARCH,
                "after": after,
            }
            found = self.client.post(f"{looking.objects(kind)}/search", body, shapes.Listing)
            following = self._following(found.paging, before)
            ids = [int(one.id) for one in found.results]
            more = following is not None or len(ids) >= SEARCH
            if more and ids and ids == sorted(ids):
                if ids[-1] <= int(last):
                    raise self._loop()
                last, after, before = str(ids[-1]), "0", {"0"}
            elif more:
                # An empty page, or one out of order: only the next page of the same search helps.
                after = following or str(int(after) + len(ids))
            place.see(mapper.stamp(one) for one in found.results)
            on = {**place.on(), "mode": "changes", "last": last} if more else place.done()
            items = self._completed(mapper, found.results)
            total = found.total if first else None
            first = False
            yield replace(self._page(mapper, items, on), total=total)
            if not more:
                return

    def _completed(self, mapper: Mapper, items: list[Item]) -> list[Item]:
        """Add what a search does not give: stage history and the linked company."""
        if mapper.kind == "deals" and self._history:
            self._fill(mapper, items, [])
        for start in range(0, len(items) if mapper.links else 0, ASSOCIATIONS):
            part = items[start : start + ASSOCIATIONS]
            path = f"/crm/associations/{VERSION}/{mapper.kind}/{mapper.links}/batch/read"
            found = self.client.post(
                path, {"inputs": [{"id": one.id} for one in part]}, shapes.Links
            )
            to = {str(link.from_.get("id")): links.of_batch(link.to) for link in found.results}
            for one in part:
                one.linked = to.get(one.id)
        return items

    def _fill(self, mapper: Mapper, items: list[Item], properties: list[str]) -> None:
        """Read properties, and of deals the stage history, of rows of which the ids are known."""
        with_history = mapper.kind == "deals" and self._history
        by_id = {one.id: one for one in items}
        ids = list(by_id)
        for start in range(0, len(ids), BATCH):
            body = {
                "inputs": [{"id": one} for one in ids[start : start + BATCH]],
                "properties": properties,
                "propertiesWithHistory": ["dealstage"] if with_history else [],
            }
            path = f"{looking.objects(mapper.kind)}/batch/read"
            for one in self.client.post(path, body, shapes.Listing).results:
                # A row that was merged meanwhile answers under another id.
                item = by_id.get(one.id)
                if item is None:
                    continue
                if properties:
                    item.properties = one.properties
                if with_history:
                    item.properties_with_history = one.properties_with_history

    def _archived(self, kind: str, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """List what was archived; a long list only once a day."""
        record = hubspot_fields.RECORDS[kind]
        last = cursor.get("listed")
        many = int(cursor.get("rows", 0)) > FEW_ARCHIVED
        if many and last and now - datetime.fromisoformat(last) < timedelta(days=1):
            return
        after: str | None = None
        before: set[str] = set()
        rows = 0
        while True:
            params = {"limit": LIST, "archived": "true", **({"after": after} if after else {})}
            found = self.client.get(looking.objects(kind), shapes.Listing, params)
            rows += len(found.results)
            after = self._following(found.paging, before)
            place: Cursor = {"listed": now.isoformat(), "rows": rows} if after is None else cursor
            yield Page(record, deleted=[one.id for one in found.results], cursor=place)
            if after is None:
                return

    def _page(self, mapper: Mapper, items: list[Item], place: Cursor) -> Page:
        rows, kept = mapper.rows(items)
        histories: dict[str, list[Entry]] = {}
        merged: list[str] = []
        for number, item in enumerate(kept):
            if item.properties_with_history is not None:
                histories[item.id] = mapper.history(item) or mapper.stand_in(rows[number])
            if item.properties and item.properties.get(hubspot_fields.MERGED):
                merged += mapper.merged(item)
        return Page(
            hubspot_fields.RECORDS[mapper.kind],
            rows,
            histories=histories,
            deleted=merged,
            cursor=place,
            rejected=len(items) - len(kept),
        )

    def _following(self, paging: shapes.Paging | None, before: set[str]) -> str | None:
        """Return where the next page starts, None on the last; no place may come twice."""
        told = paging.next.after if paging is not None and paging.next is not None else None
        if told in (None, ""):
            return None
        after = str(told)
        if after in before:
            raise self._loop()
        before.add(after)
        return after

    def _loop(self) -> SourceError:
        return SourceError(
            "cursor_loop",
            Message(
                N_("%(vendor)s gave the same page again. What was read so far is kept."),
                {"vendor": "HubSpot"},
            ),
        )

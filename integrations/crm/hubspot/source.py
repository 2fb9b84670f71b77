"""HubSpot on the dated API of September 2026: what is read, in which order, and how far."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from goals.errors import SourceError
from goals.records.source import Cursor, Page, Stage
from integrations import auth
from integrations.crm.hubspot import limits, lists, looking, paths, scopes, shapes
from integrations.crm.hubspot.changes import changes
from integrations.crm.hubspot.fields import Mapper, stage_status
from integrations.crm.hubspot.kinds import KINDS
from integrations.crm.hubspot.listing import archived, everything
from integrations.crm.hubspot.pages import Pages
from integrations.rest import values
from integrations.rest.fields import Item
from integrations.rest.source import LOOKS, RestSource, chosen
from integrations.rest.stream import Stream
from integrations.terms import Terms

_ARCHIVED = "archived_"

#: Properties of HubSpot's own that have no field of ours and are kept beside them.
ALSO = ("hs_manual_forecast_category",)


class Source(RestSource):
    """HubSpot as a source of records; only ever reads."""

    #: When a deal came to each stage is told, and need not be noted.
    keeps_history = True
    base = paths.BASE
    table = (lists.PIPELINES, lists.OWNERS, *lists.OBJECTS, *lists.MARKETING)

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; the first request comes with the first page.

        Raises SourceError for settings that cannot be read.
        """
        self.vendor = limits.vendor(terms.zone)
        super().__init__(terms)
        history = str(terms.settings.get("history", "on")).lower()
        self._history = history not in ("off", "false", "0")
        self._refused: set[str] = set()
        self._pipelines: dict[str, list[shapes.Pipeline]] = {}
        self._mappers: dict[str, Mapper] = {}
        self._users: dict[str, str] = {}
        self._money: dict[str, dict[str, Any]] = {}

    @property
    def streams(self) -> Sequence[tuple[str, str]]:
        """Return the names and records of what is listed, archived rows after the others."""
        gone = [(_ARCHIVED + one.name, one.record) for one in KINDS.values()]
        return [*super().streams, *gone]

    def token(self) -> Callable[[bool], str | None]:
        """Return what gives a token: a key of the account, or a sign-in that is renewed."""
        settings, secrets = self.terms.settings, self.terms.secrets
        if secrets.get("token"):
            return auth.fixed(secrets["token"])

        def keep(token: str) -> None:
            self.terms.keep_secrets({**secrets, "refresh_token": token})

        base = str(settings.get("auth_url") or self.address()).rstrip("/")
        return auth.Refreshed(
            self.vendor.name,
            f"{base}/oauth/{paths.VERSION}/token",
            client_id=str(settings.get("client_id", "")),
            client_secret=secrets.get("client_secret", ""),
            refresh_token=secrets.get("refresh_token", ""),
            keep=keep,
            clock=self.terms.clock,
            alone=self.terms.alone,
            allow_private=self.terms.allow_private,
            hosts=self.vendor.hosts,
        )

    def not_allowed(self, stream: str) -> SourceError:
        """Return what is said of something that the key may not read."""
        return scopes.not_allowed(stream.removeprefix(_ARCHIVED))

    # --- Choosing fields --------------------------------------------------------------------

    @classmethod
    def usual(cls) -> Mapping[str, Mapping[str, str]]:
        """Return our fields of each kind of record with the properties they usually come from."""
        return looking.usual()

    def look(self, record: str) -> Mapping[str, Sequence[str]]:
        """Return the properties of a kind of record with some of their values."""
        self.client.tries = LOOKS
        return looking.parts(self.client, record)

    # --- Pages ------------------------------------------------------------------------------

    @cached_property
    def _reading(self) -> Pages:
        return Pages(self.client, history=self._history)

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield a stream's changes since the cursor; the first time, all of it."""
        kind = stream.removeprefix(_ARCHIVED)
        try:
            if kind == stream:
                yield from super().pages(stream, cursor, now=now)
            elif kind in self._refused and kind in scopes.LEFT_OUT:
                # What is archived needs the same right.
                raise self.not_allowed(stream)
            else:
                yield from archived(self._reading, KINDS[kind], cursor or {}, now)
        except SourceError as error:
            if error.code in ("forbidden", "not_allowed"):
                self._refused.add(stream)
            if error.code == "forbidden" and kind in scopes.LEFT_OUT:
                raise self.not_allowed(stream) from error
            raise

    def _pages(self, stream: Stream, cursor: Cursor, now: datetime) -> Iterator[Page]:
        if stream.name not in KINDS:
            return super()._pages(stream, cursor, now)
        read = everything if cursor.get("mode", "full") == "full" else changes
        return read(self._reading, self._mapper(stream.name), cursor, now)

    def _mapper(self, kind: str) -> Mapper:
        """Return how rows of a type are mapped, with the account's own properties."""
        if kind not in self._mappers:
            found = self.client.get(paths.properties(kind), shapes.Properties).results
            # Whoever may not see companies may not ask for links to them either.
            made = Mapper(
                kind,
                [one.name for one in found if not one.hubspot_defined or one.name in ALSO],
                zone=self.terms.zone,
                fields=chosen(self.terms.settings, KINDS[kind].record),
                stages=self._stages_of(kind),
                pipelines={one.id: one.label for one in self._pipelines.get(kind, ())},
                labels={
                    one.name: {each.value: each.label for each in one.options}
                    for one in found
                    if one.options
                },
                users=self._owners_by_user() if kind == "goal_targets" else None,
            )
            made.links = tuple(one for one in made.links if one[1] not in self._refused)
            made.known.with_lines = kind == "deals" and self._has_lines()
            self._mappers[kind] = made
        return self._mappers[kind]

    # --- What is asked once -----------------------------------------------------------------

    def all_stages(self) -> Sequence[Stage]:
        """Return the stages of all pipelines of deals."""
        return list(self._stages_of("deals").values())

    def _stages_of(self, kind: str) -> dict[str, Stage]:
        if kind not in ("deals", "tickets"):
            return {}
        if kind not in self._pipelines:
            found = self.client.get(paths.pipelines(kind), shapes.Pipelines)
            self._pipelines[kind] = found.results
        return {
            stage.id: Stage(
                pipeline=pipeline.label,
                name=stage.label,
                external_id=stage.id,
                position=int(stage.display_order or 0),
                status=stage_status(stage.metadata or {}),
                probability=values.number((stage.metadata or {}).get("probability")),
            )
            for pipeline in self._pipelines[kind]
            for stage in pipeline.stages or ()
        }

    def _has_lines(self) -> bool:
        """Tell whether deals have line items that the key may see."""
        path = f"{paths.objects('line_items')}?limit=1"
        try:
            return bool(self.client.get(path, shapes.Listing).results)
        except SourceError as error:
            if error.code == "forbidden":
                return False
            raise

    def know(self, owner: Item) -> None:
        """Remember which user of HubSpot an owner is: goals name the user."""
        user = owner.get("userId") or owner.get("userIdIncludingInactive")
        if user and owner.get("id"):
            self._users[str(user)] = str(owner["id"])

    def _owners_by_user(self) -> dict[str, str]:
        if not self._users:
            for _ in super().pages(lists.OWNERS.name, None, now=self.terms.clock()):
                pass
        return self._users

    def money(self, campaign: str) -> dict[str, Any]:
        """Return a campaign's budget and what was paid for it, asked once in a run."""
        if campaign not in self._money:
            path = f"{paths.CAMPAIGNS}/{campaign}/budget/totals"
            self._money[campaign] = self.client.get(path, dict[str, Any])
        return self._money[campaign]

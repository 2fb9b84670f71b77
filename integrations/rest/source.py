"""A source made of a table of streams: pages with their places, changes, deletes, checks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from goals.errors import SourceError
from goals.records.source import Check, Cursor, Entry, Page, Stage
from goals.words import N_, Message
from integrations import mapped
from integrations.http import Client
from integrations.rest import fields, values
from integrations.rest.fields import Item, Take
from integrations.rest.place import Place
from integrations.rest.stream import Asked, Batch, Row, Stream
from integrations.terms import Terms
from integrations.vendor import Vendor

#: How often a look is repeated while somebody waits for it.
LOOKS = 2


class RestSource(ABC):
    """A vendor's records over HTTP; only ever reads.

    A vendor's module subclasses it with its `vendor`, its `table` of streams and the ways of
    its tokens; `all_stages` is for vendors that have pipelines.
    """

    vendor: Vendor
    table: ClassVar[Sequence[Stream]]
    #: The address where the setting `base_url` names none.
    base: ClassVar[str] = ""
    #: A path that every token which is taken may read; needed where the vendor answers a token
    #: that is not taken as it answers one that may not read something.
    me: ClassVar[str] = ""

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; the first request comes with the first page.

        Raises SourceError for settings that cannot be read.
        """
        self.terms = terms
        self.zone = ZoneInfo(terms.zone)
        self._chosen = {one.name: _chosen(terms.settings, one) for one in self.table}
        self._client: Client | None = None
        self._every_stage: Sequence[Stage] | None = None
        self._by_id: dict[str, Stage] | None = None

    @property
    def streams(self) -> Sequence[tuple[str, str]]:
        """Return the names and records of what is listed, in their order."""
        return [(one.name, one.record) for one in self.table]

    @property
    def client(self) -> Client:
        """Return the client, opened on first use."""
        if self._client is None:
            self._client = Client(
                self.vendor,
                self.address(),
                token=self.token(),
                clock=self.terms.clock,
                allow_private=self.terms.allow_private,
            )
        return self._client

    def address(self) -> str:
        """Return where all paths begin."""
        return str(self.terms.settings.get("base_url") or self.base).rstrip("/")

    @abstractmethod
    def token(self) -> Callable[[bool], str | None]:
        """Return what gives a token for each request."""

    def close(self) -> None:
        """Close the client's connections."""
        if self._client is not None:
            self._client.close()

    # --- Stages ---------------------------------------------------------------------------

    @property
    def every_stage(self) -> Sequence[Stage]:
        """Return the vendor's stages, asked for once; one may stand in several pipelines."""
        if self._every_stage is None:
            self._every_stage = self.all_stages()
        return self._every_stage

    @property
    def stages(self) -> dict[str, Stage]:
        """Return the vendor's stages by their ids."""
        if self._by_id is None:
            self._by_id = {one.external_id: one for one in self.every_stage}
        return self._by_id

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages of all pipelines; none where the vendor has no such thing."""
        return ()

    def chosen(self, stream: str) -> Mapping[str, Take]:
        """Return a stream's fields with the administrator's own choice of parts."""
        return self._chosen[stream]

    # --- Choosing fields ------------------------------------------------------------------

    @classmethod
    def usual(cls) -> Mapping[str, Mapping[str, str]]:
        """Return our fields of each kind of record with the parts they usually come from."""
        found: dict[str, dict[str, str]] = {}
        for one in cls.table:
            if one.fields:
                own = {column: take.theirs for column, take in one.fields.items()}
                found[one.record] = own | found.get(one.record, {})
        return found

    def look(self, record: str) -> Mapping[str, Sequence[str]]:
        """Ask for an object of a kind of record; returns its parts with their values."""
        self.client.tries = LOOKS
        items: list[Item] = []
        for one in self.table:
            if one.record == record:
                items += one.ask(self, Asked(limit=1)).items
        return mapped.together([mapped.parts(item) for item in items])

    # --- Looking and pulling --------------------------------------------------------------

    def check(self) -> list[Check]:
        """Ask for one object of everything a sync reads."""
        self.client.tries = LOOKS
        found = []
        for one in self.table:
            try:
                self._look(one)
                found.append(Check(one.name, True, Message(N_("Can be read."))))
            except SourceError as error:
                optional = error.code == "forbidden" and not one.needed
                told = self.not_allowed(one.name) if optional else error
                found.append(Check(one.name, False, told.message, told.fix, one.needed))
                if error.code in ("unauthorized", "unreachable"):
                    break
        return found

    def _look(self, stream: Stream) -> None:
        try:
            stream.ask(self, Asked(limit=1))
        except SourceError as error:
            self._see_token(error)
            raise

    def _see_token(self, error: SourceError) -> None:
        """Raise `unauthorized` where it is not a right that is missing: the token is not taken."""
        if error.code != "forbidden" or not self.me:
            return
        try:
            self.client.get(self.me, dict[str, Any])
        except SourceError as other:
            if other.code == "forbidden":
                raise self.client.unauthorized() from error

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield a stream's changes since the cursor; the first time, all of it."""
        [found] = [one for one in self.table if one.name == stream]
        try:
            yield from self._pages(found, cursor or {}, now)
        except SourceError as error:
            self._see_token(error)
            if error.code == "forbidden" and not found.needed:
                raise self.not_allowed(stream) from error
            raise

    def not_allowed(self, stream: str) -> SourceError:
        """Return the error for something that is left out until the sign-in may read it."""
        names = {"vendor": self.vendor.name, "name": stream}
        return SourceError(
            "not_allowed",
            Message(N_("%(vendor)s does not let us read %(name)s with this sign-in."), names),
            fix=Message(N_("Give it the right to read them if you want them here."), names),
            permanent=True,
        )

    def _pages(self, stream: Stream, cursor: Cursor, now: datetime) -> Iterator[Page]:
        if stream.record == "stage":
            yield Page("stage", stages=list(self.every_stage))
            return
        if stream.every is not None and not _is_due(stream.every, cursor.get("listed"), now):
            return
        if stream.own is not None:
            yield from stream.own(self, cursor, now)
            return
        place = Place.of(cursor, now)
        changes = stream.stamp is not None and cursor.get("mode") == "changes"
        swept = cursor.get("swept") if changes else place.started.isoformat()
        last: Cursor = {}
        for batch in self._listed(stream, place.from_at() if changes else None, cursor):
            place.see(self._stamp(stream, one) for one in batch.items)
            if batch.after is not None:
                mode = "changes" if changes else "full"
                last = {**place.on(), "mode": mode, "after": batch.after, "swept": swept}
            else:
                listed = {"listed": swept} if stream.every is not None else {}
                last = {**place.done(), "swept": swept} if stream.stamp else listed
            items = batch.items if stream.more is None else stream.more(self, batch.items)
            page = self._page(stream, items, last)
            whole = {} if changes else _whole(stream, batch, is_first=not cursor.get("after"))
            yield replace(page, total=batch.total, **whole)
            cursor = {"after": batch.after}
        if changes and stream.sweep is not None and _is_due(stream.sweep, swept, now):
            yield from self._sweep(stream, {**last, "swept": now.isoformat()})

    def _listed(
        self, stream: Stream, since: datetime | None, cursor: Cursor, *, sweeps: bool = False
    ) -> Iterator[Batch]:
        """Ask for page after page; no place may come twice."""
        after = cursor.get("after")
        before = {after}
        while True:
            batch = stream.ask(self, Asked(since, after, sweeps=sweeps))
            after = batch.after
            if after is not None and after in before:
                raise loop(self.vendor.name)
            before.add(after)
            yield batch
            if after is None:
                return

    def _sweep(self, stream: Stream, done: Cursor) -> Iterator[Page]:
        """List everything again, so that what is not there any more is seen.

        The rows are taken along: what changes without a new stamp comes right with them. Rows
        that need more than the listing are not.
        """
        is_first = True
        for batch in self._listed(stream, None, {}, sweeps=True):
            last = batch.after is None
            items = batch.items if stream.more is None else ()
            page = self._page(replace(stream, histories=None), items, done)
            cursor = done if last else {name: one for name, one in done.items() if name != "swept"}
            yield replace(page, cursor=cursor, **_whole(stream, batch, is_first=is_first))
            is_first = False

    def _page(self, stream: Stream, items: Sequence[Item], cursor: Cursor) -> Page:
        rows: list[Row] = []
        kept: list[Item] = []
        gone: list[str] = []
        stands: dict[str, Entry] = {}
        unread: list[str] = []
        nameless = 0
        for item in items:
            external_id = stream.id_of(item)
            if external_id is None:
                nameless += 1
                continue
            gone += stream.merged(item) if stream.merged is not None else ()
            if stream.gone(item):
                gone.append(external_id)
                continue
            try:
                row = self._row(stream, item, external_id)
                stand = stream.stands(self, row, item) if stream.stands and row else None
            except (ValueError, ArithmeticError):
                unread.append(external_id)
                continue
            if row is None:
                continue
            rows.append(row)
            kept.append(item)
            if stand is not None:
                stands[external_id] = stand
        return Page(
            stream.record,
            rows,
            histories=stream.histories(self, kept) if stream.histories and kept else {},
            stands=stands,
            deleted=gone,
            cursor=cursor,
            rejected=nameless + len(unread),
            unread=unread,
        )

    def _row(self, stream: Stream, item: Item, external_id: str) -> Row | None:
        found = fields.row(item, self._chosen[stream.name], self.zone)
        row: Row = {"external_id": external_id, **found}
        if stream.custom is not None:
            row["custom"] = stream.custom(self, item)
        return stream.finish(self, row, item)

    def _stamp(self, stream: Stream, item: Item) -> datetime | None:
        told = fields.part(item, stream.stamp) if stream.stamp is not None else None
        try:
            return None if told is None else values.instant(str(told))
        except ValueError:
            return None

    def changed(self) -> SourceError:
        """Return the error for an answer that lacks what it always had."""
        return SourceError(
            "not_understood",
            Message(
                N_("%(vendor)s sent an answer that is broken or has changed its form."),
                {"vendor": self.vendor.name},
            ),
            permanent=True,
        )


def loop(vendor: str) -> SourceError:
    """Return the error for a list that would go on for ever."""
    return SourceError(
        "cursor_loop",
        Message(
            N_("%(vendor)s gave the same page again. What was read so far is kept."),
            {"vendor": vendor},
        ),
    )


def _whole(stream: Stream, batch: Batch, *, is_first: bool) -> dict[str, Any]:
    """Return what makes pages a listing of everything, from which deletes are told."""
    ids = (stream.id_of(one) for one in batch.items if not stream.gone(one))
    return {
        "seen": [one for one in ids if one is not None],
        "starts": is_first,
        "is_complete": batch.after is None,
        "prefix": stream.prefix,
    }


def _is_due(every: timedelta, before: object, now: datetime) -> bool:
    return not isinstance(before, str) or now - datetime.fromisoformat(before) >= every


def chosen(settings: Mapping[str, Any], record: str) -> dict[str, str]:
    """Return the administrator's own choice of parts for a record, our column -> theirs.

    The setting is JSON: {"deal": {"created_on": "engage_date"}}. Raises SourceError for
    anything else.
    """
    given = settings.get("fields") or {}
    try:
        read = msgspec.json.decode(given) if isinstance(given, str) else given
        return msgspec.convert(read, dict[str, dict[str, str]]).get(record, {})
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            "setting_wrong",
            Message(N_("The setting %(name)s is not written as it should be."), {"name": "fields"}),
            fix=Message(
                N_("Write it like this: %(example)s"),
                {"example": '{"deal": {"created_on": "engage_date"}}'},
            ),
            permanent=True,
        ) from error


def _chosen(settings: Mapping[str, Any], stream: Stream) -> Mapping[str, Take]:
    own = chosen(settings, stream.record)
    return {
        column: Take(own[column], take.read) if column in own else take
        for column, take in stream.fields.items()
    }

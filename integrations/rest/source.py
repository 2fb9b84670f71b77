"""A source made of a table of streams: pages with their places, changes, deletes, checks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
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


class RestSource:
    """A vendor's records over HTTP; only ever reads.

    A vendor's module subclasses it with its `vendor`, its `table` of streams and the ways of
    its tokens. `stages_of` and `order` of streams are the vendor's own.
    """

    vendor: ClassVar[Vendor]
    table: ClassVar[Sequence[Stream]]
    #: The address where the setting `base_url` names none.
    base: ClassVar[str] = ""

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; the first request comes with the first page.

        Raises SourceError for settings that cannot be read.
        """
        self.terms = terms
        self.zone = ZoneInfo(terms.zone)
        self._chosen = {one.name: _chosen(terms.settings, one) for one in self.table}
        self._client: Client | None = None
        self._stages: dict[str, Stage] | None = None

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

    def token(self) -> Callable[[bool], str | None]:
        """Return what gives a token for each request."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the client's connections."""
        if self._client is not None:
            self._client.close()

    # --- Stages ---------------------------------------------------------------------------

    @property
    def stages(self) -> dict[str, Stage]:
        """Return the vendor's stages by their ids, asked for once."""
        if self._stages is None:
            self._stages = {one.external_id: one for one in self.all_stages()}
        return self._stages

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages of all pipelines; none where the vendor has no such thing."""
        return ()

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
                one.ask(self, Asked(limit=1))
                found.append(Check(one.name, True, Message(N_("Can be read."))))
            except SourceError as error:
                found.append(Check(one.name, False, error.message, error.fix, one.needed))
                if error.code in ("unauthorized", "unreachable"):
                    break
        return found

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield a stream's changes since the cursor; the first time, all of it."""
        [found] = [one for one in self.table if one.name == stream]
        try:
            yield from self._pages(found, cursor or {}, now)
        except SourceError as error:
            if error.code == "forbidden" and not found.needed:
                raise left_out(self.vendor.name, stream) from error
            raise

    def _pages(self, stream: Stream, cursor: Cursor, now: datetime) -> Iterator[Page]:
        if stream.record == "stage":
            yield Page("stage", stages=list(self.stages.values()))
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
                last = {**place.done(), "swept": swept} if stream.stamp else {}
            page = self._page(stream, batch.items, last)
            whole = {} if changes else _whole(stream, batch, is_first=not cursor.get("after"))
            yield replace(page, total=batch.total, **whole)
            cursor = {"after": batch.after}
        if changes and _is_due(stream, swept, now):
            yield from self._sweep(stream, {**last, "swept": now.isoformat()})

    def _listed(self, stream: Stream, since: datetime | None, cursor: Cursor) -> Iterator[Batch]:
        """Ask for page after page; no place may come twice."""
        after = cursor.get("after")
        before = {after}
        while True:
            batch = stream.ask(self, Asked(since, after))
            after = batch.after
            if after is not None and after in before:
                raise self._loop()
            before.add(after)
            yield batch
            if after is None:
                return

    def _sweep(self, stream: Stream, done: Cursor) -> Iterator[Page]:
        """List everything again, so that what is not there any more is seen.

        The rows are taken along: what changes without a new stamp comes right with them.
        """
        is_first = True
        for batch in self._listed(stream, None, {}):
            last = batch.after is None
            page = self._page(replace(stream, histories=None), batch.items, done)
            cursor = done if last else {name: one for name, one in done.items() if name != "swept"}
            yield replace(page, cursor=cursor, **_whole(stream, batch, is_first=is_first))
            is_first = False

    def _page(self, stream: Stream, items: Sequence[Item], cursor: Cursor) -> Page:
        rows: list[Row] = []
        kept: list[Item] = []
        gone: list[str] = []
        stands: dict[str, Entry] = {}
        rejected = 0
        for item in items:
            external_id = stream.id_of(item)
            if external_id is None:
                rejected += 1
                continue
            gone += stream.merged(item) if stream.merged is not None else ()
            if stream.gone(item):
                gone.append(external_id)
                continue
            try:
                row = self._row(stream, item, external_id)
            except (ValueError, ArithmeticError):
                rejected += 1
                continue
            if row is None:
                continue
            rows.append(row)
            kept.append(item)
            stand = stream.stands(self, row, item) if stream.stands is not None else None
            if stand is not None:
                stands[external_id] = stand
        return Page(
            stream.record,
            rows,
            histories=stream.histories(self, kept) if stream.histories and kept else {},
            stands=stands,
            deleted=gone,
            cursor=cursor,
            rejected=rejected,
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

    def _loop(self) -> SourceError:
        return SourceError(
            "cursor_loop",
            Message(
                N_("%(vendor)s gave the same page again. What was read so far is kept."),
                {"vendor": self.vendor.name},
            ),
        )


def left_out(vendor: str, stream: str) -> SourceError:
    """Return the error for something that is left out until the sign-in may read it."""
    names = {"vendor": vendor, "name": stream}
    return SourceError(
        "not_allowed",
        Message(N_("%(vendor)s does not let us read %(name)s with this sign-in."), names),
        fix=Message(N_("Give it the right to read them if you want them here."), names),
        permanent=True,
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


def _is_due(stream: Stream, swept: object, now: datetime) -> bool:
    if stream.sweep is None:
        return False
    return not isinstance(swept, str) or now - datetime.fromisoformat(swept) >= stream.sweep


def _chosen(settings: Mapping[str, Any], stream: Stream) -> Mapping[str, Take]:
    """Return a stream's fields with the administrator's own choice of parts, ours -> theirs.

    The setting is JSON: {"deal": {"created_on": "engage_date"}}.
    """
    given = settings.get("fields") or {}
    try:
        read = msgspec.json.decode(given) if isinstance(given, str) else given
        own = msgspec.convert(read, dict[str, dict[str, str]]).get(stream.record, {})
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
    return {
        column: Take(own[column], take.read) if column in own else take
        for column, take in stream.fields.items()
    }

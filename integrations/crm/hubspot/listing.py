"""Everything of a type, living or archived, page after page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from goals.errors import SourceError
from goals.records.source import Cursor, Page
from integrations.crm.hubspot import paths, shapes
from integrations.crm.hubspot.fields import Mapper
from integrations.crm.hubspot.kinds import Kind
from integrations.crm.hubspot.pages import Pages
from integrations.rest.place import Place

#: More archived rows than this are listed once a day and not with every run.
FEW_ARCHIVED = 1000


def everything(pages: Pages, mapper: Mapper, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """List all living rows; afterwards the stream goes on with changes since the start."""
    place = Place.of(cursor, now)
    after: str | None = cursor.get("after")
    before = {after} if after else set()
    wide = len(",".join(mapper.properties)) > paths.LONGEST_ADDRESS
    with_history = pages.with_history(mapper)
    params = asked(mapper, with_history=with_history, wide=wide)
    while True:
        words = {**params, **({"after": after} if after else {})}
        found = pages.client.get(paths.objects(mapper.kind.name), shapes.Listing, words)
        if wide:
            pages.fill(mapper, found.results, mapper.properties)
        elif with_history:
            untold = [one for one in found.results if one.properties_with_history is None]
            pages.fill(mapper, untold, [])
        after = pages.following(found.paging, before)
        place.see([mapper.newest(found.results)])
        on = place.done() if after is None else {**place.on(), "mode": "full", "after": after}
        has_more = "after" not in words and after is not None
        total = _total(pages, mapper.kind) if has_more else None
        page = pages.made(mapper, found.results, on)
        gone = set(page.deleted)
        ids = mapper.ids(found.results)
        yield replace(
            page,
            seen=[one for one in ids if one not in gone] if gone else ids,
            starts="after" not in words,
            total=total,
            is_complete=after is None,
            prefix=mapper.kind.prefix,
        )
        if after is None:
            return


def _total(pages: Pages, kind: Kind) -> int | None:
    """Return about how many rows there are, which a search tells and a list does not.

    None for what cannot be searched: it is only for whoever watches.
    """
    body = {"filterGroups": [], "sorts": [], "properties": [], "limit": 1, "after": "0"}
    try:
        return pages.client.post(f"{paths.objects(kind.name)}/search", body, shapes.Listing).total
    except SourceError:
        return None


def asked(mapper: Mapper, *, with_history: bool, wide: bool = False) -> dict[str, Any]:
    """Return the words with which a page is asked for; `wide` leaves the properties for later."""
    params: dict[str, Any] = {
        "limit": paths.LIST_WITH_HISTORY if with_history else paths.LIST,
        "archived": "false",
    }
    if not wide:
        params["properties"] = ",".join(mapper.properties)
        if with_history:
            params["propertiesWithHistory"] = "dealstage"
    if mapper.links:
        params["associations"] = ",".join(to for _, to in mapper.links)
    return params


def archived(pages: Pages, kind: Kind, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """List what was archived; a long list only once a day."""
    last = cursor.get("listed")
    many = int(cursor.get("rows", 0)) > FEW_ARCHIVED
    if many and last and now - datetime.fromisoformat(last) < timedelta(days=1):
        return
    after: str | None = None
    before: set[str] = set()
    rows = 0
    while True:
        params = {
            "limit": paths.LIST,
            "archived": "true",
            **({"after": after} if after else {}),
        }
        found = pages.client.get(paths.objects(kind.name), shapes.Listing, params)
        rows += len(found.results)
        after = pages.following(found.paging, before)
        place: Cursor = {"listed": now.isoformat(), "rows": rows} if after is None else cursor
        deleted = [kind.prefix + one.id for one in found.results]
        yield Page(kind.record, deleted=deleted, cursor=place)
        if after is None:
            return

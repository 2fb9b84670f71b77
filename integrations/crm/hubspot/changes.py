"""What of a type changed since the last pass: a search by id within the time window."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from goals.records.source import Cursor, Page
from integrations.crm.hubspot import paths, shapes
from integrations.crm.hubspot.fields import Mapper
from integrations.crm.hubspot.pages import Pages
from integrations.rest.place import Place
from integrations.rest.source import loop


def changes(pages: Pages, mapper: Mapper, cursor: Cursor, now: datetime) -> Iterator[Page]:
    """Search what changed; going on behind the last id, which no cap can cut off."""
    place = Place.of(cursor, now)
    last, after = str(cursor.get("last", "0")), "0"
    before = {after}
    is_first = "last" not in cursor
    while True:
        body = _search(mapper, place.from_ms(), last, after)
        path = f"{paths.objects(mapper.kind.name)}/search"
        found = pages.client.post(path, body, shapes.Listing)
        following = pages.following(found.paging, before)
        ids = [int(one.id) for one in found.results]
        more = following is not None or len(ids) >= paths.SEARCH
        if more and ids and ids == sorted(ids):
            if ids[-1] <= int(last):
                raise loop(pages.client.vendor.name)
            last, after, before = str(ids[-1]), "0", {"0"}
        elif more:
            # An empty page, or one out of order: only the next page of the same search helps.
            after = following or str(int(after) + len(ids))
        place.see([mapper.newest(found.results)])
        on = {**place.on(), "mode": "changes", "last": last} if more else place.done()
        pages.complete(mapper, found.results)
        page = pages.made(mapper, found.results, on)
        yield replace(page, total=found.total if is_first else None)
        is_first = False
        if not more:
            return


def _search(mapper: Mapper, since: int, last: str, after: str) -> dict[str, Any]:
    filters = [
        {"propertyName": mapper.modified, "operator": "GTE", "value": str(since)},
        {"propertyName": "hs_object_id", "operator": "GT", "value": last},
    ]
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": mapper.properties,
        "limit": paths.SEARCH,
        "after": after,
    }

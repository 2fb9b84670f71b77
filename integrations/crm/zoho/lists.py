"""How Zoho's modules are listed: named fields, pages by token, what changed, what was deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from goals.errors import SourceError
from integrations.rest.fields import Item
from integrations.rest.stream import Ask, Asked, Batch, chained

VERSION = "/crm/v8"
#: Rows of a page, fields of a question, and ids of one.
PAGE, MOST_FIELDS, MOST_IDS = 200, 50, 100
#: Deals of a page: each is asked for its history before the page is stored.
DEALS = 50
#: When a record was changed last; asked for of every module.
STAMP = "Modified_Time"
#: How the place of a page is written down: its number, or the token that leads there.
NUMBER, TOKEN = "n", "t"


class Listing(msgspec.Struct):
    """A page; none where nothing is (204) or nothing changed (304)."""

    data: list[dict[str, Any] | None] | None = None
    info: dict[str, Any] = {}
    users: list[dict[str, Any] | None] | None = None
    #: What is told of a module's fields is read elsewhere; here it shows that it may be.
    fields: list[Any] | None = None

    def __post_init__(self) -> None:
        """Refuse an answer without a list, which says nothing of what there is."""
        if self.data is None and self.users is None and self.fields is None:
            raise ValueError("no list")

    def items(self) -> Sequence[Item]:
        """Return the objects; one that is empty is kept, to be counted as not understood."""
        return [one or {} for one in self.data or self.users or ()]

    @property
    def has_more(self) -> bool:
        """Tell whether more pages follow."""
        return self.info.get("more_records") is True


def headers(since: datetime | None) -> dict[str, str]:
    """Return what asks for changes alone; a page token is bound to it."""
    return {} if since is None else {"If-Modified-Since": since.isoformat(timespec="seconds")}


def listed(module: str, **also: str) -> Ask:
    """Return how the records of a module are asked for, by id, which no change moves.

    The first 2,000 rows may be reached by the number of their page, the others only by the token
    that the page before told. A token is good for a day; one that is not taken any more means
    that the list is begun again.
    """

    def ask(source: Any, asked: Asked) -> Batch:
        names = source.asked_of(module)
        params: dict[str, Any] = {
            "fields": ",".join(names[:MOST_FIELDS]),
            "per_page": asked.limit or PAGE,
            "sort_by": "id",
            "sort_order": "asc",
            **also,
        }
        kind, place = (asked.after or NUMBER)[:1], (asked.after or "")[1:]
        try:
            found = _page(source, module, params, kind, place, asked.since)
        except SourceError as error:
            if error.code != "refused_400" or kind != TOKEN:
                raise
            kind, place = NUMBER, ""
            found = _page(source, module, params, kind, place, asked.since)
        items = [dict(one) for one in found.items()]
        _fill(source, module, items, names[MOST_FIELDS:])
        return Batch(items, _following(found, kind, place))

    return ask


def _page(
    source: Any,
    module: str,
    params: Mapping[str, Any],
    kind: str,
    place: str,
    since: datetime | None,
) -> Listing:
    also = {"page_token" if kind == TOKEN else "page": place} if place else {}
    found: Listing = source.client.get(
        f"{VERSION}/{module}", Listing, {**params, **also}, headers(since)
    )
    return found


def _following(found: Listing, kind: str, place: str) -> str | None:
    if not found.has_more:
        return None
    token = found.info.get("next_page_token")
    if token:
        return f"{TOKEN}{token}"
    return f"{NUMBER}{int(place or 1) + 1}" if kind == NUMBER else None


def _fill(source: Any, module: str, items: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    """Add the fields for which one question has no room, which Zoho would leave out in silence."""
    by_id = {str(one["id"]): one for one in items if one.get("id")}
    ids = list(by_id)
    for first in range(0, len(names), MOST_FIELDS):
        for start in range(0, len(ids), MOST_IDS):
            params = {
                "fields": ",".join(names[first : first + MOST_FIELDS]),
                "ids": ",".join(ids[start : start + MOST_IDS]),
                "per_page": MOST_IDS,
            }
            for one in source.client.get(f"{VERSION}/{module}", Listing, params).items():
                if str(one.get("id")) in by_id:
                    by_id[str(one["id"])].update(one)


def numbered(path: str, **also: str) -> Ask:
    """Return how a list is asked for that has pages by their number alone."""

    def ask(source: Any, asked: Asked) -> Batch:
        page = int(asked.after or 1)
        params = {"page": page, "per_page": asked.limit or PAGE, **also}
        found = source.client.get(f"{VERSION}/{path}", Listing, params, headers(asked.since))
        return Batch(found.items(), str(page + 1) if found.has_more else None)

    return ask


def deleted(module: str) -> Ask:
    """Return how the records are asked for that were deleted, for good or not."""
    told = numbered(f"{module}/deleted", type="all")

    def ask(source: Any, asked: Asked) -> Batch:
        if asked.since is None:
            return Batch(())
        batch = told(source, asked)
        return Batch([{"id": one.get("id"), "is_gone": True} for one in batch.items], batch.after)

    return ask


def module(name: str, **also: str) -> Ask:
    """Return how a module is pulled: its records, and of changes what was deleted as well."""
    return chained(listed(name, **also), deleted(name))

"""How Pipedrive's lists are asked for: v2 by cursor, leads of v1 by position."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from integrations.rest.fields import Item
from integrations.rest.stream import Ask, Asked, Batch

#: The most rows of a page.
PAGE = 500
#: Pages by position begin this many rows before the last one ended, because rows that were
#: deleted meanwhile move the others up.
BACK = 10


class Listing(msgspec.Struct):
    """A page as both versions answer it; one that failed is none, whatever its status."""

    success: bool
    data: list[dict[str, Any] | None] | None
    additional_data: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse an answer that says itself that it failed."""
        if not self.success:
            raise ValueError("not a success")

    def items(self) -> Sequence[Item]:
        """Return the objects; one that is empty is kept, to be counted as not understood."""
        return [one or {} for one in self.data or ()]

    def told(self, name: str) -> Any:
        """Return what is told beside the data, None where it is not."""
        return (self.additional_data or {}).get(name)


def rfc(at: datetime) -> str:
    """Write an instant as Pipedrive takes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def page(source: Any, path: str, params: Mapping[str, Any], after: str | None) -> Batch:
    """Ask for a page that goes on by cursor."""
    asked = {**params, **({"cursor": after} if after else {})}
    found = source.client.get(path, Listing, asked)
    return Batch(found.items(), found.told("next_cursor") or None)


def listed(path: str, **also: str) -> Ask:
    """Return how a list of v2 is asked for, all of it by id, changes by when they happened."""

    def ask(source: Any, asked: Asked) -> Batch:
        params: dict[str, Any] = {"limit": asked.limit or PAGE, **also}
        if asked.since is not None:
            params |= {"updated_since": rfc(asked.since), "sort_by": "update_time"}
        return page(source, f"/api/v2{path}", params, asked.after)

    return ask


def deleted(source: Any, asked: Asked) -> Batch:
    """Ask for the deals that were deleted in the last 30 days; a list of all needs no such."""
    if asked.since is None:
        return Batch(())
    return listed("/deals", status="deleted")(source, asked)


def everyone(source: Any, asked: Asked) -> Batch:
    """Ask for the users, who come all at once."""
    return Batch(source.client.get("/api/v1/users", Listing).items())


def leads(path: str, *, has_changes: bool) -> Ask:
    """Return how a list of leads is asked for; the archived ones cannot be asked for changes."""

    def ask(source: Any, asked: Asked) -> Batch:
        if asked.since is not None and not has_changes:
            return Batch(())
        params: dict[str, Any] = {"limit": asked.limit or PAGE, "sort": "add_time"}
        if asked.since is not None:
            params["updated_since"] = rfc(asked.since)
        start = int(asked.after or 0)
        found = source.client.get(f"/api/v1{path}", Listing, {**params, "start": start})
        paging = found.told("pagination") or {}
        following = int(paging.get("next_start") or 0)
        has_more = bool(paging.get("more_items_in_collection")) and following > start
        back = min(BACK, (following - start) // 2)
        return Batch(found.items(), str(following - back) if has_more else None)

    return ask


def converted(path: str) -> Ask:
    """Return how the leads are asked for that became deals: no list of leads has them any more.

    Each is told by its deal. `is_new` marks those that were converted since the last pull;
    of the others nothing changes, but they are still there.
    """
    deals = listed(path, include_fields="source_lead_id")

    def ask(source: Any, asked: Asked) -> Batch:
        batch = deals(source, asked)
        found = []
        for one in batch.items:
            if one.get("source_lead_id"):
                at = str(one.get("add_time") or "")
                is_new = asked.since is not None and at >= rfc(asked.since)
                told = {"id": one["source_lead_id"], "deal": one.get("id"), "at": at}
                found.append({**told, "is_new": is_new, "is_converted": True})
        return Batch(found, batch.after)

    return ask

"""Which company a row belongs to: the primary one, else the first (pure)."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

#: HubSpot's names and number for the link to a deal's primary company.
_PRIMARY = frozenset(("deal_to_company", "deal_to_primary_company"))
_PRIMARY_ID = 5


class Target(msgspec.Struct, gc=False):
    """A row that is linked to, and the kind of link."""

    id: Any = None
    type: Any = None


class Targets(msgspec.Struct, gc=False):
    """The rows of one type that a row is linked to."""

    results: list[Target] | None = None


def of_listing(associations: Mapping[str, Targets | None] | None, to: str) -> str | None:
    """Return the company among the links that a listing gives with a row."""
    found = associations.get(to) if associations else None
    results = found.results if found is not None else None
    first: str | None = None
    for one in results or ():
        if one.id is None or one.id == "":
            continue
        if one.type in _PRIMARY:
            return str(one.id)
        first = first or str(one.id)
    return first


def of_batch(to: Iterable[Mapping[str, Any]] | None) -> str | None:
    """Return the company among the links that a batch gives for a row."""
    return _chosen(
        (
            one.get("toObjectId"),
            any(
                kind.get("typeId") == _PRIMARY_ID or str(kind.get("label")).lower() == "primary"
                for kind in one.get("associationTypes") or []
            ),
        )
        for one in to or []
    )


def _chosen(links: Iterable[tuple[Any, bool]]) -> str | None:
    first: str | None = None
    for id_, primary in links:
        if id_ is None or id_ == "":
            continue
        if primary:
            return str(id_)
        first = first or str(id_)
    return first

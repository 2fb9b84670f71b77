"""Looks at a HubSpot account while somebody waits: what can be read, and what is in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from goals.errors import SourceError
from goals.records.source import Check
from goals.words import N_, Message
from integrations import mapped
from integrations.crm.hubspot import fields, scopes, shapes
from integrations.http import Client

VERSION = "2026-09"
#: Rows whose values stand for all.
ROWS = 10


def objects(kind: str) -> str:
    """Return the path of a type's rows."""
    return f"/crm/objects/{VERSION}/{quote(kind)}"


def check(client: Client) -> list[Check]:
    """Ask for one row of everything a sync reads."""
    looks = (
        ("pipelines", f"/crm/pipelines/{VERSION}/deals"),
        ("owners", f"/crm/owners/{VERSION}?limit=1"),
        *((kind, f"{objects(kind)}?limit=1") for kind in fields.TYPES.values()),
    )
    found = []
    for name, path in looks:
        try:
            client.get(path, dict[str, Any])
            found.append(Check(name, True, Message(N_("Can be read."))))
        except SourceError as error:
            found.append(_failed(name, error))
            if error.code in ("unauthorized", "unreachable"):
                break
    return found


def _failed(name: str, error: SourceError) -> Check:
    """Return a look that failed; what the source can do without is not needed."""
    optional = scopes.is_optional(error, name)
    told = scopes.not_allowed(name) if optional else error
    return Check(name, False, told.message, told.fix, not optional)


def usual() -> dict[str, dict[str, str]]:
    """Return our fields of each kind of record with the properties they usually come from."""
    return {
        fields.RECORDS[kind]: dict(_by_name(kind))
        | {
            ours: theirs
            for ours, theirs, _ in one
            # The instant goes with the day, and the pipeline with the stage.
            if ours not in ("closed_at", "pipeline", "stage")
        }
        for kind, one in fields.FIELDS.items()
    }


def _by_name(kind: str) -> Iterator[tuple[str, str]]:
    return ((ours, ours) for ours, _ in fields.BY_NAME[kind])


def parts(client: Client, record: str) -> Mapping[str, Sequence[str]]:
    """Return the properties of a kind of record with some of their values."""
    kind = fields.TYPES[record]
    told = client.get(f"/crm/properties/{VERSION}/{kind}", shapes.Properties)
    names = [one.name for one in told.results]
    first = client.get(objects(kind), shapes.Listing, {"limit": ROWS}).results
    if not first or not names:
        return {name: [] for name in sorted(names)}
    body = {
        "inputs": [{"id": one.id} for one in first],
        "properties": names,
        "propertiesWithHistory": [],
    }
    rows = client.post(f"{objects(kind)}/batch/read", body, shapes.Listing).results
    return mapped.together([dict.fromkeys(names, ()), *(mapped.parts(_of(one)) for one in rows)])


def _of(item: fields.Item) -> Mapping[str, Any]:
    return item.properties or {}

"""Looks at a HubSpot account while somebody waits: which properties there are, and their values."""

from collections import Counter
from collections.abc import Mapping, Sequence

from integrations import mapped
from integrations.crm.hubspot import paths, shapes
from integrations.crm.hubspot.kinds import KINDS
from integrations.http import Client

#: Rows whose values stand for all.
ROWS = 10
_TYPES = Counter(one.record for one in KINDS.values())
#: The type of each kind of record that comes from one type alone.
_KIND = {one.record: one for one in KINDS.values() if _TYPES[one.record] == 1}


def usual() -> dict[str, dict[str, str]]:
    """Return our fields of each kind of record with the properties they usually come from."""
    return {
        record: {ours: ours for ours, _ in kind.by_name}
        | {
            ours: theirs
            for ours, theirs, _ in kind.fields
            # The instant goes with the day, and the pipeline with the stage.
            if ours not in ("closed_at", "pipeline", "stage")
        }
        for record, kind in _KIND.items()
    }


def parts(client: Client, record: str) -> Mapping[str, Sequence[str]]:
    """Return the properties of a kind of record with some of their values."""
    kind = _KIND[record].name
    told = client.get(paths.properties(kind), shapes.Properties)
    names = [one.name for one in told.results]
    first = client.get(paths.objects(kind), shapes.Listing, {"limit": ROWS}).results
    if not first or not names:
        return {name: [] for name in sorted(names)}
    body = {
        "inputs": [{"id": one.id} for one in first],
        "properties": names,
        "propertiesWithHistory": [],
    }
    rows = client.post(f"{paths.objects(kind)}/batch/read", body, shapes.Listing).results
    values = (mapped.parts(one.properties or {}) for one in rows)
    return mapped.together([dict.fromkeys(names, ()), *values])

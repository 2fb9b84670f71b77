"""Queries as Salesforce writes them (pure)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

#: When a row was changed, by Salesforce's clock; also by its own automations.
STAMP = "SystemModstamp"
#: So many ids stand in one condition that an address stays well under 16 KB.
IDS = 300


def select(of: str, fields: Sequence[str], where: Sequence[str] = (), *, ordered: bool) -> str:
    """Return a query for all rows of an object that meet all conditions."""
    told = [one for one in where if one]
    text = f"SELECT {','.join(fields)} FROM {of}"
    if told:
        text += f" WHERE {' AND '.join(told)}"
    return text + (f" ORDER BY {STAMP},Id" if ordered else "")


def changed_from(since: datetime | None) -> str:
    """Return the condition for rows changed from an instant on; nothing for all rows."""
    return "" if since is None else f"{STAMP}>={moment(since)}"


def behind(stamp: datetime, id_: str) -> str:
    """Return the condition for rows that stand after a row; many may share one stamp."""
    at = moment(stamp)
    return f"({STAMP}>{at} OR ({STAMP}={at} AND Id>{quoted(id_)}))"


def among(field: str, ids: Sequence[str]) -> Iterator[str]:
    """Yield conditions that together find the rows with one of these ids."""
    for start in range(0, len(ids), IDS):
        part = ",".join(map(quoted, ids[start : start + IDS]))
        yield f"{field} IN ({part})"


def moment(at: datetime) -> str:
    """Return an instant as a query has it, in UTC and whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def quoted(text: str) -> str:
    """Return a text as a query has it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"

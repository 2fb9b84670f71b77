"""The stages that deals went through, from the list that Zoho keeps beside each deal."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from goals.errors import SourceError
from goals.records.source import Entry
from integrations.crm.zoho import lists
from integrations.rest import values
from integrations.rest.fields import Item, part
from integrations.rest.stream import Asked, Row

#: A row says from when on a deal stood in a stage.
FIELDS = "Stage,Modified_Time"
#: Refusals that say that an organization keeps no such list, or shows none.
NONE_KEPT = ("forbidden", "refused_400", "refused_404")


def entry(source: Any, stage: str, at: Any) -> Entry:
    """Return an entry into a stage; raises ValueError for a time that means nothing."""
    when = values.instant(str(at))
    day = when.astimezone(source.zone).date()
    return Entry(stage, day, when, source.outcomes.get(stage, "open"))


def histories(source: Any, items: Sequence[Item]) -> dict[str, Sequence[Entry]]:
    """Ask for the histories of deals, one after the other; one that is not kept is left out."""
    found: dict[str, Sequence[Entry]] = {}
    for one in items:
        if not source.keeps_history:
            break
        key = str(one["id"])
        try:
            rows = _rows(source, key)
        except SourceError as error:
            if error.code not in NONE_KEPT:
                raise
            # A deal that was deleted meanwhile is refused as well, so one refusal is no rule.
            source.keeps_history = error.code != "forbidden"
            continue
        try:
            told = [entry(source, str(row["Stage"]), row["Modified_Time"]) for row in rows]
        except (ValueError, KeyError):
            continue
        if told:
            found[key] = sorted(told, key=_at)
    return found


def _at(one: Entry) -> datetime:
    return one.entered_at or datetime.min.replace(tzinfo=UTC)


def _rows(source: Any, key: str) -> Sequence[Item]:
    ask = lists.numbered(f"Deals/{key}/Stage_History", fields=FIELDS)
    rows: list[Item] = []
    after = None
    while True:
        batch = ask(source, Asked(after=after))
        # The newest comes first; of two within one second it is the later one.
        rows = [*reversed(batch.items), *rows]
        if batch.after is None or batch.after == after:
            return rows
        after = batch.after


def stands(source: Any, row: Row, item: Item) -> Entry | None:
    """Return where a deal without a history stands: since it closed, else since it changed."""
    changed = part(item, "Modified_Time")
    if row["stage"] is None or changed is None:
        return None
    found = entry(source, row["stage"], changed)
    closed = row["closed_on"]
    if isinstance(closed, date) and closed < found.entered_on:
        return Entry(found.stage, closed, None, found.status)
    return found

"""Stage histories from what Odoo tracks: `mail.tracking.value`, which administrators may read.

A tracked change hangs on a message, which tells of which lead and when. An archived lead is
lost; archiving one that is won is tidying up.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from goals.records.source import Entry
from integrations.crm.odoo import fields
from integrations.crm.odoo.calls import Calls
from integrations.rest import deals, values
from integrations.rest.deals import Change
from integrations.rest.fields import Item

TRACKED = ("stage_id", "active")


def histories(source: Calls, items: Sequence[Item]) -> Mapping[str, Sequence[Entry]]:
    """Return the stages that deals went through; none where that may not be read."""
    if not source.tells_histories:
        return {}
    tracked = _tracked(source, [int(str(one["id"])) for one in items])
    return {str(one["id"]): _history(source, one, tracked.get(str(one["id"]), ())) for one in items}


def _tracked(source: Calls, ids: list[int]) -> dict[str, list[tuple[datetime, int, str, Item]]]:
    found: list[tuple[str, Item]] = []
    for name in TRACKED:
        domain = [
            ["mail_message_id.model", "=", "crm.lead"],
            ["mail_message_id.res_id", "in", ids],
            ["field_id.name", "=", name],
        ]
        parts = ["mail_message_id", "old_value_integer", "new_value_integer"]
        found += [(name, one) for one in source.all("mail.tracking.value", domain, parts)]
    messages = sorted({int(key) for _, one in found if (key := fields.key(one, "mail_message_id"))})
    told = {
        str(one["id"]): one
        for one in source.all("mail.message", [["id", "in", messages]], ["res_id", "date"])
    }
    changes: dict[str, list[tuple[datetime, int, str, Item]]] = {}
    for name, one in found:
        message = told.get(fields.key(one, "mail_message_id") or "")
        at = None if message is None else fields.at(message, "date")
        if message is not None and at is not None:
            changes.setdefault(str(message["res_id"]), []).append((at, int(one["id"]), name, one))
    return changes


def _history(
    source: Calls, item: Item, tracked: Iterable[tuple[datetime, int, str, Item]]
) -> list[Entry]:
    changes: list[Change] = []
    stage: str | None = None
    # Of what was tracked at one instant, the smaller number came first.
    for at, _, name, one in sorted(tracked, key=lambda told: told[:2]):
        new, was = (values.text(one.get(f"{which}_value_integer")) for which in ("new", "old"))
        if name == "stage_id":
            stage = new
            status = "won" if source.is_won(stage) else "open"
            changes.append(Change(at, new, None if was == "0" else was, status))
        elif not source.is_won(stage or fields.key(item, "stage_id")):
            changes.append(Change(at, status="open" if new == "1" else "lost"))
    return deals.history(
        source.stages,
        source.zone,
        created=fields.at(item, "create_date"),
        stage=fields.key(item, "stage_id"),
        status=source.status_of(item),
        changed=fields.at(item, "date_closed") or fields.at(item, "date_last_stage_update"),
        changes=changes,
    )


def stands(source: Calls, row: Mapping[str, Any], item: Item) -> Entry | None:
    """Return where a deal stands and since when, where its history may not be read."""
    if source.tells_histories or row["stage"] is None:
        return None
    since = fields.at(item, "date_last_stage_update") or fields.at(item, "create_date")
    if row["status"] != "open":
        since = fields.at(item, "date_closed") or since
    if since is None:
        return None
    return Entry(row["stage"], since.astimezone(source.zone).date(), since, row["status"])

"""ActiveCampaign's values and ours: how its texts are read, and what becomes which column (pure).

Everything comes as a text, and a date that was never set is written in zeros.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from integrations.rest import fields, values
from integrations.rest.deals import Change
from integrations.rest.fields import Item, Take, cents, part

#: The statuses of deals by their numbers.
STATUSES = {"0": "open", "1": "won", "2": "lost"}
#: How activities call a change of the stage. The reference shows none; fields have these names.
MOVES = frozenset(("stage", "stageid", "d_stageid"))


def told(value: Any) -> str | None:
    """Return a text, None for none and for a date in zeros."""
    found = values.text(value)
    return None if found is None or found.startswith("0000-00-00") or found == "0" else found


def day(value: Any, zone: ZoneInfo) -> date | None:
    """Return the workspace's day of a time, None for a time in zeros."""
    found = told(value)
    return None if found is None else fields.day(found, zone)


def moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """Return an instant, None for one in zeros."""
    found = told(value)
    return None if found is None else values.instant(found)


def key(value: Any, zone: ZoneInfo) -> str | None:
    """Return the id of another object; 0 stands for none."""
    return told(value)


def code(value: Any, zone: ZoneInfo) -> str:
    """Return a currency's code, which is told in small letters."""
    return str(value).upper()


def full_name(item: Item) -> str | None:
    """Return a person's name, or what they sign in with or are written to."""
    both = (values.text(item.get(one)) for one in ("firstName", "lastName"))
    return " ".join(filter(None, both)) or values.text(item.get("username") or item.get("email"))


OWNER = {"email": Take("email")}
ACCOUNT = {
    "name": Take("name"),
    "domain": Take("accountUrl"),
    "created_on": Take("createdTimestamp", day),
}
CONTACT = {"email": Take("email"), "created_on": Take("cdate", day)}
DEAL = {
    "name": Take("title"),
    "account": Take("account", key),
    "owner": Take("owner", key),
    # Hundredths, as a text.
    "amount": Take("value", cents),
    "currency": Take("currency", code),
    "created_on": Take("cdate", day),
    "pipeline": Take("group", key),
    "stage": Take("stage", key),
    "probability": Take("winProbability", fields.percent),
}
TASK = {"at": Take("duedate", moment), "owner": Take("assignee", key)}
CAMPAIGN = {
    "name": Take("name"),
    "started_on": Take("sdate", day),
    "ended_on": Take("ldate", day),
}


def status_of(deal: Item) -> str:
    """Return what a deal's status means; one that is new to us is open."""
    return STATUSES.get(values.text(deal.get("status")) or "", "open")


def changes(activities: list[Item]) -> list[Change]:
    """Return the moves and closings among what was done with a deal, the first one first.

    A move names the new stage in `d_stageid` or, without it, in `dataId`; a change of status
    has the new one in `dataId`. What was done at one instant is ordered by its number.
    """
    found = sorted(_changes(activities), key=lambda one: one[:2])
    return [change for _, _, change in found]


def _changes(activities: list[Item]) -> Iterator[tuple[datetime, int, Change]]:
    for one in activities:
        kind, at = values.text(one.get("dataType")), told(one.get("cdate"))
        if at is None or values.text(one.get("deleted")) == "1":
            continue
        try:
            instant, number = values.instant(at), int(str(part(one, "id") or 0))
        except ValueError:
            continue
        new, before = told(one.get("dataId")), told(one.get("dataOldval"))
        if kind in MOVES:
            stage = told(one.get("d_stageid")) or new
            if stage is not None:
                yield instant, number, Change(instant, stage=stage, was=before)
        elif kind == "status":
            status = STATUSES.get(values.text(one.get("dataId")) or "")
            if status is not None:
                yield instant, number, Change(instant, status=status)

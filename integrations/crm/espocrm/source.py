"""EspoCRM: streams over its REST API, with a record's stream as its stage history.

https://docs.espocrm.com/development/api/. A page has at most 200 rows. Pages follow the ids:
an id never changes, so no row can slip from one page to another while they are read, and what
changes meanwhile has a newer stamp than the place from which the next run asks.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import msgspec

from goals.errors import SourceError
from goals.records.source import Entry, Stage
from integrations import auth
from integrations.crm.espocrm import fields
from integrations.rest import deals, values
from integrations.rest.fields import Item, Take, customs, day
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch, Row, Stream
from integrations.vendor import Vendor

LARGEST = 200
API = "/api/v1"
VENDOR = Vendor("EspoCRM", sign=lambda token: {"X-Api-Key": token})


class _Page(msgspec.Struct):
    list: list[dict[str, Any]]
    total: int | None = None


def listed(entity: str) -> Callable[..., Batch]:
    """Return what asks for a page of an entity's rows after an id."""

    def ask(source: "Source", asked: Asked) -> Batch:
        where = [("greaterThan", "id", asked.after)] if asked.after is not None else []
        if asked.since is not None:
            where.append(("after", "modifiedAt", _before(asked.since)))
        params = {"orderBy": "id", "order": "asc", "maxSize": str(asked.limit or LARGEST)}
        for number, (kind, attribute, value) in enumerate(where):
            params |= {
                f"where[{number}][type]": kind,
                f"where[{number}][attribute]": attribute,
                f"where[{number}][value]": value,
            }
        items, goes_on = source.page(entity, params)
        last = values.text(items[-1].get("id")) if items and goes_on else None
        return Batch(items, last)

    return ask


def _before(since: datetime) -> str:
    # Their "after" leaves out the instant itself.
    return (since.astimezone(UTC) - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S")


def own(source: "Source", item: Item) -> Mapping[str, Any]:
    """Return the attributes of an object that an administrator made."""
    return customs({name: one for name, one in item.items() if fields.OWN.fullmatch(name)})


def user(source: "Source", row: Row, item: Item) -> Row | None:
    """Leave out users who are no people: keys, the system, customers in a portal."""
    return row if item.get("type") in fields.PEOPLE else None


def lead(source: "Source", row: Row, item: Item) -> Row:
    """Say since when a lead is converted; older versions tell only that it is."""
    if row["converted_on"] is None and row["status"] == fields.CONVERTED:
        row["converted_on"] = day(item.get("modifiedAt"), source.zone)
    return row


def deal(source: "Source", row: Row, item: Item) -> Row:
    """Say how a deal stands; its one date is when it is or was to close."""
    stage = source.stages.get(row["stage"] or "")
    row["pipeline"] = None
    deals.place(row, stage)
    status = (stage.status if stage is not None else None) or "open"
    return deals.settle(row, status, row["closed_on"], row["expected_close_on"])


def histories(source: "Source", items: Sequence[Item]) -> Mapping[str, Sequence[Entry]]:
    """Return the stages that deals went through."""
    return {str(one["id"]): _history(source, one) for one in items}


def _history(source: "Source", item: Item) -> list[Entry]:
    stage = values.text(item.get("stage"))
    known = source.stages.get(stage or "")
    status = (known.status if known is not None else None) or "open"
    # Where the stream does not tell of the end, it was on the closing date.
    changed = fields.at(item, "modifiedAt")
    if status != "open":
        changed = fields.noon(item.get("closeDate"), source.zone) or changed
    return deals.history(
        source.stages,
        source.zone,
        created=fields.at(item, "createdAt"),
        stage=stage,
        status=status,
        changed=changed,
        changes=fields.moves(source.notes("Opportunity", item), "stage", source.stages),
    )


def activity(kind: str) -> Callable[["Source", Row, Item], Row]:
    """Return what completes an activity of a kind."""

    def finish(source: "Source", row: Row, item: Item) -> Row:
        whose = fields.PARENTS.get(str(item.get("parentType")))
        if whose is not None:
            row[whose] = values.text(item.get("parentId"))
        if row["at"] is None:
            # All day long, or an older version that does not tell when a task was done.
            told = item.get("dateStartDate") or item.get("dateEndDate")
            ends = fields.noon(told, source.zone) or fields.at(item, "dateEnd")
            row["at"] = ends or fields.at(item, "modifiedAt")
        if row.get("direction") is not None:
            row["direction"] = str(row["direction"]).lower()
        return {**row, "kind": kind}

    return finish


def undone(item: Item) -> bool:
    """Tell whether something is planned or was not held: it is no activity."""
    return item.get("status") not in fields.DONE


def with_notes(source: "Source", items: Sequence[Item]) -> Sequence[Item]:
    """Ask what happened to each case: only that tells when it was solved."""
    return [{**one, "notes": source.notes("Case", one)} for one in items]


def case(source: "Source", row: Row, item: Item) -> Row:
    """Say when a case was answered, solved and opened again."""
    notes: Sequence[Item] = item["notes"]
    sent = [fields.at(one, "createdAt") for one in notes if one.get("type") == "EmailSent"]
    row["first_reply_at"] = min((one for one in sent if one is not None), default=None)
    solved, again = None, None
    for one in fields.moves(notes, "status"):
        if one.stage in source.closed_cases:
            solved = solved or one.at
        elif solved is not None:
            solved, again = None, one.at
    if row["status"] in source.closed_cases:
        solved = solved or fields.at(item, "modifiedAt")
    else:
        solved = None
    return {**row, "solved_at": solved, "reopened_at": again}


def _kept(name: str, record: str, entity: str, takes: Mapping[str, Take], **more: Any) -> Stream:
    return Stream(name, record, listed(entity), takes, stamp="modifiedAt", **more)


class Source(RestSource):
    """An installation of EspoCRM."""

    vendor = VENDOR
    table = (
        Stream("stages", "stage", listed("Opportunity"), {}),
        _kept("users", "owner", "User", fields.USER, finish=user),
        _kept("accounts", "account", "Account", fields.ACCOUNT, custom=own),
        _kept("contacts", "contact", "Contact", fields.CONTACT, custom=own, needed=False),
        _kept("campaigns", "campaign", "Campaign", fields.CAMPAIGN, needed=False),
        _kept(
            "deals",
            "deal",
            "Opportunity",
            fields.DEAL,
            finish=deal,
            custom=own,
            histories=histories,
        ),
        _kept("leads", "lead", "Lead", fields.LEAD, finish=lead, custom=own, needed=False),
        *(
            _kept(
                name,
                "activity",
                entity,
                fields.TASK if entity == "Task" else fields.ACTIVITY,
                finish=activity(entity.lower()),
                gone=undone,
                prefix=f"{entity.lower()}-",
                needed=False,
            )
            for name, entity in (("calls", "Call"), ("meetings", "Meeting"), ("tasks", "Task"))
        ),
        _kept("cases", "ticket", "Case", fields.CASE, finish=case, more=with_notes, needed=False),
    )

    def address(self) -> str:
        """Return the installation's address, whether or not the API's path was copied with it."""
        return super().address().removesuffix(API)

    def token(self) -> Callable[[bool], str | None]:
        """Return the key, which is good until somebody makes another."""
        return auth.fixed(self.terms.secrets["api_key"])

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages of opportunities, which all stand in one pipeline without a name."""
        return fields.stages(self.metadata)

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """Return what the installation says of its fields, asked for once."""
        return self.client.get(f"{API}/Metadata", dict[str, Any])

    @cached_property
    def closed_cases(self) -> frozenset[str]:
        """Return the statuses that end a case."""
        return fields.closed_cases(self.metadata)

    def page(self, path: str, params: Mapping[str, str]) -> tuple[Sequence[Item], bool]:
        """Return a page's rows and whether there are more of them.

        An installation that does not count says -1 for more and -2 for no more.
        """
        found = self.client.get(f"{API}/{path}", _Page, params)
        rows, total = found.list, found.total
        if total is None:
            return rows, len(rows) >= int(params["maxSize"])
        begins = int(params.get("offset", "0"))
        return rows, total == -1 or total > begins + len(rows)

    def notes(self, entity: str, item: Item) -> list[Item]:
        """Return a record's stream; nothing where it is gone by now or keeps none."""
        found: list[Item] = []
        while True:
            params = {"maxSize": str(LARGEST), "offset": str(len(found))}
            try:
                rows, goes_on = self.page(f"{entity}/{item['id']}/stream", params)
            except SourceError as error:
                if error.code in ("refused_404", "forbidden"):
                    return found
                raise
            if rows and any(one.get("id") == rows[0].get("id") for one in found):
                raise self.loop()
            found += rows
            if not rows or not goes_on:
                return found

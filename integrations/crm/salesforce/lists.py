"""How a page of an object is asked for: query, the pages behind it, deletes, jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import queries
from integrations.crm.salesforce import bulk, soql
from integrations.crm.salesforce.limits import NAME
from integrations.crm.salesforce.shapes import Composite, Deleted, Found
from integrations.rest import fields, values
from integrations.rest.fields import Item
from integrations.rest.stream import Asked, Batch

#: A longer query goes in a body: addresses and headers together may hold 16 KB.
LONGEST = 12_000
#: Rows of a page; Salesforce gives fewer where they are wide.
PAGE = {"Sforce-Query-Options": "batchSize=2000"}
#: How the address of a next page fails that has ended: also with its session, in which case a
#: new token does not help. Where the sign-in itself has ended, the next query says so.
ENDED = frozenset(("refused_400", "refused_404", "unauthorized"))
#: Deletes are listed for the last 30 days, and some of them late.
DELETES, LATE = timedelta(days=29), timedelta(hours=1)
#: The last page of changes: what was deleted.
GONE = "deleted"
#: The type of forecast that a quota is for.
TYPE = "ForecastingTypeId"


@dataclass(frozen=True)
class Sobject:
    """What is asked of an object: fields beside those that make a row, and a condition."""

    of: str
    also: tuple[str, ...] = ()
    where: str = ""


def ask(source: Any, asked: Asked, *, name: str, sobject: Sobject) -> Batch:
    """Return a page of a stream: changes, or all; a long list of all by a job."""
    described = source.described(sobject.of)
    if asked.limit is not None:
        return Batch(query(source, f"SELECT Id FROM {sobject.of} LIMIT {asked.limit}").records)
    after = asked.after or ""
    if after == GONE:
        return _deleted(source, sobject, asked)
    parts = source.parts(name, sobject)
    if after.startswith(bulk.MARK):

        def again() -> Batch:
            return _page(source, sobject, parts, asked._replace(after=None))

        job = bulk.Going(source.client, source.root, parts, source.terms.clock())
        return bulk.go_on(job, after, again)
    if asked.since is None and not after:
        rows = query(source, soql.select(sobject.of, ["COUNT()"], [sobject.where], ordered=False))
        if rows.total_size > bulk.ABOVE:
            text = soql.select(sobject.of, parts, [sobject.where], ordered=False)
            started = bulk.start(source.client, source.root, text, rows.total_size)
            if started is not None:
                return started
    found = _page(source, sobject, parts, asked)
    if found.after is None and asked.since is not None and described.replicateable:
        return found._replace(after=GONE)
    return found


def _page(source: Any, sobject: Sobject, parts: Sequence[str], asked: Asked) -> Batch:
    """Return a page of a query; `after` holds its address and the row that it begins behind.

    The address ends with its session, after two days, or when the user has too many queries
    open: then the row tells where to go on.
    """
    where = [sobject.where, soql.changed_from(asked.since)]
    if asked.after is None:
        found = query(source, soql.select(sobject.of, parts, where, ordered=True))
    else:
        address, stamp, id_ = asked.after.split(" ")
        try:
            found = source.client.get(address, Found, headers=PAGE)
        except SourceError as error:
            if error.code not in ENDED:
                raise
            where.append(soql.behind(values.instant(stamp), id_))
            found = query(source, soql.select(sobject.of, parts, where, ordered=True))
    total = found.total_size if asked.after is None and asked.since is None else None
    if found.done:
        return Batch(found.records, None, total)
    if found.next_records_url is None or not (found.records or asked.after):
        # There is more, and nothing says where: what was read is not all of it.
        raise source.changed()
    if found.records:
        last = found.records[-1]
        stamp, id_ = last[soql.STAMP], last["Id"]
    after = f"{found.next_records_url} {stamp} {id_}"
    return Batch(found.records, after, total)


def query(source: Any, text: str) -> Found:
    """Return the first page of a query, deleted rows among the others."""
    path = f"{source.root}/queryAll"
    if len(queries.query({"q": text})) <= LONGEST:
        found: Found = source.client.get(path, Found, {"q": text}, PAGE)
        return found
    one = {"method": "GET", "url": f"{path}?q={quote_plus(text)}", "referenceId": "found"}
    body = {"compositeRequest": [one]}
    parts = source.client.post(f"{source.root}/composite", body, Composite).composite_response
    if len(parts) != 1:
        raise source.changed()
    [part] = parts
    if part.http_status_code >= 400:
        raise SourceError(
            f"refused_{part.http_status_code}",
            Message(N_("%(vendor)s refused a request."), {"vendor": NAME}),
            permanent=True,
        )
    try:
        return msgspec.convert(part.body, Found)
    except msgspec.ValidationError as error:
        raise source.changed() from error


def of_parents(
    source: Any, of: str, parts: Sequence[str], parent: str, ids: Sequence[str]
) -> dict[str, list[Mapping[str, Any]]]:
    """Return the rows of an object that belong to other rows, by those rows' ids, oldest first."""
    found: dict[str, list[Mapping[str, Any]]] = {one: [] for one in ids}
    for condition in soql.among(parent, ids):
        where = ["IsDeleted=false", condition]
        text = soql.select(of, ["Id", parent, *parts], where, ordered=False)
        for row in _whole(source, f"{text} ORDER BY CreatedDate,Id"):
            found[str(row[parent])].append(row)
    return found


def _whole(source: Any, text: str) -> list[dict[str, Any]]:
    """Return all that a query finds, asked once more where the address of a next page ended."""
    try:
        return _followed(source, text)
    except SourceError as error:
        if error.code not in ENDED:
            raise
        return _followed(source, text)


def _followed(source: Any, text: str) -> list[dict[str, Any]]:
    page = query(source, text)
    rows = list(page.records)
    while not page.done:
        if page.next_records_url is None:
            raise source.changed()
        page = source.client.get(page.next_records_url, Found, headers=PAGE)
        rows += page.records
    return rows


def _deleted(source: Any, sobject: Sobject, asked: Asked) -> Batch:
    """Return what was deleted lately, also what is in no recycle bin any more."""
    assert asked.since is not None
    now = source.terms.clock()
    start = max(asked.since - LATE, now - DELETES)
    words = {"start": start.isoformat(), "end": now.isoformat()}
    path = f"{source.root}/sobjects/{sobject.of}/deleted/"
    try:
        found = source.client.get(path, Deleted, words)
    except SourceError as error:
        # Not every object has such a list everywhere; the next listing of all tells it too.
        if error.code.startswith("refused_"):
            return Batch(())
        raise
    return Batch([{"Id": one.id, "IsDeleted": True} for one in found.deleted_records])


def is_deleted(item: Item) -> bool:
    """Tell a row that is in the recycle bin, also as the loser of a merge."""
    told = item.get("IsDeleted")
    return told is True or told == "true"


def flag(item: Item, name: str) -> bool:
    """Tell whether a field says yes."""
    return values.is_true(fields.part(item, name))

"""Handlers of /crm/objects: list, one record, batch read and search."""

from __future__ import annotations

import copy
import heapq
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tests.fakes.hubspot import errors, render, schema, stamps
from tests.fakes.hubspot import search as language
from tests.fakes.hubspot.store import Record, Table
from tests.fakes.wire import Response

if TYPE_CHECKING:
    from tests.fakes.hubspot.api import Answer, Ask
    from tests.fakes.hubspot.hub import FakeHubSpot


def type_of(hub: FakeHubSpot, text: str) -> schema.ObjectType:
    """The object type of a path segment; 400 when there is none."""
    kind = schema.type_named(hub.types, text)
    if kind is None:
        raise errors.invalid(f"{text} is not an object type.")
    return kind


def listing(hub: FakeHubSpot, ask: Ask) -> Answer:
    """A page of a type in order of ids; the cursor is the last id of the page before."""
    kind = type_of(hub, ask.parts[0])
    table, archived = hub.tables[kind.name], ask.flag("archived")
    want = _shape(hub, kind, ask)
    most = hub.limits.history_page if want.history else hub.limits.page
    limit = ask.number("limit", 10, most)
    after = ask.word("after") or "0"
    if not after.isdigit():
        raise errors.invalid("after is not a cursor of this listing.")
    run = None if archived else table.unbroken(int(after), limit)
    if run is not None and len(run) == limit:
        body = hub.renderer.run(kind, table, run, want)
        return Response(200, _page(body, run[-1], more=table.more(run[-1])))
    name = (kind.name, want, int(after), limit, archived)
    page = hub.pages.get(hub.version, name)
    if page is None:
        keys = list(islice(table.after(int(after), archived=archived), limit + 1))
        rows = b",".join(hub.renderer.rows(kind, table, keys[:limit], want))
        page = _page(rows, keys[:limit][-1] if keys else 0, more=len(keys) > limit)
        hub.pages.put(hub.version, name, page)
    return Response(200, page)


def single(hub: FakeHubSpot, ask: Ask) -> Answer:
    """One record by id."""
    kind = type_of(hub, ask.parts[0])
    key = _known(hub, kind, ask.parts[1], ask.flag("archived"))
    record = None if key is None else hub.tables[kind.name].get(key)
    if record is None:
        raise errors.missing(f"There is no {kind.singular} {ask.parts[1]}.")
    return hub.renderer.row(kind, record, _shape(hub, kind, ask))


def batch(hub: FakeHubSpot, ask: Ask) -> Answer:
    """Records by id, in no promised order; unknown ones make it a 207 with errors."""
    kind = type_of(hub, ask.parts[0])
    body = ask.json()
    inputs = batch_inputs(body, ask.strict, ("inputs", "properties", "propertiesWithHistory"))
    if body.get("idProperty") not in (None, "hs_object_id"):
        raise errors.invalid("This stand-in looks records up by hs_object_id only.")
    want = render.shape(kind, body.get("properties") or (), body.get("propertiesWithHistory") or ())
    most = hub.limits.history_batch if want.history else hub.limits.batch
    if len(inputs) > most:
        raise errors.invalid(f"A batch has at most {most} inputs, not {len(inputs)}.")
    archived = ask.flag("archived")
    found: set[int] = set()
    absent: list[str] = []
    for item in inputs:
        key = _known(hub, kind, item["id"], archived)
        if key is None:
            absent.append(item["id"])
        else:
            found.add(key)
    rows = hub.renderer.rows(kind, hub.tables[kind.name], sorted(found, reverse=True), want)
    problems = []
    if absent:
        text = f"Some {kind.name} do not exist."
        problems.append(_problem(text, {"ids": sorted(set(absent))}))
    return batch_answer(hub, b",".join(rows), problems)


def search(hub: FakeHubSpot, ask: Ask) -> Answer:
    """A page of a search; the cursor is an offset into results that may move meanwhile."""
    kind = type_of(hub, ask.parts[0])
    query = language.parse(ask.json(), kind, hub.limits, strict=ask.strict)
    table, now = hub.tables[kind.name], hub.now_ms
    seen = ((record, record.seen_at(now)) for record in table.rows.values())
    held = [_as_seen(kind, r, values) for r, values in seen if values and query.test(values)]
    made = language.made(table.bulk, kind, query) if table.bulk is not None else ()
    total = len(held) + len(made) - table.taken_in(made)
    page = list(_ordered(kind, query, held, made, table))
    want = render.shape(kind, query.names)
    rows = []
    for key, record in page:
        if record is not None:
            rows.append(render.dump(hub.renderer.row(kind, record, want)))
        else:
            rows += hub.renderer.rows(kind, table, [key], want)
    reached = query.offset + len(rows)
    more = reached < total
    paging = b',"paging":{"next":{"after":"%d"}}' % reached if more else b""
    return Response(200, b'{"total":%d,"results":[%s]%s}' % (total, b",".join(rows), paging))


def _ordered(
    kind: schema.ObjectType,
    query: language.Query,
    held: list[Record],
    made: Sequence[int],
    table: Table,
) -> Iterator[tuple[int, Record | None]]:
    """The page's records in order; equal ones by id. None stands for one of the made range."""
    stop = query.offset + query.limit
    natural = query.sort in (None, "hs_object_id", kind.modified) and not query.descending
    if natural and not held and not table.taken_in(made):
        return ((key, None) for key in made[query.offset : stop])
    sort = query.sort or "hs_object_id"
    known = kind.properties[sort].kind

    def order(record: Record) -> tuple[bool, Any]:
        value = language.typed(known, record.values.get(sort))
        return value is None, 0 if value is None else value

    if natural:
        bulk = table.bulk
        stamped = sort == kind.modified
        own = sorted((order(record), record.id, record) for record in held)
        first = ((order(r), key, r) for (_, key, r) in own)
        second = (
            ((False, bulk.modified(key) if stamped else key), key, None)
            for key in table.untouched(made)
            if bulk is not None
        )
        merged = heapq.merge(first, second, key=lambda item: item[:2])
        return ((key, record) for _, key, record in islice(merged, query.offset, stop))
    records = [*held, *(r for key in table.untouched(made) if (r := table.get(key)) is not None)]
    records.sort(key=lambda record: record.id)
    records.sort(key=order, reverse=query.descending)
    return ((record.id, record) for record in records[query.offset : stop])


def _as_seen(kind: schema.ObjectType, record: Record, values: dict[str, str | None]) -> Record:
    """The record as the index has it, which may be an older state."""
    if values is record.values:
        return record
    old = copy.copy(record)
    old.values = values
    old.updated = stamps.to_ms(values[kind.modified] or "")
    old.archived = None
    return old


def _known(hub: FakeHubSpot, kind: schema.ObjectType, text: str, archived: bool) -> int | None:
    key = int(text) if text.isdigit() else 0
    if hub.merged_ids == "forward":
        while (kind.name, key) in hub.merged:
            key = hub.merged[kind.name, key]
    return key if hub.tables[kind.name].lives(key) is (not archived) else None


def _shape(hub: FakeHubSpot, kind: schema.ObjectType, ask: Ask) -> render.Shape:
    linked = [type_of(hub, name).name for name in ask.words("associations")]
    return render.shape(kind, ask.words("properties"), ask.words("propertiesWithHistory"), linked)


def _page(rows: bytes, last: int, *, more: bool) -> bytes:
    paging = b""
    if more:
        paging = b',"paging":{"next":{"after":"%d","link":"?after=%d"}}' % (last, last)
    return b'{"results":[%s]%s}' % (rows, paging)


def batch_inputs(body: Any, strict: bool, required: tuple[str, ...]) -> list[dict[str, Any]]:
    """The inputs of a batch request, each with the text of an id."""
    if not isinstance(body, dict) or not isinstance(body.get("inputs"), list):
        raise errors.invalid("The body has a list of inputs.")
    absent = [name for name in required if name not in body]
    if strict and absent:
        raise errors.invalid(f"Required fields are not set: {absent}", missing=absent)
    for item in body["inputs"]:
        if not isinstance(item, dict) or not str(item.get("id", "")).isdigit():
            raise errors.invalid(f"An input has the text of an id, not {item!r}.")
        if strict and not isinstance(item["id"], str):
            raise errors.invalid(f"The id is text, not {item['id']!r}.")
    return [{**item, "id": str(item["id"])} for item in body["inputs"]]


def _problem(message: str, context: dict[str, list[str]], sub: str | None = None) -> dict[str, Any]:
    problem: dict[str, Any] = {"status": "error", "category": "OBJECT_NOT_FOUND"}
    if sub is not None:
        problem["subCategory"] = sub
    return {**problem, "message": message, "context": context, "errors": [], "links": {}}


def no_association(kind: schema.ObjectType, key: str, to: schema.ObjectType) -> dict[str, Any]:
    """The error entry of an input without associations; such an input has no result."""
    context = {
        "fromObjectId": [key],
        "fromObjectType": [kind.singular],
        "toObjectType": [to.singular],
    }
    text = f"{kind.singular.capitalize()} {key} has no {to.singular}."
    return _problem(text, context, "crm.associations.NO_ASSOCIATIONS_FOUND")


def batch_answer(hub: FakeHubSpot, rows: bytes, problems: list[dict[str, Any]]) -> Response:
    """A batch answer: 200, or 207 with the problems."""
    stamp = stamps.iso(hub.now_ms).encode()
    body = b'{"status":"COMPLETE","results":[%s],"startedAt":"%s","completedAt":"%s"' % (
        rows,
        stamp,
        stamp,
    )
    if problems:
        body += b',"numErrors":%d,"errors":%s' % (len(problems), render.dump(problems))
    return Response(207 if problems else 200, body + b"}")

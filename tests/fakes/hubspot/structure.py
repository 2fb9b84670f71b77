"""Handlers of what stands around the records: associations, pipelines, owners, the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.hubspot import errors, objects, render, schema, stamps

if TYPE_CHECKING:
    from tests.fakes.hubspot.api import Answer, Ask
    from tests.fakes.hubspot.hub import FakeHubSpot


def associations(hub: FakeHubSpot, ask: Ask) -> Answer:
    """Associations of many records to one type, paged per input; none at all is an error entry."""
    kind = objects.type_of(hub, ask.parts[0])
    to = objects.type_of(hub, ask.parts[1])
    inputs = objects.batch_inputs(ask.json(), ask.strict, ("inputs",))
    if len(inputs) > hub.limits.association_inputs:
        raise errors.invalid(f"There are more than {hub.limits.association_inputs} inputs.")
    results, problems = [], []
    size = hub.limits.association_page
    for item in inputs:
        key = int(item["id"])
        known = hub.tables[kind.name].lives(key) is not None
        links = hub.links_of(kind.name, key, to.name) if known else {}
        after = str(item.get("after") or "0")
        left = [other for other in links if other > (int(after) if after.isdigit() else 0)]
        if not left:
            problems.append(objects.no_association(kind, item["id"], to))
            continue
        shown = [_link(ask.version, kind, to, o, links[o]) for o in left[:size]]
        result: dict[str, Any] = {"from": {"id": item["id"]}, "to": shown}
        if len(left) > size:
            cursor = str(left[size - 1])
            result["paging"] = {"next": {"after": cursor, "link": f"?after={cursor}"}}
        results.append(result)
    rows = b",".join(render.dump(result) for result in results)
    return objects.batch_answer(hub, rows, problems)


def _link(
    version: str, kind: schema.ObjectType, to: schema.ObjectType, key: int, primary: bool
) -> dict[str, Any]:
    if version == "v3":
        return {"id": str(key), "type": f"{kind.singular}_to_{to.singular}"}
    labelled, plain = schema.ASSOCIATION_TYPES.get((kind.name, to.name), (None, 9000))
    types: list[dict[str, Any]] = []
    if primary and labelled is not None:
        types.append({"category": "HUBSPOT_DEFINED", "typeId": labelled, "label": "Primary"})
    types.append({"category": "HUBSPOT_DEFINED", "typeId": plain, "label": None})
    return {"toObjectId": str(key), "associationTypes": types}


def pipelines(hub: FakeHubSpot, ask: Ask) -> Answer:
    """All pipelines of a type, or one, or the stages of one."""
    kind = objects.type_of(hub, ask.parts[0])
    known = {one.id: one.body() for one in hub.pipelines.get(kind.name, [])}
    if kind.name == "tickets":
        # Stages of tickets have no chances; they say the same in another word as well.
        for stage in (stage for one in known.values() for stage in one["stages"]):
            closed = stage["metadata"]["isClosed"] == "true"
            stage["metadata"] = {
                "isClosed": stage["metadata"]["isClosed"],
                "ticketState": "CLOSED" if closed else "OPEN",
            }
    if not ask.parts[1]:
        return {"results": list(known.values())}
    if ask.parts[1] in known:
        pipeline = known[ask.parts[1]]
        return {"results": pipeline["stages"]} if ask.parts[2] else pipeline
    raise errors.missing(f"There is no pipeline {ask.parts[1]}.")


def properties(hub: FakeHubSpot, ask: Ask) -> Answer:
    """All properties of a type, or one."""
    kind = objects.type_of(hub, ask.parts[0])
    group = f"{kind.singular}information"
    if not ask.parts[1]:
        archived = ask.flag("archived")
        shown = [] if archived else [known.body(group) for known in kind.properties.values()]
        return {"results": shown}
    if ask.parts[1] not in kind.properties:
        raise errors.missing(f"There is no property {ask.parts[1]}.")
    return kind.properties[ask.parts[1]].body(group)


def owners(hub: FakeHubSpot, ask: Ask) -> Answer:
    """A page of the owners, active or archived, or one of them."""
    archived = ask.flag("archived")
    known = sorted((o for o in hub.owners if o.archived == archived), key=lambda owner: owner.id)
    if ask.parts[0]:
        found = [owner for owner in known if str(owner.id) == ask.parts[0]]
        if not found:
            raise errors.missing(f"There is no owner {ask.parts[0]}.")
        return found[0].body()
    limit = ask.number("limit", 100, hub.limits.owners_page)
    after = ask.word("after") or "0"
    if not after.isdigit():
        raise errors.invalid("after is not a cursor of this listing.")
    email = ask.word("email")
    left = [o for o in known if o.id > int(after) and email in (None, o.email)]
    answer: dict[str, Any] = {"results": [owner.body() for owner in left[:limit]]}
    if len(left) > limit:
        cursor = str(left[limit - 1].id)
        answer["paging"] = {"next": {"after": cursor, "link": f"?after={cursor}"}}
    return answer


def details(hub: FakeHubSpot, ask: Ask) -> Answer:
    """The account: time zone and currency."""
    offset = hub.now.astimezone(hub.rates.day.zone).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    sign = "-" if minutes < 0 else "+"
    return {
        "portalId": hub.portal,
        "accountType": "STANDARD",
        "timeZone": hub.time_zone,
        "companyCurrency": hub.currency,
        "additionalCurrencies": [],
        "utcOffset": f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}",
        "utcOffsetMilliseconds": minutes * 60_000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


def usage(hub: FakeHubSpot, ask: Ask) -> Answer:
    """Calls of the account's day, the limit, and when the day ends."""
    day = hub.rates.day
    return {
        "results": [
            {
                "name": "private-apps-api-calls-daily",
                "usageLimit": day.limit if day.limit is not None else 650_000,
                "currentUsage": day.used,
                "collectedAt": stamps.iso(hub.now_ms),
                "fetchStatus": "SUCCESS",
                "resetsAt": stamps.iso(stamps.to_ms(day.resets_at(hub.now))),
            }
        ]
    }

"""A fake EspoCRM: its REST API as the product's documentation and its public source show it.

Written from there, not from the connector. What it enforces: the `X-Api-Key` header, roles by
entity, at most 200 rows a page, order by a field that exists with the id behind it, and filters
of the types that it knows. Times are texts in UTC without a zone. What is deleted is not listed.
Changes of a status field are notes in a record's stream, in the form of versions up to 8
("Status") or of later ones ("Update"); the newest comes first.
"""

import re
from datetime import UTC

from tests.fakes.vendor import FakeVendor, RefusedError
from tests.fakes.wire import Request

LARGEST = 200
ENTITIES = "User Account Contact Lead Opportunity Call Meeting Task Case Campaign".split()
STAGES = {
    "Prospecting": 10,
    "Qualification": 20,
    "Proposal": 50,
    "Negotiation": 80,
    "Closed Won": 100,
    "Closed Lost": 0,
}
STATUS_FIELDS = {"Opportunity": "stage", "Lead": "status", "Case": "status"}
_WHERE = re.compile(r"where\[(\d+)\]\[(type|attribute|value)\]")


class FakeEspoCrm(FakeVendor):
    """An installation with its records and their streams."""

    def __init__(self, api_key, *, now, rate=None):
        super().__init__(now=now, rate=rate)
        self.api_key = api_key
        self.largest = LARGEST
        self.rows: dict[str, dict[str, dict]] = {entity: {} for entity in ENTITIES}
        self.notes: list[dict] = []
        #: Entities that the key's role may not read, and the form of notes about a status.
        self.forbidden: set[str] = set()
        self.audit = "Status"
        #: Whether lists tell how many rows there are; big installations switch it off.
        self.counts = True
        #: Whether a stream gives its first page again and again, as if there were more.
        self.stuck = False

    # --- What people do ---------------------------------------------------------------------

    def text(self, at=None):
        return (at or self.stamp()).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def add(self, entity, name, *, at=None, **parts):
        # Ids are not made in an order that means anything.
        number = len(self.rows[entity]) + 1
        key = f"{number * 7919 % 99991:05x}{entity.lower()[:4]}{number:04x}"
        now = self.text(at)
        self.rows[entity][key] = {
            "id": key,
            "name": name,
            "deleted": False,
            "createdAt": now,
            "modifiedAt": now,
            **parts,
        }
        field = STATUS_FIELDS.get(entity)
        if field is not None and parts.get(field):
            data = {"statusField": field, "statusValue": parts[field], "statusStyle": "default"}
            self._note(entity, key, "Create", data, now)
        return key

    def deal(self, name, amount, *, stage="Prospecting", close="2026-12-31", at=None, **parts):
        return self.add(
            "Opportunity",
            name,
            at=at,
            **{
                "amount": amount,
                "amountCurrency": "USD",
                "stage": stage,
                "probability": STAGES.get(stage),
                "closeDate": close,
                **parts,
            },
        )

    def change(self, entity, key, *, at=None, **parts):
        row = self.rows[entity][key]
        field = STATUS_FIELDS.get(entity)
        if field in parts and parts[field] != row.get(field):
            self._moved(entity, key, field, row.get(field), parts[field], self.text(at))
        row |= {**parts, "modifiedAt": self.text(at)}

    def _moved(self, entity, key, field, before, after, at):
        if self.audit == "Status":
            self._note(entity, key, "Status", {"field": field, "value": after}, at)
        else:
            attributes = {"was": {field: before}, "became": {field: after}}
            self._note(entity, key, "Update", {"fields": [field], "attributes": attributes}, at)

    def _note(self, entity, key, kind, data, at):
        self.notes.append(
            {
                "id": f"note{len(self.notes):06d}",
                "number": len(self.notes),
                "type": kind,
                "parentType": entity,
                "parentId": key,
                "data": data,
                "createdAt": at,
            }
        )

    def post(self, entity, key, at=None, kind="Post"):
        """Write into a record's stream, which is no change of the record."""
        self._note(entity, key, kind, {}, self.text(at))

    def delete(self, entity, key):
        self.rows[entity][key]["deleted"] = True

    # --- What the API answers ---------------------------------------------------------------

    def limited(self, request, seconds):
        return RefusedError(429, None, {"Retry-After": str(max(1, round(seconds)))})

    def route(self, request: Request):
        if request.headers.get("x-api-key") != self.api_key:
            raise RefusedError(401)
        base, _, rest = request.path.partition("/api/v1/")
        if not rest or request.method != "GET":
            raise RefusedError(404)
        words = rest.split("/")
        asked = {name: one[-1] for name, one in request.query.items()}
        if rest == "Metadata":
            return self.metadata()
        if words[0] not in self.rows:
            raise RefusedError(404)
        if words[0] in self.forbidden:
            raise RefusedError(403, None, {"X-Status-Reason": "No read access"})
        if len(words) == 3 and words[2] == "stream":
            return self._stream(words[0], words[1], asked)
        if len(words) == 1:
            return self._list(words[0], asked)
        raise RefusedError(404)

    def metadata(self):
        stage = {
            "type": "enum",
            "options": list(STAGES),
            "probabilityMap": STAGES,
            "style": {"Closed Won": "success", "Closed Lost": "danger"},
        }
        status = {"type": "enum", "options": ["New", "Assigned", "Pending", "Closed", "Rejected"]}
        return {
            "entityDefs": {
                "Opportunity": {"fields": {"stage": stage}},
                "Case": {"fields": {"status": {**status, "notActualOptions": CLOSED}}},
            }
        }

    def _page(self, rows, asked):
        size, offset = int(asked.get("maxSize", 20)), int(asked.get("offset", 0))
        if size > LARGEST:
            reason = f"Max size should not exceed {LARGEST}. Use offset and limit."
            raise RefusedError(403, None, {"X-Status-Reason": reason})
        found = rows[offset : offset + min(size, self.largest)]
        total = len(rows)
        if not self.counts:
            # -1: there is more; -2: there is not.
            total = -1 if offset + len(found) < len(rows) else -2
        return {"total": total, "list": found}

    def _stream(self, entity, key, asked):
        row = self.rows[entity].get(key)
        if row is None or row["deleted"]:
            raise RefusedError(404)
        found = [one for one in self.notes if (one["parentType"], one["parentId"]) == (entity, key)]
        if self.stuck:
            return {"total": -1, "list": found[::-1]}
        return self._page(found[::-1], asked)

    def _list(self, entity, asked):
        rows = [one for one in self.rows[entity].values() if not one["deleted"]]
        where: dict[str, dict[str, str]] = {}
        for name, value in asked.items():
            match = _WHERE.fullmatch(name)
            if match:
                where.setdefault(match[1], {})[match[2]] = value
            elif name.startswith("where"):
                raise RefusedError(400, None, {"X-Status-Reason": "Bad where."})
        for one in where.values():
            rows = [row for row in rows if _passes(row, one)]
        order = asked.get("orderBy", "createdAt")
        if order not in ("id", "createdAt", "modifiedAt", "name"):
            raise RefusedError(500)
        backwards = asked.get("order", "asc") == "desc"
        rows.sort(key=lambda row: (row[order], row["id"]), reverse=backwards)
        return self._page(rows, asked)


CLOSED = ["Closed", "Rejected"]


def _passes(row, one):
    value = row.get(one["attribute"])
    if one["type"] in ("after", "greaterThan"):
        return value is not None and value > one["value"]
    if one["type"] == "greaterThanOrEquals":
        return value is not None and value >= one["value"]
    raise RefusedError(400, None, {"X-Status-Reason": "Unknown where type."})

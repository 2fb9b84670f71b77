"""A Tryton server: JSON-RPC with sessions, typed JSON, search domains and histories.

Written from how trytond 8.2 answers: without an `id` in the request a result stands alone and a
refusal has an HTTP status with a page (400 for what a user may not do, 401 for a session that is
not known, 404 for a database, 500 for a model that there is not).
"""

from __future__ import annotations

import base64
import itertools
import json
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.fakes.vendor import FakeVendor, RefusedError, as_json
from tests.fakes.wire import Request, Response

DATABASE, USER = "crm", "reader"
OPPORTUNITY = "sale.opportunity"
MODELS = (OPPORTUNITY, "party.party", "company.employee", "sale.sale")
#: The transitions that the buttons of an opportunity allow.
MOVES = {
    ("lead", "opportunity"), ("lead", "lost"), ("lead", "cancelled"), ("lead", "converted"),
    ("opportunity", "converted"), ("opportunity", "lead"), ("opportunity", "lost"),
    ("opportunity", "cancelled"), ("converted", "won"), ("converted", "lost"),
    ("won", "converted"), ("lost", "converted"), ("lost", "lead"), ("cancelled", "lead"),
}  # fmt: skip
COMPARE = {
    "=": lambda one, other: one == other,
    ">": lambda one, other: one is not None and one > other,
    ">=": lambda one, other: one is not None and one >= other,
}


class FakeTryton(FakeVendor):
    """A database `crm` with one company; `denied` are the models the user may not read."""

    def __init__(self, password: str, *, now: datetime, rate: tuple[int, float] | None = None):
        super().__init__(now=now, rate=rate)
        self.password = password
        self.denied: set[str] = set()
        self.companies: list[int] = [1]
        self.sessions: dict[str, datetime] = {}
        self.timeout = timedelta(minutes=5)
        self.logins_left: int | None = None
        self.tables: dict[str, dict[int, dict[str, Any]]] = {model: {} for model in MODELS}
        self.past: dict[int, list[tuple[datetime, dict[str, Any]]]] = {}
        self._ids = {model: itertools.count(1) for model in MODELS}
        self._keys = itertools.count(1)

    # --- What people do in Tryton -----------------------------------------------------------

    def add(self, model: str, **values: Any) -> int:
        """Create a record and return its id; its write_date is empty until it is written."""
        made = next(self._ids[model])
        row = {"id": made, "create_date": self._instant(), "write_date": None, **values}
        self.tables[model][made] = row
        self._note(model, row)
        return made

    def party(self, name: str | None, **values: Any) -> int:
        made = self.add("party.party", rec_name=name, email="", website="", active=1)
        row = self.tables["party.party"][made]
        # Parties get their code in a second step of the same instant.
        row |= {"code": str(made), "write_date": row["create_date"], **values}
        row["rec_name"] = row["rec_name"] or f"[{made}]"
        return made

    def employee(self, name: str, **values: Any) -> int:
        email = values.pop("email", "")
        party = self.party(name, email=email)
        plain = {"start_date": None, "end_date": None, "supervisor": None, "party.email": email}
        return self.add("company.employee", rec_name=name, party=party, **{**plain, **values})

    def opportunity(self, **values: Any) -> int:
        number = str(len(self.past) + 1)
        plain = {
            "number": number, "rec_name": number, "party": None, "employee": None, "amount": None,
            "currency": "EUR", "start_date": self._instant().date(), "end_date": None,
            "state": "lead", "lost_reason": None, "description": None,
            "conversion_probability": 0.5,
        }  # fmt: skip
        return self.add(OPPORTUNITY, **{**plain, **values})

    def sale(self, party: int, **values: Any) -> int:
        plain = {"party": party, "sale_date": None, "untaxed_amount": Decimal(0)}
        return self.add("sale.sale", **{**plain, "currency": "EUR", "state": "draft", **values})

    def write(self, model: str, record: int, **values: Any) -> None:
        row = self.tables[model][record]
        row |= {**values, "write_date": self._instant()}
        self._note(model, row)

    def move(self, record: int, state: str) -> None:
        """Press a button of an opportunity; what is over gets this day as its end."""
        before = self.tables[OPPORTUNITY][record]["state"]
        assert (before, state) in MOVES, f"Tryton has no way from {before} to {state}"
        ends = {"end_date": self._instant().date()} if state in ("won", "lost", "cancelled") else {}
        self.write(OPPORTUNITY, record, state=state, **ends)

    def delete(self, model: str, record: int) -> None:
        if model == OPPORTUNITY:
            assert self.tables[model][record]["state"] == "cancelled", "to delete, cancel it"
        del self.tables[model][record]

    def _instant(self) -> datetime:
        return self.stamp().replace(tzinfo=None)

    def _note(self, model: str, row: dict[str, Any]) -> None:
        if model == OPPORTUNITY:
            self.past.setdefault(row["id"], []).append((self._instant(), deepcopy(row)))

    # --- What the server answers ------------------------------------------------------------

    def limited(self, request: Request, seconds: float) -> RefusedError:
        return RefusedError(429, "Too many requests")

    def route(self, request: Request) -> Response:
        if request.method != "POST" or request.path != f"/{DATABASE}/rpc/":
            raise RefusedError(404)
        if "json" not in request.headers.get("content-type", ""):
            raise page(400, "Not a JSON request")
        asked = json.loads(request.body, object_hook=typed)
        method, params = asked["method"], asked["params"]
        if method == "common.db.login":
            return as_json(self._login(*params))
        self._session(request)
        if method == "common.db.logout":
            key = base64.b64decode(request.headers["authorization"].split()[1]).decode()
            self.sessions.pop(key.split(":")[2], None)
            return as_json(None, 200)
        if method == "model.res.user.get_preferences":
            return as_json({"language": "en", "companies": self.companies})
        prefix, _, rest = method.partition(".")
        model, _, name = rest.rpartition(".")
        if prefix != "model" or model not in self.tables:
            raise page(500, f"'{model}'")
        if model in self.denied:
            raise page(400, f"You are not allowed to access &#34;{model}&#34;. - ")
        found = getattr(self, f"_{name}")(model, *params)
        return as_json(written(found))

    def _login(self, user: str, parameters: dict[str, str], language: str) -> list[Any]:
        if self.logins_left == 0:
            raise page(429, "Too Many Requests")
        if (user, parameters.get("password")) != (USER, self.password):
            raise page(401, "Unauthorized")
        if self.logins_left is not None:
            self.logins_left -= 1
        key = f"key{next(self._keys)}"
        self.sessions[key] = self.now
        return [2, key, None]

    def _session(self, request: Request) -> None:
        way, _, told = request.headers.get("authorization", "").partition(" ")
        if way != "Session":
            raise RefusedError(401)
        user, uid, key = base64.b64decode(told).decode().split(":")
        last = self.sessions.get(key)
        if (user, uid) != (USER, "2") or last is None or self.now - last > self.timeout:
            self.sessions.pop(key, None)
            raise RefusedError(401)
        self.sessions[key] = self.now

    def _search_read(
        self, model: str, domain: list[Any], offset: int, limit: int | None,
        order: list[list[str]] | None, names: list[str], context: dict[str, Any],
    ) -> list[dict[str, Any]]:  # fmt: skip
        rows = [row for row in self.tables[model].values() if holds(domain, row)]
        if context.get("active_test", True):
            rows = [row for row in rows if row.get("active", True)]
        if model in (OPPORTUNITY, "sale.sale") and not self.companies:
            rows = []
        for name, way in reversed(order or []):
            rows.sort(key=lambda row: (row[name] is not None, row[name]), reverse=way == "DESC")
        return [shown(row, names) for row in rows[offset:][:limit]]

    def _read(self, model: str, ids: list[int], names: list[str], context: dict[str, Any]) -> Any:
        at = context.get("_datetime")
        found = []
        for one in ids:
            if at is None:
                found.append(shown(self.tables[model][one], names))
                continue
            known = [row for stamp, row in self.past[one] if stamp <= at]
            if not known:
                raise page(400, "You are trying to read records that do not exist")
            found.append(shown(known[-1], names))
        return found

    def _fields_get(self, model: str, names: list[str], level: int, context: dict[str, Any]) -> Any:
        states = list(dict.fromkeys(one for move in sorted(MOVES) for one in move))
        return {"state": {"type": "selection", "selection": [[one, one.title()] for one in states]}}

    def _history_revisions(self, model: str, ids: list[int], context: dict[str, Any]) -> Any:
        found = [[at, one, None] for one in ids for at, _ in self.past.get(one, ())]
        return sorted(found, key=lambda one: (one[0], one[1]), reverse=True)


def page(status: int, text: str) -> RefusedError:
    return RefusedError(status, f"<!doctype html><title>{status}</title><p>{text}</p>")


def typed(value: dict[str, Any]) -> Any:
    """Read a typed object of a request."""
    kind = value.get("__class__")
    if kind == "datetime":
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return datetime(*(value[name] for name in names))  # noqa: DTZ001
    if kind == "date":
        return date(value["year"], value["month"], value["day"])
    if kind == "Decimal":
        return Decimal(value["decimal"])
    return value


def written(value: Any) -> Any:
    """Write a value as typed JSON does."""
    if isinstance(value, dict):
        return {name: written(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [written(part) for part in value]
    if isinstance(value, datetime):
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime"} | {name: getattr(value, name) for name in names}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    return {"__class__": "Decimal", "decimal": str(value)} if isinstance(value, Decimal) else value


def shown(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Return the fields that were asked for; `currency.code` stands under `currency.`."""
    found: dict[str, Any] = {"id": row["id"]}
    for name in names:
        first, dot, rest = name.partition(".")
        if not dot:
            found[name] = row[name]
            continue
        value = row.get(first)
        part = {"id": 1, rest: row.get(name, value)}
        found[f"{first}."] = None if value is None else {**(found.get(f"{first}.") or {}), **part}
    return found


def holds(domain: list[Any], row: dict[str, Any]) -> bool:
    """Tell whether a row is in a domain: clauses, lists of them, and `OR` in front."""
    if not domain:
        return True
    if isinstance(domain[0], str) and domain[0] not in ("OR", "AND"):
        name, operator, value = domain
        return COMPARE[operator](row[name], value)
    every = any if domain[0] == "OR" else all
    clauses = domain[1:] if domain[0] in ("OR", "AND") else domain
    return every(holds(one, row) for one in clauses)

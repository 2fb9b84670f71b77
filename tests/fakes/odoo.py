"""A fake Odoo 19: the JSON-2 API as its documentation and its public source show it.

Written from there, not from the connector. What it enforces: POST alone, the key as bearer, a
known database, models and fields that exist, rights by model (`mail.tracking.value` is for
administrators), and `active_test`. Stamps are kept in microseconds and told in seconds. Nothing
is `false` and a reference `[id, name]`.
"""

import itertools
import json
from datetime import UTC, datetime

from tests.fakes.vendor import FakeVendor, RefusedError
from tests.fakes.wire import Request

#: The models with their fields; a reference names its model.
MODELS: dict[str, dict[str, str | None]] = {
    "crm.stage": {"name": None, "sequence": None, "is_won": None},
    "crm.team": {"name": None, "active": None},
    "res.users": dict.fromkeys("name login email active share".split())
    | {"sale_team_id": "crm.team"},
    "res.partner": dict.fromkeys("name email website is_company active partner_share".split())
    | {
        "parent_id": "res.partner",
        "commercial_partner_id": "res.partner",
        "industry_id": "res.partner.industry",
        "state_id": "res.country.state",
        "country_id": "res.country",
        "user_id": "res.users",
    },
    "crm.lead": dict.fromkeys(
        "name type active probability expected_revenue email_from contact_name date_closed "
        "date_conversion date_deadline date_last_stage_update".split()
    )
    | {
        "partner_id": "res.partner",
        "user_id": "res.users",
        "team_id": "crm.team",
        "stage_id": "crm.stage",
        "state_id": "res.country.state",
        "company_currency": "res.currency",
        "source_id": "utm.source",
        "campaign_id": "utm.campaign",
        "lost_reason_id": "crm.lost.reason",
    },
    "mail.message": {"model": None, "res_id": None, "date": None},
    "mail.tracking.value": {
        "field_id": "ir.model.fields",
        "mail_message_id": "mail.message",
        "old_value_integer": None,
        "new_value_integer": None,
    },
    "mail.activity": dict.fromkeys("res_model res_id active date_done summary".split())
    | {"activity_type_id": "mail.activity.type", "user_id": "res.users"},
    "calendar.event": dict.fromkeys("name start stop allday active".split())
    | {"user_id": "res.users", "opportunity_id": "crm.lead"},
    "utm.campaign": {"title": None, "name": None, "active": None},
    **{
        name: {"name": None}
        for name in (
            "res.currency res.country res.country.state utm.source crm.lost.reason "
            "res.partner.industry ir.model.fields mail.activity.type"
        ).split()
    },
}
LOGGED = ("id", "create_date", "write_date")


class FakeOdoo(FakeVendor):
    """A database with its records."""

    def __init__(self, api_key, *, now, rate=None, database="acme"):
        super().__init__(now=now, rate=rate)
        self.api_key, self.database = api_key, database
        self.rows: dict[str, dict[int, dict]] = {name: {} for name in MODELS}
        self.numbers = {name: itertools.count(1) for name in MODELS}
        self.is_admin = True
        self.forbidden: set[str] = set()
        #: Fields that somebody made, by model, with their types.
        self.own: dict[str, dict[str, str]] = {}
        self.micros = itertools.count(1)
        self.usd = self.add("res.currency", name="USD")
        self.team = self.add("crm.team", name="ทีมขาย")
        self.stages = {
            name: self.add("crm.stage", name=name, sequence=order, is_won=name == "Won")
            for order, name in enumerate(("New", "Qualified", "Proposition", "Won"))
        }
        self.fields = {
            name: self.add("ir.model.fields", name=name) for name in ("stage_id", "active")
        }

    # --- What people do ---------------------------------------------------------------------

    def add(self, model, /, *, at=None, **parts):
        now = at or self.stamp()
        # Two records of one second differ in microseconds, which are never told.
        now = now.replace(microsecond=next(self.micros) % 999_999)
        key = next(self.numbers[model])
        self.rows[model][key] = {"id": key, "create_date": now, "write_date": now, **parts}
        if model in ("crm.lead", "res.partner", "res.users", "calendar.event"):
            self.rows[model][key].setdefault("active", True)
        return key

    def company(self, name, **parts):
        key = self.add("res.partner", name=name, is_company=True, partner_share=True, **parts)
        self.rows["res.partner"][key]["commercial_partner_id"] = key
        return key

    def person(self, name, company=None, **parts):
        key = self.add(
            "res.partner", name=name, is_company=False, partner_share=True, parent_id=company
        )
        self.rows["res.partner"][key] |= {"commercial_partner_id": company or key, **parts}
        return key

    def deal(self, name, amount, *, at=None, **parts):
        stamp = at or self.stamp()
        given = {
            "type": "opportunity",
            "stage_id": self.stages["New"],
            "team_id": self.team,
            "company_currency": self.usd,
            "probability": 10.0,
            "expected_revenue": amount,
            "date_last_stage_update": stamp,
            **parts,
        }
        return self.add("crm.lead", name=name, at=at, **given)

    def change(self, model, key, *, at=None, **parts):
        now = (at or self.stamp()).replace(microsecond=next(self.micros) % 999_999)
        self.rows[model][key] |= {**parts, "write_date": now}

    def move(self, key, stage, at=None):
        """Move a deal to another stage, which is tracked; a stage that wins closes it."""
        now, row = at or self.stamp(), self.rows["crm.lead"][key]
        before, after = row["stage_id"], self.stages[stage]
        parts = {"stage_id": after, "date_last_stage_update": now}
        won = self.rows["crm.stage"][after]["is_won"]
        parts |= {"probability": 100.0, "date_closed": now} if won else {"date_closed": False}
        self.change("crm.lead", key, at=at, **parts)
        self._track(key, "stage_id", before, after, now)

    def lose(self, key, reason=None, at=None):
        """Mark a deal as lost, which archives it."""
        now = at or self.stamp()
        parts = {"active": False, "probability": 0.0, "date_closed": now}
        self.change("crm.lead", key, at=at, lost_reason_id=reason, **parts)
        self._track(key, "active", 1, 0, now)

    def restore(self, key, at=None):
        self.change("crm.lead", key, at=at, active=True, probability=10.0, date_closed=False)
        self._track(key, "active", 0, 1, at or self.stamp())

    def _track(self, key, field, before, after, at):
        message = self.add("mail.message", model="crm.lead", res_id=key, date=at, name="")
        self.add(
            "mail.tracking.value",
            field_id=self.fields[field],
            mail_message_id=message,
            old_value_integer=before,
            new_value_integer=after,
        )

    def delete(self, model, key):
        del self.rows[model][key]

    # --- What the API answers ---------------------------------------------------------------

    def error(self, status, name, text):
        return RefusedError(status, {"name": name, "message": text, "arguments": [text]})

    def limited(self, request, seconds):
        return self.error(429, "werkzeug.exceptions.TooManyRequests", "Too many requests")

    def route(self, request: Request):
        if request.headers.get("x-odoo-database") != self.database:
            raise self.error(404, "werkzeug.exceptions.NotFound", "no such database")
        if request.headers.get("authorization", "").lower() != f"bearer {self.api_key.lower()}":
            raise self.error(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
        words = request.path.strip("/").split("/")
        if request.method != "POST" or words[:2] != ["json", "2"] or len(words) != 4:
            raise self.error(404, "werkzeug.exceptions.NotFound", "Did you mean POST /json/2/?")
        model = words[2]
        if model not in MODELS:
            text = f"the model {model!r} does not exist"
            raise self.error(404, "werkzeug.exceptions.NotFound", text)
        if words[3] == "fields_get":
            made = {name: {"type": kind} for name, kind in self.own.get(model, {}).items()}
            return {**{name: {"type": "char"} for name in MODELS[model]}, **made}
        if words[3] != "search_read":
            raise self.error(404, "werkzeug.exceptions.NotFound", "no such method")
        if model in self.forbidden or (model == "mail.tracking.value" and not self.is_admin):
            raise self.error(403, "odoo.exceptions.AccessError", "You are not allowed to access")
        return self._search_read(model, json.loads(request.body))

    def _search_read(self, model, asked):
        known = {"domain", "fields", "offset", "limit", "order", "context", "ids"}
        if asked.keys() - known:
            raise self.error(422, "werkzeug.exceptions.UnprocessableEntity", "unexpected keyword")
        names = asked.get("fields") or [*MODELS[model], *LOGGED]
        for name in names:
            if name not in (*MODELS[model], *LOGGED, *self.own.get(model, ())):
                raise self.error(500, "builtins.ValueError", f"Invalid field {name!r}")
        domain = asked.get("domain") or []
        rows = [one for one in self.rows[model].values() if self._holds(model, one, domain)]
        tests = (asked.get("context") or {}).get("active_test", True)
        if "active" in MODELS[model] and tests and "active" not in str(domain):
            rows = [one for one in rows if one.get("active", True)]
        # Without an order, each model has one of its own; most begin with the newest.
        rows.sort(key=lambda one: one["id"], reverse=asked.get("order") not in ("id", "id asc"))
        rows = rows[asked.get("offset") or 0 :][: asked.get("limit") or None]
        return [{"id": one["id"], **{n: self._told(model, one, n) for n in names}} for one in rows]

    def _told(self, model, row, name):
        value = row.get(name)
        if value is None or value is False:
            return False
        to = MODELS[model].get(name)
        if to is not None:
            other = self.rows[to].get(value)
            return [value, str(other.get("name", ""))] if other else False
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        return value

    def _holds(self, model, row, domain):
        """Evaluate a domain: terms in front of each other, `|` before two of them."""
        stack: list[bool] = []
        for term in reversed(domain):
            if term == "|":
                stack.append(bool(stack.pop() | stack.pop()))
            elif term == "&":
                stack.append(bool(stack.pop() & stack.pop()))
            else:
                stack.append(self._is(model, row, *term))
        return all(stack)

    def _is(self, model, row, path, operator, wanted):
        value = None
        for name in path.split("."):
            if name not in MODELS[model] and name not in LOGGED:
                raise self.error(500, "builtins.ValueError", f"Invalid field {path!r}")
            value = row.get(name)
            to = MODELS[model].get(name)
            if to is not None and "." in path:
                row, model = self.rows[to].get(value, {}), to
        if isinstance(value, datetime):
            wanted = datetime.fromisoformat(wanted).replace(tzinfo=UTC) if wanted else wanted
        if operator in ("=", "!="):
            return ((value or False) == (wanted or False)) == (operator == "=")
        if operator == "in":
            return value in wanted
        if value is None or value is False:
            return False
        return value > wanted if operator == ">" else value >= wanted

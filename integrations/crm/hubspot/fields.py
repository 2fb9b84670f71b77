"""HubSpot's properties and ours: which becomes which, and how their texts are read (pure)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from goals.records.source import Entry, Stage

#: Our record -> HubSpot's type.
TYPES = {"account": "companies", "contact": "contacts", "lead": "leads", "deal": "deals"}
RECORDS = {kind: record for record, kind in TYPES.items()}

#: HubSpot's type -> (our field, their property, how it is read).
FIELDS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "companies": (
        ("name", "name", "text"),
        ("domain", "domain", "text"),
        ("industry", "industry", "text"),
        ("employees", "numberofemployees", "integer"),
        ("revenue", "annualrevenue", "money"),
        ("region", "state", "text"),
        ("country", "country", "text"),
        ("customer_type", "type", "text"),
        ("created_on", "createdate", "instant"),
    ),
    "contacts": (
        ("name", "firstname", "text"),
        ("email", "email", "text"),
        ("owner", "hubspot_owner_id", "text"),
        ("account", "associatedcompanyid", "text"),
        ("created_on", "createdate", "instant"),
    ),
    "leads": (
        ("name", "hs_lead_name", "text"),
        ("owner", "hubspot_owner_id", "text"),
        ("type", "hs_lead_type", "text"),
        ("source", "hs_lead_source", "text"),
        ("status", "hs_lead_label", "text"),
        ("created_on", "hs_createdate", "instant"),
    ),
    "deals": (
        ("name", "dealname", "text"),
        ("owner", "hubspot_owner_id", "text"),
        ("amount", "amount", "money"),
        ("currency", "deal_currency_code", "text"),
        ("created_on", "createdate", "instant"),
        ("closed_on", "closedate", "day"),
        ("pipeline", "pipeline", "text"),
        ("stage", "dealstage", "text"),
        ("source", "hs_analytics_source", "text"),
        ("campaign", "hs_campaign", "text"),
        ("probability", "hs_deal_stage_probability", "number"),
        ("lost_reason", "closed_lost_reason", "text"),
    ),
}
MODIFIED = {"contacts": "lastmodifieddate"}
LINKS = {"deals": "companies"}
#: Fields of ours that an account's own property of the same name fills.
BY_NAME: dict[str, tuple[tuple[str, str], ...]] = {
    "companies": (("region", "text"), ("customer_type", "text")),
    "contacts": (),
    "leads": (
        ("campaign", "text"),
        ("region", "text"),
        ("qualified_on", "day"),
        ("converted_on", "day"),
        ("disqualified_on", "day"),
    ),
    "deals": (
        ("product", "text"),
        ("list_price", "money"),
        ("qualified_on", "day"),
        ("campaign", "text"),
    ),
}


class Moment(msgspec.Struct):
    """A value that a property had from an instant on."""

    value: str | None = None
    timestamp: str | None = None


class Item(msgspec.Struct, rename="camel"):
    """A row as HubSpot sends it: every property a text or null."""

    id: str
    properties: dict[str, str | None] = {}
    properties_with_history: dict[str, list[Moment]] | None = None
    associations: dict[str, Any] | None = None
    archived: bool = False
    linked: str | None = None


def chosen(settings: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Return the administrator's own choice of properties, our field -> theirs.

    The setting is JSON: {"deal": {"created_on": "engage_date"}}.
    """
    text = settings.get("fields") or {}
    if isinstance(text, str):
        text = msgspec.json.decode(text)
    return dict(text.get(RECORDS[kind], {}))


def stage_status(metadata: Mapping[str, Any]) -> str:
    """Return what a stage means: closed stages are won where success is certain."""
    if str(metadata.get("isClosed", "false")).lower() != "true":
        return "open"
    return "won" if (number(metadata.get("probability")) or 0.0) >= 1.0 else "lost"


def number(value: Any) -> float | None:
    """Return a number from a text, None for none."""
    try:
        return None if value in (None, "") else float(value)
    except ValueError:
        return None


class Mapper:
    """Turns rows of one HubSpot type into rows of ours."""

    def __init__(
        self,
        kind: str,
        own: Sequence[str],
        *,
        zone: str,
        fields: Mapping[str, str],
        stages: Mapping[str, Stage],
        pipelines: Mapping[str, str],
    ) -> None:
        """Take a type, the account's own properties of it, and the administrator's choices."""
        self.kind = kind
        self.links = LINKS.get(kind)
        self.modified = MODIFIED.get(kind, "hs_lastmodifieddate")
        self._zone = ZoneInfo(zone)
        self._stages, self._pipelines = stages, pipelines
        kinds = {ours: how for ours, _, how in FIELDS[kind]} | dict(BY_NAME[kind])
        plan = {ours: theirs for ours, theirs, _ in FIELDS[kind]}
        plan |= {ours: ours for ours, _ in BY_NAME[kind] if ours in own}
        plan |= {ours: theirs for ours, theirs in fields.items() if ours in kinds}
        self._plan = [(ours, theirs, kinds[ours]) for ours, theirs in plan.items()]
        self._custom = [one for one in own if one not in set(plan.values())]
        self.properties = [*dict.fromkeys([*plan.values(), *self._custom, self.modified])]

    def row(self, item: Item) -> dict[str, Any] | None:
        """Return a row of ours; None for one whose values cannot be understood."""
        given = item.properties
        row: dict[str, Any] = {"external_id": item.id}
        try:
            for ours, theirs, how in self._plan:
                row[ours] = self._value(given.get(theirs), how)
        except (ValueError, InvalidOperation):
            return None
        custom = {one: given[one] for one in self._custom if given.get(one) not in (None, "")}
        row["custom"] = custom or None
        if self.kind == "deals":
            self._deal(item, row)
        elif self.kind == "companies":
            row["name"] = row["name"] or row["domain"] or item.id
        elif self.kind == "contacts":
            names = [given.get("firstname"), given.get("lastname")]
            row["name"] = " ".join(one for one in names if one) or None
        elif self.kind == "leads" and row["created_on"] is None:
            return None
        return row

    def _deal(self, item: Item, row: dict[str, Any]) -> None:
        stage = self._stages.get(row["stage"] or "")
        row["status"] = stage.status if stage is not None else "open"
        row["stage"] = stage.name if stage is not None else row["stage"]
        row["pipeline"] = self._pipelines.get(row["pipeline"] or "", row["pipeline"])
        row["expected_close_on"] = row["closed_on"] if row["status"] == "open" else None
        if row["status"] == "open":
            row["closed_on"] = None
        row["account"] = item.linked or _first_link(item.associations)

    def history(self, item: Item) -> list[Entry]:
        """Return the stages a deal went through, the first first."""
        moments = (item.properties_with_history or {}).get("dealstage", [])
        entries = []
        for one in reversed(moments):
            if not one.value or not one.timestamp:
                continue
            at = datetime.fromisoformat(one.timestamp)
            stage = self._stages.get(one.value)
            entries.append(
                Entry(
                    stage=stage.name if stage is not None else one.value,
                    entered_on=self._day(one.timestamp, is_instant=True),
                    entered_at=at,
                    status=stage.status if stage is not None else None,
                )
            )
        return entries

    def _value(self, text: str | None, how: str) -> Any:
        if text is None or text == "":
            return None
        if how == "text":
            return text
        if how == "money":
            amount = Decimal(text)
            if not amount.is_finite():
                raise ValueError(text)
            return amount
        if how == "integer":
            return int(Decimal(text))
        if how == "number":
            return float(text)
        return self._day(text, is_instant=how == "instant")

    def _day(self, text: str, *, is_instant: bool) -> date:
        """Return the business day of a property, in the workspace's zone.

        Close dates at exactly midnight in UTC are dates that somebody chose, not instants.
        """
        if len(text) == 10:
            return date.fromisoformat(text)
        if text.isdecimal():
            at = datetime.fromtimestamp(int(text) / 1000, UTC)
        else:
            at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        if not is_instant and at.astimezone(UTC).time() == time(0):
            return at.astimezone(UTC).date()
        return at.astimezone(self._zone).date()


def _first_link(associations: Mapping[str, Any] | None) -> str | None:
    results = (associations or {}).get("companies", {}).get("results", [])
    return str(results[0]["id"]) if results else None


def owner_row(
    external_id: str,
    *,
    names: Sequence[str | None],
    email: str | None,
    teams: Sequence[Mapping[str, Any]],
    archived: bool,
) -> dict[str, Any]:
    """Return an owner as a row of ours; the primary team counts."""
    first = sorted(teams, key=lambda one: not one.get("primary"))[:1]
    return {
        "external_id": external_id,
        "name": " ".join(one for one in names if one) or email or external_id,
        "email": email,
        "team": str(first[0].get("name")) if first else None,
        "is_active": not archived,
    }

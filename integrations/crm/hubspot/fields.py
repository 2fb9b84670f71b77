"""HubSpot's properties and ours: which becomes which, and how their texts are read (pure)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import compress, repeat
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from goals.errors import SourceError
from goals.records.columns import Columns
from goals.records.source import Entry, Stage
from goals.words import N_, Message
from integrations.crm.hubspot import links
from integrations.rest import values

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
        ("closed_at", "closedate", "moment"),
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
#: What is read beside the fields: a merge leaves the ids of the rows that are gone.
MERGED = "hs_merged_object_ids"
BESIDE = {"contacts": ("lastname",), "deals": ("hs_is_closed", "hs_is_closed_won")}
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


_TEXTS = frozenset((str, type(None)))
EARLIEST = datetime.min.replace(tzinfo=UTC)


class Moment(msgspec.Struct, gc=False):
    """A value that a property had from an instant on."""

    value: Any = None
    timestamp: str | int | None = None


class Item(msgspec.Struct, rename="camel", gc=False):
    """A row as HubSpot sends it: every property a text or null."""

    id: str
    properties: dict[str, Any] | None = None
    properties_with_history: dict[str, list[Moment] | None] | None = None
    associations: dict[str, links.Targets | None] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    linked: str | None = None

    def text(self, name: str) -> str | None:
        """Return a property as a text, None for none."""
        return values.text((self.properties or {}).get(name))


def chosen(settings: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Return the administrator's own choice of properties, our field -> theirs.

    The setting is JSON: {"deal": {"created_on": "engage_date"}}.
    """
    given = settings.get("fields") or {}
    try:
        read = msgspec.json.decode(given) if isinstance(given, str) else given
        return msgspec.convert(read, dict[str, dict[str, str]]).get(RECORDS[kind], {})
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            "setting_wrong",
            Message(N_("The setting %(name)s is not written as it should be."), {"name": "fields"}),
            fix=Message(
                N_("Write it like this: %(example)s"),
                {"example": '{"deal": {"created_on": "engage_date"}}'},
            ),
            permanent=True,
        ) from error


def stage_status(metadata: Mapping[str, Any]) -> str:
    """Return what a stage means: closed stages are won where success is certain.

    Where HubSpot does not say whether a stage is closed, certainty either way closes it.
    """
    chance = values.number(metadata.get("probability"))
    closed = metadata.get("isClosed")
    if closed in (None, ""):
        return "won" if chance == 1.0 else "lost" if chance == 0.0 else "open"
    if not values.is_true(closed):
        return "open"
    return "won" if (chance or 0.0) >= 1.0 else "lost"


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
        self._instant: Callable[[str], date] = partial(values.day, zone=self._zone, is_instant=True)
        self._date: Callable[[str], date] = partial(values.day, zone=self._zone, is_instant=False)
        self._stages, self._pipelines = stages, pipelines
        kinds = {ours: how for ours, _, how in FIELDS[kind]} | dict(BY_NAME[kind])
        plan = {ours: theirs for ours, theirs, _ in FIELDS[kind]}
        plan |= {ours: ours for ours, _ in BY_NAME[kind] if ours in own}
        plan |= {ours: theirs for ours, theirs in fields.items() if ours in kinds}
        if kind == "deals":
            plan["closed_at"] = plan["closed_on"]
        self._created_as_usual = "created_on" not in fields
        self._plan = [(ours, theirs, self._reader(kinds[ours])) for ours, theirs in plan.items()]
        self._custom = [one for one in own if one not in set(plan.values())]
        beside = (*BESIDE.get(kind, ()), self.modified, MERGED)
        self.properties = [*dict.fromkeys([*plan.values(), *self._custom, *beside])]
        self._kept = list(dict.fromkeys([*plan.values(), *self._custom]))
        self._take = itemgetter(*self._kept)

    def row(self, item: Item) -> Mapping[str, Any] | None:
        """Return a row of ours; None for one whose values cannot be understood."""
        rows, _ = self.rows([item])
        return rows[0] if rows else None

    def rows(self, items: Sequence[Item]) -> tuple[Columns, Sequence[Item]]:
        """Return rows of ours and what each was made of.

        What has values that cannot be understood is left out.
        """
        told = self._told(items)
        wrong: set[int] = set()
        found: dict[str, list[Any]] = {"external_id": [one.id for one in items]}
        for ours, theirs, read in self._plan:
            texts = told[theirs]
            found[ours] = texts if read is None else _read(read, texts, wrong)
        if self._created_as_usual and None in found["created_on"]:
            spare = [
                None if day else one.created_at
                for day, one in zip(found["created_on"], items, strict=True)
            ]
            days = _read(self._instant, [one or None for one in spare], wrong)
            found["created_on"] = [
                one or other for one, other in zip(found["created_on"], days, strict=True)
            ]
        found["custom"] = [None] * len(items)
        if self._custom:
            # One without a value is told as such, so that what was cleared goes.
            own = zip(*(told[one] for one in self._custom), strict=True)
            found["custom"] = [dict(zip(self._custom, one, strict=True)) for one in own]
        if self.kind == "deals":
            self._deals(items, found)
        elif self.kind == "companies":
            names = zip(found["name"], found["domain"], found["external_id"], strict=True)
            found["name"] = [name or domain or id_ for name, domain, id_ in names]
        elif self.kind == "contacts":
            parts = [(one.text("firstname"), one.text("lastname")) for one in items]
            found["name"] = [" ".join(filter(None, both)) or None for both in parts]
        elif self.kind == "leads":
            wrong.update(place for place, day in enumerate(found["created_on"]) if day is None)
        if not wrong:
            return Columns(found), items
        good = [place not in wrong for place in range(len(items))]
        kept = {name: list(compress(column, good)) for name, column in found.items()}
        return Columns(kept), list(compress(items, good))

    def _told(self, items: Sequence[Item]) -> dict[str, list[str | None]]:
        """Return what each property that is kept says of all rows, as texts."""
        given = [one.properties or {} for one in items]
        try:
            rows = list(map(self._take, given))
        except KeyError:
            rows = [tuple(map(one.get, self._kept)) for one in given]
        columns = zip(*rows, strict=True) if rows else repeat([], len(self._kept))
        return {name: _texts(one) for name, one in zip(self._kept, columns, strict=True)}

    def _deals(self, items: Sequence[Item], found: dict[str, list[Any]]) -> None:
        ids = found["stage"]
        stages = [self._stages.get(one or "") for one in ids]
        statuses = [
            self._status(one, id_) if stage is None else stage.status or "open"
            for one, id_, stage in zip(items, ids, stages, strict=True)
        ]
        found["status"] = statuses
        found["stage"] = [
            id_ if stage is None else stage.name for stage, id_ in zip(stages, ids, strict=True)
        ]
        found["pipeline"] = [self._pipelines.get(one or "", one) for one in found["pipeline"]]
        ends = list(zip(found["closed_on"], statuses, strict=True))
        found["expected_close_on"] = [day if status == "open" else None for day, status in ends]
        found["closed_on"] = [None if status == "open" else day for day, status in ends]
        found["closed_at"] = [
            None if status == "open" else at
            for at, status in zip(found["closed_at"], statuses, strict=True)
        ]
        if self.links:
            to = self.links
            found["account"] = [
                one.linked or links.of_listing(one.associations, to) for one in items
            ]

    def _status(self, item: Item, stage_id: str | None) -> str:
        """Return what a deal's stage means, or what the deal says where the stage is gone."""
        stage = self._stages.get(stage_id or "")
        if stage is not None:
            return stage.status or "open"
        if values.is_true(item.text("hs_is_closed_won")):
            return "won"
        return "lost" if values.is_true(item.text("hs_is_closed")) else "open"

    def merged(self, item: Item) -> list[str]:
        """Return the ids of rows that went up in this one."""
        told = item.text(MERGED)
        found = (one.strip() for one in told.split(";")) if told else ()
        return [one for one in found if one and one != item.id]

    def stamp(self, item: Item) -> datetime | None:
        """Return when HubSpot last changed a row, by HubSpot's clock; None if it does not say."""
        told = item.text(self.modified) or item.updated_at
        try:
            return values.instant(told) if told else None
        except ValueError:
            return None

    def history(self, item: Item) -> list[Entry]:
        """Return the stages a deal went through, the first first."""
        entries = []
        last = item.text("dealstage")
        for one in (item.properties_with_history or {}).get("dealstage") or []:
            value, told = values.text(one.value), values.text(one.timestamp)
            if value is None or told is None:
                continue
            try:
                at, day = values.moment(told, self._zone)
            except ValueError:
                continue
            stage = self._stages.get(value)
            name = stage.name if stage is not None else value
            known = stage is not None or value == last
            entries.append(Entry(name, day, at, self._status(item, value) if known else None))
        # HubSpot gives the newest first; of two at one instant the first one given is newer.
        entries.reverse()
        return sorted(entries, key=lambda one: one.entered_at or EARLIEST)

    def stand_in(self, row: Mapping[str, Any]) -> list[Entry]:
        """Return what a deal's own dates tell of its stages, where its history tells nothing."""
        day = row["created_on"] if row["status"] == "open" else row["closed_on"]
        if row["stage"] is None or day is None:
            return []
        return [Entry(row["stage"], day, status=row["status"])]

    def _reader(self, how: str) -> Callable[[str], Any] | None:
        """Return what makes a value of a property's text, None for the text itself."""
        readers: dict[str, Callable[[str], Any]] = {
            "money": values.decimal,
            "integer": lambda text: int(values.decimal(text)),
            "number": lambda text: float(values.decimal(text)),
            "instant": self._instant,
            "moment": values.told,
        }
        return None if how == "text" else readers.get(how, self._date)


def _texts(column: Sequence[Any]) -> list[str | None]:
    # Most properties say nothing of any row, which shows without looking at each.
    if not any(column) and column.count(None) == len(column):
        return list(column)
    if _TEXTS.issuperset(map(type, column)):
        return [one or None for one in column]
    return [values.text(one) for one in column]


def _read(read: Callable[[str], Any], texts: Sequence[str | None], wrong: set[int]) -> list[Any]:
    """Return what the texts of a column mean; the places of what means nothing go to `wrong`."""
    known: dict[str | None, Any] = {}
    failed: set[str | None] = set()
    for text in set(texts):
        try:
            known[text] = None if text is None else read(text)
        except (ValueError, ArithmeticError):
            known[text] = None
            failed.add(text)
    if failed:
        wrong.update(place for place, text in enumerate(texts) if text in failed)
    return [known[text] for text in texts]


def owner_row(
    external_id: str,
    *,
    names: Sequence[str | None],
    email: str | None,
    teams: Sequence[Mapping[str, Any]] | None,
    archived: bool,
) -> dict[str, Any]:
    """Return an owner as a row of ours; the primary team counts."""
    first = sorted(teams or (), key=lambda one: not one.get("primary"))[:1]
    return {
        "external_id": external_id,
        "name": " ".join(one for one in names if one) or email or external_id,
        "email": email,
        "team": values.text(first[0].get("name")) if first else None,
        "is_active": not archived,
    }

"""Changing records the way people and imports do; every change leaves its traces."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from types import EllipsisType
from typing import Any

from tests.fakes.hubspot import schema, stamps
from tests.fakes.hubspot.relations import Relations
from tests.fakes.hubspot.stamps import Moment
from tests.fakes.hubspot.store import Change, Record, Snapshot

EDITOR = 12_000_000


class Records(Relations):
    """The records of the account; the part of FakeHubSpot that tests change.

    `at` is when something happened (default: the account's time). The modification stamp is always
    the account's time.
    """

    merged: dict[tuple[str, int], int]

    def add(self, kind: str, *, at: Moment | None = None, **properties: Any) -> str:
        """Add a record; returns its id. KeyError for a property that is not defined."""
        with self.lock:
            known, table = self.types[kind], self.tables[kind]
            created = self.now_ms if at is None else stamps.to_ms(at)
            record = Record(table.new_id(), created, self.now_ms)
            record.values["hs_object_id"] = str(record.id)
            record.values[known.created] = stamps.iso(created)
            stage_property = schema.STAGE_PROPERTY.get(kind, "")
            stage = properties.pop(stage_property, None)
            pipeline = properties.pop(schema.PIPELINE_PROPERTY.get(kind, ""), None)
            for name, value in properties.items():
                self._put(known, record, name, value, created)
            if stage_property:
                first = self.stage(kind, stage, pipeline) if stage else self._first(kind, pipeline)
                self._enter(kind, record, first, created)
            table.add(record)
            self._written(kind, record)
            return str(record.id)

    def add_deal(
        self,
        name: str,
        *,
        amount: Any = None,
        stage: str | None = None,
        pipeline: str | None = None,
        owner: str | None = None,
        company: str | None = None,
        contacts: Iterable[str] = (),
        currency: str | None = None,
        created: Moment | None = None,
        closed: Moment | None = None,
        **properties: Any,
    ) -> str:
        """Add a deal; `stage` is an id or a label, the company becomes the primary one."""
        with self.lock:
            given = {
                "dealname": name,
                "amount": amount,
                "deal_currency_code": currency,
                "hubspot_owner_id": owner,
                "closedate": closed,
                "dealstage": stage,
                "pipeline": pipeline,
                **properties,
            }
            key = self.add("deals", at=created, **given)
            if company is not None:
                self.associate("deals", key, "companies", company, primary=True)
            for contact in contacts:
                self.associate("deals", key, "contacts", contact)
            return key

    def add_company(self, name: str, **properties: Any) -> str:
        """Add a company."""
        return self.add("companies", name=name, **properties)

    def add_contact(self, email: str, **properties: Any) -> str:
        """Add a contact."""
        return self.add("contacts", email=email, **properties)

    def add_lead(self, name: str, *, contact: str | None = None, **properties: Any) -> str:
        """Add a lead, associated with its contact."""
        with self.lock:
            key = self.add("leads", hs_lead_name=name, **properties)
            if contact is not None:
                self.associate("leads", key, "contacts", contact, primary=True)
            return key

    def move(
        self,
        key: str | int,
        stage: str,
        *,
        at: Moment | None = None,
        closed: Moment | None | EllipsisType = ...,
        kind: str = "deals",
    ) -> None:
        """Move a deal to a stage (id or label).

        As in HubSpot, a deal that closes gets `at` as its close date, unless `closed` says another.
        """
        with self.lock:
            record = self._record(kind, key)
            moment = self.now_ms if at is None else stamps.to_ms(at)
            target = self.stage(kind, stage)
            closes = target.closed and record.values.get(schema.STAGE_PROPERTY[kind]) != target.id
            self._enter(kind, record, target, moment)
            if kind == "tickets":
                # A ticket that is opened again has no date of closing.
                end = moment if target.closed else None
                self._put(self.types[kind], record, "closed_date", end, moment)
            elif not isinstance(closed, EllipsisType):
                self._put(self.types[kind], record, "closedate", closed, moment)
            elif closes and kind == "deals":
                self._put(self.types[kind], record, "closedate", moment, moment)
            self._written(kind, record)

    def update(
        self, kind: str, key: str | int, *, at: Moment | None = None, **properties: Any
    ) -> None:
        """Set properties of a record; a stage moves it."""
        with self.lock:
            record = self._record(kind, key)
            moment = self.now_ms if at is None else stamps.to_ms(at)
            for name, value in properties.items():
                if name == schema.STAGE_PROPERTY.get(kind):
                    self._enter(kind, record, self.stage(kind, value), moment)
                else:
                    self._put(self.types[kind], record, name, value, moment)
            self._written(kind, record)

    def touch(self, kind: str, keys: Iterable[str | int] | None = None) -> None:
        """Bump modification stamps without a change, as the edit of a pipeline does to deals."""
        with self.lock:
            chosen = list(self.tables[kind].rows) if keys is None else list(keys)
            for key in chosen:
                self._written(kind, self._record(kind, key))

    def archive(self, kind: str, key: str | int, *, at: Moment | None = None) -> None:
        """Delete a record into the recycle bin."""
        with self.lock:
            record = self._record(kind, key)
            record.archived = self.now_ms if at is None else stamps.to_ms(at)
            self.tables[kind].move(record)
            self._indexed(record)

    def restore(self, kind: str, key: str | int) -> None:
        """Take a record back from the recycle bin."""
        with self.lock:
            record = self._record(kind, key)
            record.archived = None
            self.tables[kind].move(record)
            self._written(kind, record)

    def delete(self, kind: str, key: str | int) -> None:
        """Delete a record for good: no list has it any more."""
        with self.lock:
            self.tables[kind].drop(int(key))
            self.version += 1

    def merge(self, kind: str, winner: str | int, loser: str | int, *, new_id: bool = True) -> str:
        """Merge two records; returns the id of what is left.

        Both old ids are gone without being archived; the new record names them in
        hs_merged_object_ids. With `new_id=False` the winner keeps its id.
        """
        with self.lock:
            table, now = self.tables[kind], self.now_ms
            kept, gone = self._record(kind, winner), self._record(kind, loser)
            left = kept
            if new_id:
                left = Record(table.new_id(), min(kept.created, gone.created), now)
                left.values = {**kept.values, "hs_object_id": str(left.id)}
                left.changes = {name: list(changes) for name, changes in kept.changes.items()}
                left.links = dict(kept.links)
                table.add(left)
            for name, value in gone.values.items():
                if left.values.get(name) is None and value is not None:
                    left.put(name, Change(value, now, "MERGE_OBJECTS", EDITOR))
            old = [gone] if left is kept else [kept, gone]
            for record in old:
                self._inherit(kind, left, record)
                table.drop(record.id)
                self.merged[kind, record.id] = left.id
            ids = ";".join(str(record.id) for record in old)
            before = left.values.get("hs_merged_object_ids")
            ids = f"{before};{ids}" if before else ids
            left.put("hs_merged_object_ids", Change(ids, now, "MERGE_OBJECTS", EDITOR))
            self._written(kind, left)
            return str(left.id)

    def _inherit(self, kind: str, left: Record, record: Record) -> None:
        for to in self.types:
            for other, primary in self.links_of(kind, record.id, to).items():
                self.dissociate(kind, record.id, to, other)
                self.associate(kind, left.id, to, other, primary=primary)

    def _first(self, kind: str, pipeline: str | None) -> schema.Stage:
        chosen = [p for p in self.pipelines[kind] if pipeline in (None, p.id, p.label)]
        return chosen[0].stages[0]

    def _enter(self, kind: str, record: Record, stage: schema.Stage, at: int) -> None:
        """Put a record into a stage, and bring all that HubSpot computes from stages into line."""
        name = schema.STAGE_PROPERTY[kind]
        record.put(name, Change(stage.id, at, "CRM_UI", EDITOR))
        pipeline = self.pipeline_of(kind, self.stage(kind, record.values[name] or stage.id))
        if record.values.get(schema.PIPELINE_PROPERTY[kind]) != pipeline.id:
            record.put(schema.PIPELINE_PROPERTY[kind], Change(pipeline.id, at, "CRM_UI", EDITOR))
        visits = record.changes[name]
        for place, visit in enumerate(visits):
            record.values[f"hs_v2_date_entered_{visit.value}"] = stamps.iso(visit.at)
            if place + 1 < len(visits):
                left = stamps.iso(visits[place + 1].at)
                record.values[f"hs_v2_date_exited_{visit.value}"] = left
        if kind == "deals":
            current = self.stage(kind, record.values[name] or stage.id)
            lost = current.closed and not current.won
            record.values["hs_deal_stage_probability"] = current.probability
            record.values["hs_is_closed"] = _text("bool", current.closed)
            record.values["hs_is_closed_won"] = _text("bool", current.won)
            record.values["hs_is_closed_lost"] = _text("bool", lost)

    def _put(
        self, known: schema.ObjectType, record: Record, name: str, value: Any, at: int
    ) -> None:
        if name not in known.properties:
            raise KeyError(f"{known.name} have no property {name}; use define_property")
        text = _text(known.properties[name].kind, value)
        if text is None and name not in record.changes:
            return
        record.put(name, Change(text, at, "CRM_UI", EDITOR))

    def _written(self, kind: str, record: Record) -> None:
        record.updated = self.now_ms
        record.values[self.types[kind].modified] = stamps.iso(record.updated)
        self._indexed(record)

    def _indexed(self, record: Record) -> None:
        self.version += 1
        if self.search_lag:
            visible = self.now_ms + int(self.search_lag * 1000)
            live = record.archived is None
            record.indexed.append(Snapshot(visible, dict(record.values), live))


def _text(kind: str, value: Any) -> str | None:
    """A value as HubSpot stores it: text, or None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "date":
        return stamps.day(stamps.to_ms(value)) if not isinstance(value, str) else value
    if kind == "datetime" or isinstance(value, date | datetime):
        return stamps.iso(stamps.to_ms(value))
    return str(value)

"""The records of the fake organisation, and what happens to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.salesforce import schema
from tests.fakes.salesforce.soql import Record, SoqlError
from tests.fakes.vendor import FakeVendor

#: Changes of these fields of an opportunity are written down.
TRACKED = ("StageName", "Amount", "CloseDate", "Probability")


class Records(FakeVendor):
    """Records by object and id; deletes go to the recycle bin, and from there for good."""

    def __init__(self, *, now: datetime, rate: tuple[int, float] | None = None) -> None:
        super().__init__(now=now, rate=rate)
        self.fields = {name: dict(kinds) for name, kinds in schema.FIELDS.items()}
        self.data: dict[str, dict[str, Record]] = {name: {} for name in self.fields}
        #: Objects that the signed-in user does not see.
        self.hidden = {"ForecastingQuota"}
        #: What was deleted: (object, id, when), also what is in the recycle bin no more.
        self.deletes: list[tuple[str, str, datetime]] = []
        #: The API names of the stages that each sales process lets through.
        self.process_stages: dict[str, list[str]] = {}
        self._number = 0
        for place, (api, label, closed, won, chance) in enumerate(schema.STAGES, 1):
            self.add(
                "OpportunityStage",
                ApiName=api,
                MasterLabel=label,
                IsActive=True,
                IsClosed=closed,
                IsWon=won,
                SortOrder=place,
                DefaultProbability=chance,
            )

    # --- What the organisation is like ----------------------------------------------------

    def use_currencies(self) -> None:
        """Let the organisation work in several currencies."""
        for name in schema.WITH_CURRENCY:
            self.fields[name]["CurrencyIsoCode"] = "string"

    def add_process(self, name: str, stages: Iterable[str], *record_types: str) -> list[str]:
        """Add a sales process with its stages; return the ids of its new record types.

        With the first record type opportunities get the field that names theirs.
        """
        self.fields["Opportunity"]["RecordTypeId"] = "reference:RecordType"
        for one in self.data["Opportunity"].values():
            one.setdefault("RecordTypeId", None)
        process = self.add("BusinessProcess", Name=name, TableEnumOrId="Opportunity", IsActive=True)
        self.process_stages[process] = list(stages)
        return [
            self.add(
                "RecordType",
                Name=one,
                DeveloperName=one.replace(" ", "_"),
                SobjectType="Opportunity",
                IsActive=True,
                BusinessProcessId=process,
            )
            for one in record_types
        ]

    def add_field(self, of: str, name: str, kind: str = "string") -> None:
        """Add a field of the organisation's own; its name ends in __c."""
        self.fields[of][name] = kind

    def kind(self, of: str, path: str) -> str:
        """Return a field's type, also one of a parent; raises SoqlError."""
        if of not in self.fields or of in self.hidden:
            raise SoqlError("INVALID_TYPE", f"sObject type '{of}' is not supported.")
        name, _, rest = path.partition(".")
        if rest:
            parent = self.parent(of, name)
            if parent is None:
                raise SoqlError("INVALID_FIELD", f"Didn't understand relationship '{name}'")
            return self.kind(parent, rest)
        if name not in self.fields[of]:
            raise SoqlError("INVALID_FIELD", f"No such column '{name}' on entity '{of}'")
        return self.fields[of][name]

    def parent(self, of: str, relationship: str) -> str | None:
        kind = self.fields[of].get(f"{relationship}Id", "")
        return kind.partition(":")[2] or None

    def look(self, of: str, record: Record, path: str) -> Any:
        """Return a field's value, also one of a parent."""
        name, _, rest = path.partition(".")
        if not rest:
            return record.get(name)
        parent = self.parent(of, name)
        found = self.data[parent or ""].get(str(record.get(f"{name}Id")))
        return None if found is None or parent is None else self.look(parent, found, rest)

    # --- What happens ---------------------------------------------------------------------

    def add(self, of: str, **values: Any) -> str:
        """Add a record and return its id."""
        self._number += 1
        id_ = f"{schema.KEYS[of]}{self._number:012d}AAA"
        record: Record = dict.fromkeys(self.fields[of])
        for name, kind in self.fields[of].items():
            if kind == "boolean":
                record[name] = False
        record |= {"Id": id_, "CreatedDate": self.stamp(), "SystemModstamp": self.stamp()}
        self.data[of][id_] = record
        self._set(of, record, values)
        return id_

    def change(self, of: str, id_: str, **values: Any) -> None:
        """Change fields of a record; its stamp moves."""
        record = self.data[of][id_]
        self._set(of, record, {"SystemModstamp": self.stamp(), **values})

    def _set(self, of: str, record: Record, values: dict[str, Any]) -> None:
        unknown = values.keys() - self.fields[of].keys()
        assert not unknown, f"{of} has no {unknown}"
        tracked = {name: record.get(name) for name in TRACKED}
        if of == "Opportunity" and "StageName" in values:
            stages = {one["ApiName"]: one for one in self.data["OpportunityStage"].values()}
            stage = stages.get(values["StageName"])
            if stage is not None:
                record |= {
                    "IsClosed": stage["IsClosed"],
                    "IsWon": stage["IsWon"],
                    "Probability": stage["DefaultProbability"],
                }
        record |= values
        if of == "Opportunity" and tracked != {name: record[name] for name in TRACKED}:
            self.add(
                "OpportunityHistory",
                OpportunityId=record["Id"],
                CreatedDate=max(self.stamp(), record["CreatedDate"])
                if "CreatedDate" not in values
                else record["CreatedDate"],
                **{name: record[name] for name in TRACKED},
            )

    def add_deal(self, name: str, stage: str = "Prospecting", **values: Any) -> str:
        """Add an opportunity that is to close in a month unless something else is said."""
        close = values.pop("CloseDate", (self.now + timedelta(days=30)).date().isoformat())
        return self.add("Opportunity", Name=name, StageName=stage, CloseDate=close, **values)

    def add_user(self, name: str, **values: Any) -> str:
        return self.add("User", Name=name, UserType="Standard", IsActive=True, **values)

    def add_line(self, deal: str, product: str, total: float) -> str:
        """Add a product to an opportunity, which becomes newer by it."""
        line = self.add("OpportunityLineItem", OpportunityId=deal, Product2Id=product, Quantity=1)
        self.data["OpportunityLineItem"][line]["TotalPrice"] = total
        self.change("Opportunity", deal, HasOpportunityLineItem=True)
        return line

    def delete(self, of: str, id_: str, **values: Any) -> None:
        """Put a record into the recycle bin."""
        self.change(of, id_, IsDeleted=True, **values)
        self.deletes.append((of, id_, self.stamp()))

    def purge(self, of: str, id_: str) -> None:
        """Delete a record past the recycle bin."""
        del self.data[of][id_]
        if (of, id_) not in {(one, other) for one, other, _ in self.deletes}:
            self.deletes.append((of, id_, self.stamp()))

    def undelete(self, of: str, id_: str) -> None:
        self.change(of, id_, IsDeleted=False)
        self.deletes = [one for one in self.deletes if one[:2] != (of, id_)]

    def merge(self, of: str, winner: str, *losers: str) -> None:
        """Merge records: the losers go to the bin, and what was theirs is the winner's."""
        for loser in losers:
            self.delete(of, loser, MasterRecordId=winner)
            for name, kinds in self.fields.items():
                for field, kind in kinds.items():
                    if kind == f"reference:{of}" and field != "MasterRecordId":
                        for one in self.data[name].values():
                            if one[field] == loser:
                                self.change(name, one["Id"], **{field: winner})
        self.change(of, winner)

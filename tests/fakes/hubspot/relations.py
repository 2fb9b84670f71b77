"""The account's structure: properties, pipelines, owners, and associations of records."""

from __future__ import annotations

from threading import RLock

from tests.fakes.hubspot import schema
from tests.fakes.hubspot.owners import Owner, Team
from tests.fakes.hubspot.store import Record, Snapshot, Table

FIRST_OWNER = 79_001
FIRST_USER = 12_000_001


class Relations:
    """What stands around the records; the part of FakeHubSpot that records build on."""

    lock: RLock
    types: dict[str, schema.ObjectType]
    pipelines: dict[str, list[schema.Pipeline]]
    tables: dict[str, Table]
    owners: list[Owner]
    teams: dict[str, Team]
    links: dict[tuple[str, str], dict[int, dict[int, bool]]]
    version: int
    search_lag: float

    @property
    def now_ms(self) -> int:
        """Time of the account in epoch milliseconds."""
        raise NotImplementedError

    def define_property(
        self,
        kind: str,
        name: str,
        value_kind: str = "string",
        *,
        label: str | None = None,
        options: list[tuple[str, str]] | None = None,
    ) -> None:
        """Add a custom property; `value_kind` is HubSpot's type, options are (value, label)."""
        with self.lock:
            self.types[kind].define(
                name, value_kind, label=label, custom=True, options=options or []
            )
            self.version += 1

    def remove_property(self, kind: str, name: str) -> None:
        """Take a custom property away, as an administrator of the account does."""
        with self.lock:
            del self.types[kind].properties[name]
            self.version += 1

    def define_stages(self, kind: str) -> None:
        """Bring the stage properties of a type into line with its pipelines."""
        known = self.types[kind]
        stages = [stage for pipeline in self.pipelines[kind] for stage in pipeline.stages]
        for stage in stages:
            for verb in ("entered", "exited"):
                known.define(f"hs_v2_date_{verb}_{stage.id}", "datetime", computed=True)
        known.properties[schema.STAGE_PROPERTY[kind]].options = [(s.id, s.label) for s in stages]
        known.properties[schema.PIPELINE_PROPERTY[kind]].options = [
            (pipeline.id, pipeline.label) for pipeline in self.pipelines[kind]
        ]

    def add_pipeline(self, kind: str, key: str, label: str, stages: list[schema.Stage]) -> None:
        """Add a pipeline with its stages."""
        with self.lock:
            self.pipelines[kind].append(schema.Pipeline(key, label, stages))
            self.define_stages(kind)
            self.version += 1

    def stage(self, kind: str, text: str, pipeline: str | None = None) -> schema.Stage:
        """A stage by id or label; KeyError when there is none."""
        for one in self.pipelines[kind]:
            if pipeline in (None, one.id, one.label):
                for stage in one.stages:
                    if text in (stage.id, stage.label):
                        return stage
        raise KeyError(f"no stage {text!r} in the pipelines of {kind}")

    def pipeline_of(self, kind: str, stage: schema.Stage) -> schema.Pipeline:
        """The pipeline that a stage belongs to."""
        return next(one for one in self.pipelines[kind] if stage in one.stages)

    def add_owner(
        self,
        first: str,
        last: str,
        email: str | None = None,
        *,
        teams: tuple[str, ...] = (),
        archived: bool = False,
    ) -> str:
        """Add an owner with teams by name, the main one first; returns the id."""
        with self.lock:
            place = len(self.owners)
            address = email or f"{first}.{last}@example.com".lower().replace(" ", "-")
            joined = [self._team(name) for name in teams]
            now = self.now_ms
            key, user = FIRST_OWNER + place * 3, FIRST_USER + place
            owner = Owner(key, user, address, first, last, now, now, archived, joined)
            self.owners.append(owner)
            return str(owner.id)

    def archive_owner(self, key: str) -> None:
        """Deactivate a user."""
        with self.lock:
            owner = next(owner for owner in self.owners if str(owner.id) == str(key))
            owner.archived, owner.updated = True, self.now_ms

    def _team(self, name: str) -> Team:
        return self.teams.setdefault(name, Team(str(301 + len(self.teams)), name))

    def associate(
        self, kind: str, key: str | int, to: str, other: str | int, *, primary: bool = False
    ) -> None:
        """Associate two records, in both directions."""
        with self.lock:
            for one, start, two, end in ((kind, key, to, other), (to, other, kind, key)):
                self._record(one, start)
                self.links.setdefault((one, two), {}).setdefault(int(start), {})[int(end)] = primary
            self.version += 1

    def dissociate(self, kind: str, key: str | int, to: str, other: str | int) -> None:
        """Take an association away, in both directions."""
        with self.lock:
            self._record(kind, key).links.pop(to, None)
            for one, start, two, end in ((kind, key, to, other), (to, other, kind, key)):
                self.links.get((one, two), {}).get(int(start), {}).pop(int(end), None)
            self.version += 1

    def links_of(
        self, kind: str, key: int, to: str, made: dict[str, int] | None = None
    ) -> dict[int, bool]:
        """Ids of the live records of a type that a record is associated with: whether primary.

        `made` are the associations that a deal of a made range came with; they are looked up when
        not given.
        """
        made = self.tables[kind].links(key) if made is None else made
        linked = {made[to]: True} if to in made else {}
        linked.update(self.links.get((kind, to), {}).get(key, {}))
        return {other: linked[other] for other in sorted(linked) if self.tables[to].lives(other)}

    def _record(self, kind: str, key: str | int) -> Record:
        record = self.tables[kind].hold(int(key))
        if record is None:
            raise KeyError(f"no record {key} among {kind}")
        if self.search_lag and not record.indexed:
            # What search knows of it before the change that is about to come.
            live = record.archived is None
            record.indexed.append(Snapshot(0, dict(record.values), live))
        return record

"""HubSpot's properties read into our fields, column by column (pure)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import compress, repeat
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from goals.records.columns import Columns
from goals.records.source import Entry, Stage
from integrations.crm.hubspot import finishing, links
from integrations.crm.hubspot.kinds import KINDS
from integrations.crm.hubspot.shapes import Item
from integrations.rest import values

#: What is read beside the fields: a merge leaves the ids of the rows that are gone.
MERGED = "hs_merged_object_ids"

_TEXTS = frozenset((str, type(None)))
EARLIEST = datetime.min.replace(tzinfo=UTC)


def stage_status(metadata: Mapping[str, Any]) -> str:
    """Return what a stage means: closed stages are won where success is certain.

    Where HubSpot does not say whether a stage is closed, certainty either way closes it.
    """
    chance = values.number(metadata.get("probability"))
    closed = metadata.get("isClosed")
    if closed in (None, "") and metadata.get("ticketState"):
        closed = str(metadata["ticketState"] == "CLOSED")
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
        labels: Mapping[str, Mapping[str, str]] | None = None,
        users: Mapping[str, str] | None = None,
    ) -> None:
        """Take a type, the account's own properties of it, and the administrator's choices.

        `labels` says what people call the values of a property, and `users` which owner a user
        of HubSpot is; both None where that is not asked.
        """
        self.kind = KINDS[kind]
        self.links = self.kind.links
        self.modified = self.kind.modified
        self.known = finishing.Known(stages, pipelines, users or {})
        #: Tells that a row is none of ours, such as a task that nobody has done; None: all are.
        self.gone = finishing.gone(kind, self.known)
        self.zone = ZoneInfo(zone)
        self._labels = labels or {}
        self._instant: Callable[[str], date] = partial(values.day, zone=self.zone, is_instant=True)
        self._date: Callable[[str], date] = partial(values.day, zone=self.zone, is_instant=False)
        how = {ours: one for ours, _, one in self.kind.fields} | dict(self.kind.by_name)
        plan = {ours: theirs for ours, theirs, _ in self.kind.fields}
        plan |= {ours: ours for ours, _ in self.kind.by_name if ours in own}
        plan |= {ours: theirs for ours, theirs in fields.items() if ours in how}
        if "closed_at" in plan:
            plan["closed_at"] = plan["closed_on"]
        self._created_as_usual = "created_on" in plan and "created_on" not in fields
        self._plan = [
            (ours, theirs, self._reader(how[ours], theirs), self._of_instants(how[ours]))
            for ours, theirs in plan.items()
        ]
        self._custom = [one for one in own if one not in set(plan.values())]
        beside = (*self.kind.beside, self.modified, MERGED)
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
        found: dict[str, list[Any]] = {"external_id": self.ids(items)}
        instants = _Instants(told)
        for ours, theirs, read, of_instants in self._plan:
            texts = told[theirs]
            if of_instants is not None and (ats := instants[theirs]) is not None:
                found[ours] = of_instants(ats)
            else:
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
        for ours, value in self.kind.always.items():
            found.setdefault(ours, [value] * len(items))
        found["custom"] = [None] * len(items)
        if self._custom:
            # One without a value is told as such, so that what was cleared goes.
            own = zip(*(told[one] for one in self._custom), strict=True)
            found["custom"] = [dict(zip(self._custom, one, strict=True)) for one in own]
        for column, to in self.links:
            found[column] = [
                links.of_listing(one.associations, to) if one.linked is None else one.linked.get(to)
                for one in items
            ]
        finishing.finish(self.kind.name, self.known, items, found)
        for ours in self.kind.needs:
            if None in found[ours]:
                wrong.update(place for place, one in enumerate(found[ours]) if one is None)
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

    def ids(self, items: Sequence[Item]) -> list[str]:
        """Return the ids of rows as ours have them."""
        prefix = self.kind.prefix
        return [prefix + one.id for one in items] if prefix else [one.id for one in items]

    def merged(self, item: Item) -> list[str]:
        """Return the ids of rows that went up in this one."""
        told = item.text(MERGED)
        found = (one.strip() for one in told.split(";")) if told else ()
        return [self.kind.prefix + one for one in found if one and one != item.id]

    def newest(self, items: Sequence[Item]) -> datetime | None:
        """Return when HubSpot last changed one of the rows, by HubSpot's clock.

        None if it says so of none.
        """
        name = self.modified
        told = [(one.properties or {}).get(name) or one.updated_at for one in items]
        stamps = values.instants(told) or map(self._stamp, items)
        return max((one for one in stamps if one is not None), default=None)

    def _stamp(self, item: Item) -> datetime | None:
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
                at, day = values.moment(told, self.zone)
            except ValueError:
                continue
            stage = self.known.stages.get(value)
            name = stage.name if stage is not None else value
            known = stage is not None or value == last
            entries.append(Entry(name, day, at, self.known.status(item, value) if known else None))
        # HubSpot gives the newest first; of two at one instant the first one given is newer.
        entries.reverse()
        return sorted(entries, key=lambda one: one.entered_at or EARLIEST)

    def stand_in(self, row: Mapping[str, Any]) -> list[Entry]:
        """Return what a deal's own dates tell of its stages, where its history tells nothing."""
        day = row["created_on"] if row["status"] == "open" else row["closed_on"]
        if row["stage"] is None or day is None:
            return []
        return [Entry(row["stage"], day, status=row["status"])]

    def _reader(self, how: str, theirs: str) -> Callable[[str], Any] | None:
        """Return what makes a value of a property's text, None for the text itself."""
        if how == "choice":
            called = self._labels.get(theirs, {})
            return lambda text: called.get(text, text)
        readers: dict[str, Callable[[str], Any]] = {
            "money": values.decimal,
            "integer": lambda text: int(values.decimal(text)),
            "number": lambda text: float(values.decimal(text)),
            "instant": self._instant,
            "at": values.instant,
            "moment": values.told,
        }
        return None if how == "text" else readers.get(how, self._date)

    def _of_instants(self, how: str) -> Callable[[Sequence[datetime | None]], list[Any]] | None:
        """Return what does the same for a whole column once its instants are known.

        None for what is no instant.
        """
        if how in ("at", "moment"):
            return list if how == "at" else _moments
        if how in ("instant", "day"):
            return partial(values.days_of, zone=self.zone, is_instant=how == "instant")
        return None


class _Instants(dict[str, list[datetime | None] | None]):
    """The instants that properties tell, each read once; None where one must be looked at."""

    def __init__(self, told: Mapping[str, Sequence[str | None]]) -> None:
        super().__init__()
        self._of = told

    def __missing__(self, name: str) -> list[datetime | None] | None:
        found = self[name] = values.instants(self._of[name])
        return found


def _moments(ats: Sequence[datetime | None]) -> list[datetime | None]:
    return [None if one is None else values.told_of(one) for one in ats]


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

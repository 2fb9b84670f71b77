"""The quality of the data: how many records pass the checks, and which do not.

All checks of a kind of record are counted in one statement.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlmodel import Session, col

from goals import words
from goals.errors import Refusal
from goals.metrics import receipts
from goals.metrics import refresh as rollups
from goals.metrics.checks import every, parted
from goals.metrics.checks.check import Check, counted
from goals.metrics.faults import FaultCount
from goals.metrics.rows import Base
from goals.records import kinds
from goals.records.record import Record
from goals.records.sales import Account, Owner
from goals.table import workspace_of
from goals.words import N_, Message

#: So many faults are named in a sentence, those of most records.
NAMED = 3


@dataclass(frozen=True)
class Fault:
    """How many records fail a check."""

    check: Check
    n: int

    @property
    def message(self) -> Message:
        """Return that in a sentence."""
        return self.check.say(self.n)


@dataclass(frozen=True)
class Score:
    """How sound records are: `sound` of `n` pass every check; `faults` has each check."""

    records: tuple[str, ...]
    n: int
    sound: int
    faults: tuple[Fault, ...]

    @property
    def share(self) -> Decimal | None:
        """Return the share of records that pass, None without a record."""
        return Decimal(self.sound) / self.n if self.n else None

    @property
    def found(self) -> tuple[Fault, ...]:
        """Return the checks that records fail, those of most records first."""
        return tuple(sorted((one for one in self.faults if one.n), key=lambda one: -one.n))

    @property
    def message(self) -> Message:
        """Return how many pass and what is wrong with most of the others, in sentences."""
        called: object = Message(N_("records"))
        if len(self.records) == 1:
            called = kinds.called(self.records[0])
        params = {"records": called, "n": words.Number(Decimal(self.n))}
        if self.share is None:
            return Message(N_("There are no records to check here."))
        if self.sound == self.n:
            return Message(N_("All %(n)s %(records)s pass the checks that matter here."), params)
        params["share"] = words.Rate(self.share)
        params["faults"] = _sentences([one.message for one in self.found[:NAMED]])
        return Message(
            N_("%(share)s of %(n)s %(records)s pass the checks that matter here. %(faults)s"),
            params,
        )


#: Nothing to check.
NO_RECORDS = Score((), 0, 0, ())


def _sentences(found: Sequence[Message]) -> Message:
    """Return sentences one after the other."""
    places = {f"s{number}": one for number, one in enumerate(found)}
    return Message(" ".join(f"%({name})s" for name in places), places)


def of_records(
    session: Session, record: str, day: date, *, owners: Collection[int] | None = None
) -> Score:
    """Return how sound all records of a kind are as of a day, or those of some owners.

    After a cut-over those are left aside that count no more.
    """
    here = _counting(session, record, day)
    if owners is not None:
        if not has_owner(record):
            return Score((record,), 0, 0, ())
        here.append(_owner(kinds.KINDS[record].table).in_(owners))
    return _count(session, record, every.of(session, record), day, here)


def of_all(session: Session, day: date, *, owners: Collection[int] | None = None) -> list[Score]:
    """Return how sound the records of each kind are; kinds without any are left out."""
    found = [of_records(session, one, day, owners=owners) for one in every.RECORDS]
    return [one for one in found if one.n]


def together(scores: Sequence[Score]) -> Score:
    """Return how sound the records of several kinds are, taken together."""
    return Score(
        tuple(name for one in scores for name in one.records),
        sum(one.n for one in scores),
        sum(one.sound for one in scores),
        tuple(fault for one in scores for fault in one.faults),
    )


def _counting(session: Session, record: str, day: date) -> list[Any]:
    kind = kinds.KINDS[record]
    return [
        *living(session, kind.table),
        parted.counts(kind.table, kind.happens, rollups.base_of(session), day),
    ]


def has_owner(record: str) -> bool:
    """Tell whether records of a kind have an owner."""
    return hasattr(kinds.KINDS[record].table, "owner_id")


def _owner(table: Any) -> Any:
    return col(table.owner_id)


def living(session: Session, table: type[Record]) -> list[Any]:
    """Return the conditions for records that are there and not only spoken of."""
    return [
        col(table.workspace_id) == workspace_of(session),
        col(table.deleted_at).is_(None),
        col(table.is_stub).is_(False),
    ]


def counts(base: Base, checks: Sequence[Check], day: date) -> list[Any]:
    """Return the columns that count records, those at fault, and those that fail each check."""
    wrong = [one.fails(base, day) for one in checks]
    each = (or_(false(), *wrong), *wrong)
    return [func.count(), *(func.coalesce(func.sum(counted(one)), 0) for one in each)]


def score(record: str, checks: Sequence[Check], found: Sequence[int]) -> Score:
    """Return what those columns came to."""
    n, faulty, *each = found
    faults = tuple(Fault(one, int(count)) for one, count in zip(checks, each, strict=True))
    return Score((record,), int(n), int(n - faulty), faults)


def _count(
    session: Session, record: str, checks: Sequence[Check], day: date, where: Sequence[Any]
) -> Score:
    columns = counts(rollups.base_of(session), checks, day)
    statement = select(*columns).select_from(kinds.KINDS[record].table).where(*where)
    return score(record, checks, session.execute(statement).one())


@dataclass(frozen=True)
class Faulty:
    """A record that fails a check, with the way to it in the CRM (None: no link known)."""

    external_id: str
    name: str | None
    owner: str | None
    account: str | None
    day: date | None
    url: str | None


def check_of(session: Session, record: str, name: str) -> Check:
    """Return a check by its kind of record and name; raises Refusal `unknown_check`."""
    found = next((one for one in every.of(session, record) if one.name == name), None)
    if found is None:
        raise Refusal(
            "unknown_check",
            N_("There is no check %(name)s of %(records)s."),
            {"name": name, "records": kinds.called(record)},
            field="check",
        )
    return found


def records(
    session: Session,
    check: Check,
    day: date,
    *,
    owners: Collection[int] | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[Faulty]]:
    """Return how many records fail a check as of a day, and one page of them, the newest first."""
    kind = kinds.KINDS[check.record]
    table: Any = kind.table
    where = [*_counting(session, check.record, day), check.fails(rollups.base_of(session), day)]
    if owners is not None:
        where.append(_owner(table).in_(owners) if has_owner(check.record) else false())
    total = session.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
    days = getattr(table, kind.happens[0] if kind.happens else "recorded_at")
    page = select(table).where(*where).order_by(days.desc().nulls_last(), table.id)
    rows = list(session.scalars(page.offset(offset).limit(limit)))
    people = receipts.names(session, Owner, {getattr(one, "owner_id", None) for one in rows})
    firms = receipts.names(session, Account, {getattr(one, "account_id", None) for one in rows})
    return int(total), [
        Faulty(
            one.external_id,
            getattr(one, "name", None) or getattr(one, "email", None),
            people.get(getattr(one, "owner_id", None) or 0),
            firms.get(getattr(one, "account_id", None) or 0),
            getattr(one, kind.happens[0]) if kind.happens else None,
            one.url,
        )
        for one in rows
    ]


def keep(session: Session, *, today: date, now: datetime) -> None:
    """Write down how many records fail each check, beside what was counted the time before."""
    here = workspace_of(session)
    statement = select(FaultCount).where(col(FaultCount.workspace_id) == here)
    kept = {(one.record, one.check): one for one in session.scalars(statement)}
    for score in of_all(session, today):
        counts = {one.check.name: one.n for one in score.faults}
        for name, n in {"": score.n - score.sound, **counts}.items():
            place = (score.records[0], name)
            row = kept.pop(place, None)
            if row is None:
                row = FaultCount(
                    workspace_id=here, record=place[0], check=name, n=n, counted_at=now
                )
            else:
                row.before, row.n, row.counted_at = row.n, n, now
            session.add(row)
    for gone in kept.values():
        session.delete(gone)
    session.flush()


def changes(session: Session) -> dict[tuple[str, str], int]:
    """Return what the last sync or import added to each check, by (record, check).

    Less than zero is what it mended. What was counted only once is left out.
    """
    statement = select(FaultCount).where(
        col(FaultCount.workspace_id) == workspace_of(session),
        col(FaultCount.before).is_not(None),
    )
    return {
        (one.record, one.check): one.n - (one.before or 0) for one in session.scalars(statement)
    }

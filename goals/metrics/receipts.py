"""From a number back to where it came from: formula, records, source, and the sum once more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from goals import words, workspace
from goals.errors import Refusal
from goals.metrics import drill, entries, history, known, library, measures, readings, recipes
from goals.metrics import refresh as rollups
from goals.metrics.catalogue import Metric
from goals.metrics.custom import wording
from goals.metrics.custom.metric import Custom
from goals.metrics.evidence import Reading
from goals.metrics.formulas import Figure
from goals.metrics.query import Query
from goals.metrics.recipes import RECIPES, Recipe
from goals.metrics.result import Result
from goals.metrics.scope import scope_of
from goals.metrics.subjects import SUBJECTS, Subject
from goals.records.connections import SyncRun
from goals.records.sales import Account, Owner
from goals.table import workspace_of
from goals.words import N_, Message

#: The columns in which a record names whom it is about.
_CUSTOMER = ("account_id", "customer_id")


@dataclass(frozen=True)
class Counted:
    """A record behind a number, with the way to it in the CRM (None: no link known).

    `unit` is that of `value`, the record's part of the number: money, days, hours ... `run` is
    the sync or import that brought the record as it is (None: not known any more). `told` is
    what is known of a reading that was entered or imported (None for what is counted).
    """

    id: int
    external_id: str
    name: str | None
    owner: str | None
    account: str | None
    stage: str | None
    day: date | None
    value: Decimal | None
    unit: str
    url: str | None
    run: SyncRun | None
    told: "Told | None" = None


@dataclass(frozen=True)
class Told:
    """Why a delivered number is believed: its evidence, since when, and who or what says so.

    `by` is the member who entered it, `file` the file it came in.
    """

    evidence: str | None
    recorded_at: datetime
    by: int | None
    file: str | None


def find(session: Session, receipt: str) -> Reading:
    """Return a reading by its receipt; raises Refusal `unknown_receipt`."""
    statement = select(Reading).where(
        col(Reading.workspace_id) == workspace_of(session), col(Reading.receipt) == receipt
    )
    found = session.scalars(statement).first()
    if found is None:
        raise Refusal(
            "unknown_receipt", N_("There is no receipt %(id)s."), {"id": receipt}, field="receipt"
        )
    return found


def query_of(reading: Reading) -> Query:
    """Return the question that a reading answered."""
    return drill.asked(reading)


def recompute(session: Session, reading: Reading, *, today: date, now: datetime) -> Result:
    """Answer a reading's question again over what was known when it was read.

    The answer is not kept. Where nothing was known yet (a review of a day in the past), the
    records are taken as they are now.
    """
    query = query_of(reading)
    again = readings.read(session, query, today=today, now=now, keep=False)
    if again.figure == _figure(reading) or not _known_since(session, reading):
        return again
    then = replace(query, known_at=reading.computed_at)
    return readings.read(session, then, today=today, now=now, keep=False)


def _figure(reading: Reading) -> Figure:
    return Figure(reading.value, reading.numerator, reading.denominator, reading.n)


def _known_since(session: Session, reading: Reading) -> bool:
    """Tell whether what was known when a reading was made can be told from what came later."""
    since = workspace.of(session).knowledge_from
    return reading.known_at is None and since is not None and since <= reading.computed_at


@dataclass(frozen=True)
class Within:
    """A reading that a custom metric's reading is made of, and what it is called in it."""

    name: Message
    reading: Reading


def within(session: Session, reading: Reading) -> list[Within]:
    """Return the readings that a reading is made of, [] for what is counted itself."""
    metric = metric_of(session, reading)
    if not isinstance(metric, Custom) or reading.made_of is None:
        return []
    parts = metric.expression.parts
    return [
        Within(parts[key].name, find(session, receipt))
        for key, receipt in reading.made_of["parts"].items()
    ]


def counted(session: Session, reading: Reading) -> list[Reading]:
    """Return the readings counted from records that a reading is made of in the end, or itself."""
    parts = within(session, reading)
    if parts:
        return [one for part in parts for one in counted(session, part.reading)]
    metric = history.here(session, metric_of(session, reading), reading.params)
    return [reading] if metric.is_counted and metric.id in RECIPES else []


def metric_of(session: Session, reading: Reading) -> Metric:
    """Return the metric of a reading as it was meant when it was read."""
    return library.find(session, reading.metric, query_of(reading).versions)


def formula(session: Session, reading: Reading) -> Message:
    """Return a metric's formula with the reading's own numbers in it."""
    metric = metric_of(session, reading)
    shown = {
        "name": metric.name,
        "value": words.amount(reading.value, reading.unit, reading.currency),
        "n": words.Number(Decimal(reading.n)),
    }
    if isinstance(metric, Custom) and reading.made_of is not None:
        return Message(
            "%(name)s %(value)s = %(worked)s",
            {**shown, "worked": _worked(session, metric, reading)},
        )
    if reading.numerator is None:
        return Message(N_("%(name)s %(value)s, from %(n)s records"), shown)
    if reading.denominator is None:
        return Message(N_("%(name)s %(value)s, summed over %(n)s records"), shown)
    above, below = amounts(reading.metric, reading.params, reading.unit)
    shown["numerator"] = words.amount(reading.numerator, "money" if above else "", reading.currency)
    shown["denominator"] = words.amount(
        reading.denominator, "money" if below else "", reading.currency
    )
    return Message(N_("%(name)s %(value)s = %(numerator)s of %(denominator)s"), shown)


def _worked(session: Session, metric: Custom, reading: Reading) -> Message:
    assert reading.made_of is not None
    shown = {}
    for key, receipt in reading.made_of["parts"].items():
        one = find(session, receipt)
        shown[key] = words.amount(one.value, one.unit, one.currency)
    return wording.worded(metric.expression.tree, shown)


def amounts(metric: str, params: Mapping[str, str], unit: str) -> tuple[bool, bool]:
    """Tell of the numerator and of the denominator of a value in a unit whether it is money."""
    recipe = recipes.of(metric, params) if metric in RECIPES else None
    if recipe is not None and recipe.is_money is not None:
        return recipe.is_money(params)
    return unit == "money", False


def records(
    session: Session,
    reading: Reading,
    part: str = "numerator",
    *,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[Counted]]:
    """Return how many records a part of a reading counts, and one page of them.

    `part` is "numerator" or "denominator", or another of `offered`; latest first. The records
    are listed as they were known when the question was answered.
    """
    instant = reading.known_at
    if instant is None and _known_since(session, reading):
        query = query_of(reading)
        again = readings.read(
            session, query, today=reading.last_day, now=reading.computed_at, keep=False
        )
        instant = None if again.figure == _figure(reading) else reading.computed_at
    if instant is None:
        return _page(session, reading, part, offset, limit)
    with known.as_of(session, instant):
        return _page(session, reading, part, offset, limit)


def _page(
    session: Session, reading: Reading, part: str, offset: int, limit: int
) -> tuple[int, list[Counted]]:
    if is_delivered(session, reading):
        return _delivered(session, reading, offset, limit)
    recipe = _recipe(reading)
    if recipe is None:
        return 0, []
    scope = scope_of(session, rollups.base_of(session), reading.where, None, recipe.subjects)
    reading, part = drill.resolved(reading, part)
    statement, unit = drill.statement(scope, reading, part)
    total = session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    row_id, day, value, stage = statement.selected_columns
    # What is wrong comes first, else the newest; of one day the largest.
    first = value if unit == "faults" else day
    page = statement.order_by(first.desc(), day.desc(), value.desc(), row_id, stage)
    found = session.execute(page.offset(offset).limit(limit))
    rows = [(one, at, drill.shown(reading, unit, each), was) for one, at, each, was in found]
    told = "days" if unit == "since" else unit
    return int(total), described(session, subject_of(reading, part), rows, told)


def is_delivered(session: Session, reading: Reading) -> bool:
    """Tell whether a reading was made of readings that were entered or imported."""
    metric = history.here(session, metric_of(session, reading), reading.params)
    return metric.takes_readings and not metric.is_counted


def _delivered(
    session: Session, reading: Reading, offset: int, limit: int
) -> tuple[int, list[Counted]]:
    found = entries.behind(session, query_of(reading))
    shown = found[offset : offset + limit]
    brought = _brought(session, {one.run_id for one, _ in shown})
    return len(found), [
        Counted(
            id=one.id,
            external_id=one.external_id,
            name=None,
            owner=None,
            account=None,
            stage=None,
            day=one.day,
            value=one.value,
            unit=reading.unit,
            url=one.url,
            run=brought.get(one.run_id),
            told=Told(one.evidence, one.recorded_at, origin.by, origin.file),
        )
        for one, origin in shown
    ]


def offered(session: Session, reading: Reading) -> dict[str, Message]:
    """Return the parts of a reading whose records can be listed, with what each is called.

    There are none where nothing is counted; readings that were delivered are one part.
    """
    if is_delivered(session, reading):
        return {"numerator": metric_of(session, reading).name}
    return {} if _recipe(reading) is None else drill.offered(reading)


def subject_of(reading: Reading, part: str) -> Subject:
    """Return the kind of record that a part of a reading lists; deals where nothing is counted."""
    if _recipe(reading) is None:
        return SUBJECTS["deal"]
    reading, part = drill.resolved(reading, part)
    recipe = recipes.of(reading.metric, reading.params)
    name = drill.parts(reading, part)[0]
    if recipe.listed or name in recipe.special:
        listed = recipe.listed or recipe.subjects
        return SUBJECTS[listed[-1 if part == "denominator" else 0]]
    return SUBJECTS[measures.find(name).subject]


def _recipe(reading: Reading) -> Recipe | None:
    return recipes.of(reading.metric, reading.params) if reading.metric in RECIPES else None


def described(
    session: Session,
    subject: Subject,
    rows: Sequence[tuple[int, date | None, Decimal | None, str | None]],
    unit: str,
) -> list[Counted]:
    """Return records of a kind as people know them, given as (id, day, value, stage).

    Without a stage a record has the one, or the status, that it has now.
    """
    here = workspace_of(session)
    ids = [row[0] for row in rows]
    table = subject.table
    found: dict[int, Any] = {
        one.id: one
        for one in session.scalars(
            select(table).where(col(table.workspace_id) == here, col(table.id).in_(ids))
        )
    }
    owners = names(session, Owner, {_first(one, "owner_id") for one in found.values()})
    accounts = names(session, Account, {_first(one, *_CUSTOMER) for one in found.values()})
    brought = _brought(session, {one.run_id for one in found.values()})
    return [
        Counted(
            id=row_id,
            external_id=found[row_id].external_id,
            name=_first(found[row_id], "name", "message", "category"),
            owner=owners.get(_first(found[row_id], "owner_id")),
            account=accounts.get(_first(found[row_id], *_CUSTOMER)),
            stage=stage or _first(found[row_id], "stage", "status"),
            day=day,
            value=value,
            unit=unit,
            url=found[row_id].url,
            run=brought.get(found[row_id].run_id),
        )
        for row_id, day, value, stage in rows
    ]


def _brought(session: Session, ids: set[int]) -> dict[int, SyncRun]:
    statement = select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session), col(SyncRun.id).in_(ids)
    )
    return {one.id: one for one in session.scalars(statement)}


def _first(record: Any, *columns: str) -> Any:
    """Return a record's first column of some names, None where its kind has none of them."""
    return next((getattr(record, one) for one in columns if hasattr(record, one)), None)


def names(
    session: Session, table: type[Owner] | type[Account], ids: set[int | None]
) -> dict[int, str]:
    """Return the names of owners or accounts by their ids."""
    wanted = [one for one in ids if one is not None]
    statement = select(col(table.id), col(table.name)).where(
        col(table.workspace_id) == workspace_of(session), col(table.id).in_(wanted)
    )
    return {row.id: row.name for row in session.execute(statement)}

"""Stages: what each means in a connection's pipelines, and the histories of deals through them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlmodel import Session, col, select

from goals.records import bulk, deletes, events, kinds, stored, writer
from goals.records.events import Event
from goals.records.sales import PipelineStage
from goals.records.source import Entry, Stage
from goals.records.stored import ID
from goals.records.visits import visits
from goals.records.writer import Counts
from goals.table import workspace_of

_EVENTS = kinds.STAGE_EVENT.name


def write_stages(session: Session, connection_id: int, stages: Sequence[Stage]) -> None:
    """Keep what a source says of its stages; what people decided about them stays.

    A stage that was renamed at the source, or whose pipeline was, is known by its own id and
    keeps its row.
    """
    if not stages:
        return
    known = _stages(session, connection_id)
    by_id = _own_rows(known, stages)
    kept = {one.id for one in by_id.values()}
    by_name = {(one.pipeline, one.name): one for one in known if one.id not in kept}
    for told in stages:
        row = by_id.get((told.pipeline, told.external_id or ""))
        if row is not None and (row.pipeline, row.name) != (told.pipeline, told.name):
            # Out of the way for the moment: stages may have swapped their names.
            row.name = f"{row.name} ({row.id})"
            session.add(row)
    session.flush()
    told_ids = {one.external_id for one in stages if one.external_id}
    for gone in [one for one in by_name.values() if one.external_id in told_ids]:
        # Its stage stands under another pipeline's name, in a row of its own.
        by_name.pop((gone.pipeline, gone.name))
        known.remove(gone)
        session.delete(gone)
    session.flush()
    holders = {(one.pipeline, one.name): one for one in known}
    written: dict[tuple[str, str], PipelineStage] = {}
    for told in stages:
        place = told.pipeline, told.name
        own = by_id.get((told.pipeline, told.external_id or ""))
        row = written.get(place) or own or holders.get(place)
        for left in (own, by_name.get(place)):
            if left is not None and left is not row and left in session:
                # The name belongs to another stage from now on; this one is gone.
                session.delete(left)
                session.flush()
        if row is None:
            row = PipelineStage(
                workspace_id=workspace_of(session),
                connection_id=connection_id,
                pipeline=told.pipeline,
                name=told.name,
            )
        written[place] = row
        row.pipeline, row.name, row.position = told.pipeline, told.name, told.position
        row.external_id = told.external_id or row.external_id
        if row.status == row.told:
            row.status = told.status or row.status
        row.told = told.status or row.told
        row.probability = told.probability if row.probability is None else row.probability
        session.add(row)
        session.flush()


def note_listed(
    session: Session, connection_id: int, listed: Sequence[Stage], now: datetime
) -> None:
    """Note which stages a source has no longer, by the list of all that it has.

    They stay for the deals and histories that were in them, until `deciding.drop`.
    """
    places = {(one.pipeline, one.name) for one in listed}
    for row in _stages(session, connection_id):
        is_there = (row.pipeline, row.name) in places
        if is_there or row.gone_at is None:
            row.gone_at = None if is_there else now
            session.add(row)


def _own_rows(
    known: Sequence[PipelineStage], stages: Sequence[Stage]
) -> dict[tuple[str, str], PipelineStage]:
    """Return the rows that stages have by their own ids, {(pipeline as told, id): row}.

    Where a pipeline has a new name, its stages are those whose ids it brought along.
    """
    told = [(one.pipeline, one.external_id) for one in stages if one.external_id]
    by_place = {(one.pipeline, one.external_id): one for one in known if one.external_id}
    elsewhere: dict[str, list[PipelineStage]] = {}
    for place, row in by_place.items():
        if place not in told:
            elsewhere.setdefault(place[1], []).append(row)
    found = {}
    for place in told:
        match = by_place.get(place)
        if match is None and len(elsewhere.get(place[1], ())) == 1:
            [match] = elsewhere.pop(place[1])
        if match is not None:
            found[place] = match
    return found


def meanings(session: Session, connection_id: int) -> dict[str, str]:
    """Return what a connection's stages mean (open, won, lost), by name and by the source's id.

    A stage of which nobody said what it means is left out.
    """
    found: dict[str, str] = {}
    for one in _stages(session, connection_id):
        for name in (one.name, one.external_id):
            if name and one.status:
                found.setdefault(name, one.status)
    return found


def write_histories(
    session: Session,
    connection_id: int,
    run_id: int,
    histories: Mapping[int, Sequence[Entry]],
    now: datetime,
    *,
    stand_in: bool = False,
) -> Counts:
    """Write the complete stage histories of deals, by the deals' ids; what is gone is removed.

    Entries stand in the order in which they happened. One that does not say what its stage
    means takes it from the connection's stages, and is open if they do not know either. A
    history that stands in (made from the dates of a deal's row) is not written for deals
    that have stage events of their own.
    """
    bulk.lock(session, connection_id)
    known = events.known(session, connection_id, histories)
    meant = _meanings_for(session, connection_id, histories.values())
    told: list[events.Told] = []
    gone: list[int] = []
    make_key = stored.key_maker(connection_id, _EVENTS)
    for deal_id, entries in histories.items():
        before = known.get(deal_id)
        if before and stand_in and any(map(events.is_named, before)):
            continue
        found = events.told(
            deal_id, visits([(one, one.status or meant(one)) for one in _moves(entries)])
        )
        told += found
        if before:
            ids = {make_key(external_id) for _, external_id, _ in found}
            gone.extend(row[ID] for row in before if row[ID] not in ids)
    return _write(session, connection_id, run_id, events.columns_of(told), gone, now)


def note(
    session: Session,
    connection_id: int,
    run_id: int,
    stands: Mapping[int, Entry],
    now: datetime,
) -> Counts:
    """Note in which stage deals stand now, by the deals' ids, where no source keeps histories.

    A deal that stands where it stood has nothing new; another one moved on the day that its
    entry tells, which is never before the move that is known already.
    """
    bulk.lock(session, connection_id)
    known = events.known(session, connection_id, stands)
    meant = _meanings_for(session, connection_id, [list(stands.values())])
    histories: dict[int, Sequence[Entry]] = {}
    for deal_id, entry in stands.items():
        before = [events.read(row).entry for row in known.get(deal_id, ())]
        entry = structs.replace(entry, status=meant(entry))
        last = before[-1] if before else None
        if last is None or (last.stage, last.status) != (entry.stage, entry.status):
            if last is not None and entry.entered_on < last.entered_on:
                entry = structs.replace(entry, entered_on=last.entered_on)
            histories[deal_id] = [*before, entry]
    return write_histories(session, connection_id, run_id, histories, now)


def add_events(
    session: Session,
    connection_id: int,
    run_id: int,
    given: Sequence[Event],
    now: datetime,
) -> Counts:
    """Write single stage events and work their deals' histories out anew.

    Events of one day keep the order in which they came. They take the place of histories
    that stood in for them. The counts are of these events alone.
    """
    bulk.lock(session, connection_id)
    told: dict[int, list[Event]] = {}
    for one in given:
        told.setdefault(one.deal_id, []).append(one)
    known = events.known(session, connection_id, told)
    meant = _meanings_for(session, connection_id, [[one.entry for one in given]])
    counts = Counts()
    rows: list[dict[str, Any]] = []
    gone: list[int] = []
    for deal_id, new in told.items():
        before = known.get(deal_id, [])
        named = [events.read(row) for row in before if events.is_named(row)]
        history = _merged(named, new, meant, counts)
        stays = visits([(one.entry, meant(one.entry)) for one in history])
        rows.extend(
            {**events.row_of(deal_id, one.external_id, visit), **one.extra}
            for one, visit in zip(history, stays, strict=True)
        )
        gone.extend(row[ID] for row in before if not events.is_named(row))
    _write(session, connection_id, run_id, rows, gone, now)
    return counts


def _moves(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out entries into the stage in which the deal already is: they change nothing.

    A stage of another pipeline may have the same name and mean something else.
    """
    return [
        one
        for place, one in enumerate(entries)
        if place == 0
        or (one.stage, one.status) != (entries[place - 1].stage, entries[place - 1].status)
    ]


def _merged(
    before: Sequence[Event],
    given: Sequence[Event],
    meant: Callable[[Entry], str],
    counts: Counts,
) -> list[Event]:
    """Return a deal's events with the given ones among them, and count what became of those."""
    merged = {one.external_id: one for one in before}
    for one in given:
        new = replace(one, entry=structs.replace(one.entry, status=meant(one.entry)))
        old = merged.get(one.external_id)
        if old is None:
            counts.created += 1
        elif old.entry == new.entry:
            counts.unchanged += 1
        else:
            counts.updated += 1
        merged[one.external_id] = new
    # The sort is stable: events of one day without times keep the order in which they came.
    return sorted(merged.values(), key=lambda one: (one.entry.entered_on, _time(one.entry)))


def _time(entry: Entry) -> float:
    return 0.0 if entry.entered_at is None else entry.entered_at.timestamp()


def _stages(session: Session, connection_id: int) -> list[PipelineStage]:
    statement = (
        select(PipelineStage)
        .where(
            col(PipelineStage.workspace_id) == workspace_of(session),
            col(PipelineStage.connection_id) == connection_id,
        )
        .order_by(col(PipelineStage.position), col(PipelineStage.name))
    )
    return list(session.exec(statement))


def _meanings_for(
    session: Session, connection_id: int, histories: Iterable[Sequence[Entry]]
) -> Callable[[Entry], str]:
    """Return what tells an entry's meaning; asks the stages only if an entry does not say."""
    silent = any(one.status is None for entries in histories for one in entries)
    known = meanings(session, connection_id) if silent else {}
    return lambda entry: entry.status or known.get(entry.stage, "open")


def _write(
    session: Session,
    connection_id: int,
    run_id: int,
    rows: Sequence[Mapping[str, Any]],
    gone: Collection[int],
    now: datetime,
) -> Counts:
    counts = writer.write(session, connection_id, run_id, _EVENTS, rows, now)
    if gone:
        counts.deleted = deletes.mark_deleted(session, connection_id, run_id, _EVENTS, gone, now)
    return counts

"""Stages that mean something else to a person than to their source, and the deals in them.

What counts of a stage is its `status`; what the source told stands beside it. Where the two
differ somebody decided, and the decision holds for what is stored and for what comes in later.
A deal that says something else than its stage (lost in the middle of a pipeline) keeps it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from goals.errors import Refusal
from goals.records import bulk, events, kinds, ledger, stored, writer
from goals.records.sales import Deal, PipelineStage, StageEvent
from goals.records.source import Entry, Page
from goals.records.stored import ID, RECORDED, RUN, Row
from goals.records.visits import visits
from goals.table import workspace_of
from goals.words import N_

MEANINGS = ("open", "won", "lost")
#: Deals that are looked at in one go.
PORTION = 1000
_DEAL = stored.shape(Deal)


def stages(session: Session, connection_id: int) -> list[PipelineStage]:
    """Return a connection's stages, pipeline by pipeline in their order, those gone at its end."""
    statement = (
        select(PipelineStage)
        .where(
            col(PipelineStage.workspace_id) == workspace_of(session),
            col(PipelineStage.connection_id) == connection_id,
        )
        .order_by(
            col(PipelineStage.pipeline),
            col(PipelineStage.gone_at).is_not(None),
            col(PipelineStage.position),
            col(PipelineStage.name),
        )
    )
    return list(session.exec(statement))


def is_decided(stage: PipelineStage) -> bool:
    """Tell whether a person decided what a stage means."""
    return stage.status is not None and stage.status != stage.told


def count(session: Session, stage: PipelineStage) -> int:
    """Return how many deals would follow if the stage meant something else."""
    statement = select(func.count()).select_from(Deal).where(*_standing(session, stage))
    return int(session.execute(statement).scalar_one())


def is_used(session: Session, stage: PipelineStage) -> bool:
    """Tell whether deals stand in a stage, or came through it."""
    # Whatever they mean: a deal that its CRM closed stands in its stage all the same.
    standing = select(col(Deal.id)).where(
        col(Deal.workspace_id) == workspace_of(session),
        col(Deal.connection_id) == stage.connection_id,
        col(Deal.stage) == stage.name,
        func.coalesce(col(Deal.pipeline), "") == stage.pipeline,
        col(Deal.deleted_at).is_(None),
    )
    both = (standing, _visits(session, stage))
    return any(session.scalars(one.limit(1)).first() is not None for one in both)


def _visits(session: Session, stage: PipelineStage) -> SelectOfScalar[int]:
    """Return the statement for the deals that came through a stage, one for each visit."""
    return (
        select(col(StageEvent.deal_id))
        .join(
            Deal,
            (col(Deal.workspace_id) == col(StageEvent.workspace_id))
            & (col(Deal.id) == col(StageEvent.deal_id)),
        )
        .where(
            col(StageEvent.workspace_id) == workspace_of(session),
            col(StageEvent.connection_id) == stage.connection_id,
            col(StageEvent.stage) == stage.name,
            col(StageEvent.deleted_at).is_(None),
            func.coalesce(col(Deal.pipeline), "") == stage.pipeline,
        )
    )


def drop(session: Session, stage: PipelineStage) -> None:
    """Forget a stage that its source no longer has; raises Refusal `stage_in_use`."""
    if stage.gone_at is None or is_used(session, stage):
        raise Refusal(
            "stage_in_use",
            N_("%(name)s is still listed by its source, or deals were in it."),
            {"name": stage.name},
            field="stage",
            misused=False,
        )
    session.delete(stage)
    session.flush()


# --- What comes in ---------------------------------------------------------------------------


class Decided:
    """The decisions about a connection's stages, to be put over what its source tells."""

    def __init__(self, known: Iterable[PipelineStage]) -> None:
        self._of = {
            (one.pipeline, one.name): (one.told or "open", one.status)
            for one in known
            if is_decided(one) and one.status is not None
        }

    def over(self, page: Page) -> Page:
        """Return a page of deals as the decisions make it; other pages stay as they are."""
        if not self._of or page.record != "deal":
            return page
        pipelines = {row["external_id"]: row.get("pipeline") or "" for row in page.rows}

        def entry(deal: str, one: Entry) -> Entry:
            status = self._meaning(pipelines.get(deal, ""), one.stage, one.status)
            return one if status is None else structs.replace(one, status=status)

        return replace(
            page,
            rows=[self._row(row, page) for row in page.rows],
            histories={
                deal: [entry(deal, one) for one in entries]
                for deal, entries in page.histories.items()
            },
            stands={deal: entry(deal, one) for deal, one in page.stands.items()},
        )

    def _meaning(self, pipeline: str, stage: str | None, told: str | None) -> str | None:
        """Return what an entry or a deal counts as, None where nobody decided about it."""
        usual, decided = self._of.get((pipeline, stage or ""), (None, None))
        return decided if told in (None, usual) else None

    def _row(self, row: Mapping[str, Any], page: Page) -> Mapping[str, Any]:
        before = row.get("status") or "open"
        status = self._meaning(row.get("pipeline") or "", row.get("stage"), before)
        if status is None:
            return row
        deal = row["external_id"]
        told = page.histories.get(deal) or [one for one in [page.stands.get(deal)] if one]
        entered = told[-1].entered_on if told and told[-1].stage == row.get("stage") else None
        days = _days(before, status, row.get("closed_on"), row.get("expected_close_on"), entered)
        return {**row, **days, "status": status}


def of(session: Session, connection_id: int) -> Decided:
    """Return the decisions about a connection's stages."""
    return Decided(stages(session, connection_id))


def _days(before: str, after: str, closed: Any, expected: Any, entered: Any) -> dict[str, Any]:
    """Return the days of a deal that has become open or closed, none where it stays so.

    It closed on the day on which it came to its stage; where no history tells, on the day
    that the source has for its end.
    """
    if (before == "open") == (after == "open"):
        return {}
    if after == "open":
        return {"closed_on": None, "closed_at": None, "expected_close_on": closed}
    return {"closed_on": entered or expected, "expected_close_on": None}


# --- What is stored --------------------------------------------------------------------------


def decide(
    session: Session,
    connection_id: int,
    run_id: int,
    meant: Mapping[int, str | None],
    now: datetime,
) -> int:
    """Let stages, by their ids, mean something (None: what the source tells).

    The deals in them follow, with their histories, and the days on which they count are
    marked. Where an earlier decision is given up, nothing here tells any more which deals said
    the same by themselves: they follow too, until the source is read again. Returns how many
    deals changed; raises Refusal `bad_meaning` for another word.
    """
    if not {one for one in meant.values() if one is not None} <= set(MEANINGS):
        raise Refusal("bad_meaning", N_("A stage is open, won or lost."), field="stage")
    bulk.lock(session, connection_id)
    changed = 0
    for stage in stages(session, connection_id):
        if stage.id not in meant:
            continue
        before, after = stage.status or "open", meant[stage.id] or stage.told or "open"
        if before != after:
            _events(session, stage, before, after, run_id, now)
            changed += _deals(session, stage, before, after, run_id, now)
        stage.status = meant[stage.id] or stage.told
        session.add(stage)
    session.flush()
    return changed


def _standing(session: Session, stage: PipelineStage) -> list[ColumnElement[bool]]:
    """Return what chooses the living deals that stand in a stage and mean what it means."""
    return [
        col(Deal.workspace_id) == workspace_of(session),
        col(Deal.connection_id) == stage.connection_id,
        func.coalesce(col(Deal.pipeline), "") == stage.pipeline,
        col(Deal.stage) == stage.name,
        col(Deal.status) == (stage.status or "open"),
        col(Deal.deleted_at).is_(None),
    ]


def _deals(
    session: Session, stage: PipelineStage, before: str, after: str, run_id: int, now: datetime
) -> int:
    places = {
        name: _DEAL.place(name)
        for name in ("status", "closed_on", "closed_at", "expected_close_on")
    }
    ids = list(session.scalars(select(col(Deal.id)).where(*_standing(session, stage))))
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        entered = _entered(session, stage, portion)
        pairs: list[tuple[Row, Row]] = []
        for row in bulk.fetch(session, _DEAL, portion):
            days = _days(
                before,
                after,
                row[places["closed_on"]],
                row[places["expected_close_on"]],
                entered.get(row[ID]),
            )
            values = {places[name]: value for name, value in days.items()}
            values |= {places["status"]: after, RECORDED: stored.instant(now), RUN: run_id}
            pairs.append((row, stored.changed(row, values)))
        ledger.keep(session, kinds.KINDS["deal"], changed=pairs, run_id=run_id, now=now)
    return len(ids)


def _entered(session: Session, stage: PipelineStage, deals: Sequence[int]) -> dict[int, str]:
    """Return the days on which deals came to the stage in which they stand, as far as known."""
    found = {}
    for deal, rows in events.known(session, stage.connection_id, deals).items():
        last = events.read(rows[-1]).entry
        if last.stage == stage.name:
            found[deal] = last.entered_on.isoformat()
    return found


def _events(
    session: Session, stage: PipelineStage, before: str, after: str, run_id: int, now: datetime
) -> None:
    """Let the visits to a stage mean something else, and work out the runs of open stages anew."""
    statement = _visits(session, stage).where(col(StageEvent.status) == before).distinct()
    deals = list(session.scalars(statement))
    for start in range(0, len(deals), PORTION):
        known = events.known(session, stage.connection_id, deals[start : start + PORTION])
        rows = [row for one in known.values() for row in _meant(one, stage.name, before, after)]
        writer.write(session, stage.connection_id, run_id, kinds.STAGE_EVENT.name, rows, now)


def _meant(rows: Sequence[Row], stage: str, before: str, after: str) -> Iterator[dict[str, Any]]:
    told = [events.read(row) for row in rows]
    entries = [
        structs.replace(one.entry, status=after)
        if (one.entry.stage, one.entry.status) == (stage, before)
        else one.entry
        for one in told
    ]
    stays = visits([(one, one.status or "open") for one in entries])
    for event, visit in zip(told, stays, strict=True):
        yield events.row_of(event.deal_id, event.external_id, visit)

"""Matching: which part of a vendor's is which field of ours, and what its stages mean."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, func, select
from werkzeug.wrappers import Response

from app import queue, rebuilding
from app.web import access, frame, import_words, texts, vendor_fields, vocabulary
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.errors import OutsideError, Refusal
from goals.records import deciding
from goals.records.connections import Connection, SyncRun
from goals.records.sales import Deal, PipelineStage
from goals.table import new_id
from integrations import connections, crm

#: The longest name of a part that is taken.
LONGEST = 200
FIELD, STAGE = "field", "stage"
#: What a button sends to take a stage off the page, before the stage's id.
DROP = "drop."


@dataclass(frozen=True)
class FieldLine:
    """A field of ours: where it usually comes from, where from now, and what may be chosen."""

    name: str
    label: str
    usual: str
    chosen: str
    samples: Sequence[str]


@dataclass(frozen=True)
class Fields:
    """The fields of one kind of record, and the parts of theirs with samples of their values."""

    record: str
    title: str
    lines: Sequence[FieldLine]
    parts: Mapping[str, Sequence[str]]
    own: Mapping[str, Sequence[str]]

    @property
    def is_changed(self) -> bool:
        """Tell whether a person chose another part than the usual one."""
        return any(one.chosen != one.usual for one in self.lines)


@dataclass(frozen=True)
class StageLine:
    """A stage with what was chosen for it, how many deals stand there and how many follow.

    `can_go` tells that the source has it no longer and nothing here needs it.
    """

    stage: PipelineStage
    chosen: str
    deals: int
    follow: int
    can_go: bool = False

    @property
    def is_decided(self) -> bool:
        """Tell whether a person decided what it means."""
        return deciding.is_decided(self.stage)

    @property
    def is_open_question(self) -> bool:
        """Tell whether nobody has said yet what it means."""
        return _is_open_question(self.stage)


@dataclass
class _Sent:
    """What a person chose on the page; nothing for a page that is only looked at."""

    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    stages: dict[int, str] = field(default_factory=dict)


def is_offered(session: Session, connection: Connection) -> bool:
    """Tell whether a connection has fields or stages to be matched."""
    if connection.removed_at is not None or connection.interval is None:
        return False
    return vendor_fields.usual(connection) != {} or bool(
        crm.guide(connection.provider) and deciding.stages(session, connection.id)
    )


def undecided(session: Session, connection: Connection) -> int:
    """Return of how many stages nobody has said yet what they mean."""
    if connection.interval is None:
        return 0
    return sum(map(_is_open_question, deciding.stages(session, connection.id)))


def _is_open_question(stage: PipelineStage) -> bool:
    # About a stage that the source has no longer nobody has to decide.
    return stage.status is None and stage.gone_at is None


@access.needs("owner")
def page(connection_id: int) -> Response | tuple[str, int] | str:
    """Show what is matched, what would change, and save it."""
    session = frame.session()
    connection = connections.find(session, str(connection_id))
    if not is_offered(session, connection):
        abort(404)
    usual = vendor_fields.usual(connection)
    sent = _sent(usual) if request.method == "POST" else _Sent()
    do = request.form.get("do", "")
    trouble = ""
    looked: dict[str, Mapping[str, Sequence[str]]] = {}
    if do == "look":
        try:
            looked = vendor_fields.look(session, connection, usual)
        except (OutsideError, Refusal) as error:
            trouble = _told(error)
    elif do == "save":
        return _save(session, connection, usual, sent)
    elif do.startswith(DROP):
        trouble = _drop(session, connection, do.removeprefix(DROP))
    groups = [_fields(session, connection, record, sent, looked) for record in usual]
    stages = _stages(session, connection, sent)
    return render_template(
        "data/mapping.html",
        connection=connection,
        title=_(crm.provider(connection.provider).title),
        groups=sorted(groups, key=lambda one: one.record != "deal"),
        pipelines=_by_pipeline(stages),
        undecided=sum(one.is_open_question for one in stages),
        currencies=_currencies(session, connection),
        has_look=hasattr(crm.kind(connection.provider), "look"),
        was_looked=bool(looked),
        trouble=trouble,
        preview=_preview(stages, _changed(connection, usual, sent)) if do == "preview" else None,
        field_name=lambda record, name: f"{FIELD}.{record}.{name}",
        stage_name=lambda stage: f"{STAGE}.{stage.id}",
    )


def _drop(session: Session, connection: Connection, stage_id: str) -> str:
    """Forget a stage that the source has no longer; what else was chosen on the page stays."""
    for one in deciding.stages(session, connection.id):
        if str(one.id) == stage_id:
            try:
                deciding.drop(session, one)
            except Refusal as error:
                return _told(error)
    return ""


def _told(error: OutsideError | Refusal) -> str:
    return " ".join(filter(None, (texts.say(error.message), texts.say(error.fix))))


def _sent(usual: Mapping[str, Mapping[str, str]]) -> _Sent:
    """Return what was chosen; whatever is no field of ours is left out."""
    sent = _Sent()
    for key, value in request.form.items():
        kind, _dot, rest = key.partition(".")
        if kind == FIELD:
            record, _dot, name = rest.partition(".")
            theirs = value.strip()[:LONGEST]
            if name in usual.get(record, {}) and theirs:
                sent.fields.setdefault(record, {})[name] = theirs
        elif kind == STAGE and rest.isdigit() and value in ("", *deciding.MEANINGS):
            sent.stages[int(rest)] = value
    return sent


# --- Fields ----------------------------------------------------------------------------------


def _changed(
    connection: Connection, usual: Mapping[str, Mapping[str, str]], sent: _Sent
) -> dict[str, dict[str, str]]:
    """Return the choice as it is kept, where the usual part needs no word."""
    before = vendor_fields.chosen(connection)
    told: dict[str, dict[str, str]] = {}
    for record in {*before, *sent.fields}:
        kept = {**before.get(record, {}), **sent.fields.get(record, {})}
        own = usual.get(record, {})
        differ = {ours: theirs for ours, theirs in kept.items() if own.get(ours) != theirs}
        if differ:
            told[record] = dict(sorted(differ.items()))
    return told


def _fields(
    session: Session,
    connection: Connection,
    record: str,
    sent: _Sent,
    looked: Mapping[str, Mapping[str, Sequence[str]]],
) -> Fields:
    usual = vendor_fields.usual(connection)[record]
    before = {**usual, **vendor_fields.chosen(connection).get(record, {})}
    now = {**before, **sent.fields.get(record, {})}
    own = vendor_fields.own(session, connection, record)
    seen = looked.get(record, {})
    kept = vendor_fields.stored(session, connection, record)
    parts: dict[str, Sequence[str]] = {
        **dict.fromkeys([*usual.values(), *now.values()], ()),
        **own,
        **seen,
    }
    held = {name: kept.get(name, ()) if now[name] == before[name] else () for name in usual}
    return Fields(
        record,
        vocabulary.records(record),
        [
            FieldLine(
                name,
                import_words.field(name),
                theirs,
                now[name],
                parts.get(now[name], ()) or held[name],
            )
            for name, theirs in usual.items()
        ],
        {name: parts[name] for name in sorted(parts, key=str.casefold)},
        own,
    )


# --- Stages ----------------------------------------------------------------------------------


def _stages(session: Session, connection: Connection, sent: _Sent) -> list[StageLine]:
    place = (func.coalesce(col(Deal.pipeline), ""), col(Deal.stage))
    statement = (
        select(*place, func.count())
        .where(
            col(Deal.workspace_id) == frame.here().id,
            col(Deal.connection_id) == connection.id,
            col(Deal.deleted_at).is_(None),
        )
        .group_by(*place)
    )
    there = {(pipeline, stage): n for pipeline, stage, n in session.execute(statement)}
    lines = []
    for one in deciding.stages(session, connection.id):
        now = one.status if deciding.is_decided(one) else ""
        picked = sent.stages.get(one.id, now or "")
        after = picked or one.told or "open"
        follow = deciding.count(session, one) if after != (one.status or "open") else 0
        deals = there.get((one.pipeline, one.name), 0)
        can_go = one.gone_at is not None and not deals and not deciding.is_used(session, one)
        lines.append(StageLine(one, picked, deals, follow, can_go))
    return lines


def _by_pipeline(lines: Sequence[StageLine]) -> dict[str, list[StageLine]]:
    found: dict[str, list[StageLine]] = {}
    for one in lines:
        found.setdefault(one.stage.pipeline, []).append(one)
    return found


def _currencies(session: Session, connection: Connection) -> list[tuple[str | None, int]]:
    statement = (
        select(col(Deal.currency), func.count())
        .where(
            col(Deal.workspace_id) == frame.here().id,
            col(Deal.connection_id) == connection.id,
            col(Deal.deleted_at).is_(None),
        )
        .group_by(col(Deal.currency))
        .order_by(func.count().desc())
    )
    return [(currency, n) for currency, n in session.execute(statement)]


def _preview(stages: Sequence[StageLine], fields: Mapping[str, Any]) -> list[str]:
    """Return in words what saving would change."""
    told = []
    for one in stages:
        if one.follow:
            names = {"stage": one.stage.name}
            after = one.chosen or one.stage.told or "open"
            said = {
                "open": ngettext(
                    "%(num)d deal in %(stage)s will count as open.",
                    "%(num)d deals in %(stage)s will count as open.",
                    one.follow,
                    **names,
                ),
                "won": ngettext(
                    "%(num)d deal in %(stage)s will count as won.",
                    "%(num)d deals in %(stage)s will count as won.",
                    one.follow,
                    **names,
                ),
                "lost": ngettext(
                    "%(num)d deal in %(stage)s will count as lost.",
                    "%(num)d deals in %(stage)s will count as lost.",
                    one.follow,
                    **names,
                ),
            }
            told.append(said[after])
    for record, one in fields.items():
        for ours, theirs in one.items():
            told.append(
                _(
                    "%(field)s of %(records)s comes from %(part)s.",
                    field=import_words.field(ours),
                    records=vocabulary.records(record),
                    part=theirs,
                )
            )
    return told


def _save(
    session: Session, connection: Connection, usual: Mapping[str, Mapping[str, str]], sent: _Sent
) -> Response:
    now = frame.now()
    told, is_given_up = _decide(session, connection, sent)
    fields = _changed(connection, usual, sent)
    if fields != vendor_fields.chosen(connection):
        rest = {name: one for name, one in connection.settings.items() if name != "fields"}
        connection.settings = {**rest, "fields": json.dumps(fields)} if fields else rest
        session.add(connection)
        is_given_up = True
    if is_given_up and not connection.needs_reconnect:
        rebuilding.read_anew(session, connection, now)
        told.append(_("Everything is read again as it is matched now."))
    flash(" ".join(told) or _("Nothing was changed."))
    return redirect(url_for("data.connection", connection_id=connection.id), 303)


def _decide(session: Session, connection: Connection, sent: _Sent) -> tuple[list[str], bool]:
    """Let stages mean what was chosen, and count the days anew that this touches.

    Returns what is to be said, and whether an earlier decision was given up.
    """
    is_given_up = False
    meant: dict[int, str | None] = {}
    for one in deciding.stages(session, connection.id):
        before = one.status if deciding.is_decided(one) else ""
        picked = sent.stages.get(one.id, before or "")
        if picked != (before or "") and (picked or None) != one.status:
            meant[one.id] = picked or None
            is_given_up = is_given_up or deciding.is_decided(one)
    if not meant:
        return [], False
    now = frame.now()
    run = SyncRun(
        id=new_id(),
        workspace_id=connection.workspace_id,
        connection_id=connection.id,
        kind="manual",
        status="done",
        started_at=now,
        finished_at=now,
        label="stages",
        result={"record": "stage"},
    )
    session.add(run)
    session.flush()
    changed = deciding.decide(session, connection.id, run.id, meant, now)
    run.streams = [{"record": "deal", "read": changed, "created": 0, "updated": changed}]
    session.add(run)
    if changed:
        rebuilding.count_new(session, now)
        queue.schedule(session, "review", "", now)
    said = ngettext(
        "Saved. %(num)d deal counts otherwise now.",
        "Saved. %(num)d deals count otherwise now.",
        changed,
    )
    return [said], is_given_up

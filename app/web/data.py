"""Sources: what is connected, how it does, and what came in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from app import queue, work
from app.due import Due
from app.web import access, data_quality, frame, texts, vocabulary
from app.web.forms.data import FORMS, HubSpotForm
from app.web.texts import gettext as _
from goals import words
from goals.errors import OutsideError, Refusal
from goals.metrics import catalogue
from goals.records.connections import Connection, SyncRun
from goals.records.source import Check
from goals.words import N_
from integrations import connections, crm
from integrations import runs as syncs

blueprint = Blueprint("data", __name__)
blueprint.add_url_rule("/data/quality", "quality", data_quality.page)
blueprint.add_url_rule("/data/quality/records", "quality_records", data_quality.records_page)
blueprint.add_url_rule("/data/quality/records.csv", "quality_csv", data_quality.records_csv)
#: Runs shown on the page.
LATEST = 25
#: What a person may add on a page; files come in on the import page.
ADDABLE = ("hubspot", "sample")


@dataclass(frozen=True)
class Card:
    """A connection with its last finished run, the running one and when it is due next.

    `failed` is how many pulls in a row failed by now.
    """

    connection: Connection
    title: str
    last: SyncRun | None
    running: SyncRun | None
    next_at: datetime | None
    failed: int = 0

    @property
    def told(self) -> list[str]:
        """Return what was not read, what was not taken away, and why it is tried less often."""
        streams = self.last.streams if self.last is not None else []
        kept = [one[name] for one in streams for name in ("left_out", "held") if one.get(name)]
        found = [words.from_json(one) for one in kept]
        slow = syncs.slower(self.failed)
        return list(dict.fromkeys(texts.say(one) for one in [*found, *([slow] if slow else [])]))

    @property
    def state(self) -> str:
        """Return one of never, working, failing, reconnect, waiting, off."""
        if self.connection.is_paused:
            return "off"
        if self.connection.needs_reconnect:
            return "reconnect"
        if self.last is None:
            return "never"
        if self.last.status == "waiting":
            return "waiting"
        if self.last.status in ("failed", "partial"):
            return "failing"
        return "working"


@blueprint.get("/data")
def page() -> str:
    """List the connections and the latest runs."""
    session = frame.session()
    cards = [_card(session, one) for one in connections.every(session)]
    names = {one.connection.id: one.connection.name for one in cards}
    return render_template(
        "data/page.html",
        cards=cards,
        needing=sum(one.state in ("reconnect", "failing") for one in cards),
        runs=_runs(session),
        names=names,
        addable=[(name, _(crm.provider(name).title)) for name in ADDABLE],
        said=_said,
        run_name=_named,
    )


def _named(run: SyncRun) -> str:
    """Return what a run is called beside its connection: its file, or the number entered."""
    label = run.label or ""
    if run.kind != "manual":
        return label
    record = (run.result or {}).get("record")
    if record == "rate":
        return _("Rate of %(currency)s", currency=label)
    if record == "holiday":
        return _("Holidays: %(name)s", name=label)
    metric = catalogue.METRICS.get(label)
    return label if metric is None else texts.say(metric.name)


def _runs(session: Session, connection_id: int | None = None) -> list[SyncRun]:
    statement = (
        select(SyncRun)
        .where(col(SyncRun.workspace_id) == frame.here().id)
        .order_by(col(SyncRun.started_at).desc())
        .limit(LATEST)
    )
    if connection_id is not None:
        statement = statement.where(col(SyncRun.connection_id) == connection_id)
    return list(session.exec(statement))


def _card(session: Session, connection: Connection) -> Card:
    runs = _runs(session, connection.id)
    due = session.exec(
        select(Due).where(
            col(Due.workspace_id) == frame.here().id,
            col(Due.task) == "sync",
            col(Due.subject) == str(connection.id),
        )
    ).first()
    running = runs[0] if runs and runs[0].status == "running" else None
    if running is not None and frame.now() - running.started_at > timedelta(days=1):
        running = None
    provider = crm.PROVIDERS.get(connection.provider)
    return Card(
        connection,
        _(provider.title) if provider is not None else _("Files"),
        next((one for one in runs if one.status != "running"), None),
        running,
        due.due_at if due is not None and connection.interval is not None else None,
        syncs.failed_in_row(session, connection.id),
    )


def _said(run: SyncRun) -> str:
    """Return a run's error in words, "" where there was none."""
    if not run.error:
        return ""
    message = texts.say(words.from_json(run.error["message"]))
    fix = run.error.get("fix")
    return f"{message} {texts.say(words.from_json(fix))}" if fix else message


@blueprint.get("/data/runs/<int:run_id>")
def run(run_id: int) -> str:
    """Show what one sync, import or entry by hand did."""
    session = frame.session()
    found = session.exec(
        select(SyncRun).where(
            col(SyncRun.workspace_id) == frame.here().id, col(SyncRun.id) == run_id
        )
    ).first()
    if found is None:
        raise Refusal("unknown_run", N_("There is no run %(id)s."), {"id": str(run_id)})
    return render_template(
        "data/run.html",
        run=found,
        source=connections.find(session, str(found.connection_id)),
        said=_said(found),
        name=_named(found),
        called=vocabulary.records,
    )


@blueprint.route("/data/add/<provider>", methods=["GET", "POST"])
@access.needs("owner")
def add(provider: str) -> Response | tuple[str, int] | str:
    """Connect a source in numbered steps; the test runs before anything is kept."""
    if provider not in ADDABLE:
        abort(404)
    form = FORMS[provider]()
    checks: list[Check] = []
    if form.validate_on_submit():
        session = frame.session()
        try:
            with session.begin_nested() as attempt:
                made = connections.add(
                    session,
                    provider,
                    form.name.data or "",
                    settings=form.settings(),
                    secrets=form.secrets(),
                    vault=frame.wiring().vault,
                    now=frame.now(),
                )
                checks = connections.check(
                    session,
                    made,
                    vault=frame.wiring().vault,
                    now=frame.now(),
                    allow_private=frame.wiring().settings.allow_private_sources,
                    allow_commands=frame.wiring().settings.allow_commands,
                )
                if not connections.passed(checks):
                    attempt.rollback()
            if checks and connections.passed(checks):
                work.plan(session, frame.now())
                flash(_("Connected. The first read starts in a moment."))
                return redirect(url_for("data.page"), 303)
        except (Refusal, OutsideError) as error:
            form.refuse(error if isinstance(error, Refusal) else _as_refusal(error))
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "data/add.html", form=form, provider=crm.provider(provider), kind=provider, checks=checks
    )
    return page, status


def _as_refusal(error: OutsideError) -> Refusal:
    return Refusal(error.code, error.message.id, dict(error.message.params), fix=error.fix)


def _found(connection_id: int) -> Connection:
    return connections.find(frame.session(), str(connection_id))


@blueprint.post("/data/<int:connection_id>/sync")
def sync_now(connection_id: int) -> Response:
    """Have a connection pulled as soon as a worker is free."""
    connection = _found(connection_id)
    queue.schedule(frame.session(), "sync", str(connection.id), frame.now())
    flash(_("%(name)s is read as soon as a worker is free.", name=connection.name))
    return redirect(url_for("data.page"), 303)


@blueprint.post("/data/<int:connection_id>/pause")
@access.needs("owner")
def pause(connection_id: int) -> Response:
    """Switch reading a connection off or on."""
    session = frame.session()
    connection = _found(connection_id)
    connections.pause(session, connection, not connection.is_paused)
    work.plan(session, frame.now())
    return redirect(url_for("data.page"), 303)


@blueprint.route("/data/<int:connection_id>/reconnect", methods=["GET", "POST"])
@access.needs("owner")
def reconnect(connection_id: int) -> Response | tuple[str, int] | str:
    """Give a connection a new token; it is tested before the old one is replaced."""
    connection = _found(connection_id)
    if connection.provider != "hubspot":
        abort(404)
    form = HubSpotForm(data={"name": connection.name, **connection.settings})
    checks: list[Check] = []
    if form.validate_on_submit():
        session, vault = frame.session(), frame.wiring().vault
        with session.begin_nested() as attempt:
            connection.secrets = vault.seal(form.secrets())
            session.add(connection)
            session.flush()
            checks = connections.check(
                session,
                connection,
                vault=vault,
                now=frame.now(),
                allow_private=frame.wiring().settings.allow_private_sources,
                allow_commands=frame.wiring().settings.allow_commands,
            )
            if not connections.passed(checks):
                attempt.rollback()
        if checks and connections.passed(checks):
            queue.schedule(session, "sync", str(connection.id), frame.now())
            flash(_("%(name)s is connected again.", name=connection.name))
            return redirect(url_for("data.page"), 303)
    status = 422 if form.is_submitted() else 200
    provider = crm.provider("hubspot")
    page = render_template(
        "data/add.html", form=form, provider=provider, kind="hubspot", checks=checks
    )
    return page, status

"""The page of one connection: how it does, what each run brought, and what can be done."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import queue, rebuilding, work
from app.web import access, connection_mapping, file_lines, frame, sources, vocabulary
from app.web.forms.connect import ConnectionForm
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.records.connections import Connection
from integrations import connections, crm, removing
from integrations import runs as syncs
from integrations.files import importing


def _found(connection_id: int, *, even_removed: bool = False) -> Connection:
    return connections.find(frame.session(), str(connection_id), even_removed=even_removed)


def _pulled(connection_id: int) -> Connection:
    """Return a connection that is read by itself; files have nothing to switch."""
    found = _found(connection_id)
    if found.interval is None:
        abort(404)
    return found


def _back(connection: Connection) -> Response:
    return redirect(url_for("data.connection", connection_id=connection.id), 303)


def page(connection_id: int) -> str:
    """Show a connection."""
    session = frame.session()
    found = _found(connection_id, even_removed=True)
    return render_template(
        "data/connection.html",
        **_told(found),
        **_log(found),
        has_guide=crm.guide(found.provider) is not None,
        has_mapping=connection_mapping.is_offered(session, found),
        undecided=connection_mapping.undecided(session, found),
        files=file_lines.lines(session) if found.provider == importing.PROVIDER else None,
    )


def status(connection_id: int) -> str:
    """Return the part of the page that changes while something runs; the log, once it ended."""
    found = _found(connection_id, even_removed=True)
    told = _told(found)
    part = render_template("data/_status.html", **told)
    if told["card"].changes_soon:
        return part
    return part + render_template("data/_runs.html", **told, **_log(found), is_sent_after=True)


def _told(connection: Connection) -> dict[str, Any]:
    """Return what the status of a connection is shown with."""
    return {
        "card": sources.card(frame.session(), connection),
        "said": sources.said,
        "records_gone": _records_gone(connection),
    }


def _log(connection: Connection) -> dict[str, Any]:
    """Return what the runs of a connection are shown with."""
    runs = sources.runs(frame.session(), connection.id)
    return {
        "runs": runs,
        "latest": next((one for one in runs if one.streams and one.status != "running"), None),
        "called": vocabulary.records,
        "run_name": sources.named,
    }


def _records_gone(connection: Connection) -> bool:
    """Tell whether the records of a removed connection went with it, or are on their way."""
    if connection.removed_at is None:
        return False
    return removing.took_records(frame.session(), connection)


def sync_now(connection_id: int) -> Response:
    """Have a connection pulled as soon as a worker is free."""
    connection = _pulled(connection_id)
    queue.schedule(frame.session(), "sync", str(connection.id), frame.now())
    flash(_("%(name)s is read as soon as a worker is free.", name=connection.name))
    return _back(connection)


@access.needs("owner")
def read_again(connection_id: int) -> Response:
    """Have a connection read from its beginning."""
    connection = _pulled(connection_id)
    rebuilding.read_anew(frame.session(), connection, frame.now())
    flash(
        _("%(name)s is read from its beginning as soon as a worker is free.", name=connection.name)
    )
    return _back(connection)


@access.needs("owner")
def pause(connection_id: int) -> Response:
    """Switch reading a connection off or on."""
    session = frame.session()
    connection = _pulled(connection_id)
    connections.pause(session, connection, not connection.is_paused)
    work.plan(session, frame.now())
    if connection.is_paused:
        # Whoever is at it has lost its work, stops soon and closes nothing.
        syncs.close_dead(session, connection.id, frame.now())
    return _back(connection)


@access.needs("owner")
def change(connection_id: int) -> Response | tuple[str, int] | str:
    """Call a connection otherwise, or have it read more or less often."""
    session = frame.session()
    connection = _found(connection_id)
    form = ConnectionForm(data={"name": connection.name, "interval": connection.interval})
    form.offer(connection.interval)
    if connection.interval is None:
        del form.interval
    if form.validate_on_submit():
        try:
            connections.rename(session, connection, form.name.data or "")
            if connection.interval is not None:
                connections.read_every(session, connection, form.interval.data)
                latest = work.latest(connection, frame.now())
                if not connection.is_paused and not connection.needs_reconnect:
                    queue.schedule(session, "sync", str(connection.id), latest)
            return _back(connection)
        except Refusal as error:
            form.refuse(error)
    status = 422 if form.is_submitted() else 200
    return render_template("data/change.html", form=form, connection=connection), status


@access.needs("owner")
def remove(connection_id: int) -> Response | tuple[str, int] | str:
    """Ask what becomes of the records, and remove a connection."""
    session = frame.session()
    connection = _found(connection_id)
    chosen = request.form.get("records", "")
    if request.method == "GET" or chosen not in ("keep", "delete"):
        page = render_template(
            "data/remove.html", connection=connection, is_wrong=request.method == "POST"
        )
        return page, 200 if request.method == "GET" else 422
    now = frame.now()
    removing.remove(session, connection, records=chosen == "delete", now=now)
    # A pull that is under way holds the work that was planned; it ends by itself.
    queue.cancel(session, "sync", str(connection.id))
    syncs.close_dead(session, connection.id, now)
    if removing.going(session, connection.id) is not None:
        queue.schedule(session, "sync", str(connection.id), now)
    if chosen == "delete":
        flash(_("Removed. Its records are taken away as soon as a worker is free."))
    else:
        flash(_("Removed. Its records stay and count as before."))
    return _back(connection)


@access.needs("owner")
def bring_back(connection_id: int) -> Response:
    """Take a removal back; the sign-in is needed anew."""
    session = frame.session()
    connection = _found(connection_id, even_removed=True)
    if connection.removed_at is None:
        return _back(connection)
    now = frame.now()
    removing.bring_back(session, connection, now=now)
    queue.cancel(session, "sync", str(connection.id))
    if removing.going(session, connection.id) is not None:
        queue.schedule(session, "sync", str(connection.id), now)
    if not connection.needs_reconnect or crm.guide(connection.provider) is None:
        flash(_("%(name)s is back.", name=connection.name))
        work.plan(session, now)
        return _back(connection)
    flash(_("%(name)s is back. Sign in to it, so that it is read again.", name=connection.name))
    return redirect(url_for("data.reconnect", connection_id=connection.id), 303)

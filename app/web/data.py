"""Sources: what is connected, how it does, and what came in."""

from flask import Blueprint, render_template
from sqlmodel import col, select

from app.web import (
    connecting,
    connection_mapping,
    connection_pages,
    data_quality,
    file_lines,
    frame,
    imports,
    parallel,
    sources,
    vocabulary,
)
from goals.errors import Refusal
from goals.records import undo
from goals.records.connections import SyncRun
from goals.words import N_
from integrations import connections
from integrations.files import importing

blueprint = Blueprint("data", __name__)
blueprint.add_url_rule("/data/quality", "quality", data_quality.page)
blueprint.add_url_rule("/data/quality/records", "quality_records", data_quality.records_page)
blueprint.add_url_rule("/data/quality/records.csv", "quality_csv", data_quality.records_csv)
BOTH = ("GET", "POST")
ONE = "/data/connections/<int:connection_id>"
for path, name, view, methods in (
    ("/data/connect", "grid", connecting.grid, ("GET",)),
    ("/data/connect/<provider>", "connect", connecting.connect, BOTH),
    ("/data/connect/<provider>/return", "returned", connecting.returned, ("GET",)),
    (ONE, "connection", connection_pages.page, ("GET",)),
    (f"{ONE}/status", "connection_status", connection_pages.status, ("GET",)),
    (f"{ONE}/sync", "sync_now", connection_pages.sync_now, ("POST",)),
    (f"{ONE}/again", "read_again", connection_pages.read_again, ("POST",)),
    (f"{ONE}/pause", "pause", connection_pages.pause, ("POST",)),
    (f"{ONE}/change", "change", connection_pages.change, BOTH),
    (f"{ONE}/remove", "remove", connection_pages.remove, BOTH),
    (f"{ONE}/back", "bring_back", connection_pages.bring_back, ("POST",)),
    (f"{ONE}/reconnect", "reconnect", connecting.reconnect, BOTH),
    (f"{ONE}/mapping", "mapping", connection_mapping.page, BOTH),
    ("/data/parallel", "parallel", parallel.page, ("GET",)),
    ("/data/parallel/records", "parallel_records", parallel.records, ("GET",)),
    ("/data/parallel/records.csv", "parallel_csv", parallel.records_csv, ("GET",)),
    ("/data/parallel/cut-over", "cut_over", parallel.cut_over, BOTH),
    ("/data/parallel/back", "cut_over_back", parallel.back, ("POST",)),
):
    blueprint.add_url_rule(path, name, view, methods=methods)


@blueprint.get("/data")
def page() -> str:
    """List the connections and the latest runs."""
    session = frame.session()
    cards = [sources.card(session, one) for one in connections.every(session)]
    removed = connections.every(session, removed=True)
    names = {one.id: one.name for one in (*(card.connection for card in cards), *removed)}
    return render_template(
        "data/page.html",
        cards=cards,
        files=file_lines.lines(session),
        file_source=importing.PROVIDER,
        removed=removed,
        needing=sum(one.state in ("reconnect", "failing") for one in cards),
        runs=sources.runs(session),
        names=names,
        said=sources.said,
        run_name=sources.named,
        decisions=undo.DECISIONS,
        has_pairs=bool(parallel.candidates(session)),
        doubled=parallel.warnings(session),
    )


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
        source=connections.find(session, str(found.connection_id), even_removed=True),
        said=sources.said(found),
        notes=sources.notes(found),
        name=sources.named(found),
        called=vocabulary.records,
        rejects=frame.may("editor") and imports.rejects_of(run_id) is not None,
        again=imports.again(found) if frame.may("editor") else None,
        is_cut_short=frame.may("editor")
        and (found.kind, found.status, found.undone_at) == ("import", "partial", None),
    )

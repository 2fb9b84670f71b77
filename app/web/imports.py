"""Sending a file: upload it, match its columns, look at what would happen, import, undo."""

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import queue
from app.web import access, frame, security
from app.web.forms.imports import FileForm
from goals.errors import Refusal
from goals.metrics import refresh
from goals.records import kinds, undo
from integrations.files import reading
from integrations.files.importing import import_file
from integrations.files.result import ImportResult, NotImported

blueprint = Blueprint("imports", __name__)
#: Rows shown beside the columns.
SAMPLES = 3
MEANINGS = ("open", "won", "lost")


def _folder() -> Path:
    folder = frame.wiring().settings.data_dir / "uploads" / str(frame.here().id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _kept(token: str) -> Path:
    """Return an uploaded file of this workspace; the token never leads out of its folder."""
    if not re.fullmatch(r"[0-9a-f]{32}", token):
        abort(404)
    path = _folder() / token
    if not path.exists():
        abort(404)
    return path


@blueprint.route("/data/import", methods=["GET", "POST"])
@access.needs("editor")
def page() -> Response | tuple[str, int]:
    """Take a file in; it is looked at on the next page."""
    request.max_content_length = security.MOST_UPLOAD_BYTES
    form = FileForm()
    if form.validate_on_submit():
        token = secrets.token_hex(16)
        form.file.data.save(_folder() / token)
        about = {"name": (form.file.data.filename or "")[-120:], "record": form.record.data}
        (_folder() / f"{token}.json").write_text(json.dumps(about))
        return redirect(url_for("imports.match", token=token), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("imports/page.html", form=form), status


def _about(token: str) -> dict[str, str]:
    _kept(token)
    found: dict[str, str] = json.loads((_folder() / f"{token}.json").read_text())
    return found


@blueprint.route("/data/import/<token>", methods=["GET", "POST"])
@access.needs("editor")
def match(token: str) -> Response | tuple[str, int]:
    """Match the file's columns and show what would happen; import when that is wanted."""
    about = _about(token)
    session = frame.session()
    mapping = _mapping(request.form) if request.method == "POST" else None
    error: Refusal | None = None
    result: ImportResult | None = None
    wanted = request.form.get("then") == "import"
    try:
        result = _run(session, token, about, mapping, dry_run=not wanted)
    except Refusal as refused:
        error = refused
        if mapping is None and isinstance(refused, NotImported):
            mapping = refused.extra.get("suggested")
    if result is not None and wanted and not result.failed:
        refresh.refresh(session, undated=True)
        queue.schedule(session, "review", "", frame.now())
        _kept(token).unlink()
        flash(_("%(n)s rows imported.", n=result.counts()["rows"]), _undo_link(result))
        return redirect(url_for("data.page"), 303)
    shown = _shown(session, token, about, mapping, result)
    code = 422 if error is not None and request.method == "POST" else 200
    return render_template("imports/match.html", error=error, result=result, **shown), code


def _undo_link(result: ImportResult) -> str:
    document = result.to_json("en")
    return f"undo:{url_for('imports.undo_import', run_id=int(document['import_id']))}"


def _run(
    session: Session,
    token: str,
    about: Mapping[str, str],
    mapping: dict[str, Any] | None,
    *,
    dry_run: bool,
) -> ImportResult:
    with _kept(token).open("rb") as file:
        return import_file(
            session,
            file,
            about["record"],
            mapping,
            now=frame.now(),
            dry_run=dry_run,
            label=about["name"],
        )


def _mapping(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the mapping that the selects of the page say."""
    columns: dict[str, str] = {}
    stages: dict[str, str] = {}
    for name, value in form.items():
        if name.startswith("column:") and value:
            columns[value] = name.removeprefix("column:")
        elif name.startswith("stage:") and value in MEANINGS:
            stages[name.removeprefix("stage:")] = value
    mapping: dict[str, Any] = {"columns": columns}
    if stages:
        mapping["stages"] = stages
    if form.get("date_order") in ("ymd", "mdy", "dmy"):
        mapping["format"] = {"date_order": form["date_order"]}
    return mapping


def _shown(
    session: Session,
    token: str,
    about: Mapping[str, str],
    mapping: dict[str, Any] | None,
    result: ImportResult | None,
) -> dict[str, Any]:
    kind = kinds.KINDS[about["record"]]
    header, samples = _head(token)
    chosen = {column: field for field, column in ((mapping or {}).get("columns") or {}).items()}
    fields = [(one.name, one.required) for one in kind.all_fields()]
    document = result.to_json(frame.reader()) if result is not None else None
    return {
        "token": token,
        "about": about,
        "columns": [
            (name, [row[place] for row in samples if place < len(row)], chosen.get(name, ""))
            for place, name in enumerate(header)
        ],
        "fields": fields,
        "stages": _stages(token, header, chosen) if about["record"] == "deal" else [],
        "meanings": (mapping or {}).get("stages") or {},
        "format": (mapping or {}).get("format") or {},
        "document": document,
        "detected": document["detected"] if document else {},
    }


def _head(token: str) -> tuple[list[str], list[list[str]]]:
    try:
        with _kept(token).open("rb") as file:
            sheet = reading.open_sheet(file, {})
            rows = []
            for line in sheet.rows():
                rows.append(list(line.cells))
                if len(rows) == SAMPLES:
                    break
            return list(sheet.header), rows
    except Refusal:
        return [], []


def _stages(token: str, header: list[str], chosen: Mapping[str, str]) -> list[str]:
    """Return the stages that occur in the column matched to the stage."""
    named = [name for name, field in chosen.items() if field == "stage"]
    if not named:
        return []
    place = header.index(named[0])
    found: dict[str, None] = {}
    with _kept(token).open("rb") as file:
        for line in reading.open_sheet(file, {}).rows():
            if place < len(line.cells) and line.cells[place].strip():
                found[line.cells[place].strip()] = None
            if len(found) > 40:
                break
    return list(found)


@blueprint.post("/data/imports/<int:run_id>/undo")
@access.needs("editor")
def undo_import(run_id: int) -> Response:
    """Take an import back: what it made goes, what it changed returns."""
    session = frame.session()
    undone = undo.undo(session, run_id, frame.now())
    refresh.refresh(session, undated=True)
    queue.schedule(session, "review", "", frame.now())
    flash(
        _(
            "Undone: %(removed)s removed, %(restored)s given back, %(kept)s kept because they"
            " changed since.",
            removed=undone.removed,
            restored=undone.restored,
            kept=undone.kept,
        )
    )
    return redirect(url_for("data.page"), 303)

"""Sending a file: upload it, match its columns, look at what would happen, import, undo."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import imports as use_cases
from app import queue, rebuilding
from app.uploads import Uploads
from app.web import access, file_lines, frame, import_mapping, import_words, security
from app.web.forms.imports import FileForm
from app.web.import_mapping import Sheet
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.errors import Refusal
from goals.records import undo as records
from goals.records.connections import SyncRun
from integrations.files import importing, worked
from integrations.files.goals import undoing
from integrations.files.importing import Rejects
from integrations.files.rejects import RejectsFile
from integrations.files.result import ImportResult

blueprint = Blueprint("imports", __name__)
#: Rows of a file that are looked at before they are imported: more would keep others waiting.
#: A file that has more is brought in by a worker.
LOOKED_AT = 10_000


def _uploads() -> Uploads:
    return Uploads.of(frame.wiring().settings.data_dir, frame.here().id)


@blueprint.route("/data/import", methods=["GET", "POST"])
@access.needs("editor")
@security.takes_files
def page() -> Response | tuple[str, int]:
    """Take a file in; it is looked at on the next page."""
    form = FileForm(record=request.args.get("record"))
    if form.validate_on_submit():
        token = secrets.token_hex(16)
        _uploads().forget_old()
        form.file.data.save(_uploads().folder / token)
        about = {"name": (form.file.data.filename or "")[-120:], "record": form.record.data}
        _uploads().note(token, about)
        return redirect(url_for("imports.match", token=token), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("imports/page.html", form=form), status


@blueprint.route("/data/import/<token>", methods=["GET", "POST"])
@access.needs("editor")
def match(token: str) -> Response | tuple[str, int]:
    """Match the file's columns and show what would happen; import when that is wanted."""
    uploads = _uploads()
    if (gone := _gone(token)) is not None:
        return gone
    about = uploads.about(token)
    session = frame.session()
    # The columns of another sheet have to be seen before they are imported.
    is_sent = request.method == "POST" and not import_mapping.is_other_sheet(request.form)
    error: Refusal | None = None
    result: ImportResult | None = None
    sheet = Sheet((), ())
    mapping: dict[str, Any] = {"columns": {}, "format": import_mapping.told(request.form)}
    is_sure = False
    then = request.form.get("then") if is_sent else None
    # Of a long file the first rows are looked at once more before a worker takes it.
    is_long = about.get("is_long", False)
    wanted = then == "import" and not is_long
    path = _taken(token) if wanted else uploads.find(token)
    if path is None:
        return _gone(token) or redirect(url_for("imports.match", token=token), 303)
    # Opened once for all that looks at it: what a workbook shares is then gone through once.
    file = path.open("rb")
    frame.afterwards(lambda _is_kept: file.close())
    try:
        sheet = import_mapping.look(file, mapping["format"])
        shape = use_cases.shape(about["record"])
        known, is_sure = import_mapping.proposed(session, file, shape, mapping)
        mapping = import_mapping.chosen(request.form, known) if is_sent else known
        # Another tab may look at the same file at the same time.
        own = uploads.folder / f"{token}-{secrets.token_hex(4)}"
        with RejectsFile(own, frame.reader()) as rejects:
            keep = rejects.add if wanted or then == "rejects" else None
            most = None if wanted else LOOKED_AT
            result = _run(session, file, about, mapping, keep, dry_run=not wanted, most=most)
        result.problems.add(rejects.problems())
        if then == "rejects" and rejects.path is not None:
            return _sent(rejects.path, about["name"])
    except Refusal as refused:
        error = refused
    if then == "import":
        # Not every system moves or removes what is open.
        file.close()
    if (queued := _noted(token, about, mapping, result, then)) is not None:
        return queued
    if result is not None and wanted and not result.failed:
        rebuilding.count_new(session, frame.now())
        queue.schedule(session, "review", "", frame.now())
        uploads.keep_rejects(rejects.path, result.import_id or 0)
        _tell(result)
        return redirect(url_for("data.page"), 303)
    if wanted:
        path = uploads.give_back(token)
    if then == "import":
        file = path.open("rb")
    document = result.to_json(frame.reader()) if result is not None else None
    page = render_template(
        "imports/match.html",
        about=about,
        error=error and import_words.said(error),
        is_sure=is_sure or is_sent,
        can_import=bool(result is not None and result.rows and not result.failed)
        and (is_sure or is_sent),
        columns=sheet.columns(mapping["columns"]),
        fields=[
            (one.name, import_words.field(one.name, about["record"]), one.required)
            for one in use_cases.shape(about["record"]).all_fields()
        ],
        stages=_stages(file, mapping) if about["record"] == "deal" and sheet.header else [],
        meanings=mapping.get("stages") or {},
        format=mapping.get("format") or {},
        encodings=import_words.encodings(error, mapping),
        asks_decimal=import_words.asks_decimal(error, mapping),
        document=document,
        is_cut=result is not None and result.is_cut,
        detected=document["detected"] if document else {},
        tab=sheet.tab,
        header_line=sheet.header_line,
        nameless=sheet.nameless(),
        repairs=result.problems.repairs() if result is not None else [],
        letters=result.letters if result is not None else {},
        unclear=_unclear(result, mapping),
        problem=import_words.problem,
        repair=import_words.repair,
    )
    return page, 422 if error is not None and is_sent else 200


def _noted(
    token: str,
    about: Mapping[str, Any],
    mapping: Mapping[str, Any],
    result: ImportResult | None,
    then: str | None,
) -> Response | None:
    """Note whether a file is long; one that is known to be is handed to a worker."""
    is_long = about.get("is_long", False)
    if result is None:
        return None
    if result.is_cut != is_long and result.dry_run:
        _uploads().note(token, {**about, "is_long": result.is_cut})
    if then != "import" or not is_long or result.failed:
        return None
    return _queued(token, about, mapping)


def _gone(token: str) -> Response | None:
    """Return where to go instead where a file is imported by now, or is just being so."""
    state = _uploads().state(token)
    if state == "gone" and re.fullmatch(r"[0-9a-f]{32}", token) is None:
        abort(404)
    if state == "here":
        return None
    if state == "abandoned":
        # Whoever imported it has died, and left nothing behind.
        _uploads().give_back(token)
        return None
    if state == "queued":
        return _to_files()
    if state == "taken":
        flash(_("This file is being imported right now. It is listed here once that is done."))
    else:
        flash(_("This file was imported or removed already. Choose it again to import it anew."))
    return redirect(url_for("data.page"), 303)


def _taken(token: str, *, queue: bool = False) -> Path | None:
    """Take a file to import it, or to have a worker do it; None where another request does.

    It is gone once what it brought is kept, and here again if that fails.
    """
    uploads = _uploads()
    taken = uploads.take(token, queue=queue)
    if taken is None:
        return None

    def done(is_kept: bool) -> None:
        if not is_kept and taken.exists():
            uploads.give_back(token)
        elif not queue and taken.exists():
            uploads.forget(token)

    frame.afterwards(done)
    return taken


def _queued(token: str, about: Mapping[str, Any], mapping: Mapping[str, Any]) -> Response:
    """Have a worker bring a long file in, and show how far it is."""
    if _taken(token, queue=True) is None:
        return _gone(token) or redirect(url_for("imports.match", token=token), 303)
    session, now = frame.session(), frame.now()
    told = {
        worked.FILE: token,
        worked.MAPPING: dict(mapping),
        worked.READER: asdict(frame.reader()),
    }
    run = worked.begin(session, about["record"], told, label=about["name"], now=now)
    queue.schedule(session, "sync", str(run.connection_id), now)
    return _to_files()


def _to_files() -> Response:
    home = importing.home(frame.session())
    if home is None:
        return redirect(url_for("data.page"), 303)
    return redirect(url_for("data.connection", connection_id=home), 303)


def _tell(result: ImportResult) -> None:
    """Say what was imported, with the way to undo it, and what was left out."""
    kept = result.rows - result.rejected
    said = ngettext("%(num)d row imported.", "%(num)d rows imported.", kept)
    if result.rejected:
        left = ngettext(
            "%(num)d row was left out; the page of the import has it as a file.",
            "%(num)d rows were left out; the page of the import has them as a file.",
            result.rejected,
        )
        said = f"{said} {left}"
    flash(said, f"undo:{url_for('imports.undo_import', run_id=result.import_id)}")


# --- The rows that were left out -------------------------------------------------------------


def rejects_of(run_id: int) -> Path | None:
    """Return the file of the rows that a run left out, None where none is kept."""
    return _uploads().rejects(run_id)


def again(run: SyncRun) -> str | None:
    """Return where the file of an import that failed is looked at again, None for no such."""
    token = str((run.result or {}).get(worked.FILE, ""))
    is_here = run.status in ("failed", "partial") and _uploads().state(token) == "here"
    return url_for("imports.match", token=token) if is_here else None


def _sent(path: Path, name: str) -> Response:
    """Return a file of rejected rows to be saved under a name that tells what it is of."""
    stem = Path(name.replace("\\", "/")).stem or "rows"
    answer = send_file(
        path.resolve(), as_attachment=True, download_name=f"{stem}-left-out{path.suffix}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/data/imports/<int:run_id>/rejects")
@access.needs("editor")
def rejects(run_id: int) -> Response:
    """Give back the rows that an import left out, as a file to correct and import again."""
    found = rejects_of(run_id)
    if found is None:
        abort(404)
    return _sent(found, request.args.get("name", ""))


def _run(
    session: Session,
    file: BinaryIO,
    about: Mapping[str, str],
    mapping: dict[str, Any],
    rejects: Rejects | None,
    *,
    dry_run: bool,
    most: int | None,
) -> ImportResult:
    return use_cases.import_any(
        session,
        file,
        about["record"],
        mapping,
        hand=use_cases.hand(session, frame.eyes(), today=frame.today(), by=frame.me().id),
        now=frame.now(),
        dry_run=dry_run,
        label=about["name"],
        rejects=rejects,
        most=most,
    )


def _stages(file: BinaryIO, mapping: Mapping[str, Any]) -> list[str]:
    """Return the stages that occur in the column matched to the stage."""
    column = mapping["columns"].get("stage")
    if column is None:
        return []
    return import_mapping.words_of(file, column, mapping.get("format") or {}, LOOKED_AT)


def _unclear(result: ImportResult | None, mapping: Mapping[str, Any]) -> set[str]:
    """Return the first stages of which it is not known what they mean."""
    column = mapping["columns"].get("stage")
    found = result.problems.repairs() if result is not None and column is not None else []
    return {value for one in found if one.first.column == column for value in one.values}


@blueprint.post("/data/imports/<int:run_id>/undo")
@access.needs("editor")
def undo_import(run_id: int) -> Response:
    """Take an import back: what it made goes, what it changed returns."""
    _undo([run_id])
    return redirect(url_for("data.page"), 303)


@blueprint.post("/data/imports/<int:run_id>/remove-file")
@access.needs("editor")
def remove_file(run_id: int) -> Response:
    """Take a file away: all its imports are undone, the newest first."""
    found = file_lines.line_of(frame.session(), run_id)
    # One that is in no line is undone already, or there is none.
    _undo([run_id] if found is None else [one.id for one in found.imports])
    return redirect(url_for("data.page"), 303)


def _is_for_a_worker(session: Session, run_ids: Sequence[int]) -> bool:
    """Have imports undone by a worker where one of them brought many rows."""
    runs = [records.undoable(session, one) for one in run_ids]
    rows = [int((one.result or {}).get("rows", 0)) for one in runs]
    if max(rows, default=0) <= LOOKED_AT or any(map(undoing.is_of_goals, runs)):
        return False
    for run in runs:
        records.begin(session, run)
        queue.schedule(session, "sync", str(run.connection_id), frame.now())
    flash(_("It is taken back as soon as a worker is free, which takes minutes for many rows."))
    return True


def _undo(run_ids: Sequence[int]) -> None:
    session = frame.session()
    if _is_for_a_worker(session, run_ids):
        return
    undone = [
        use_cases.undo(
            session,
            run_id,
            frame.eyes(),
            reason=_("The import was undone."),
            by=frame.me().id,
            today=frame.today(),
            now=frame.now(),
        )
        for run_id in run_ids
    ]
    rebuilding.count_new(session, frame.now())
    queue.schedule(session, "review", "", frame.now())
    flash(
        _(
            "Undone: %(removed)s removed, %(restored)s given back, %(kept)s kept because they"
            " changed since.",
            removed=sum(one.removed for one in undone),
            restored=sum(one.restored for one in undone),
            kept=sum(one.kept for one in undone),
        )
    )

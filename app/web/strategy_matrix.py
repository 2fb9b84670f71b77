"""The table of systems against needs: filled in cell by cell, by several people at a time."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response as JsonResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web import access, frame, strategy_show, texts
from app.web.strategy_places import address, moment
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.words import Message
from strategy.worksheets import book as books
from strategy.worksheets import fields, flow, library, pages, resuming, scoring, verdict
from strategy.worksheets import setting as settings
from strategy.worksheets.content import catalogue_id
from strategy.worksheets.outcomes import Conflict
from strategy.worksheets.rules import costs, crm_selection, matrix
from strategy.worksheets.rules.matrix import Criterion, Matrix
from strategy.worksheets.scoring import Kept, TypedCell, TypedWeight

SECTION, _dot, QUESTION = matrix.SCORES.partition(".")
Key = tuple[str | None, str]
#: What may stand in a score; nothing means that it was not tried.
SCORES = ("", "0", "1", "2", "3", "4", "5")
WEIGHTS = ("", "1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Box:
    """A cell (or a weight, without `evidence`) as the page shows it.

    `theirs` is what somebody else saved meanwhile, None where nobody did.
    """

    name: str
    value: str
    evidence: str
    version: int
    error: str | None
    theirs: str | None


@dataclass(frozen=True)
class _Sent:
    """What came back from the page, and what cannot be kept of it."""

    cells: tuple[TypedCell, ...]
    weights: tuple[TypedWeight, ...]
    errors: Mapping[Key, str]

    def box(self, key: Key) -> TypedCell | TypedWeight | None:
        vendor, need = key
        if vendor is None:
            return next((one for one in self.weights if one.need == need), None)
        return next((one for one in self.cells if (one.vendor, one.need) == key), None)


NOTHING = _Sent((), (), {})


def page() -> str:
    """Show the table with all scores."""
    if frame.may("editor"):
        here = flow.Place(SECTION, QUESTION)
        resuming.remember(frame.session(), here, frame.me().id, now=frame.now())
    return _page(NOTHING, Kept({}, {}, False))


def save() -> Response | tuple[str, int]:
    """Save what changed and go on; what two people changed is shown in its cell."""
    do = request.form.get("do", "stay")
    sent = _sent(leave_out=_key(do.removeprefix("take:")) if do.startswith("take:") else None)
    if sent.errors:
        return _page(sent, Kept({}, {}, False)), 422
    kept = _keep(sent, autosave=False)
    if kept.conflicts:
        return _page(sent, kept), 409
    if do == "list":
        return redirect(url_for("strategy.hub"), 303)
    here = flow.Place(SECTION, QUESTION)
    if do == "continue":
        return redirect(address(flow.around(books.load(frame.session()), here)[1]), 303)
    if kept.changed:
        flash(_("Saved."))
    vendor = do.partition(":")[2] if do.startswith("vendor:") else request.form.get("vendor")
    return redirect(url_for("strategy.matrix", vendor=vendor or None), 303)


@access.needs("editor")
def autosave() -> tuple[JsonResponse, int]:
    """Save while somebody fills in the table; the answer carries totals and sentences."""
    sent = _sent()
    if sent.errors:
        why = " ".join(dict.fromkeys(sent.errors.values()))
        return jsonify(said=_("Not saved: %(why)s", why=why)), 422
    kept = _keep(sent, autosave=True)
    if kept.conflicts:
        said = ngettext(
            "Somebody else filled in %(num)d cell, too.",
            "Somebody else filled in %(num)d cells, too.",
            len(kept.conflicts),
        )
        return jsonify(said=said, choose=_("Compare")), 409
    grid = matrix.of(books.load(frame.session()))
    return (
        jsonify(
            version=0,
            said=_("Saved %(time)s", time=moment(frame.now())),
            coach=render_template("strategy/_verdict.html", **_verdict(grid)),
            computed={f"total.{key}": [texts.say(one)] for key, one in _totals(grid).items()},
            fill={f"v.{_name(key)}": [str(one)] for key, one in kept.versions.items()},
        ),
        200,
    )


def _keep(sent: _Sent, *, autosave: bool) -> Kept:
    # Two scores are kept although the response says 409, so this is a transaction of its own.
    with frame.wiring().database.session(frame.here().id) as session:
        return scoring.save(
            session,
            sent.cells,
            sent.weights,
            by=frame.me().id,
            now=frame.now(),
            autosave=autosave,
            writer=request.form.get("writer", "")[:40] or None,
            who=frame.eyes(),
        )


# --- What comes back -----------------------------------------------------------------------------


def _name(key: Key) -> str:
    vendor, need = key
    return need if vendor is None else f"{need}.{vendor}"


def _key(name: str) -> Key:
    need, _sign, vendor = name.partition(".")
    return vendor or None, need


def _sent(leave_out: Key | None = None) -> _Sent:
    """Return what was sent, but for a cell whose other text is to stay."""
    form = request.form
    cells, weights = [], []
    errors: dict[Key, str] = {}
    for name in form:
        kind, _sign, rest = name.partition(".")
        key = _key(rest)
        if key == leave_out or not name.isprintable():
            continue
        version = form.get(f"v.{rest}", default=0, type=int)
        given = fields.tidy(form[name])
        if kind == "w":
            weights.append(TypedWeight(rest, given, version))
            if given not in WEIGHTS:
                errors[None, rest] = _("Write a weight from 1 to 5.")
        elif kind == "s" and key[0] is not None:
            evidence = fields.tidy(form.get(f"e.{rest}", ""))
            cells.append(TypedCell(key[0], key[1], given, evidence, version))
            if given not in SCORES:
                errors[key] = _("Write a number from 0 to 5, or nothing.")
            elif len(evidence) > fields.LONGEST["text"]:
                most = fields.LONGEST["text"]
                errors[key] = _(
                    "Shorten this to %(most)s characters. It has %(length)s now.",
                    most=most,
                    length=len(evidence),
                )
    return _Sent(tuple(cells), tuple(weights), errors)


# --- What is shown -------------------------------------------------------------------------------


def remarked(said: str, refused: Message) -> str:
    """Return the table with a comment that was refused, to be mended."""
    return _page(NOTHING, Kept({}, {}, False), said=said, refused=refused)


def _page(sent: _Sent, kept: Kept, *, said: str = "", refused: Message | None = None) -> str:
    session = frame.session()
    about, book = settings.of(session, frame.eyes()), books.load(session)
    grid = matrix.of(book)
    wanted = request.args.get("vendor") or request.form.get("vendor") or ""
    shown = wanted if wanted in grid.vendors else next(iter(grid.vendors), "")
    users = costs.number(book.value(f"{crm_selection.BUDGET}.users"))
    offers = {row.item: costs.offered(row.value, users, about) for row in book.of(matrix.VENDORS)}
    boxes = {key: _box(key, grid, sent, kept) for key in _keys(grid)}
    return render_template(
        "strategy/matrix.html",
        page=pages.page(session, SECTION, QUESTION, who=frame.eyes()),
        grid=grid,
        shown=shown,
        offers=offers,
        boxes=boxes,
        wrong=[(one.name, one.error) for one in boxes.values() if one.error],
        both=[one for one in boxes.values() if one.theirs is not None],
        totals=_totals(grid),
        priorities=_priorities(),
        needs_place=flow.place(library.worksheets().find("crm_needs.requirements"), None),
        vendors_place=flow.place(library.worksheets().find(matrix.VENDORS), None),
        writer=request.form.get("writer") or secrets.token_hex(8),
        here={"section": SECTION, "question": QUESTION},
        comments=strategy_show.remarks(matrix.SCORES, "", said=said, refused=refused),
        **_verdict(grid),
    )


def _keys(grid: Matrix) -> Iterator[Key]:
    for one in grid.criteria:
        yield None, one.need.key
        yield from ((vendor, one.need.key) for vendor in grid.vendors)


def _box(key: Key, grid: Matrix, sent: _Sent, kept: Kept) -> Box:
    vendor, need = key
    line = next(one for one in grid.criteria if one.need.key == need)
    value, evidence, version = _stored(vendor, line, grid)
    typed = sent.box(key)
    if isinstance(typed, TypedCell):
        value, evidence = typed.score, typed.evidence
    elif typed is not None:
        value = typed.weight
    conflict = kept.conflicts.get(key)
    if typed is not None and sent.errors:
        # Nothing was saved, so what the page began with is still what it began with.
        version = typed.version
    return Box(
        name=_name(key),
        value=value,
        evidence=evidence,
        version=kept.versions.get(key, version),
        error=sent.errors.get(key),
        theirs=None if conflict is None else _theirs(conflict),
    )


def _stored(vendor: str | None, line: Criterion, grid: Matrix) -> tuple[str, str, int]:
    if vendor is None:
        return line.chosen, "", line.version
    cell = grid.cells[vendor, line.need.key]
    return "" if cell.score is None else str(cell.score), cell.evidence, cell.version


def _theirs(conflict: Conflict) -> str:
    said = [texts.say(line) for one in conflict.clashes for line in one.shown_theirs.lines]
    what = texts.listed(said) or _("nothing")
    if conflict.by_name is None or conflict.by == frame.me().id:
        return _("In another window: %(what)s", what=what)
    return _("%(name)s wrote: %(what)s", name=conflict.by_name, what=what)


def _totals(grid: Matrix) -> dict[str, Message]:
    return {one.vendor: verdict.total(grid, one) for one in grid.result.standings}


def _verdict(grid: Matrix) -> dict[str, object]:
    return {"sentences": verdict.sentences(grid), "bars": verdict.bars(grid)}


def _priorities() -> dict[str, Message]:
    asked = library.worksheets().find("crm_needs.requirements")
    field = asked.field("priority")
    options = field.options if field is not None else ()
    return {one.value: Message(catalogue_id(one.label)) for one in options}

"""Settings of the workspace, and the pages that belong to no other area."""

from babel import Locale
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import queue, rebuilding, removal
from app.accounts import workspaces
from app.web import access, frame, members
from app.web.forms import meanwhile
from app.web.forms.base import options
from app.web.forms.settings import GATES, SampleForm, WorkspaceForm
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.records import local_days
from goals.workspace import Workspace

blueprint = Blueprint("settings", __name__)
blueprint.add_url_rule("/settings/members", "members", members.page, methods=["GET", "POST"])
blueprint.add_url_rule(
    "/settings/members/<int:member_id>", "member", members.change, methods=["POST"]
)
blueprint.add_url_rule(
    "/settings/members/<int:member_id>/link", "link", members.link, methods=["POST"]
)
blueprint.add_url_rule("/settings/teams", "teams", members.add_team, methods=["POST"])

FIELDS = (
    *("name", "zone", "currency", "fiscal_start", "week_start", "calendar", "locale"),
    "quality_gate",
)


@blueprint.get("/settings")
def page() -> str:
    """Show the settings of the workspace; only owners may change them."""
    here = frame.here()
    kept = {name: getattr(here, name) for name in FIELDS}
    return _page(_offer(WorkspaceForm(data=kept | {"shown": meanwhile.marks(kept)})))


def _page(form: WorkspaceForm, moves: list[str] | None = None) -> str:
    return render_template(
        "settings/page.html", form=form, moves=moves or [], is_first=bool(request.args.get("first"))
    )


def _offer(form: WorkspaceForm) -> WorkspaceForm:
    words = Locale.parse(frame.locale())
    form.fiscal_start.choices = options(
        (number, words.months["stand-alone"]["wide"][number]) for number in range(1, 13)
    )
    form.quality_gate.choices = options(
        (share, _("%(share)s%% of the records", share=share))
        if share
        else (share, _("Never: every alert goes out"))
        for share in sorted({*GATES, frame.here().quality_gate})
    )
    form.week_start.choices = options(
        (number, words.days["stand-alone"]["wide"][number]) for number in range(7)
    )
    return form


@blueprint.post("/settings")
@access.needs("owner")
def save() -> Response | tuple[str, int]:
    """Change the settings; what moves days or money is confirmed first."""
    form = _offer(WorkspaceForm())
    if not form.validate():
        return _page(form), 422
    session = frame.session()
    held = session.get(Workspace, frame.here().id)
    assert held is not None
    before, gate = (held.zone, held.currency), held.quality_gate
    kept = {name: getattr(held, name) for name in FIELDS}
    shown, form.shown.data = form.shown.data, meanwhile.marks(kept)
    if not meanwhile.settle(form, shown, kept):
        return _page(form), 422
    try:
        workspaces.rename(session, held, form.name.data or "")
        workspaces.apply(held, **{name: form[name].data for name in FIELDS if name != "name"})
    except Refusal as error:
        form.refuse(error)
        return _page(form), 422
    moves = _moves(before, held)
    if moves and not form.sure.data:
        # Nothing of this is kept: the answer is no success, so the transaction is undone.
        return _page(form, moves), 422
    session.add(held)
    session.flush()
    _follow(session, before, held)
    if held.quality_gate != gate:
        # What waits by the old gate may go out by the new one.
        queue.schedule(session, "review", "", frame.now())
    flash(_("Saved."))
    return redirect(url_for("home.page" if request.args.get("first") else "settings.page"), 303)


def _moves(before: tuple[str, str], held: Workspace) -> list[str]:
    """Return what a change makes necessary, in words; nothing for harmless ones."""
    found = []
    if held.zone != before[0]:
        found.append(
            _(
                "Days are those of the time zone. All sources are read again from the beginning,"
                " and goals are judged anew; times in imported files stay as they were read."
            )
        )
    if held.currency != before[1]:
        found.append(
            _(
                "Amounts without a currency are in the workspace's. All totals are counted again;"
                " amounts in other currencies need a rate to the new one."
            )
        )
    return found


def _follow(session: Session, before: tuple[str, str], held: Workspace) -> None:
    if held.zone != before[0]:
        local_days.move(session, before[0])
        rebuilding.read_again(session, frame.now())
    if (held.zone, held.currency) != before:
        rebuilding.count_again(session, frame.now())


@blueprint.route("/settings/sample", methods=["GET", "POST"])
@access.needs("owner")
def sample() -> Response | tuple[str, int] | str:
    """Remove the sample company once its name has been typed."""
    here = frame.here()
    form = SampleForm()
    if not here.is_sample:
        return redirect(url_for("settings.page"), 303)
    if form.validate_on_submit():
        if (form.name.data or "").strip() == here.name:
            removal.remove_sample(frame.session())
            flash(_("The sample company is gone."))
            return redirect("/", 303)
        form.name.errors = [_("Type the name exactly as it stands here: %(name)s", name=here.name)]
    status = 422 if form.is_submitted() else 200
    return render_template("settings/sample.html", form=form), status


@blueprint.get("/more")
def more() -> str:
    """List the areas that the bar of small screens has no room for."""
    return render_template("settings/more.html")


@blueprint.get("/keys")
def keys() -> str:
    """List the keyboard shortcuts."""
    return render_template("settings/keys.html")

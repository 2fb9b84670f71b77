"""Settings of the workspace, and the pages that belong to no other area."""

from dataclasses import dataclass

from babel import Locale
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import queue, rebuilding, removal
from app.accounts import workspaces
from app.web import access, frame, members
from app.web.forms import meanwhile
from app.web.forms.settings import SampleForm, WorkspaceForm
from app.web.texts import gettext as _
from goals import formatting
from goals.calendar import Period
from goals.errors import Refusal
from goals.fiscal import FiscalCalendar
from goals.records import local_days
from goals.tracking import goals
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
    "name",
    "zone",
    "currency",
    "fiscal_start",
    "fiscal_pattern",
    "week_start",
    "fiscal_ends",
) + ("fiscal_named", "working_days", "country", "calendar", "locale", "quality_gate")
#: Quarters that are shown beside the settings, the running one first.
QUARTERS = 4


@dataclass(frozen=True)
class Quarter:
    """A quarter of the company's year as the settings make it, with its name."""

    name: str
    period: Period
    is_now: bool


@blueprint.get("/settings")
def page() -> str:
    """Show the settings of the workspace; only owners may change them."""
    here = frame.here()
    kept = {name: getattr(here, name) for name in FIELDS}
    return _page(_offered(WorkspaceForm(data=kept | {"shown": meanwhile.marks(kept)})))


def _page(form: WorkspaceForm, moves: list[str] | None = None) -> str:
    return render_template(
        "settings/page.html",
        form=form,
        moves=moves or [],
        is_first=bool(request.args.get("first")),
        quarters=_quarters(form),
    )


def _offered(form: WorkspaceForm) -> WorkspaceForm:
    here = frame.here()
    form.offer(Locale.parse(frame.locale()), here.working_days, here.quality_gate)
    return form


def _quarters(form: WorkspaceForm) -> list[Quarter]:
    """Return the coming quarters of the year that the form describes, none if it describes none."""
    try:
        fiscal = FiscalCalendar(
            form.fiscal_start.data,
            form.week_start.data,
            form.fiscal_pattern.data,
            form.fiscal_ends.data,
            form.fiscal_named.data,
        )
    except (TypeError, ValueError):
        return []
    found: list[Quarter] = []
    day = frame.today()
    for _number in range(QUARTERS):
        period = fiscal.quarter(day)
        name = _(
            "Q%(quarter)s FY%(year)s",
            quarter=fiscal.quarter_number(day),
            year=formatting.year(fiscal.year_number(day), frame.locale(), frame.here().calendar),
        )
        found.append(Quarter(name, period, day == frame.today()))
        day = period.end
    return found


@blueprint.post("/settings")
@access.needs("owner")
def save() -> Response | tuple[str, int]:
    """Change the settings; what moves days or money is confirmed first."""
    form = _offered(WorkspaceForm())
    if not form.validate():
        return _page(form), 422
    if request.form.get("then") == "look":
        return _page(form), 200
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
        found.append(
            _(
                "Rates to %(before)s are kept and convert nothing meanwhile; they count again if"
                " the currency is changed back. Goals whose target is an amount in %(before)s ask"
                " for a new one.",
                before=before[1],
            )
        )
    return found


def _follow(session: Session, before: tuple[str, str], held: Workspace) -> None:
    if held.zone != before[0]:
        local_days.move(session, before[0])
        rebuilding.read_again(session, frame.now())
    if held.currency != before[1]:
        goals.keep_currency(session, before[1])
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

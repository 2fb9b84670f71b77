"""Attainment: who sold how much of their quota, one's own number, and entering quotas."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as AnyResponse

from app import queue
from app.accounts import people
from app.web import access, downloads, frame, texts
from app.web.forms.quota import Quotas
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import calendar, words
from goals.calendar import Period
from goals.errors import Refusal
from goals.records import undo
from goals.records.company import Quota
from goals.records.connections import SyncRun
from goals.records.sales import Owner
from goals.table import workspace_of
from goals.tracking.selling import mine, sellers, team
from goals.tracking.selling.sellers import Seller
from goals.tracking.selling.team import Board
from integrations.files import by_hand

blueprint = Blueprint("quota", __name__)


@dataclass(frozen=True)
class Who:
    """The reader as a seller (`name` None: of no deals), and whose numbers the reader may see."""

    name: str | None
    sellers: dict[str, Seller]
    seen: frozenset[str]


def _who(session: Session) -> Who:
    every = sellers.every(session)
    own = sellers.of_member(session, frame.me())
    return Who(own, every, sellers.seen_by(every.values(), own, is_owner=frame.may("owner")))


def _periods() -> list[tuple[str, Period]]:
    """Return the windows that are one click away."""
    fiscal, today = frame.here().fiscal, frame.today()
    quarter, month, year = fiscal.quarter(today), fiscal.month(today), fiscal.year(today)
    return [
        (_("This quarter"), quarter),
        (_("Last quarter"), fiscal.previous(quarter)),
        (_("This month"), month),
        (_("This year"), year),
    ]


def _period() -> Period:
    """Return the window asked for, the present quarter for none."""
    first, last = (calendar.parse_day(request.args.get(name, "")) for name in ("from", "to"))
    if first is None or last is None or last < first:
        return frame.here().fiscal.quarter(frame.today())
    return Period.of(first, last)


def _span(period: Period) -> str:
    return texts.written(words.DayRange(period.first, period.last))


@blueprint.get("/attainment")
def page() -> str:
    """List who sold how much of their quota, as far as the reader may see it."""
    session, period = frame.session(), _period()
    who = _who(session)
    board = team.of(session, period, today=frame.today(), now=frame.now())
    whole = frame.may("owner")
    shown = board if whole else board.of(who.seen)
    return render_template(
        "quota/page.html",
        board=shown,
        total=board.attainment if whole else None,
        teams=team.folded(shown.lines, "team"),
        who=who,
        whole=whole,
        period=period,
        periods=_periods(),
        span=_span(period),
        unlinked=_unlinked(session, who) if whole else [],
        names=sorted(who.sellers, key=str.casefold),
    )


@blueprint.get("/attainment.csv")
def page_csv() -> Response:
    """Return the lines of the page as a file."""
    session, period = frame.session(), _period()
    who = _who(session)
    board = team.of(session, period, today=frame.today(), now=frame.now())
    return lines_csv(board if frame.may("owner") else board.of(who.seen), "attainment.csv")


@blueprint.get("/attainment/records")
def records() -> AnyResponse:
    """Lead to the deals and quotas that the numbers of a person are made of."""
    session, period, name = frame.session(), _period(), request.args.get("of", "")
    who, today, now = _who(session), frame.today(), frame.now()
    board = team.of(session, period, today=today, now=now)
    known = [one.name for one in (board if frame.may("owner") else board.of(who.seen)).lines]
    if name not in known:
        abort(404)
    found = team.receipt(session, board, name, today=today, now=now)
    if found is None:
        abort(404)
    return redirect(url_for("metrics.receipt", receipt=found))


def lines_csv(board: Board, name: str) -> Response:
    """Return a board's lines as a file, unrounded."""
    columns = "name team manager status actual quota attainment gap due pace open coverage".split()
    told = [one.to_json() for one in board.lines]
    return downloads.as_csv(name, columns, [[one[key] for key in columns] for one in told])


def _unlinked(session: Session, who: Who) -> list[tuple[int, str, str]]:
    """Return the members whose address no owner of deals has: id, name and who was chosen."""
    known = {one.email.casefold() for one in who.sellers.values() if one.email}
    return [
        (member.id, person.name, member.sells_as or "")
        for member, person in people.everybody(session)
        if member.sells_as or person.email.casefold() not in known
    ]


@blueprint.get("/my-number")
def my_number() -> str:
    """Show the reader's own number, or that of somebody whom the reader may see."""
    session, period = frame.session(), _period()
    is_part = "part" in request.args
    if is_part:
        # On the start page; whoever owns no deals sees nothing there.
        name = sellers.of_member(session, frame.me())
        found = None if name is None else _mine(session, name, period, earlier=False)
        return render_template("quota/part.html", mine=found, span=_span(period))
    who = _who(session)
    name = request.args.get("of") or who.name
    if name is not None and name not in who.seen:
        abort(404)
    return render_template(
        "quota/mine.html",
        mine=None if name is None else _mine(session, name, period),
        is_own=name == who.name,
        who=who,
        period=period,
        periods=_periods(),
        span=_span(period),
        span_of=_span,
    )


def _mine(session: Session, name: str, period: Period, *, earlier: bool = True) -> mine.Mine:
    return mine.of(session, name, period, today=frame.today(), now=frame.now(), earlier=earlier)


# --- Quotas by hand --------------------------------------------------------------------------


@blueprint.get("/attainment/quotas")
@access.needs("editor")
def quotas() -> tuple[str, int]:
    """Show the form, with a line for everybody who sells."""
    session, period = frame.session(), _period()
    board = team.of(session, period, today=frame.today(), now=frame.now())
    have = {one.name for one in board.lines if one.quota is not None}
    known = sellers.holders(session)
    every = {one.id: one for same in known.values() for one in same}
    # Namesakes stand there by the words that tell them apart.
    lines = "".join(
        f"{one.name if len(known[one.name.casefold()]) == 1 else one.word}\t\n"
        for one in sorted(every.values(), key=lambda one: (one.name.casefold(), one.word))
        if one.is_active and one.name not in have
    )
    return _show(Quotas(texts.day(period.first), texts.day(period.last), lines), 200)


@blueprint.post("/attainment/quotas")
@access.needs("editor")
def save() -> AnyResponse | tuple[str, int]:
    """Keep quotas, all that were typed or none of them."""
    session, given = frame.session(), request.form
    first, last, lines = (given.get(name, "").strip("\r\n") for name in ("first", "last", "lines"))
    asked = Quotas(first, last, lines)
    if not asked.read(sellers.holders(session), frame.here().currency) or not _fits(session, asked):
        return _show(asked, 422)
    assert asked.first_day is not None and asked.last_day is not None
    first, last = asked.first_day.isoformat(), asked.last_day.isoformat()
    result = by_hand.write(
        session,
        "quota",
        ("external_id", "owner", "from", "to", "amount"),
        [
            (_id(owner, asked.first_day, asked.last_day), str(owner), first, last, f"{amount:f}")
            for owner, amount in asked.amounts.items()
        ],
        known={"owner": {str(owner): owner for owner in asked.amounts}},
        label=_span(Period.of(asked.first_day, asked.last_day))[:80],
        by=frame.me().id,
        now=frame.now(),
    )
    queue.schedule(session, "review", "", frame.now())
    counts = result.counts()
    kept = counts["created"] + counts["updated"]
    if kept:
        flash(
            ngettext("One quota is kept.", "%(num)d quotas are kept.", kept),
            f"undo:{url_for('quota.take_back', run_id=result.import_id)}",
        )
    else:
        flash(_("Nothing has changed: these quotas were there already."))
    shown: dict[str, Any] = {"from": first, "to": last}
    return redirect(url_for("quota.page", **shown), 303)


def _id(owner: int, first: date, last: date) -> str:
    return f"{owner} {first} {last}"


def _fits(session: Session, asked: Quotas) -> bool:
    """Tell whether nobody has another quota for some of the days: it would count twice."""
    statement = (
        select(Quota, Owner.name)
        .join(Owner, (col(Owner.workspace_id) == col(Quota.workspace_id))
              & (col(Owner.id) == col(Quota.owner_id)))
        .where(
            col(Quota.workspace_id) == workspace_of(session),
            col(Quota.deleted_at).is_(None),
            col(Quota.amount) != 0,
            col(Quota.first_day) <= asked.last_day,
            col(Quota.last_day) >= asked.first_day,
            col(Quota.owner_id).in_(list(asked.amounts)),
        )
        .order_by(col(Owner.name), col(Quota.first_day))
    )  # fmt: skip
    assert asked.first_day is not None and asked.last_day is not None
    for there, name in session.exec(statement):
        if there.external_id != _id(there.owner_id, asked.first_day, asked.last_day):
            asked.errors["lines"] = _(
                "%(name)s has a quota of %(amount)s for %(days)s already, and both would count."
                " Change that one where it comes from, or choose other days.",
                name=name,
                amount=texts.amount(there.amount, "money", frame.here().currency),
                days=_span(Period.of(there.first_day, there.last_day)),
            )
            return False
    return True


def _show(form: Quotas, status: int) -> tuple[str, int]:
    return render_template("quota/quotas.html", form=form), status


@blueprint.post("/attainment/quotas/undo/<int:run_id>")
@access.needs("editor")
def take_back(run_id: int) -> AnyResponse:
    """Take back what was entered together; what it replaced counts again."""
    session = frame.session()
    run = session.get(SyncRun, (frame.here().id, run_id))
    about = (run.result or {}).get("record") if run is not None else None
    if run is None or (run.kind, about) != ("manual", "quota"):
        abort(404)
    undo.undo(session, run_id, frame.now())
    queue.schedule(session, "review", "", frame.now())
    flash(_("Taken back. What was there before counts again."))
    return redirect(url_for("quota.page"), 303)


@blueprint.post("/attainment/sellers/<int:member_id>")
@access.needs("owner")
def choose(member_id: int) -> AnyResponse:
    """Say which owner of deals a member is."""
    session = frame.session()
    member = people.member_with(session, member_id)
    try:
        sellers.choose(session, member, request.form.get("owner", ""))
    except Refusal as error:
        flash(texts.say(error.message))
    else:
        flash(_("Changed."))
    return redirect(url_for("quota.page") + "#who", 303)

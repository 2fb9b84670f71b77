"""Versions of the strategy: approved, compared and brought back; and those of one answer."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.web import access, frame, strategy_places
from app.web.forms.strategy import ApproveForm
from app.web.strategy_places import address, asked, item
from goals.errors import Refusal
from strategy.worksheets import approval, checking, flow, hub, library, showing
from strategy.worksheets import book as books
from strategy.worksheets import history as histories
from strategy.worksheets import setting as settings
from strategy.worksheets.approval import NotReady
from strategy.worksheets.tables import StrategyVersion


def approval_page() -> str:
    """Show what is open and the form that freezes the answers."""
    return _approval(ApproveForm())


def approve() -> Response | tuple[str, int]:
    """Freeze all answers as the next version."""
    form = ApproveForm()
    if form.validate():
        try:
            made = approval.approve(
                frame.session(),
                form.name.data or "",
                form.note.data,
                by=frame.me().id,
                now=frame.now(),
                allow_open=bool(form.with_open.data),
            )
        except NotReady:
            form.with_open.errors = [_("Settle what is open, or say that you approve with it.")]
        except Refusal as error:
            form.refuse(error)
        else:
            flash(_("Version %(number)s is approved.", number=made.number))
            return redirect(url_for("strategy.versions", to=made.number), 303)
    return _approval(form), 422


def _approval(form: ApproveForm) -> str:
    session = frame.session()
    about, book = settings.of(session), books.load(session)
    found = hub.hub(session)
    return render_template(
        "strategy/approve.html",
        form=form,
        hub=found,
        open=checking.open_points(book, about),
        named=strategy_places.naming(book),
    )


def versions() -> str:
    """List the approved versions and show what changed between two of them."""
    session = frame.session()
    about = settings.of(session)
    every = approval.versions(session)
    after = _version(every, request.args.get("to", type=int))
    numbers = [one.number for one in every]
    earlier = [number for number in numbers if after is None or number < after.number]
    default = earlier[0] if earlier else None
    before = _version(every, request.args.get("from", default, type=int))
    changes = approval.diff(session, before, after)
    return render_template(
        "strategy/versions.html",
        versions=[approval.approved(one, about) for one in every],
        before=before,
        after=after,
        changes=changes,
        counts={
            kind: sum(one.kind == kind for one in changes)
            for kind in ("changed", "added", "removed")
        },
        sections=_titles(),
    )


def _version(every: list[StrategyVersion], number: int | None) -> StrategyVersion | None:
    return next((one for one in every if one.number == number), None)


def _titles() -> dict[str, object]:
    return {one.key: showing.static(one.title) for one in library.worksheets().sections}


@access.needs("editor")
def bring_back(number: int) -> Response:
    """Make the answers what they were in a version; later texts stay in their history."""
    session = frame.session()
    changed = approval.bring_back(
        session, approval.find(session, number), by=frame.me().id, now=frame.now()
    )
    if changed:
        said = ngettext(
            "%(num)d answer is what it was in version %(version)s.",
            "%(num)d answers are what they were in version %(version)s.",
            changed,
            version=number,
        )
        flash(said)
    else:
        flash(_("The answers are the same as in version %(version)s.", version=number))
    return redirect(url_for("strategy.hub"), 303)


def history(section: str, question: str) -> str:
    """Show every step of an answer, each with what changed in it."""
    one = asked(section, question)
    session = frame.session()
    book = books.load(session)
    place = flow.place(one, item() if one.has_rows else "")
    return render_template(
        "strategy/history.html",
        entries=histories.history(session, one.address, item()),
        place=place,
        title=showing.text(one.question.title, book, one, item(), settings.of(session)),
        name=book.names(one.store).get(item()) if one.has_rows else None,
        here={"section": section, "question": question, **({"item": item()} if item() else {})},
    )


@access.needs("editor")
def bring_back_answer(section: str, question: str) -> Response:
    """Bring back what a question said in an earlier version."""
    one = asked(section, question)
    histories.restore_version(
        frame.session(),
        one.address,
        item(),
        request.form.get("version", default=0, type=int),
        by=frame.me().id,
        now=frame.now(),
    )
    flash(_("The earlier text is back. The later one stays in the history."))
    return redirect(address(flow.place(one, item())), 303)

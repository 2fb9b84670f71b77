"""Versions of the strategy: approved, compared and brought back; and those of one answer."""

from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web import access, frame, strategy_places, texts
from app.web.forms.strategy import ApproveForm
from app.web.strategy_places import address, asked, item
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.errors import Refusal
from strategy.worksheets import approval, automatic, checking, flow, hub, library, showing
from strategy.worksheets import book as books
from strategy.worksheets import history as histories
from strategy.worksheets import setting as settings
from strategy.worksheets.approval import NotReady, Version
from strategy.worksheets.automatic import Automatic
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
    today = frame.today()
    about, book = settings.of(session, today=today), books.load(session)
    found = hub.hub(session, today=today)
    return render_template(
        "strategy/approve.html",
        form=form,
        hub=found,
        open=checking.open_points(book, about),
        named=strategy_places.naming(book),
    )


def versions() -> str:
    """List the versions, named and automatic, and show what changed between two of them."""
    session = frame.session()
    about = settings.of(session)
    named, kept = _every()
    after = _version([*named, *kept], request.args.get("to", ""))
    given = request.args.get("from")
    before = _before(named, kept, after)
    if given is not None:
        before = _version([*named, *kept], given)
    changes = approval.diff(session, before, after, who=frame.eyes())
    return render_template(
        "strategy/versions.html",
        versions=[approval.approved(one, about) for one in named],
        automatic=[(one, [about.who(by) for by in one.people]) for one in kept],
        before=before,
        after=after,
        key=_key,
        called=_called,
        changes=changes,
        counts={
            kind: sum(one.kind == kind for one in changes)
            for kind in ("changed", "added", "removed")
        },
        sections=_titles(),
    )


def _every() -> tuple[list[StrategyVersion], list[Automatic]]:
    """Return the approved versions and those that were kept by themselves, the latest first."""
    named = approval.versions(frame.session())
    zone = frame.here().zone
    return named, automatic.versions(frame.session(), named, now=frame.now(), zone=zone)


def _key(version: Version) -> str:
    """Return how an address names a version: by its number, or by its instant."""
    return version.at.isoformat() if isinstance(version, Automatic) else str(version.number)


def _called(version: Version) -> str:
    """Return what a version is called in a sentence."""
    if isinstance(version, Automatic):
        return texts.instant(version.at)
    return _("version %(number)s", number=version.number)


def _version(every: Sequence[Version], key: str) -> Version | None:
    return next((one for one in every if _key(one) == key), None)


def _before(
    named: Sequence[StrategyVersion], kept: Sequence[Automatic], after: Version | None
) -> Version | None:
    """Return what a version is compared with unless somebody chooses.

    The last approved one, or the last that was kept where none was approved; for one that was
    kept by itself whatever came before it.
    """
    if isinstance(after, StrategyVersion):
        return next((one for one in named if one.number < after.number), None)
    every: list[Version] = [*named, *kept]
    if after is None:
        return next(iter(every), None)
    earlier = [one for one in every if _at(one) < after.at]
    return max(earlier, key=_at, default=None)


def _at(version: Version) -> datetime:
    return version.at if isinstance(version, Automatic) else version.approved_at


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


@access.needs("editor")
def bring_back_automatic() -> Response:
    """Make the answers what they were at the end of a spell of work."""
    version = _version(_every()[1], request.form.get("at", ""))
    if version is None:
        abort(404)
    changed = approval.bring_back(frame.session(), version, by=frame.me().id, now=frame.now())
    if changed:
        said = ngettext(
            "%(num)d answer is what it was on %(time)s.",
            "%(num)d answers are what they were on %(time)s.",
            changed,
            time=_called(version),
        )
        flash(said)
    else:
        flash(_("The answers are the same as on %(time)s.", time=_called(version)))
    return redirect(url_for("strategy.hub"), 303)


def history(section: str, question: str) -> str:
    """Show every step of an answer, each with what changed in it."""
    one = asked(section, question)
    session = frame.session()
    book = books.load(session)
    place = flow.place(one, (item() or None) if one.has_rows else "")
    repeat = one.question.repeat
    if repeat is not None and repeat.table and not item():
        entries = histories.of_table(session, one.address, who=frame.eyes())
        title = showing.static(repeat.title)
    else:
        entries = histories.history(session, one.address, item(), who=frame.eyes())
        title = showing.text(one.question.title, book, one, item(), settings.of(session))
    return render_template(
        "strategy/history.html",
        entries=entries,
        place=place,
        title=title,
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

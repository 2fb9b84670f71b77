"""Sharing the strategy: links that anybody may open for a while, and the page they lead to."""

from dataclasses import replace

from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import sign_in
from app.web import access, errors, frame
from app.web.texts import gettext as _
from goals import words, workspace
from goals.errors import Refusal
from goals.words import Message
from strategy.document import build, terms
from strategy.worksheets import setting as settings
from strategy.worksheets import sharing


@access.needs("editor")
def share() -> str:
    """List the links to the strategy, with a form that makes one."""
    return _page()


@access.needs("editor")
def make() -> str | tuple[str, int]:
    """Make a link and show it, once."""
    days = request.form.get("days", default=0, type=int)
    try:
        token = sharing.make(frame.session(), days, by=frame.me().id, now=frame.now())
    except Refusal as error:
        return _page(refused=error.message), 422
    base = frame.wiring().settings.base_url.rstrip("/")
    return _page(link=f"{base}{url_for('strategy.shared', token=token)}", days=days)


@access.needs("editor")
def revoke(link_id: int) -> Response:
    """Let a link work no more."""
    sharing.revoke(frame.session(), link_id, now=frame.now())
    flash(_("The link is revoked."))
    return redirect(url_for("strategy.share"), 303)


def _page(*, link: str | None = None, days: int = 7, refused: Message | None = None) -> str:
    session = frame.session()
    every = sharing.links(session, settings.of(session), now=frame.now())
    return render_template(
        "strategy/share.html",
        links=every,
        choices=sharing.DAYS,
        link=link,
        days=days,
        refused=refused,
    )


@access.public
def shared(token: str) -> Response:
    """Show the strategy to whoever holds a link that works, and nothing else of the workspace."""
    subject = f"share:{request.remote_addr or ''}"
    here = sharing.workspace_in(token)
    with frame.wiring().database.system() as system:
        if sign_in.too_many(system, subject, frame.now()):
            abort(429)
    found = None if here is None else _opened(here, token)
    if found is None:
        with frame.wiring().database.system() as system:
            sign_in.note_failure(system, subject, frame.now())
        found = errors.page(
            404,
            _("This link does not work"),
            _("It has expired or was revoked. Ask whoever sent it to you for a new one."),
        )
    found.headers["X-Robots-Tag"] = "noindex, nofollow"
    return found


def _opened(here: int, token: str) -> Response | None:
    with frame.wiring().database.session(here) as session:
        link = sharing.opened(session, token, now=frame.now())
        if link is None:
            return None
        place = workspace.of(session)
        # The visitor's language; the calendar, the zone and the currency of the company.
        g.reader = words.Reader(frame.locale(), place.calendar, place.zone, place.currency)
        made = build.build(session, g.reader, now=frame.now(), who=sharing.STRANGERS)
        # What is open, and what was said on approval, is for those who write the strategy.
        made = replace(made, note=None, news=None, as_of="", unwritten=())
        body = render_template(
            "strategy/shared.html",
            document=made,
            terms=terms,
            until=link.expires_at,
            until_there=words.Instant(link.expires_at, named=True).format(g.reader),
        )
        return make_response(body)

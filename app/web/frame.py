"""Around every view: who asks, in which workspace and language, and one transaction for it."""

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, TypeVar, cast

import structlog
from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import people, sign_in
from app.accounts.sign_in import Held, SignedIn
from app.web import access, signed_out
from app.wiring import Wiring
from goals import words
from goals.tracking.visibility import Audience, audience
from goals.workspace import Member, Workspace

log = structlog.get_logger()
Read = TypeVar("Read")
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


def wiring() -> Wiring:
    """Return the parts of the running program."""
    return cast(Wiring, current_app.extensions["headway"])


def now() -> datetime:
    """Return the instant of this request; it stays the same for its whole length."""
    known: datetime | None = g.get("now")
    if known is None:
        known = g.now = wiring().clock()
    return known


def today() -> date:
    """Return the local day of this request."""
    return here().local_day(now())


def signed_in() -> SignedIn | None:
    """Return who is at the browser, None for nobody."""
    try:
        return cast(SignedIn | None, g.signed_in)
    except AttributeError:
        # What fails is not tried again for the page that says so.
        g.signed_in = None
        g.signed_in = found = _recognised()
        return found


def _recognised() -> SignedIn | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    hashed, database = sign_in.token_hash(token), wiring().database

    def look() -> Held | None:
        with database.glimpse() as system:
            return sign_in.held(system, hashed)

    held = unchanged(("signed in", hashed), look)
    if held is None:
        return None
    found = sign_in.who(held, now())
    if found is not None and sign_in.is_to_touch(held, now()):
        with database.glimpse() as system:
            sign_in.touch(system, hashed, now())
    return found


def unchanged(key: Hashable, fresh: Callable[[], Read]) -> Read:
    """Return what `fresh` once returned by this key, unless something was committed since.

    It reads what was committed before this request, nothing that the request itself writes.
    """
    known = wiring().database.unchanged
    if "revision" not in g:
        g.revision = known.revision()
    return known.read(key, g.revision, fresh)


def here() -> Workspace:
    """Return the workspace that the person works in."""
    found = signed_in()
    if found is None or found.workspace is None:
        abort(404)
    return found.workspace


def me() -> Member:
    """Return the person's place in the workspace."""
    found = signed_in()
    if found is None or found.member is None:
        abort(404)
    return found.member


def eyes() -> Audience:
    """Return the person as the one who will read what is shown."""
    return audience([people.viewer(me())])


def may(role: str) -> bool:
    """Tell whether the person has at least a role; templates hide what would be refused."""
    found = signed_in()
    return found is not None and found.member is not None and access.allows(found.member.role, role)


def session() -> Session:
    """Return this request's transaction in its workspace; it commits when the view is done."""
    if "transaction" not in g:
        context = wiring().database.session(here().id)
        g.transaction = context
        g.session = context.__enter__()
    return cast(Session, g.session)


def afterwards(done: Callable[[bool], None]) -> None:
    """Have something done when the request is over; it is told whether its changes were kept."""
    g.setdefault("afterwards", []).append(done)


def reader() -> words.Reader:
    """Return for whom texts are rendered: the person's language, the workspace's calendar."""
    known: words.Reader | None = g.get("reader")
    if known is None:
        found = signed_in()
        workspace = found.workspace if found is not None else None
        known = g.reader = words.Reader(
            locale=locale(),
            calendar=workspace.calendar if workspace is not None else "gregorian",
            zone=workspace.zone if workspace is not None else "UTC",
            currency=workspace.currency if workspace is not None else "USD",
        )
    return known


def locale() -> str:
    """Return the language of this request: chosen, the workspace's, or the browser's."""
    chosen = request.cookies.get("headway_lang")
    found = signed_in()
    if found is not None and found.person.locale:
        return words.normalise(found.person.locale)
    if chosen:
        return words.normalise(chosen)
    if found is not None and found.workspace is not None:
        return words.normalise(found.workspace.locale)
    best = request.accept_languages.best_match(["en", "th", "zh-Hans", "zh-CN", "zh"])
    return words.normalise(best or "en")


def theme() -> str:
    """Return "light", "dark" or "auto"."""
    chosen = request.cookies.get("headway_theme", "auto")
    return chosen if chosen in ("light", "dark") else "auto"


def cookie_name() -> str:
    """Return the name of the sign-in cookie."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    return "__Host-headway" if secure else "headway"


def address() -> str:
    """Return the address of the page, to come back to it.

    One to which another site sent the browser holds a code that is good once: the page from
    which the browser left stands for it.
    """
    if "state" in request.args and "code" in request.args:
        return request.path.rpartition("/")[0]
    return request.full_path.rstrip("?")


def install(app: Flask) -> None:
    """Hang the frame around every view of an application."""

    @app.before_request
    def recognise() -> AnyResponse | None:
        if request.endpoint in (None, "static"):
            return None
        structlog.contextvars.clear_contextvars()
        return _gate()

    @app.after_request
    def settle(response: Response) -> Response:
        context = g.pop("transaction", None)
        if context is not None:
            _close(context, response.status_code < 400)
            g.is_kept = response.status_code < 400
        return response

    @app.teardown_request
    def abandon(error: BaseException | None) -> None:
        context = g.pop("transaction", None)
        if context is not None:
            _close(context, False)
        for done in g.pop("afterwards", ()):
            done(bool(g.get("is_kept")))

    @app.context_processor
    def offer() -> dict[str, Any]:
        return {
            "signed_in": signed_in(),
            "reader": reader(),
            "theme": theme(),
            "may": may,
            "is_sample": _is_sample(),
            "address": address(),
        }


def _is_sample() -> bool:
    found = signed_in()
    return bool(found is not None and found.workspace is not None and found.workspace.is_sample)


def _gate() -> AnyResponse | None:
    view = current_app.view_functions.get(request.endpoint or "")
    least = access.required(view, writes=request.method not in SAFE)
    if least == "public":
        return None
    found = signed_in()
    if found is None and request.method in SAFE:
        return redirect(url_for("accounts.sign_in", next=address()), 303)
    if found is None:
        return signed_out.page()
    if least == "person":
        return None
    if found.member is None:
        abort(404)
    if not access.allows(found.member.role, least):
        abort(403)
    return None


class _Undone(Exception):
    """Raised into a transaction to roll it back."""


def _close(context: AbstractContextManager[Session], keep: bool) -> None:
    if keep:
        context.__exit__(None, None, None)
        return
    try:
        context.__exit__(_Undone, _Undone(), None)
    except _Undone:
        return

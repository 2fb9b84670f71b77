"""Error pages: what happened, that nothing is lost, and the way on."""

import re
import secrets

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.db import TenancyError
from app.web import signed_out
from app.web.texts import gettext as _
from goals.errors import Refusal

log = structlog.get_logger()


def install(app: Flask) -> None:
    """Give every error a page of ours."""

    @app.errorhandler(CSRFError)
    def form_too_old(error: CSRFError) -> AnyResponse:
        return signed_out.too_old() or page(
            400,
            _("This form is too old"),
            _(
                "You were signed out or the page stood open for long. Go back, copy what you"
                " wrote, load the page again and send it once more."
            ),
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        code = error.code or 500
        if error.response is not None:
            return make_response(error.response)
        title, text = _words(code)
        response = page(code, title, text)
        for name, value in error.get_headers():
            if name.lower() == "retry-after":
                response.headers[name] = value
        return response

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        from app.web import texts

        unknown = error.code.startswith("unknown_")
        return page(404 if unknown else 409, texts.say(error.message), texts.say(error.fix))

    @app.errorhandler(DBAPIError)
    def database(error: DBAPIError) -> Response:
        number = secrets.token_hex(4)
        log.error("database_error", number=number, kind=type(error.orig).__name__)
        response = page(
            503,
            _("The database does not answer"),
            _("Nothing was saved just now. Wait a moment and send it again."),
            number,
        )
        response.headers["Retry-After"] = "10"
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        if isinstance(error, TenancyError):
            log.error("tenancy_refused", path=request.path)
        number = secrets.token_hex(4)
        log.exception("unexpected_error", number=number, endpoint=request.endpoint)
        return page(
            500,
            _("Something went wrong here"),
            _(
                "It is not your doing, and nothing was changed. Try again; if it stays, give"
                " this number to whoever runs Headway."
            ),
            number,
        )


def page(code: int, title: str, text: str, number: str | None = None) -> Response:
    """Return an error page with what was written in the form, or a line for a script."""
    if signed_out.for_script():
        said = " ".join(filter(None, (one.rstrip(".") + "." for one in (title, text) if one)))
        response = make_response(jsonify(said=said, number=number), code)
    else:
        body = render_template(
            "errors/error.html", title=title, text=text, number=number, written=_written()
        )
        response = make_response(body, code)
    response.headers["Cache-Control"] = "no-store"
    return response


def _written() -> list[str]:
    """Return the texts of a form that could not be taken, to be copied from the page."""
    if request.method != "POST":
        return []
    try:
        sent = signed_out.kept()
    except HTTPException:
        # It was too long to be read.
        return []
    # Marks of the page's own have neither blanks nor other letters than ours.
    return [value for _name, value in sent if not re.fullmatch(r"[!-~]*", value.strip())]


def _words(code: int) -> tuple[str, str]:
    if code == 404:
        return (
            _("There is nothing here"),
            _("The page was moved or removed, or it belongs to another workspace."),
        )
    if code == 403:
        return (
            _("You may look but not change this"),
            _("Ask an owner of the workspace for a role that may."),
        )
    if code == 405:
        return (
            _("This address takes no such request"),
            _("Go back and use the buttons of the page."),
        )
    if code == 413:
        return (
            _("That is too much at once"),
            _(
                "Go back: what you wrote is still in the form. Shorten it, or send a file on the"
                " import page."
            ),
        )
    if code == 429:
        return _("Too many requests"), _("Wait a minute and try again.")
    if code >= 500:
        return _("Something went wrong here"), _("Try again in a moment.")
    return _("That could not be understood"), _("Go back and check what was sent.")

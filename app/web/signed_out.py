"""What answers a form of somebody whose sign-in has ended: it is kept, to be sent once more."""

from urllib.parse import urlsplit

from flask import jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from integrations.crm import PROVIDERS

#: Fields that are not written into a page again: nobody but a vendor sees the secrets of sources.
SECRET = frozenset(("csrf_token", "password")).union(*(one.secrets for one in PROVIDERS.values()))


def page() -> Response:
    """Return what was sent as a page that sends it again, or a line for a script."""
    response: Response
    if for_script():
        response = make_response(jsonify(said=_said(), choose=_("Sign in")), 401)
    else:
        name = "part" if request.headers.get("HX-Request") else "page"
        response = _sends_again(name, 401, signed_out=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def too_old() -> Response | None:
    """Return the same for a form whose token is no longer good, None for one that is not ours.

    A script gets a new token with it, which nobody but a page of ours can read.
    """
    origin = request.headers.get("Origin")
    if request.method != "POST" or origin and urlsplit(origin).netloc != request.host:
        return None
    response: Response
    if for_script():
        told = jsonify(said=_("This form is too old"), token=generate_csrf())
        response = make_response(told, 400)
    else:
        response = _sends_again("page", 400, signed_out=False)
    response.headers["Cache-Control"] = "no-store"
    return response


def for_script() -> bool:
    """Tell whether a script of ours asks, which shows a line and no page."""
    return request.accept_mimetypes.best == "application/json"


def kept() -> list[tuple[str, str]]:
    """Return what was sent with a form, what must stay secret left out."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in SECRET]


def _sends_again(name: str, status: int, *, signed_out: bool) -> Response:
    body = render_template(
        f"signed_out/{name}.html",
        text=_said(),
        kept=kept(),
        target=request.full_path.rstrip("?"),
        has_files=bool(request.files),
        signed_out=signed_out,
    )
    return make_response(body, status)


def _said() -> str:
    return str(_("You were signed out. Sign in in another window, then go on here."))

"""What every response carries and no request may exceed."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter, Map

from goals.table import MOST_ID

View = TypeVar("View", bound=Callable[..., Any])

MOST_BYTES = 2 * 1024 * 1024
MOST_UPLOAD_BYTES = 64 * 1024 * 1024
#: What is written into boxes: far more than is kept, so that what is too long is answered in the
#: box that it stands in, and not by a page without it.
MOST_WRITTEN_BYTES = 16 * 1024 * 1024
MOST_WRITTEN_PARTS = 5000

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)


class Id(IntegerConverter):
    """A number in an address; one that no database takes as an id leads nowhere."""

    def __init__(self, map: Map, *args: Any, **limits: Any) -> None:
        limits.setdefault("max", MOST_ID)
        super().__init__(map, *args, **limits)


class Sent(Request):
    """A request whose form holds nothing that a text of a database cannot hold."""

    def _load_form_data(self) -> None:
        super()._load_form_data()
        form: ImmutableMultiDict[str, str] = self.__dict__["form"]
        pairs = list(form.items(multi=True))
        if any("\0" in value for _name, value in pairs):
            # As a browser shows it.
            pairs = [(name, value.replace("\0", "\ufffd")) for name, value in pairs]
            self.__dict__["form"] = ImmutableMultiDict(pairs)


def takes_files(view: View) -> View:
    """Let a view be sent as much as a file may have; others refuse that before reading it."""
    view.most_bytes = MOST_UPLOAD_BYTES  # type: ignore[attr-defined]
    return view


def takes_texts(view: View) -> View:
    """Let a view be sent as much as people may paste into its boxes."""
    view.most_written = MOST_WRITTEN_BYTES  # type: ignore[attr-defined]
    return view


def protect(app: Flask, *, https: bool) -> None:
    """Set limits on what comes in and headers on what goes out."""
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-headway_form" if https else "headway_form",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )

    app.request_class = Sent
    app.session_interface = _Sessions()
    app.url_map.converters["int"] = Id

    @app.before_request
    def make_room() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "most_bytes", None)
        if most is not None:
            request.max_content_length = most
        written = getattr(view, "most_written", None)
        if written is not None:
            request.max_content_length = request.max_form_memory_size = written
            request.max_form_parts = MOST_WRITTEN_PARTS

    @app.after_request
    def hear_out(response: Response) -> Response:
        # A browser that is cut off while it sends shows a broken connection, not our answer.
        if response.status_code == 413:
            left = min(request.content_length or 0, MOST_UPLOAD_BYTES)
            while left > 0 and (part := request.environ["wsgi.input"].read(min(left, 1 << 16))):
                left -= len(part)
        return response

    _send_headers(app, https=https)


def _send_headers(app: Flask, *, https: bool) -> None:
    always = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if https:
        always["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        is_file = request.endpoint == "static"
        if is_file:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        wanted = always if is_file else {**always, "Cache-Control": "no-store"}
        set_already = {name.lower() for name, _ in headers}
        for name, value in wanted.items():
            if name.lower() not in set_already:
                headers.add(name, value)
        return response


class _Sessions(SecureCookieSessionInterface):
    """Flask's own, with a signer that is made once and not several times for each request."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the form's cookie; None without a secret."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

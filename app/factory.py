"""Makes the web application out of the program's parts."""

import hashlib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from app import logs
from app import settings as configuration
from app.settings import Settings
from app.web import errors, frame, navigation, security, texts
from app.wiring import Wiring

ROOT = Path(__file__).resolve().parent.parent

#: The areas of the web application: one blueprint each, named `blueprint`.
AREAS = (
    "app.web.health",
    "app.web.accounts",
    "app.web.settings",
    "app.web.home",
    "app.web.goals",
    "app.web.checkins",
    "app.web.kpis",
    "app.web.strategy",
    "app.web.data",
    "app.web.imports",
    "app.web.readings",
    "app.web.rates",
    "app.web.holidays",
    "app.web.metrics",
    "app.web.quota",
    "app.web.custom_metrics",
    "app.web.reconcile",
    "app.web.ask",
    "app.web.asked",
    "app.web.slack",
    "app.web.alerts",
)


def create_app(settings: Settings | None = None, wiring: Wiring | None = None) -> Flask:
    """Return the web application; reads the environment unless settings or parts are given."""
    logs.configure()
    parts = wiring or Wiring(settings or configuration.load())
    app = Flask(
        "headway", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app/static")
    )
    secret = parts.settings.secret_key
    app.secret_key = secret.get_secret_value() if secret is not None else None
    app.extensions["headway"] = parts
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.protect(app, https=parts.settings.base_url.startswith("https://"))
    csrf = CSRFProtect(app)
    Babel(
        app,
        locale_selector=frame.locale,
        default_translation_directories=str(ROOT / "goals/translations"),
    )
    frame.install(app)
    texts.install(app)
    navigation.install(app)
    errors.install(app)
    app.jinja_env.globals["asset"] = asset
    for name in AREAS:
        area: Any = import_module(name)
        app.register_blueprint(area.blueprint)
        for view in getattr(area, "UNSIGNED", ()):
            csrf.exempt(view)
    return app


def asset(name: str) -> str:
    """Return the URL of a static file; it changes with the file, so browsers may keep it."""
    return f"{request.script_root}{current_app.static_url_path}/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return hashlib.sha256((ROOT / "app/static" / name).read_bytes()).hexdigest()[:10]

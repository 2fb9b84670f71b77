"""The areas of the application, for the menu at the side and the bar at the bottom."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, render_template, request
from markupsafe import Markup

import app as headway
from app.web import frame, texts
from app.web.texts import lazy_gettext as _l


@dataclass(frozen=True)
class Area:
    """A place in the menu: its blueprint's name, its first page, icon and word."""

    name: str
    endpoint: str
    icon: str
    label: Any
    on_phones: bool = False
    after_gap: bool = False


AREAS = (
    Area("home", "home.page", "home", _l("Home"), on_phones=True),
    Area("strategy", "strategy.hub", "strategy", _l("Strategy"), on_phones=True),
    Area("goals", "goals.page", "goals", _l("Goals"), on_phones=True),
    Area("checkins", "checkins.page", "check", _l("Check-ins")),
    Area("data", "data.page", "data", _l("Data")),
    Area("metrics", "metrics.page", "reports", _l("Metrics")),
    Area("ask", "ask.page", "ask", _l("Ask"), on_phones=True),
    Area("slack", "slack.preview", "slack", _l("Slack"), after_gap=True),
    Area("settings", "settings.page", "settings", _l("Settings")),
)

#: Blueprints that belong to another's place in the menu.
WITHIN = {
    "imports": "data",
    "readings": "data",
    "rates": "data",
    "holidays": "data",
    "alerts": "slack",
    "kpis": "goals",
    "quota": "goals",
    "reconcile": "metrics",
}


def install(app: Flask) -> None:
    """Give templates the menu and where in it the reader stands."""

    @app.context_processor
    def menu() -> dict[str, Any]:
        blueprint = request.blueprint or ""
        return {"areas": AREAS, "current_area": WITHIN.get(blueprint, blueprint)}

    app.jinja_env.globals["menu"] = draw
    app.jinja_env.globals["theme_word"] = theme_word
    app.jinja_env.filters["initials"] = initials


def draw(template: str, current_area: str) -> Markup:
    """Return a menu as it looks in an area of the application."""
    return _drawn(template, current_area, frame.reader().locale, request.script_root)


@lru_cache(maxsize=512)
def _drawn(template: str, current_area: str, locale: str, root: str) -> Markup:
    """Draw a menu once: it is the same for everybody who reads a language."""
    return Markup(render_template(template, version=headway.__version__))


def theme_word(theme: str) -> str:
    """Return the word for a theme."""
    words = {"auto": texts.gettext("automatic"), "light": texts.gettext("light")}
    return words.get(theme, texts.gettext("dark"))


def initials(name: str) -> str:
    """Return up to two letters that stand for a name."""
    parts = name.split()
    return "".join(part[:1] for part in (parts[:1] + parts[1:][-1:])).upper()

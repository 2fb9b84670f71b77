"""The form that connects a source, made of what its guide asks for."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from wtforms import HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.web import frame, texts
from app.web.forms.base import Form, at_most, needed, options
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals.errors import Refusal
from integrations.guide import Ask, Way

#: The most that a secret or a setting may hold; certificates and queries are long.
LONG = 8000
#: Minutes between two pulls that a person may choose.
INTERVALS = {
    15: _l("every 15 minutes"),
    30: _l("every 30 minutes"),
    60: _l("every hour"),
    240: _l("every 4 hours"),
    1440: _l("once a day"),
}


class WayForm(Form):
    """What every way of connecting has: a name, and the secrets typed before, sealed.

    Secrets are never shown again. So that nobody has to type one twice because something else
    was wrong, the page carries them sealed: only this installation opens them, and only for the
    browser that typed them.
    """

    way: Way
    kept = HiddenField()
    name = StringField(
        _l("Name"),
        [needed(_l("Give the connection a name.")), at_most(80)],
        description=_l("As your people call it, for example HubSpot or CRM Asia."),
    )

    #: Secrets that were typed before, and with them those that the connection has.
    before: dict[str, str]
    known: dict[str, str]

    def prepare(self, stored: Mapping[str, str], before: Mapping[str, str] | None = None) -> None:
        """Take what need not be typed: secrets of the connection, and those typed before.

        What the connection has is never carried by the page: it must go nowhere but where the
        connection leads.
        """
        carried = _opened(str(self.kept.data or "")) if before is None else before
        self.before = dict(carried)
        self.known = {**stored, **carried}

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether all that is needed was given."""
        fine = bool(super().validate(extra_validators))
        for ask in self.way.asks:
            if not ask.is_optional and not self.value(ask):
                field: Any = self[ask.name]
                text = _("Fill in: %(name)s.", name=_(ask.label))
                field.errors = [*field.errors, text]
                fine = False
        return fine

    def value(self, ask: Ask) -> str:
        """Return what was typed for something asked for, or what is known of it."""
        typed = str(self[ask.name].data or "").strip()
        return typed or (self.known.get(ask.name, "") if ask.is_secret else "")

    def is_known(self, ask: Ask) -> bool:
        """Tell whether a secret may be left empty, because it is there already."""
        return ask.is_secret and bool(self.value(ask))

    def settings(self) -> dict[str, Any]:
        """Return what is not secret."""
        told = {ask.name: self.value(ask) for ask in self.way.asks if not ask.is_secret}
        return {name: value for name, value in told.items() if value}

    def secrets(self) -> dict[str, str]:
        """Return what is."""
        told = {ask.name: self.value(ask) for ask in self.way.asks if ask.is_secret}
        return {name: value for name, value in told.items() if value}

    def typed(self) -> dict[str, str]:
        """Return the secrets that were typed, now or before."""
        now = {
            ask.name: str(self[ask.name].data or "").strip() or self.before.get(ask.name, "")
            for ask in self.way.asks
            if ask.is_secret
        }
        return {name: value for name, value in now.items() if value}

    def seal(self) -> str:
        """Return the typed secrets as the page may carry them, "" for none."""
        typed = self.typed()
        return _sealed(typed) if typed else ""


def form_for(way: Way, *, named: bool) -> type[WayForm]:
    """Return the form of a way of signing in; a connection that is there is not named again."""
    fields: dict[str, Any] = {"way": way}
    for ask in way.asks:
        label = LazyString(texts.gettext, ask.label)
        if ask.choices:
            # One that is not among them, as the command line takes some, is chosen anew.
            none = "–" if ask.is_optional else _l("Choose")
            called = [(value, LazyString(texts.gettext, text)) for value, text in ask.choices]
            fields[ask.name] = SelectField(
                label, [Optional()], choices=options([("", none), *called])
            )
            continue
        kind = PasswordField if ask.is_secret else TextAreaField if ask.is_long else StringField
        fields[ask.name] = kind(
            label,
            [Optional(), at_most(LONG)],
            render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
        )
    if not named:
        fields["name"] = None
    return type("TheWayForm", (WayForm,), fields)


def _sealed(secrets: Mapping[str, str]) -> str:
    return frame.wiring().vault.seal({"for": _whose(), "secrets": json.dumps(dict(secrets))})


def _opened(text: str) -> dict[str, str]:
    """Return the secrets that a page carried; none if it was another browser's or is broken."""
    if not text:
        return {}
    try:
        told = frame.wiring().vault.open(text)
        found: dict[str, str] = json.loads(told["secrets"]) if told["for"] == _whose() else {}
    except (Refusal, KeyError, ValueError):
        return {}
    return found


def _whose() -> str:
    found = frame.signed_in()
    return f"{frame.here().id}:{found.token_hash if found is not None else ''}"


class ConnectionForm(Form):
    """What may be changed of a connection without signing in: its name and how often it is read."""

    name = StringField(_l("Name"), [needed(_l("Give the connection a name.")), at_most(80)])
    interval = SelectField(_l("Read"), coerce=int)

    def offer(self, minutes: int | None) -> None:
        """Offer the usual intervals, and the present one."""
        known = {one: str(text) for one, text in INTERVALS.items()}
        if minutes is not None and minutes not in known:
            known[minutes] = _("every %(num)s minutes", num=minutes)
        self.interval.choices = options(sorted(known.items()))

"""Forms for connecting sources."""

from typing import Any

from wtforms import PasswordField, StringField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, needed
from app.web.texts import lazy_gettext as _l


class SourceForm(Form):
    """What every source is asked: a name of its own."""

    name = StringField(
        _l("Name"),
        [needed(_l("Give the connection a name.")), at_most(80)],
        description=_l("As your people call it, for example HubSpot or CRM Asia."),
    )

    def settings(self) -> dict[str, Any]:
        """Return what is not secret."""
        return {}

    def secrets(self) -> dict[str, str]:
        """Return what is."""
        return {}


class HubSpotForm(SourceForm):
    """HubSpot by a service key or the token of a private app."""

    token = PasswordField(
        _l("Service key"),
        [needed(_l("Paste the key from HubSpot.")), at_most(500)],
        description=_l("Stored encrypted, never shown again."),
        render_kw={"autocomplete": "off"},
    )
    base_url = StringField(
        _l("Address of the API"),
        [Optional(), at_most()],
        description=_l("Leave empty for HubSpot's own."),
        render_kw={"autocomplete": "off", "inputmode": "url"},
    )

    def settings(self) -> dict[str, Any]:
        """Return what is not secret."""
        base = (self.base_url.data or "").strip()
        return {"base_url": base} if base else {}

    def secrets(self) -> dict[str, str]:
        """Return what is."""
        return {"token": (self.token.data or "").strip()}


FORMS: dict[str, type[SourceForm]] = {"hubspot": HubSpotForm, "sample": SourceForm}

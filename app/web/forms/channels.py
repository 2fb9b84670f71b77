"""The field for a Slack channel: one of those known here by its name, or any by its id."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from wtforms import Field, StringField
from wtforms.validators import ValidationError

from app.web import frame
from app.web.forms.base import Form, at_most
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals.alerts.outbox import Channel
from goals.tracking import terms

NOT_AN_ID = _l(terms.NO_CHANNEL_ID)


class ChannelField(StringField):
    """A channel's id, shown and understood by name where the channel is known.

    `picks` are the known channels to pick from, {name: what else to know of it}.
    """

    def __init__(self, label: Any, validators: Any = (), *, hint: Any = "", **kwargs: Any) -> None:
        """Take `hint`, which is the description once there is something to pick from."""
        super().__init__(label, [*validators, at_most(80), is_id], **kwargs)
        self.hint = hint
        self.names: dict[str, str] = {}
        self.picks: dict[str, str] = {}

    @property
    def list_id(self) -> str:
        """Return the id of the list that stands beside the field."""
        return f"{self.id}-known"

    def offer(self, known: Iterable[Channel]) -> None:
        """Offer the known channels by name, private ones to owners only."""
        # Where Slack did not tell a channel's name it may be a private one.
        told = [one for one in known if one.name and (frame.may("owner") or not one.is_private)]
        alike = Counter(one.name for one in told)
        for one in told:
            if alike[one.name] == 1:
                self.names[one.external_id] = f"#{one.name}"
                more = one.external_id if one.is_on else f"{one.external_id}, {_('off')}"
                self.picks[f"#{one.name}"] = more
        if self.picks:
            self.description = self.hint
            self.render_kw = {"list": self.list_id, "autocomplete": "off"}
        ids = {name: one for one, name in self.names.items()}
        self.data = ids.get(str(self.data or ""), self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed without the gaps that come with pasting."""
        super().process_formdata([str(one).strip() for one in valuelist])

    def _value(self) -> str:
        typed = str(self.data or "")
        return self.names.get(typed, typed)


def is_id(form: Form, field: Field) -> None:
    """Refuse what cannot be the id of a channel."""
    if not terms.CHANNEL_ID.fullmatch(str(field.data or "")):
        raise ValidationError(NOT_AN_ID)

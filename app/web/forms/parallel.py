"""The form for the day from which a new source counts in the place of an old one."""

from datetime import date

from wtforms import StringField

from app.web.forms.base import Form, at_most, needed
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals import calendar


class CutOverForm(Form):
    """The first day on which the new source counts."""

    FIELDS = {"new": "day"}

    day = StringField(
        _l("First day of the new source"),
        [needed(_l("Write a day, such as 31 Dec 2026 or 2026-12-31.")), at_most(40)],
        render_kw={"autocomplete": "off"},
    )

    def read(self) -> date | None:
        """Return the day; None with what is wrong at its field."""
        found = calendar.parse_day(self.day.data or "")
        if found is None:
            self.day.errors = [_("Write a day, such as 31 Dec 2026 or 2026-12-31.")]
        return found

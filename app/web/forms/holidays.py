"""Forms for holidays: one by hand, or the public ones of a country and a year."""

from datetime import date

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, needed, options
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals import calendar


class HolidayForm(Form):
    """A day on which nobody works."""

    day = StringField(
        _l("Day"),
        [needed(_l("Write a day, such as 31 Dec 2026 or 2026-12-31.")), at_most(40)],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(_l("Name"), [needed(_l("Say what day it is.")), at_most(120)])
    country = SelectField(_l("Free in"), [Optional()])

    def offer(self, countries: list[tuple[str, str]]) -> None:
        """Offer everybody, and the countries."""
        self.country.choices = options([("", _("Everywhere")), *countries])

    def read(self) -> date | None:
        """Return the day; None with what is wrong at its field."""
        found = calendar.parse_day(self.day.data or "")
        if found is None:
            self.day.errors = [_("Write a day, such as 31 Dec 2026 or 2026-12-31.")]
        return found


class PublicForm(Form):
    """The public holidays of a country in a year, to be taken all at once."""

    of = SelectField(_l("Country"))
    year = IntegerField(_l("Year"), render_kw={"inputmode": "numeric", "autocomplete": "off"})

"""The form for an exchange rate that is entered by hand."""

from datetime import date
from decimal import Decimal

from wtforms import HiddenField, StringField

from app.web import texts
from app.web.forms.base import Form, needed
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals import calendar, formatting
from goals.records import numbers
from goals.records.rates import Kept

#: A rate so many times the one before, or the inverse, is asked about: most are typed upside down.
UNLIKELY = 3
_LONGEST = 40


class RateForm(Form):
    """A rate from a day on; `seen` is the run that wrote the one which the writer knows of."""

    day = StringField(
        _l("From which day"),
        [needed(_l("Write a day, such as 31 Dec 2026 or 2026-12-31."))],
        description=_l("It counts until the day of the next rate."),
        render_kw={"autocomplete": "off", "maxlength": str(_LONGEST)},
    )
    per_base = StringField(
        _l("Rate"),
        [needed(_l("Write the rate as a number, such as 35.20."))],
        render_kw={"autocomplete": "off", "inputmode": "decimal", "maxlength": str(_LONGEST)},
    )
    seen = HiddenField()
    #: The number that was asked about already.
    asked = HiddenField()

    def read(self, listed: list[Kept], base: str) -> tuple[date, Decimal] | None:
        """Return the day and the rate; None with what is wrong at its field."""
        day = calendar.parse_day(self.day.data or "")
        if day is None:
            self.day.errors = [_("Write a day, such as 31 Dec 2026 or 2026-12-31.")]
        value = _number(self.per_base.data or "")
        if value is None:
            self.per_base.errors = [_("Write the rate as a number above zero, such as 35.20.")]
        if day is None or value is None:
            return None
        standing = [one for one in listed if not one.is_removed]
        self._compare(day, value, next((one for one in standing if one.day == day), None))
        before = next((one for one in standing if one.day <= day), None)
        if not self.per_base.errors and before is not None:
            self._doubt(value, before, base)
        return None if self.per_base.errors else (day, value)

    def _compare(self, day: date, value: Decimal, kept: Kept | None) -> None:
        """Ask before a rate is replaced that the writer may not know of."""
        if kept is None or kept.per_base == value or self.seen.data == str(kept.run_id):
            return
        self.per_base.errors = [
            _(
                "%(day)s has a rate of %(value)s already. Send it again to replace that; it stays"
                " visible.",
                day=texts.day(day),
                value=formatting.exact(kept.per_base),
            )
        ]
        self.seen.data = str(kept.run_id)

    def _doubt(self, value: Decimal, before: Kept, base: str) -> None:
        """Ask whether a rate far from the one before is meant."""
        ratio = value / before.per_base
        if 1 / Decimal(UNLIKELY) < ratio < UNLIKELY or self.asked.data == str(value):
            return
        self.per_base.errors = [
            _(
                "This is far from the rate of %(day)s: 1 %(base)s was %(value)s %(currency)s then."
                " Send it again if it is meant.",
                day=texts.day(before.day),
                base=base,
                value=formatting.exact(before.per_base),
                currency=before.currency,
            )
        ]
        self.asked.data = str(value)


def _number(text: str) -> Decimal | None:
    plain = calendar.western_digits(text).strip()
    found = numbers.number(plain, ".", ",") if len(plain) <= _LONGEST else None
    return found if found is not None and found > 0 else None

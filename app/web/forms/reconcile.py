"""What a person says of a report of their CRM."""

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, SelectField, StringField

from app.web import texts
from app.web.forms.base import Form, options
from app.web.texts import lazy_gettext as _l
from goals.metrics.reconcile import saying
from goals.metrics.reconcile.parts import Part
from goals.metrics.reconcile.report import CHOICES, Report
from goals.records import numbers

_COUNTS = {
    "same": _l("The same records as the metric"),
    "closed": _l("All that are won or lost"),
    "all": _l("All, whatever became of them"),
}
_CURRENCY = {
    "converted": _l("Converted, all by one rate"),
    "plain": _l("Added up as they stand"),
}


class ReportForm(Form):
    """How a report was made and what it shows; sent in the address, so nothing is kept of it."""

    class Meta(Form.Meta):
        """What is only asked needs no token."""

        csrf = False

    shows = StringField(_l("The number that the report shows"), render_kw={"inputmode": "decimal"})
    counts = SelectField(_l("It counts"))
    dated = SelectField(_l("It goes by the"))
    zone = StringField(
        _l("Time zone of its days"),
        description=_l("Empty for the one of this workspace; else one such as Asia/Bangkok."),
        render_kw={"autocomplete": "off"},
    )
    currency = SelectField(_l("Amounts in other currencies are"))
    archived = BooleanField(_l("It counts archived records"))
    narrowed = BooleanField(_l("It is narrowed in the same way"))

    def offer(self, part: Part, usual: Report) -> None:
        """Offer what fits a part of a metric; what does not is left out of the form."""
        self.counts.choices = options((one, _COUNTS[one]) for one in part.counted)
        self.dated.choices = options(_days(part))
        self.currency.choices = options((one, _CURRENCY[one]) for one in CHOICES["currency"])
        for name in ("counts", "dated", "currency"):
            if self[name].data in (None, ""):
                self[name].data = getattr(usual, name)
        lacking = {
            "counts": len(self.counts.choices) < 2,
            "dated": len(self.dated.choices) < 2,
            "zone": part.instant is None,
            "currency": not part.is_money,
        }
        for name in (name for name, lacks in lacking.items() if lacks):
            del self[name]

    def report(self, usual: Report) -> Report:
        """Return the report that was described, what was not said as usual."""
        said: dict[str, Any] = {
            name: self[name].data for name in ("counts", "dated", "currency") if name in self
        }
        zone = (self.zone.data or "").strip() if "zone" in self else ""
        return Report(
            **{"counts": usual.counts, "dated": usual.dated, "currency": usual.currency, **said},
            zone=zone or None,
            archived=bool(self.archived.data),
            narrowed=bool(self.narrowed.data),
        )

    def number(self) -> Decimal | None:
        """Return the number that was read, None for none; what is none stands at its field."""
        text = (self.shows.data or "").strip()
        if not text:
            return None
        found = numbers.number(text)
        # Whoever has more digits than money has typed no number of a report.
        if found is None or abs(found) > numbers.MOST_MONEY:
            self.shows.errors = [
                texts.gettext("Write the number alone, such as 412 or 16,204,300.")
            ]
            return None
        return found


def _days(part: Part) -> list[tuple[str, str]]:
    """Return the days that a report may go by, the metric's own under the word "same"."""
    own = part.plain.column
    named = {"created": "created_on", "closed": "closed_on"}
    return [
        (word, texts.gettext(saying.DAYS[named.get(word, own)]))
        for word in part.days
        if named.get(word) != own
    ]

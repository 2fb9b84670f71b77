"""The forms of check-ins and of actions that are tried."""

from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, needed, options
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals import calendar
from goals.errors import Refusal
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.remedies import attempts
from goals.tracking.remedies.hoping import Driver
from strategy.worksheets import figures

#: Room for a day as people write it.
DAY = 40


def day_of(form: Form, name: str) -> date | None:
    """Return the day typed into a field, None for none; what is no day is told there."""
    field: Any = form[name]
    text = (field.data or "").strip()
    if not text:
        return None
    found = calendar.parse_day(text)
    if found is None:
        field.errors = [*field.errors, _("Write a day, such as 31 Dec 2026 or 2026-12-31.")]
    return found


class CheckinForm(Form):
    """What a person says of a goal."""

    confidence = RadioField(
        _l("How sure are you that the target is reached?"),
        [needed(_l("Say how sure you are of the target."))],
        choices=options(
            [
                ("90", _l("Sure (90%)")),
                ("70", _l("Likely (70%)")),
                ("50", _l("Even (50%)")),
                ("30", _l("Unlikely (30%)")),
                ("10", _l("Lost (10%)")),
            ]
        ),
        validate_choice=False,
        description=_l("Kept beside what the numbers say. It changes no status."),
    )
    note = TextAreaField(
        _l("What changed?"), [needed(_l("Say what changed, in a sentence.")), at_most(keeping.NOTE)]
    )
    blocker = StringField(
        _l("What do you need, and from whom?"), [Optional(), at_most(keeping.LINE)]
    )
    next_action = StringField(_l("Next action"), [Optional(), at_most(keeping.LINE)])
    next_due = StringField(
        _l("By"), [Optional(), at_most(DAY)], render_kw={"placeholder": _l("31 Dec 2026")}
    )
    #: What the person had before them, a fresh id, and the version that is changed.
    evaluation = HiddenField()
    begun = HiddenField()
    version = HiddenField()

    def said(self) -> Said:
        """Return what was said; a day that is none stands under the errors of its field."""
        return Said(
            confidence=str(self.confidence.data or ""),
            note=self.note.data or "",
            blocker=self.blocker.data,
            next_action=self.next_action.data,
            next_due=day_of(self, "next_due"),
        )


class AttemptForm(Form):
    """An action to be tried, with who does it and by when."""

    FIELDS = {"owner": "owner_id", "due": "due_on"}

    text = TextAreaField(
        _l("What will be done"),
        [needed(_l("Say what will be done.")), at_most(attempts.TEXT)],
    )
    owner_id = SelectField(_l("Who"), choices=[], default="")
    due_on = StringField(
        _l("Look back on"),
        [needed(_l("Say on which day to look back.")), at_most(DAY)],
        description=_l("The day on which it should have shown, such as 31 Dec 2026."),
    )
    hoped = StringField(_l("Expected effect"), [Optional(), at_most(DAY)])
    remedy = HiddenField()
    begun = HiddenField()

    def change(self, driver: Driver | None) -> Decimal | None:
        """Return by how much the number is to change that an action moves, None for not said.

        What cannot be meant is told at its field.
        """
        typed = "" if driver is None else (self.hoped.data or "").strip()
        if driver is None or not typed:
            return None
        found = figures.parse(typed)
        if found is None or not figures.fits(found.currency, driver.currency or ""):
            self.hoped.errors = [*self.hoped.errors, _("Write a number, such as 27 M or -5.")]
            return None
        try:
            return driver.meant(typed, found.value, is_share=found.percent)
        except Refusal as error:
            self.refuse(error)
            return None


class OutcomeForm(Form):
    """What became of an action."""

    FIELDS = {"due": "due_on"}

    outcome = RadioField(
        _l("What became of it?"),
        [needed(_l("Say what became of it."))],
        choices=options(
            [
                ("helped", _l("It helped")),
                ("not_helped", _l("It did not help")),
                ("early", _l("Too early to tell")),
                ("dropped", _l("It was not done")),
            ]
        ),
        validate_choice=False,
    )
    note = TextAreaField(
        _l("What did you see?"),
        [Optional(), at_most(attempts.TEXT)],
        description=_l("The numbers before and after are kept beside it."),
    )
    due_on = StringField(_l("If it is too early: look back again on"), [Optional(), at_most(DAY)])
    version = HiddenField()

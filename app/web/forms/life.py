"""The fields of a goal that say what it is made of and whether it ends."""

from decimal import Decimal
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, options
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from strategy.worksheets import figures

#: What a goal is judged by, for one with a number and for one without.
OWN = ("own", _l("Its own number"))
RULES = {
    "number": [OWN, ("sum", _l("The sum of its parts"))],
    "word": [
        ("own", _l("A person's word, or its steps")),
        ("done", _l("How many of its parts are achieved")),
        ("mean", _l("The mean way of its parts, by their weights")),
        ("worst", _l("The worst status of its parts")),
    ],
}


class LifeFields(Form):
    """What a goal is made of, and whether it is judged anew in each period."""

    rollup = SelectField(
        _l("What counts"),
        choices=[],
        default="own",
        validate_choice=False,
        description=_l("Goals that are part of it can make up its number; archived ones do not."),
    )
    weight = StringField(
        _l("Weight among the parts"),
        [Optional(), at_most(20)],
        description=_l("Counts where the goal above takes the mean of its parts. Empty: 1."),
    )
    every = SelectField(
        _l("It ends"),
        choices=options(
            [
                ("", _l("On its last day")),
                ("month", _l("Never: it is judged anew every month")),
                ("quarter", _l("Never: it is judged anew every quarter")),
                ("year", _l("Never: it is judged anew every year")),
            ]
        ),
        default="",
        validate_choice=False,
        description=_l(
            "Without an end the same target holds in each period, from the one in which the first"
            " day lies; the result of every period is kept."
        ),
    )

    def offer_rules(self, *, has_number: bool, can_add_up: bool) -> None:
        """Fill in by what the goal can be judged, and keep a rule that is chosen already."""
        rules = RULES["number" if has_number else "word"]
        offered = rules if can_add_up or not has_number else [OWN]
        if self.rollup.data not in dict(offered):
            self.rollup.data = "own"
        self.rollup.choices = options(offered)

    def life(self) -> dict[str, Any]:
        """Return the fields as parts of a draft; what is no number stands under its errors."""
        weight: Decimal | None = None
        text = (self.weight.data or "").strip()
        if text:
            found = figures.parse(text)
            weight = None if found is None else found.value
            if weight is None and not self.weight.errors:
                self.weight.errors = [_("Write a number, such as 2 or 0.5.")]
        return {
            "rollup": self.rollup.data or "own",
            "weight": weight,
            "every": self.every.data or None,
        }

"""The form by which a scenario is kept, and the numbers typed for its levers."""

from decimal import ROUND_HALF_EVEN, Decimal

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, needed
from app.web.texts import lazy_gettext as _l
from goals.tracking.scenarios import keeping
from strategy.worksheets import figures


class ScenarioForm(Form):
    """What a scenario is called, and what speaks for it."""

    name = StringField(
        _l("Name of the scenario"),
        [needed(_l("Give the scenario a name.")), at_most(keeping.NAME)],
    )
    note = TextAreaField(_l("What would make it so?"), [Optional(), at_most(keeping.NOTE)])
    begun = HiddenField()


def typed(value: Decimal, unit: str, rounding: str = ROUND_HALF_EVEN) -> str:
    """Return a lever's value as people type it: rates in percent, large ones without decimals."""
    number = value * 100 if unit == "rate" else value
    is_whole = abs(number) >= (10 if unit == "count" else 1000)
    places = 0 if is_whole else 1 if abs(number) >= 10 else 3
    shown = f"{number.quantize(Decimal(1).scaleb(-places), rounding):,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def parsed(text: str, unit: str) -> Decimal | None:
    """Return the value that was typed for a lever, None for what is none or below zero."""
    found = figures.parse(text)
    if found is None or found.value < 0:
        return None
    return found.value / 100 if unit == "rate" or found.percent else found.value

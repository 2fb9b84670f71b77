"""The form for a metric of one's own."""

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, needed, options
from app.web.texts import lazy_gettext as _l
from goals.metrics.authoring import MAX_DESCRIPTION, Draft
from goals.metrics.custom.metric import Custom
from goals.metrics.custom.tokens import LONGEST
from goals.table import id_from

DIRECTIONS = (
    ("up", _l("Higher is better")),
    ("down", _l("Lower is better")),
    ("neutral", _l("Neither side is better by itself")),
)
UNITS = (
    ("", _l("As it comes out")),
    ("rate", _l("As percent")),
    ("number", _l("As a number")),
)


class CustomMetricForm(Form):
    """What a metric is called, what it is made of, and how it is shown."""

    name = StringField(_l("Name"), [needed(_l("Give the metric a name.")), at_most()])
    id = StringField(
        _l("Id"),
        [needed(_l("Give the metric an id.")), at_most(40)],
        description=_l("Formulas and commands name it by this. It stays."),
    )
    expression = TextAreaField(
        _l("Formula"),
        [needed(_l("Write a formula.")), at_most(LONGEST)],
        description=_l("Ids of metrics with + - * / and parentheses."),
    )
    unit = SelectField(_l("Shown"), [Optional()], choices=options(UNITS))
    direction = SelectField(_l("Better side"), choices=options(DIRECTIONS), default="up")
    description = TextAreaField(
        _l("What it is for"),
        [Optional(), at_most(MAX_DESCRIPTION)],
        description=_l("Stands under the formula on its page."),
    )
    #: The version that the writer had before them.
    seen = HiddenField()

    @property
    def seen_version(self) -> int | None:
        """Return the version that the writer had before them, None where that is not said."""
        return id_from(self.seen.data)

    def draft(self, slug: str | None = None) -> Draft:
        """Return what was typed; an id that is given stays."""
        return Draft(
            id=slug or str(self.id.data or "").strip(),
            name=str(self.name.data or ""),
            expression=str(self.expression.data or "").strip(),
            description=str(self.description.data or ""),
            direction=str(self.direction.data or ""),
            unit=self.unit.data or None,
        )


def filled(metric: Custom) -> CustomMetricForm:
    """Return the form of a metric as it stands."""
    loose = metric.unit in dict(UNITS) and metric.expression.sort.is_loose
    return CustomMetricForm(
        data={
            "name": metric.title,
            "id": metric.id,
            "expression": metric.expression.text,
            "unit": metric.unit if loose else "",
            "direction": metric.direction,
            "description": metric.description,
            "seen": str(metric.version),
        }
    )

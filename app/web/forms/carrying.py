"""The form that carries goals on: how the new targets follow, and a row for each goal."""

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, options
from app.web.texts import lazy_gettext as _l


class CarryForm(Form):
    """What holds for all goals; the rows stand beside it, by the ids of their goals."""

    way = SelectField(
        _l("New targets"),
        choices=options(
            [
                ("same", _l("The same target again")),
                ("change", _l("The target, changed by percent")),
                ("result", _l("The last result again")),
            ]
        ),
        default="same",
    )
    percent = StringField(_l("Percent"), [Optional(), at_most(20)])
    #: A fresh id with which the form was begun.
    begun = HiddenField()

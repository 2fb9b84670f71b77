"""The form that looks back on a goal that has ended."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most
from app.web.texts import lazy_gettext as _l
from goals.tracking.retrospectives import TEXT


class RetrospectiveForm(Form):
    """Four questions; each may stay open, one must be answered."""

    went_well = TextAreaField(
        _l("What went well?"),
        [Optional(), at_most(TEXT)],
        description=_l("What you did that showed in the number."),
    )
    in_the_way = TextAreaField(
        _l("What got in the way?"),
        [Optional(), at_most(TEXT)],
        description=_l("Things, not persons."),
    )
    keep = TextAreaField(_l("What do we keep?"), [Optional(), at_most(TEXT)])
    next_time = TextAreaField(
        _l("What do we do otherwise next time?"),
        [Optional(), at_most(TEXT)],
        description=_l("It is shown when the goal goes on into the next period."),
    )
    version = HiddenField()

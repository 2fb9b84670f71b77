"""The form by which a goal's plan is changed: its rows, and why it changes."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most
from app.web.texts import lazy_gettext as _l

TEXT = 2000


class PlanForm(Form):
    """Why a plan changes, and what was seen of it; the rows' fields stand beside it."""

    FIELDS = {"plan": "total"}

    #: Where what is wrong with all rows together is shown.
    total = HiddenField()
    reason = TextAreaField(
        _l("Why does the plan change?"),
        [Optional(), at_most(TEXT)],
        description=_l("The earlier plan stays in the history and can be used again."),
        render_kw={"rows": 2},
    )
    version = HiddenField()

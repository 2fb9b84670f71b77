"""Forms of the strategy; its questions are no forms of this kind, for worksheets define them."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField

from app.web.forms import base
from strategy.worksheets import approval


class ApproveForm(base.Form):
    """What is said about a version that is approved."""

    name = StringField(_l("Name of this version (optional)"), [base.at_most(approval.LONGEST_NAME)])
    note = TextAreaField(
        _l("What changed, and why (optional)"), [base.at_most(approval.LONGEST_NOTE)]
    )
    with_open = BooleanField(_l("Approve with what is open"))

"""Forms of the strategy; its questions are no forms of this kind, for worksheets define them."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField, TextAreaField

from app.web.forms import base
from app.web.texts import lazy_gettext as _l
from strategy.worksheets import approval


class ApproveForm(base.Form):
    """What is said about a version that is approved."""

    name = StringField(_l("Name of this version (optional)"), [base.at_most(approval.LONGEST_NAME)])
    note = TextAreaField(
        _l("What changed, and why (optional)"), [base.at_most(approval.LONGEST_NOTE)]
    )
    with_open = BooleanField(_l("Approve with what is open"))


class TakeInForm(base.Form):
    """A strategy as a file."""

    file = FileField(
        _l("JSON file"),
        [FileRequired(message=_l("Choose a file."))],
        description=_l("One that was downloaded from a strategy document as JSON."),
    )

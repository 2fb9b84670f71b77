"""Forms for sending a file."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from app.web.forms.base import Form, options
from app.web.texts import lazy_gettext as _l

#: The kinds of record that a file may bring, in the order in which they are usually sent.
RECORDS = (
    ("deal", _l("Deals")),
    ("owner", _l("Owners (sales people)")),
    ("account", _l("Accounts (companies)")),
    ("product", _l("Products")),
    ("lead", _l("Leads")),
    ("contact", _l("Contacts")),
    ("stage_event", _l("Stage changes of deals")),
    ("reading", _l("Readings of metrics")),
    ("rate", _l("Exchange rates")),
)


class FileForm(Form):
    """A file and what its rows are."""

    record = SelectField(_l("What is in it"), choices=options(RECORDS))
    file = FileField(
        _l("CSV file"),
        [FileRequired(message=_l("Choose a file."))],
        description=_l("Up to 64 MB, saved as CSV. Nothing is written before you say so."),
    )

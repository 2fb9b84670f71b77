"""Forms for sending a file."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from app.web.forms.base import Form, options
from app.web.texts import lazy_gettext as _l

#: The kinds of record that a file may bring, by what they are about.
RECORDS = (
    (
        _l("Selling"),
        (
            ("deal", _l("Deals")),
            ("stage_event", _l("Stage changes of deals")),
            ("owner", _l("Owners (sales people)")),
            ("account", _l("Accounts (companies)")),
            ("product", _l("Products")),
            ("activity", _l("Activities (calls, meetings, mails)")),
            ("quota", _l("Quotas")),
        ),
    ),
    (
        _l("Leads and marketing"),
        (
            ("lead", _l("Leads")),
            ("lead_event", _l("Steps of leads")),
            ("contact", _l("Contacts")),
            ("campaign", _l("Campaigns")),
            ("campaign_member", _l("Leads that campaigns reached")),
            ("spend", _l("Marketing and sales spend")),
            ("email_event", _l("E-mails sent, opened and clicked")),
            ("web_visit", _l("Web visits")),
        ),
    ),
    (
        _l("Customers"),
        (
            ("purchase", _l("Purchases and refunds")),
            ("subscription", _l("Subscriptions")),
            ("ticket", _l("Support tickets")),
            ("survey_answer", _l("Survey answers (NPS, CSAT, CES)")),
        ),
    ),
    (
        _l("Figures and settings"),
        (
            ("goal", _l("Goals")),
            ("reading", _l("Readings of metrics")),
            ("expense", _l("Expenses of the company")),
            ("rate", _l("Exchange rates")),
            ("holiday", _l("Holidays")),
        ),
    ),
)


class FileForm(Form):
    """A file and what its rows are."""

    record = SelectField(
        _l("What is in it"),
        choices=[one for group, pairs in RECORDS for one in options(pairs, group)],
    )
    file = FileField(
        _l("Excel or CSV file"),
        [FileRequired(message=_l("Choose a file."))],
        description=_l(
            "An Excel workbook (.xlsx) or CSV, up to 64 MB. Nothing is written before you say so."
        ),
    )

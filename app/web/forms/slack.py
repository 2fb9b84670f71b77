"""Forms around Slack: who is whom there."""

from wtforms import SelectField, StringField
from wtforms.validators import Regexp

from app.web.forms.base import Form, needed
from app.web.texts import lazy_gettext as _l

NOT_A_USER = _l(
    "Give the member's id in Slack, such as U0123456789, which their profile there lets you copy."
)


class LinkForm(Form):
    """Which Slack user a member is."""

    member_id = SelectField(_l("Member"), choices=[])
    team = SelectField(_l("Slack workspace"), choices=[])
    user = StringField(
        _l("Member id in Slack"),
        [needed(NOT_A_USER), Regexp(r"[UW][A-Z0-9]{2,31}", message=NOT_A_USER)],
        filters=[lambda text: text.strip() if text else text],
        render_kw={"placeholder": "U0123456789", "autocomplete": "off"},
    )

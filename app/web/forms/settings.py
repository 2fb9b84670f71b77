"""Forms for the workspace, its members and its teams."""

from typing import Any
from zoneinfo import available_timezones

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, needed, options
from app.web.forms.channels import NOT_AN_ID, ChannelField
from app.web.texts import lazy_gettext as _l
from goals.workspace import CALENDARS

ROLES = (
    ("viewer", _l("Viewer")),
    ("commenter", _l("Commenter")),
    ("editor", _l("Editor")),
    ("owner", _l("Workspace owner")),
)
#: Percentages of sound records below which alerts may wait; 0 for never.
GATES = (0, 25, 50, 75, 90)
CALENDAR_WORDS = {"gregorian": _l("Common era: 2026"), "buddhist": _l("Buddhist era: 2569")}


class WorkspaceForm(Form):
    """What every period and amount of a workspace depends on."""

    name = StringField(_l("Name"), [needed(_l("Write the name of your company.")), at_most(80)])
    zone = StringField(
        _l("Time zone"),
        [needed(_l("Write a time zone such as Asia/Bangkok."))],
        description=_l("Decides on which day a deal was closed and when a day is over."),
        render_kw={"list": "zones", "autocomplete": "off"},
    )
    currency = StringField(
        _l("Currency"),
        [needed(_l("Write a currency such as USD or THB."))],
        description=_l("Amounts without a currency are in this one; others need a rate."),
        render_kw={"autocomplete": "off", "maxlength": "3"},
    )
    fiscal_start = SelectField(_l("The fiscal year starts in"), coerce=int)
    week_start = SelectField(_l("The week starts on"), coerce=int)
    calendar = SelectField(
        _l("Years"), choices=options((one, CALENDAR_WORDS[one]) for one in CALENDARS)
    )
    locale = SelectField(
        _l("Language"),
        choices=options([("en", "English"), ("th", "ไทย"), ("zh_Hans", "中文")]),
        description=_l("For messages of the workspace; everybody reads pages in their own."),
    )
    quality_gate = SelectField(
        _l("An alert waits if fewer pass the checks than"),
        coerce=int,
        description=_l(
            "Of the records behind its number, by the checks that matter to it. The alert says why"
            " it waits; it is posted when the data are mended or when somebody says so."
        ),
    )
    #: Marks of what the form was shown with.
    shown = HiddenField()
    sure = BooleanField(_l("Yes, read and count everything again"))

    @property
    def zones(self) -> list[str]:
        """Return the time zones to choose from."""
        return sorted(one for one in available_timezones() if "/" in one or one == "UTC")


class MemberForm(Form):
    """Somebody new."""

    FIELDS = {"team": "team_id"}

    email = StringField(
        _l("E-mail"),
        [needed(_l("Write an e-mail address such as name@company.com."))],
        render_kw={"type": "email", "autocomplete": "off"},
    )
    name = StringField(_l("Name"), [needed(_l("Say the person's name.")), at_most()])
    role = SelectField(_l("Role"), choices=options(ROLES), default="viewer")
    team_id = SelectField(_l("Team"), choices=[], default="")


class TeamForm(Form):
    """A new team."""

    name = StringField(_l("Name"), [needed(_l("Give the team a name.")), at_most(80)])
    channel = ChannelField(
        _l("Slack channel"),
        [Optional()],
        description=_l(
            "Its id, such as C012AB3CD, which stands at the end of the channel's details in Slack."
            " Nothing is posted before it is switched on."
        ),
        hint=_l(
            "Pick one, or give the id that stands at the end of the channel's details in Slack."
            " Nothing is posted before it is switched on."
        ),
    )


class ChannelForm(Form):
    """A channel that Headway shall know; its name and members come from Slack."""

    channel = ChannelField(
        _l("Channel id"),
        [needed(NOT_AN_ID)],
        render_kw={"placeholder": "C0123456789", "autocomplete": "off"},
    )


class SampleForm(Form):
    """The typed word that removes the sample company."""

    name = StringField(
        _l("Name of the sample company"), [Optional()], render_kw={"autocomplete": "off"}
    )


def choices_of_teams(teams: list[Any], nothing: str) -> list[tuple[str, str]]:
    """Return the teams to choose from, none first."""
    return [("", nothing), *((str(one.id), one.name) for one in teams)]

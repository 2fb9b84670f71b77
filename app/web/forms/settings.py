"""Forms for the workspace, its members and its teams."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import Optional

from app.web.forms.base import Form, at_most, needed, options
from app.web.forms.channels import NOT_AN_ID, ChannelField
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals import countries
from goals.fiscal import ENDS, NAMED, PATTERNS, WEEK
from goals.workspace import CALENDARS

ROLES = (
    ("viewer", _l("Viewer")),
    ("commenter", _l("Commenter")),
    ("editor", _l("Editor")),
    ("owner", _l("Workspace owner")),
)
PATTERN_WORDS = {
    "months": _l("Calendar months"),
    "445": _l("Whole weeks: months of 4, 4 and 5 weeks"),
    "454": _l("Whole weeks: months of 4, 5 and 4 weeks"),
    "544": _l("Whole weeks: months of 5, 4 and 4 weeks"),
}
END_WORDS = {
    "last": _l("The last week that ends in its last month"),
    "nearest": _l("The week that ends nearest to the end of its last month"),
}
NAMED_WORDS = {"end": _l("In which it ends"), "start": _l("In which it starts")}
#: Lengths of a week of work that are offered, from any weekday on; the usual one comes first.
WORK_LENGTHS = (5, 6, 4)
EVERY_DAY = "0123456"
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
    fiscal_pattern = SelectField(
        _l("The fiscal year consists of"),
        choices=options((one, PATTERN_WORDS[one]) for one in PATTERNS),
        description=_l(
            "Months are usual. A year of 52 or 53 whole weeks, as in retail, gives each quarter 13"
            " weeks with the same weekdays; a 53rd week joins the last month."
        ),
    )
    week_start = SelectField(
        _l("The week starts on"),
        coerce=int,
        description=_l("A year of weeks starts on this day too, and so do its months."),
    )
    fiscal_ends = SelectField(
        _l("A year of weeks ends with"),
        choices=options((one, END_WORDS[one]) for one in ENDS),
    )
    fiscal_named = SelectField(
        _l("The year is called after the calendar year"),
        choices=options((one, NAMED_WORDS[one]) for one in NAMED),
    )
    working_days = SelectField(_l("People work on"))
    country = SelectField(
        _l("Country of the public holidays"),
        description=_l(
            "Holidays of other countries then count for nothing; those without a country are free"
            " for everybody."
        ),
    )
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

    def offer(self, locale: Locale, kept: str, gate: int) -> None:
        """Offer months, weekdays and countries in a language.

        `kept` are the working days and `gate` the share of sound records that are set.
        """
        weekdays = locale.days["stand-alone"]["wide"]
        self.fiscal_start.choices = options(
            (number, locale.months["stand-alone"]["wide"][number]) for number in range(1, 13)
        )
        self.week_start.choices = options((number, weekdays[number]) for number in range(7))
        self.quality_gate.choices = options(
            (share, _("%(share)s%% of the records", share=share))
            if share
            else (share, _("Never: every alert goes out"))
            for share in sorted({*GATES, gate})
        )
        self.working_days.choices = options(_work(weekdays, kept))
        named = [(code, locale.territories[code]) for code in countries.CODES]
        self.country.choices = options(
            [("", _("None chosen")), *sorted(named, key=lambda one: one[1])]
        )

    @property
    def zones(self) -> list[str]:
        """Return the time zones to choose from."""
        return sorted(one for one in available_timezones() if "/" in one or one == "UTC")


def _work(weekdays: Mapping[int, str], kept: str) -> list[tuple[str, str]]:
    """Return the weeks of work to choose from: runs of weekdays, the usual ones first.

    Another one that is set already stands last.
    """
    found = {EVERY_DAY: _("Every day")}
    for length in WORK_LENGTHS:
        for first in range(WEEK):
            days = [(first + one) % WEEK for one in range(length)]
            label = _("%(first)s to %(last)s", first=weekdays[days[0]], last=weekdays[days[-1]])
            found["".join(map(str, sorted(days)))] = label
    if kept not in found:
        found[kept] = ", ".join(weekdays[int(one)] for one in kept)
    every, *runs = found.items()
    return [*runs[:WEEK], every, *runs[WEEK:]]


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

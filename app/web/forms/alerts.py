"""The form of an alert rule: its numbers, what it is about, where it tells, and when."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import Optional

from app.web import frame, texts
from app.web.forms.base import Form, at_most, needed, options
from app.web.forms.channels import ChannelField
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals.alerts import ruling
from goals.alerts.drafts import OWNER, SETTINGS, WHOLE, Draft
from goals.alerts.outbox import Channel
from goals.alerts.rule import AlertRule
from goals.calendar import western_digits
from goals.errors import Refusal
from goals.table import id_from

#: Steps of the ladder that the form has room for.
STEPS = 3
#: What is chosen where nothing was.
USUAL = {"weekday": "0", "hour": "8"}
#: Settings that are shares, typed as percent.
SHARES = frozenset(("gap", "below", "every"))
LABELS = {
    "gap": _l("Percent behind the plan"),
    "below": _l("Chance under, in percent"),
    "days": _l("For so many days"),
    "hours": _l("For so many hours"),
    "every": _l("At each so many percent of the way"),
}
HINTS = {
    "gap": _l("10 tells of a pace under nine tenths of what is expected by the day."),
    "days": _l("Days on which it is not known neither count nor end the run."),
    "hours": _l("0 tells of the first failure."),
    "below": _l("Nothing is told while no chance is computed; the log says so."),
    "every": _l("25 tells of a quarter, half, three quarters and all of the way."),
}


class RuleForm(Form):
    """A rule; the fields of settings are those of its kind."""

    FIELDS = {
        "goal": "goal_id", "team": "team_id", "owner": "owner_id", "routes": "slack",
        "ladder": "hours_1", "hours": "fails", "scope": "metric",
    }  # fmt: skip

    name = StringField(_l("Name"), [needed(_l("Give the rule a name.")), at_most(120)])
    gap = StringField(LABELS["gap"], description=HINTS["gap"])
    below = StringField(LABELS["below"], description=HINTS["below"])
    every = StringField(LABELS["every"], description=HINTS["every"])
    days = StringField(LABELS["days"], description=HINTS["days"])
    fails = StringField(LABELS["hours"], description=HINTS["hours"])
    weekday = SelectField(_l("Comes"))
    hour = SelectField(_l("At"))
    goal_id = SelectField(_l("Goal"))
    team_id = SelectField(_l("Team"))
    owner_id = SelectField(_l("Owner"))
    metric = SelectField(_l("Metric"))
    to_goal = BooleanField(_l("The goal's channel, else its team's"))
    slack = ChannelField(
        _l("A Slack channel"),
        [Optional()],
        description=_l("Its id, which stands at the end of the channel's details in Slack."),
        hint=_l("Pick one, or give its id. Nothing is posted before it is switched on."),
    )
    direct = SelectField(_l("A direct message to"))
    email = SelectField(_l("An e-mail to"))
    webhook = StringField(
        _l("An address for programs"),
        [Optional(), at_most(500)],
        description=_l("https. What is posted there is signed with a secret that is shown once."),
        render_kw={"type": "url", "autocomplete": "off", "placeholder": "https://"},
    )
    quiet_from = StringField(_l("Quiet from"), render_kw={"placeholder": "20:00"})
    quiet_to = StringField(_l("Quiet until"), render_kw={"placeholder": "08:00"})
    workdays_only = BooleanField(_l("Quiet on weekends and holidays too"))
    cool_down = StringField(
        _l("Hours of rest after an alert is over"),
        description=_l("What comes back sooner is told when they have passed, if it is still so."),
    )
    weekly_most = StringField(
        _l("At most so many alerts in seven days"),
        description=_l("Empty: no limit. Escalations do not count."),
    )
    hours_1 = StringField(_l("After hours"), render_kw={"inputmode": "numeric"})
    person_1 = SelectField(_l("Tell"))
    hours_2 = StringField(_l("After hours"), render_kw={"inputmode": "numeric"})
    person_2 = SelectField(_l("Tell"))
    hours_3 = StringField(_l("After hours"), render_kw={"inputmode": "numeric"})
    person_3 = SelectField(_l("Tell"))

    def refuse(self, error: Refusal) -> None:
        """Show a refusal at its field, limits in the unit that is typed here."""
        if error.code == "setting_wrong":
            scale = 100 if error.field in SHARES else 1
            least, most = (error.message.params[one] for one in ("least", "most"))
            text = _(
                "Write a number from %(least)s to %(most)s.",
                least=f"{float(str(least)) * scale:g}",
                most=f"{float(str(most)) * scale:g}",
            )
            field = self[self.FIELDS.get(error.field or "", error.field or "")]
            field.errors = [*field.errors, text]
            return
        super().refuse(error)

    def offer(
        self,
        *,
        goals: Iterable[tuple[str, str]],
        teams: Iterable[tuple[str, str]],
        people: Iterable[tuple[str, str]],
        metrics: Iterable[tuple[str, str]],
        channels: Iterable[Channel],
        with_goal_owner: bool,
    ) -> None:
        """Offer what there is to choose from, each as value and label."""
        known = list(people)
        self.goal_id.choices = options([("", _("Any")), *goals])
        self.team_id.choices = options([("", _("Any")), *teams])
        self.owner_id.choices = options([("", _("Any")), *known])
        self.metric.choices = options([("", _("Any")), *metrics])
        owner = [(OWNER, _("The goal's owner") if with_goal_owner else _("Whoever made the rule"))]
        anybody = options([("", _("Nobody")), *owner, *known])
        for field in (self.direct, self.email, *self.people):
            field.choices = anybody
        self.slack.offer(channels)
        locale = Locale.parse(frame.locale())
        weekdays = locale.days["stand-alone"]["wide"]
        self.weekday.choices = options(
            [
                ("daily", _("Every day")),
                *((str(day), _("Every %(day)s", day=weekdays[day])) for day in range(7)),
            ]
        )
        self.hour.choices = options((str(hour), f"{hour:02}:00") for hour in range(24))
        for field in self:
            # What a kind of rule has no field for is not sent.
            if isinstance(field, SelectField) and field.data is None:
                field.data = USUAL.get(field.name, "")

    @property
    def people(self) -> list[SelectField]:
        """Return the fields of the ladder in which somebody is chosen."""
        return [self[f"person_{step}"] for step in range(1, STEPS + 1)]

    @property
    def ladder(self) -> list[tuple[Field, Field]]:
        """Return the steps of the ladder, the hours and the person of each."""
        return [(self[f"hours_{one}"], self[f"person_{one}"]) for one in range(1, STEPS + 1)]

    def fields_of(self, kind: str) -> list[Field]:
        """Return the fields of the numbers that a kind of rule has."""
        if kind == "digest":
            return [self.weekday, self.hour]
        return [self.fails if name == "hours" else self[name] for name in SETTINGS[kind]]

    def show(self, rule: AlertRule) -> None:
        """Fill in a rule as it is."""
        self.name.data = rule.name or texts.gettext(ruling.DEFAULT_NAME)
        for name, value in rule.settings.items():
            if rule.kind == "digest":
                continue
            field = self.fails if name == "hours" else self[name]
            field.data = f"{value * 100:g}" if name in SHARES else f"{value:g}"
        if rule.kind == "digest":
            daily = rule.settings["every"] == 1
            self.weekday.data = "daily" if daily else str(rule.settings["weekday"])
            self.hour.data = str(rule.settings["hour"])
        for name in ("goal_id", "team_id", "owner_id"):
            self[name].data = str(getattr(rule, name) or "")
        self.metric.data = rule.metric or ""
        to = _first_of_each(rule.routes)
        self.to_goal.data = "goal" in to
        for way in ("slack", "direct", "email", "webhook"):
            self[way].data = to.get(way, "")
        self.quiet_from.data, self.quiet_to.data = rule.quiet_from, rule.quiet_to
        self.workdays_only.data = rule.workdays_only
        self.cool_down.data = str(rule.cool_down or "")
        self.weekly_most.data = str(rule.weekly_most or "")
        for (hours, person), step in zip(self.ladder, rule.ladder, strict=False):
            hours.data, person.data = str(step["hours"]), step["to"]

    def start(self, kind: str) -> None:
        """Fill in what is usual for a kind of rule."""
        for name, number in SETTINGS[kind].items():
            if kind != "digest":
                field = self.fails if name == "hours" else self[name]
                field.data = f"{number.usual * 100:g}" if name in SHARES else f"{number.usual:g}"
        self.weekday.data, self.hour.data = USUAL["weekday"], USUAL["hour"]
        self.to_goal.data = kind not in WHOLE and kind != "digest"

    def draft(self, kind: str, rule: AlertRule | None = None) -> Draft:
        """Return what was given; what the form has no room for stays as it is in `rule`."""
        settings: dict[str, object] = {}
        for name in SETTINGS[kind]:
            if kind != "digest":
                field = self.fails if name == "hours" else self[name]
                settings[name] = _number(field, share=name in SHARES)
        if kind == "digest":
            daily = self.weekday.data == "daily"
            settings = {"every": 1 if daily else 7, "hour": self.hour.data}
            settings |= {} if daily else {"weekday": self.weekday.data}
        limit = western_digits(self.weekly_most.data or "").strip()
        rest = western_digits(self.cool_down.data or "").strip()
        return Draft(
            name=self.name.data or "",
            kind=kind,
            settings=settings,
            goal_id=id_from(self.goal_id.data),
            team_id=id_from(self.team_id.data),
            owner_id=id_from(self.owner_id.data),
            metric=self.metric.data or None,
            routes=self._routes(rule),
            quiet_from=western_digits(self.quiet_from.data or ""),
            quiet_to=western_digits(self.quiet_to.data or ""),
            workdays_only=bool(self.workdays_only.data),
            cool_down=rest or 0,
            weekly_most=limit or None,
            ladder=self._ladder(rule),
        )

    def _routes(self, rule: AlertRule | None) -> list[dict[str, str]]:
        found = [{"kind": "goal", "to": ""}] if self.to_goal.data else []
        for way in ("slack", "direct", "email", "webhook"):
            to = str(self[way].data or "").strip()
            if to:
                found.append({"kind": way, "to": to})
        if rule is not None:
            shown = _first_of_each(rule.routes)
            found += [one for one in rule.routes if shown[one["kind"]] != one["to"]]
        return found

    def _ladder(self, rule: AlertRule | None) -> list[Mapping[str, Any]]:
        steps = [
            {"hours": western_digits(hours.data or "").strip(), "to": person.data}
            for hours, person in self.ladder
            if (hours.data or "").strip() or person.data
        ]
        return [*steps, *([] if rule is None else rule.ladder[STEPS:])]


def _first_of_each(routes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in routes:
        found.setdefault(one["kind"], one["to"])
    return found


def _number(field: Field, *, share: bool) -> object:
    text = western_digits(str(field.data or "")).strip().removesuffix("%").strip()
    if not share:
        return text
    try:
        return float(text) / 100
    except ValueError:
        return text

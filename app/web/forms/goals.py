"""The form of a goal: what a person types, and the draft that it comes to."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.web import frame, plan_drawn
from app.web.forms.base import LINE, at_most, options
from app.web.forms.channels import ChannelField
from app.web.forms.life import LifeFields
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals import calendar
from goals.metrics import library
from goals.metrics.catalogue import Metric
from goals.table import id_from
from goals.tracking import cadence
from goals.tracking.drafts import Draft, Origin
from goals.tracking.goal import VISIBILITIES
from strategy.worksheets import figures

TEXT = 2000
#: Ways to say how far; the contract's words.
CHANGES = ("target", "relative", "points", "delta")
#: How many dimensions a goal can be narrowed by here.
POPULATIONS = (1, 2)
#: How often a goal is looked at, in words.
RHYTHMS = [(word, _l(text)) for word, text in cadence.WORDS.items()]
#: By what a goal is judged, and how a new one leaves the choice to its history.
JUDGES = [
    ("chance", _l("The chance to reach the target")),
    ("pace", _l("The pace: where it is beside the plan")),
]
AUTO = _l("Its chance where enough of its past is known, else its pace")


class GoalForm(LifeFields):
    """A goal on one page; saying little is allowed, what is said must be understood."""

    FIELDS = {
        "from": "first",
        "to": "last",
        "target": "amount",
        "where": "member1",
        "by": "dim1",
        "goal": "name",
        "owner": "owner_id",
        "team": "team_id",
        "parent": "parent_id",
    }

    name = StringField(
        _l("The goal in one sentence"),
        [Optional(), at_most(LINE)],
        description=_l("Leave it empty and we write it from the rest."),
    )
    metric = SelectField(
        _l("Metric"), choices=[], default="", description=_l("The number that shows progress.")
    )
    dim1 = SelectField(_l("Only for"), choices=[], default="")
    member1 = StringField(_l("named"), [Optional(), at_most(LINE)])
    dim2 = SelectField(_l("and only for"), choices=[], default="")
    member2 = StringField(_l("named"), [Optional(), at_most(LINE)])
    kind = RadioField(
        _l("How it shows"),
        choices=options(
            [
                ("cumulative", _l("It adds up from zero over the window")),
                ("level", _l("It moves from where it is to another level")),
                ("maintain", _l("It should stay where it is good")),
                ("milestone", _l("No number: it is done or not done")),
            ]
        ),
        validate_choice=False,
    )
    direction = RadioField(
        _l("Better is"),
        choices=options(
            [
                ("up", _l("Higher")),
                ("down", _l("Lower")),
                ("at_least", _l("At this number or above")),
                ("at_most", _l("At this number or below")),
                ("band", _l("Between two numbers")),
            ]
        ),
        validate_choice=False,
    )
    low = StringField(_l("At least"), [Optional(), at_most(60)])
    high = StringField(_l("At most"), [Optional(), at_most(60)])
    done_when = TextAreaField(
        _l("How will anybody see that it is done?"),
        [Optional(), at_most(TEXT)],
        description=_l("What must be there, and who must agree that it is."),
    )
    steps = TextAreaField(
        _l("Steps on the way"),
        [Optional(), at_most(2 * TEXT)],
        render_kw={"rows": 5},
        description=_l(
            "One a line, each with its day first, such as 15 Jan 2027: budget released."
            " With steps it is judged by those that are due; without, it is only said when it is"
            " due."
        ),
    )
    change = SelectField(
        _l("How far"),
        choices=options(
            [
                ("target", _l("Reach this value")),
                ("relative", _l("Change by percent of the baseline")),
                ("points", _l("Change by percentage points")),
                ("delta", _l("Change by this much")),
            ]
        ),
        default="target",
    )
    amount = StringField(_l("Number"), [Optional(), at_most(60)])
    commit = StringField(
        _l("Commit"),
        [Optional(), at_most(60)],
        description=_l("What you promise at least."),
    )
    stretch = StringField(
        _l("Stretch"), [Optional(), at_most(60)], description=_l("What would be great.")
    )
    baseline = StringField(
        _l("Baseline"),
        [Optional(), at_most(60)],
        description=_l("Leave it empty to read it from the records."),
    )
    first = StringField(_l("From"), [Optional(), at_most(40)])
    last = StringField(_l("To"), [Optional(), at_most(40)])
    plan = RadioField(
        _l("Plan"),
        choices=options(plan_drawn.CHOICES),
        default="linear",
    )
    judge = RadioField(
        _l("Judged by"),
        choices=options([("auto", AUTO), *JUDGES]),
        default="auto",
        validate_choice=False,
    )
    owner_id = SelectField(_l("Owner"), choices=[], default="")
    team_id = SelectField(_l("Team"), choices=[], default="")
    channel = ChannelField(
        _l("Slack channel"),
        [Optional()],
        description=_l(
            "Its id, such as C012AB3CD, which stands at the end of the channel's details in Slack."
            " Empty: the channel of the team."
        ),
        hint=_l(
            "Pick one, or give the id that stands at the end of the channel's details in Slack."
            " Empty: the channel of the team."
        ),
    )
    visibility = RadioField(
        _l("Who may see it"),
        choices=options(
            [
                ("workspace", _l("Everybody in the workspace")),
                ("team", _l("The team")),
                ("private", _l("Its owner and the workspace's owners")),
            ]
        ),
        default="workspace",
    )
    cadence = SelectField(
        _l("Check-ins"),
        choices=options(
            [
                ("", _l("As often as fits the window")),
                *RHYTHMS,
            ]
        ),
        default="",
        validate_choice=False,
        description=_l("How often its owner says how sure they are and what comes next."),
    )
    reminds = BooleanField(_l("Remind in the Slack channel when a check-in is due"))
    objective_id = SelectField(_l("Objective"), choices=[], default="")
    parent_id = SelectField(_l("Part of the goal"), choices=[], default="")
    why = TextAreaField(_l("Why it matters"), [Optional(), at_most(TEXT)])
    actions = TextAreaField(
        _l("What will you do that makes it happen?"),
        [Optional(), at_most(TEXT)],
        description=_l("One action a line, with who or what it takes."),
    )
    origin_question = HiddenField()
    origin_item = HiddenField()
    origin_version = HiddenField()
    origin_sentence = HiddenField()
    reason = TextAreaField(
        _l("Why do the terms change?"),
        [Optional(), at_most(TEXT)],
        description=_l(
            "Needed when target, baseline, window or plan change. The earlier terms stay visible."
        ),
    )
    version = HiddenField()
    #: Marks of what the form was shown with.
    shown = HiddenField()
    #: A fresh id with which a new goal was begun.
    begun = HiddenField()

    def complain_of_rows(self, problems: Sequence[tuple[str, str]]) -> None:
        """Take up what is wrong in the rows of the plan, each as (id of its field, text)."""
        self.row_problems = list(problems)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, text) for the summary above the form."""
        return [*super().problems, *getattr(self, "row_problems", ())]

    @property
    def chosen(self) -> Metric | None:
        """Return the metric chosen, None for none yet."""
        return library.get(frame.session(), str(self.metric.data or ""))

    def segment(self) -> dict[str, str]:
        """Return what the goal is narrowed to, {dimension: member}."""
        found = {}
        for number in POPULATIONS:
            dim, member = self[f"dim{number}"].data, (self[f"member{number}"].data or "").strip()
            if dim and member:
                found[str(dim)] = member
        return found

    @property
    def direction_data(self) -> str | None:
        """Return the direction as it is meant for the kind: what is kept has bounds."""
        chosen = self.direction.data or None
        if self.kind.data == "maintain":
            return {"up": "at_least", "down": "at_most"}.get(chosen or "", chosen)
        if self.kind.data == "milestone" and self.chosen is None:
            return None
        return {"at_least": "up", "at_most": "down", "band": None}.get(chosen or "", chosen)

    def origin(self) -> Origin | None:
        """Return the sentence of the strategy that asked for the goal, None for none."""
        section, _dot, question = (self.origin_question.data or "").partition(".")
        if not question:
            return None
        return Origin(
            section=section,
            question=question,
            item=self.origin_item.data or "",
            answer_version=id_from(self.origin_version.data) or 0,
            sentence=(self.origin_sentence.data or "")[:TEXT],
        )

    def draft(self, params: Mapping[str, str]) -> Draft:
        """Return what was typed as a draft; what is missing is None.

        Whatever was typed and is no number or day stands under `errors` of its field.
        """
        metric = self.chosen
        is_rate = metric is not None and metric.unit == "rate"
        change = str(self.change.data or "target")
        is_band = self.direction_data == "band"
        is_word = self.kind.data == "milestone" and metric is None
        return Draft(
            name=(self.name.data or "").strip(),
            metric=metric.id if metric is not None else None,
            params=dict(params),
            segment=self.segment(),
            kind=self.kind.data or None,
            direction=self.direction_data,
            target_kind=change,
            target_input=None if is_band or is_word else self._amount(change, is_rate),
            commit=self._figure("commit", is_rate),
            stretch=self._figure("stretch", is_rate),
            low=self._figure("low", is_rate) if is_band else None,
            high=self._figure("high", is_rate) if is_band else None,
            baseline=self._figure("baseline", is_rate),
            first_day=self._day("first"),
            last_day=self._day("last"),
            owner_id=id_from(self.owner_id.data),
            team_id=id_from(self.team_id.data),
            channel=(self.channel.data or "").strip() or None,
            visibility=self.visibility.data
            if self.visibility.data in VISIBILITIES
            else "workspace",
            plan=str(self.plan.data or "linear"),
            judge=str(self.judge.data or "auto"),
            why=(self.why.data or "").strip() or None,
            actions=tuple(
                one.strip() for one in (self.actions.data or "").splitlines() if one.strip()
            ),
            done_when=(self.done_when.data or "").strip() or None,
            steps=self._steps() if self.kind.data == "milestone" else (),
            cadence=self.cadence.data or None,
            reminds=bool(self.reminds.data),
            objective_id=id_from(self.objective_id.data),
            parent_id=id_from(self.parent_id.data),
            origin=self.origin(),
            **self.life(),
        )

    def _amount(self, change: str, is_rate: bool) -> Decimal | None:
        """Return how far: rates and shares as fractions, without a sign as the direction says."""
        in_percent = change == "relative" or is_rate
        value = self._figure("amount", in_percent)
        typed = (self.amount.data or "").strip()
        signed = typed[:1] in ("-", "+", "\u2212", "\u2013")
        if (
            value is not None
            and change != "target"
            and not signed
            and self.direction.data == "down"
        ):
            return -value
        return value

    def _figure(self, name: str, in_percent: bool) -> Decimal | None:
        field = self[name]
        text = (field.data or "").strip()
        if not text:
            return None
        found = figures.parse(text)
        if found is None:
            self._complain(name, _("Write a number, such as 27 M, 1,200 or 88%."))
            return None
        return found.value / 100 if in_percent or found.percent else found.value

    def _day(self, name: str) -> date | None:
        field = self[name]
        text = (field.data or "").strip()
        if not text:
            return None
        found = calendar.parse_day(text)
        if found is None:
            self._complain(name, _("Write a day, such as 31 Dec 2026 or 2026-12-31."))
        return found

    def _steps(self) -> tuple[tuple[date, str], ...]:
        """Return the steps, each written as a day and what is done by then."""
        found = []
        for line in (self.steps.data or "").splitlines():
            if not line.strip():
                continue
            written, _sign, name = line.replace("：", ":").partition(":")
            day = calendar.parse_day(written.strip())
            if day is None or not name.strip():
                text = _("Write each step as a day and what is done by then, such as %(example)s.")
                self._complain("steps", text % {"example": _("15 Jan 2027: budget released")})
                break
            found.append((day, name.strip()))
        return tuple(found)

    def _complain(self, name: str, text: str) -> None:
        field: Any = self[name]
        if text not in field.errors:
            field.errors = [*field.errors, text]

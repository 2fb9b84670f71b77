"""The form of a goal: what a person types, and the draft that it comes to."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.web.forms.base import LINE, Form, at_most, options
from app.web.texts import gettext as _
from goals import calendar
from goals.metrics import catalogue
from goals.metrics.catalogue import Metric
from goals.tracking.drafts import Draft, Origin
from goals.tracking.goal import VISIBILITIES
from strategy.worksheets import figures

TEXT = 2000
#: Ways to say how far; the contract's words.
CHANGES = ("target", "relative", "points", "delta")
#: How many dimensions a goal can be narrowed by here.
POPULATIONS = (1, 2)


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None


class GoalForm(Form):
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
        _l("How it moves"),
        choices=options(
            [
                ("cumulative", _l("It adds up from zero over the window")),
                ("level", _l("It moves from where it is to another level")),
            ]
        ),
        validate_choice=False,
    )
    direction = RadioField(
        _l("Better is"),
        choices=options([("up", _l("Higher")), ("down", _l("Lower"))]),
        validate_choice=False,
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
    baseline = StringField(
        _l("Baseline"),
        [Optional(), at_most(60)],
        description=_l("Leave it empty to read it from the records."),
    )
    first = StringField(_l("From"), [Optional(), at_most(40)])
    last = StringField(_l("To"), [Optional(), at_most(40)])
    plan = RadioField(
        _l("Plan"),
        choices=options(
            [
                ("linear", _l("Linear: every day weighs the same")),
                ("seasonal", _l("Seasonal: as past periods went; only for numbers that add up")),
            ]
        ),
        default="linear",
    )
    owner_id = SelectField(_l("Owner"), choices=[], default="")
    team_id = SelectField(_l("Team"), choices=[], default="")
    channel = StringField(
        _l("Slack channel"),
        [Optional(), at_most(40)],
        description=_l("Its id, such as C012AB3CD. Empty: the channel of the team."),
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

    @property
    def chosen(self) -> Metric | None:
        """Return the metric chosen, None for none yet."""
        return catalogue.METRICS.get(str(self.metric.data or ""))

    def segment(self) -> dict[str, str]:
        """Return what the goal is narrowed to, {dimension: member}."""
        found = {}
        for number in POPULATIONS:
            dim, member = self[f"dim{number}"].data, (self[f"member{number}"].data or "").strip()
            if dim and member:
                found[str(dim)] = member
        return found

    def origin(self) -> Origin | None:
        """Return the sentence of the strategy that asked for the goal, None for none."""
        section, _dot, question = (self.origin_question.data or "").partition(".")
        if not question:
            return None
        return Origin(
            section=section,
            question=question,
            item=self.origin_item.data or "",
            answer_version=_number(self.origin_version.data) or 0,
            sentence=(self.origin_sentence.data or "")[:TEXT],
        )

    def draft(self, params: Mapping[str, str]) -> Draft:
        """Return what was typed as a draft; what is missing is None.

        Whatever was typed and is no number or day stands under `errors` of its field.
        """
        metric = self.chosen
        is_rate = metric is not None and metric.unit == "rate"
        change = str(self.change.data or "target")
        return Draft(
            name=(self.name.data or "").strip(),
            metric=metric.id if metric is not None else None,
            params=dict(params),
            segment=self.segment(),
            kind=self.kind.data or None,
            direction=self.direction.data or None,
            target_kind=change,
            target_input=self._amount(change, is_rate),
            baseline=self._figure("baseline", is_rate),
            first_day=self._day("first"),
            last_day=self._day("last"),
            owner_id=_number(self.owner_id.data),
            team_id=_number(self.team_id.data),
            channel=(self.channel.data or "").strip() or None,
            visibility=self.visibility.data
            if self.visibility.data in VISIBILITIES
            else "workspace",
            plan=str(self.plan.data or "linear"),
            why=(self.why.data or "").strip() or None,
            actions=tuple(
                one.strip() for one in (self.actions.data or "").splitlines() if one.strip()
            ),
            objective_id=_number(self.objective_id.data),
            parent_id=_number(self.parent_id.data),
            origin=self.origin(),
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

    def _complain(self, name: str, text: str) -> None:
        field: Any = self[name]
        if text not in field.errors:
            field.errors = [*field.errors, text]

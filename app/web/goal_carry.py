"""Carrying goals on into the next period: one, some, or all of a team or an objective."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import queue
from app.accounts import people
from app.web import access, frame, goal_typed, texts
from app.web.forms.carrying import CarryForm
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import calendar, workspace
from goals.alerts import carrying as use_cases
from goals.calendar import Period
from goals.table import id_from, new_id
from goals.tracking import carrying, retrospectives, standing
from goals.tracking.carrying import Uncarried, Wanted
from goals.tracking.goal import Goal
from goals.tracking.standing import Standing
from strategy.worksheets import figures

#: Goals that end within so many days are offered before they are over.
SOON = 45
#: The fields of a row, each followed by the id of its goal.
FIELDS = ("name", "target", "from", "to", "owner")


@dataclass
class Row:
    """A goal that can be carried on, with what is typed for it and what is wrong with that."""

    one: Standing
    typed: dict[str, str]
    is_picked: bool
    result: str
    target: str
    suffix: str
    continued: Goal | None = None
    next_time: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    wanted: Wanted | None = None

    @property
    def has_number(self) -> bool:
        """Tell whether there is a single number to reach."""
        return self.one.terms.target_value is not None and self.one.unit != "done"


@access.needs("editor")
def page() -> Response | tuple[str, int] | str:
    """Offer goals with their last results and proposed targets, show what comes, or keep it."""
    session = frame.session()
    shows = request.method in frame.SAFE
    form = CarryForm(data={"begun": str(new_id())} if shows else None)
    found = _rows(session, form, _candidates(session))
    if shows:
        return _shown(session, form, found)
    change = _change(form)
    if request.form.get("do") == "fill":
        for row in found:
            row.typed["target"] = _proposed(row.one, str(form.way.data), change)
        return _shown(session, form, found)
    picked = [row for row in found if row.is_picked]
    for row in picked:
        _read(row)
    is_wrong = bool(form.problems) or any(row.errors for row in picked)
    if not picked:
        form.form_errors.append(_("Choose at least one goal."))
        is_wrong = True
    if is_wrong or not form.validate():
        return _shown(session, form, found), 422
    if request.form.get("do") == "preview":
        return _shown(session, form, found, preview=True)
    try:
        with session.begin_nested():
            made = use_cases.carry(
                session,
                [row.wanted for row in picked if row.wanted is not None],
                by=frame.me().id,
                today=frame.today(),
                now=frame.now(),
                begun=id_from(form.begun.data),
            )
    except Uncarried as error:
        _refuse(found, error)
        return _shown(session, form, found), 422
    return _told(made)


def _told(made: Sequence[tuple[Goal, Goal]]) -> Response:
    queue.schedule(frame.session(), "review", "", frame.now())
    at = int(made[0][1].created_at.timestamp() * 1_000_000)
    flash(
        ngettext("%(num)d goal goes on.", "%(num)d goals go on.", len(made)),
        f"undo:{url_for('goals.take_back', at=at)}",
    )
    if len(made) == 1:
        return redirect(url_for("goals.goal", goal_id=made[0][1].id), 303)
    return redirect(url_for("goals.page", window="running"), 303)


@access.needs("editor")
def take_back(at: int) -> Response:
    """Put away what the reader carried on at an instant; each can still be brought back."""
    instant = datetime.fromtimestamp(at // 1_000_000, UTC).replace(microsecond=at % 1_000_000)
    gone = use_cases.take_back(frame.session(), by=frame.me().id, at=instant, now=frame.now())
    flash(ngettext("%(num)d goal is archived.", "%(num)d goals are archived.", len(gone)))
    return redirect(url_for("goals.page"), 303)


def _candidates(session: Session) -> list[Standing]:
    """Return the goals that are asked for, else those that ended or end soon, these first."""
    asked = {id for id in map(id_from, request.values.getlist("goal")) if id is not None}
    team = request.args.get("team", type=int)
    objective = request.args.get("objective", type=int)
    found = [one for one in standing.board(session, frame.eyes()) if one.goal.every is None]
    if asked:
        found = [one for one in found if one.goal.id in asked]
    else:
        found = [
            one
            for one in found
            if (team is None or one.goal.team_id == team)
            and (objective is None or one.goal.objective_id == objective)
            and (one.is_over or (one.terms.last_day - frame.today()).days <= SOON)
        ]
    return sorted(found, key=lambda one: (one.terms.last_day, one.goal.name), reverse=True)


def _rows(session: Session, form: CarryForm, found: Sequence[Standing]) -> list[Row]:
    ids = [one.goal.id for one in found]
    continued = {each.continues_id: each for each in carrying.continuing(session, ids)}
    said = {one.row.goal_id: one.row.next_time for one in retrospectives.of_goals(session, ids)}
    fiscal = workspace.of(session).fiscal
    picked = set(request.form.getlist("pick"))
    shows = request.method in frame.SAFE
    result = []
    for one in found:
        goal, terms = one.goal, one.terms
        after = carrying.following(session, terms)
        before = Period.of(terms.first_day, terms.last_day)
        typed = {
            "name": carrying.called(fiscal, goal.name, before, after),
            "target": _proposed(one, "same", Decimal()),
            "from": texts.day(after.first),
            "to": texts.day(after.last),
            "owner": str(goal.owner_id or ""),
        }
        if not shows:
            typed = {key: request.form.get(f"{key}-{goal.id}", typed[key]) for key in typed}
        seen = one.evaluation
        result.append(
            Row(
                one=one,
                typed=typed,
                is_picked=(goal.id not in continued) if shows else str(goal.id) in picked,
                result=texts.compact(
                    None if seen is None or one.unit == "done" else seen.actual,
                    one.unit,
                    one.currency,
                ),
                target=texts.written(one.aim),
                suffix="%" if one.unit == "rate" else (one.currency or ""),
                continued=continued.get(goal.id),
                next_time=said.get(goal.id),
            )
        )
    return result


def _proposed(one: Standing, way: str, change: Decimal) -> str:
    value = carrying.proposed(one, way, change)
    if value is None:
        return ""
    is_rate = one.unit == "rate"
    places = 4 if is_rate else 2
    if way != "same" and value:
        # Nobody promises to the last digit.
        places = min(places, 2 - value.adjusted())
    return goal_typed.number(str(round(value, places)), is_rate)


def _change(form: CarryForm) -> Decimal:
    """Return the change of the targets as a fraction, and complain of what is no number."""
    if form.way.data != "change":
        return Decimal()
    found = figures.parse((form.percent.data or "").strip().removesuffix("%"))
    if found is None:
        form.percent.errors = [*form.percent.errors, _("Write a number, such as 10 or -5.")]
        return Decimal()
    return found.value / 100


def _read(row: Row) -> None:
    """Take what was typed of a goal; what is wrong stands under its field."""
    days = {}
    for name in ("from", "to"):
        day = calendar.parse_day(row.typed[name].strip())
        if day is None:
            row.errors[name] = _("Write a day, such as 31 Dec 2026 or 2026-12-31.")
        else:
            days[name] = day
    target = None
    if row.has_number:
        found = figures.parse(row.typed["target"].strip())
        if found is None:
            row.errors["target"] = _("Write a number, such as 27 M, 1,200 or 88%.")
        else:
            in_percent = row.one.unit == "rate" or found.percent
            target = found.value / 100 if in_percent else found.value
    if not row.errors:
        row.wanted = Wanted(
            row.one.goal,
            row.typed["name"],
            target,
            days["from"],
            days["to"],
            id_from(row.typed["owner"]),
        )


def _refuse(found: Sequence[Row], error: Uncarried) -> None:
    refusal = error.refusal
    text = texts.say(refusal.message)
    if refusal.fix is not None:
        text = f"{text} {texts.say(refusal.fix)}"
    name = refusal.field if refusal.field in FIELDS else "name"
    for row in found:
        if row.one.goal.id == error.goal.id:
            row.errors[name or "name"] = text


def _shown(
    session: Session, form: CarryForm, found: Sequence[Row], *, preview: bool = False
) -> str:
    problems = [
        (f"{name}-{row.one.goal.id}", f"{row.one.goal.name}: {text}")
        for row in found
        for name, text in row.errors.items()
    ]
    members = [(str(member.id), person.name) for member, person in people.everybody(session)]
    return render_template(
        "goals/carry.html",
        form=form,
        rows=found,
        picked=[row for row in found if row.is_picked],
        problems=[*form.problems, *problems],
        preview=preview,
        members=members,
        amount=_amount,
    )


def _amount(row: Row) -> str:
    """Return the target that a row comes to, as it will stand on the new goal's page."""
    if row.wanted is None or row.wanted.target is None:
        return row.target
    return texts.amount(row.wanted.target, row.one.unit, row.one.currency)

"""What to try for a goal that is off, and what was tried: taken on here, looked back on later."""

from dataclasses import dataclass, replace
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.accounts import people
from app.web import access, frame, texts
from app.web.forms.base import options
from app.web.forms.checkins import AttemptForm, OutcomeForm, day_of
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.table import id_from, new_id, repeated_id
from goals.tracking import goals as use_cases
from goals.tracking import standing
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.tracking.remedies import attempts, catalogue, evidence, hoping, moved
from goals.tracking.remedies.attempts import Tried
from goals.tracking.remedies.evidence import Suggestion
from goals.tracking.remedies.hoping import Driver
from goals.tracking.standing import Standing

Answer = Response | tuple[str, int] | str


@dataclass(frozen=True)
class Panel:
    """What can be tried, and everything that was."""

    suggestions: list[Suggestion]
    tried: list["Shown"]


@dataclass(frozen=True)
class Shown:
    """An action as pages show it; `outcome` is "" while nobody has told.

    `moved` says whether the driver moved that it was chosen for, "" where nobody knows, and
    `records` are the receipts of its number before and after.
    """

    one: Tried
    outcome: str
    is_late: bool
    before: str
    after: str
    change: str
    moved: str = ""
    records: tuple[str | None, str | None] = (None, None)


def panel(session: Session, one: Standing) -> Panel:
    """Return what a goal's page shows."""
    found = evidence.suggest(session, one, today=frame.today(), now=frame.now())
    tried = attempts.of_goals(session, [one.goal.id])
    return Panel(found, [_seen(session, one, each) for each in tried])


def _seen(session: Session, one: Standing, tried: Tried) -> Shown:
    """Return an action with what it did to its driver, by the day that is known of last."""
    done = moved.seen_to(session, one, frame.now())
    found = moved.of(session, one.goal, tried.row, done=done)
    if not isinstance(found, moved.Moved):
        return replace(shown(tried), moved=texts.say(found))
    records = moved.evidence(session, one.goal, found, today=frame.today(), now=frame.now())
    return replace(shown(tried), moved=texts.say(found.message), records=records)


def shown(one: Tried) -> Shown:
    """Return an action with its outcome and its numbers in words."""
    said = {
        "helped": _("It helped"),
        "not_helped": _("It did not help"),
        "early": _("Too early to tell"),
        "dropped": _("It was not done"),
    }
    outcome = "" if one.row.outcome is None else said[one.row.outcome]
    late = one.is_open and one.row.due_on <= frame.today()
    return Shown(
        one,
        outcome,
        late,
        _numbers(one.before),
        _numbers(one.after),
        _change(one.before, one.after),
    )


def _numbers(seen: Evaluation | None) -> str:
    """Return a goal's number on a day beside its plan."""
    if seen is None or seen.actual is None:
        return ""
    number = texts.compact(seen.actual, seen.unit, seen.currency)
    if seen.expected is None:
        return number
    plan = texts.compact(seen.expected, seen.unit, seen.currency)
    return _("%(number)s, plan %(plan)s", number=number, plan=plan)


def _change(before: Evaluation | None, after: Evaluation | None) -> str:
    """Return how the gap to the plan moved: a sum alone grows whatever is done."""
    first, last = attempts.gap(before), attempts.gap(after)
    if before == after or first is None or last is None or after is None:
        return ""
    return _(
        "The gap to the plan went from %(earlier)s to %(later)s.",
        earlier=texts.signed(first, after.unit, after.currency),
        later=texts.signed(last, after.unit, after.currency),
    )


@dataclass(frozen=True)
class Waiting:
    """An action whose day has come, of which nobody has told what became of it."""

    one: Standing
    shown: Shown


def to_look_back_on(session: Session, team: int | None) -> list[Waiting]:
    """Return the actions that are to be looked back on, the longest waiting first."""
    seen = {one.goal.id: one for one in standing.board(session, frame.eyes())}
    found = [
        Waiting(seen[each.row.goal_id], shown(each))
        for each in attempts.of_goals(session, seen)
        if each.is_open and each.row.due_on <= frame.today()
    ]
    kept = [one for one in found if team is None or one.one.goal.team_id == team]
    return sorted(kept, key=lambda one: one.shown.one.row.due_on)


@access.needs("commenter")
def take(goal_id: int) -> Answer:
    """Show the form of an action with what was suggested in it, or take it on."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    if request.method in frame.SAFE:
        form = AttemptForm(formdata=None, data=_begun(goal))
        _offer(session, goal, form)
        return _form(session, goal, form)
    form = AttemptForm()
    driver = _offer(session, goal, form)
    if form.validate():
        due_on, hoped = day_of(form, "due_on"), form.change(driver)
        if not form.problems and due_on is not None:
            try:
                attempts.take(
                    session,
                    goal,
                    form.text.data or "",
                    owner_id=id_from(form.owner_id.data),
                    due_on=due_on,
                    by=frame.me().id,
                    today=frame.today(),
                    now=frame.now(),
                    remedy=form.remedy.data or None,
                    hoped=hoped,
                    attempt_id=_id_of(form),
                )
            except Refusal as error:
                form.refuse(error)
            else:
                flash(_("It is on the list. You will be asked on %(day)s.", day=texts.day(due_on)))
                return _back(goal)
    return _form(session, goal, form), 422


def _begun(goal: Goal) -> dict[str, str]:
    remedy = catalogue.find(request.args.get("remedy"))
    later: date = frame.today() + attempts.LATER
    owner = goal.owner_id or frame.me().id
    return {
        "text": texts.say(remedy.message) if remedy is not None else "",
        "remedy": remedy.id if remedy is not None else "",
        "owner_id": str(owner),
        "due_on": texts.day(later),
        "begun": str(new_id()),
    }


def _offer(session: Session, goal: Goal, form: AttemptForm) -> Driver | None:
    """Fill in who may do it, and which number it is to move; returns that, None for none."""
    form.owner_id.choices = options(
        [
            ("", _("Nobody yet")),
            *((str(member.id), person.name) for member, person in people.everybody(session)),
        ]
    )
    driver = hoping.driver_of(session, goal, form.remedy.data or None)
    if driver is None:
        del form.hoped
    else:
        form.hoped.description = texts.say(driver.hint)
    return driver


def _id_of(form: AttemptForm) -> int | None:
    begun = id_from(form.begun.data)
    if begun is None:
        return None
    said = sorted((name, str(value)) for name, value in form.data.items() if name != "csrf_token")
    return repeated_id(begun, said)


def _form(session: Session, goal: Goal, form: AttemptForm) -> str:
    one = standing.one(session, goal, frame.eyes())
    return render_template(
        "checkins/take.html", one=one, form=form, before=_numbers(one.evaluation)
    )


@access.needs("commenter")
def settle(goal_id: int, attempt_id: int) -> Answer:
    """Ask what became of an action, or keep the answer."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    row = attempts.find(session, goal, attempt_id)
    status = 422
    if request.method in frame.SAFE:
        later = max(row.due_on, frame.today() + attempts.LATER)
        kept = {
            "outcome": row.outcome,
            "note": row.note or "",
            "due_on": texts.day(later),
            "version": str(row.version),
        }
        return _outcome(session, goal, row.id, OutcomeForm(formdata=None, data=kept))
    form = OutcomeForm()
    if form.validate():
        again = day_of(form, "due_on") if form.outcome.data == "early" else None
    if not form.problems:
        try:
            attempts.settle(
                session,
                goal,
                row,
                str(form.outcome.data or ""),
                form.note.data,
                version=id_from(form.version.data) or 0,
                by=frame.me().id,
                today=frame.today(),
                due_on=again,
            )
        except Refusal as error:
            form.refuse(error)
            if error.code == "attempt_changed":
                form.version.data, status = str(row.version), 409
        else:
            flash(_("What became of it is kept."))
            return _back(goal)
    return _outcome(session, goal, row.id, form), status


def _outcome(session: Session, goal: Goal, attempt_id: int, form: OutcomeForm) -> str:
    one = standing.one(session, goal, frame.eyes())
    [tried] = [each for each in attempts.of_goals(session, [goal.id]) if each.row.id == attempt_id]
    return render_template(
        "checkins/settle.html",
        one=one,
        form=form,
        shown=_seen(session, one, tried),
        now=_numbers(one.evaluation),
        so_far=_change(tried.before, one.evaluation),
    )


def _back(goal: Goal) -> Response:
    return redirect(f"{url_for('goals.goal', goal_id=goal.id)}#tried", 303)

"""What if: moving a goal's drivers, what would have to be true, and scenarios that are kept."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web import access, frame, texts
from app.web.forms.scenarios import ScenarioForm, parsed, typed
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import words
from goals.errors import Refusal
from goals.table import id_from, new_id, repeated_id
from goals.tracking import goals as use_cases
from goals.tracking import standing
from goals.tracking.drivers import moves, steering
from goals.tracking.drivers.steering import Lever
from goals.tracking.goal import Goal
from goals.tracking.scenarios import keeping, levers
from goals.tracking.scenarios.keeping import Compared
from goals.tracking.scenarios.levers import Levers
from goals.tracking.standing import Standing

Answer = Response | tuple[str, int] | str
#: A lever's slider reaches so many times its value.
REACH = 2


@dataclass(frozen=True)
class Field:
    """A lever as the page offers it: what is typed, what it is so far, and what it was before."""

    id: str
    name: str
    unit: str
    text: str
    base: str
    before: str
    most: str
    error: str = ""


@dataclass(frozen=True)
class Way:
    """Something that would have to be true, in words, and the address that tries it."""

    said: str
    address: str | None = None


def page(goal_id: int, form: ScenarioForm | None = None) -> str:
    """Show where a goal ends, with the numbers of the address where there are any."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    one = standing.one(session, goal, frame.eyes())
    kept = [_kept(one, each) for each in keeping.compared(session, one, now=frame.now())]
    found = levers.of(session, one, now=frame.now())
    if isinstance(found, words.Message):
        return render_template(
            "goals/whatif.html", one=one, found=None, reason=found, kept=kept, fields=[]
        )
    given, errors = _given(found)
    course = steering.moved(found.course, given)
    landing, base = course.landing(), found.course.landing()
    fields = [_field(found, each, given, errors) for each in found.course.levers]
    return render_template(
        "goals/whatif.html",
        one=one,
        found=found,
        reason=None,
        kept=kept,
        fields=fields,
        is_moved=bool(given),
        errors=errors,
        base=_lands(found, base),
        landing=_lands(found, landing),
        away=_away(found, landing),
        effects=_effects(found, given),
        together=texts.signed(landing - base, one.unit, one.currency)
        if landing is not None and base is not None
        else "",
        reaches=found.reaches(landing),
        target=texts.amount(found.target, one.unit, one.currency),
        actual=texts.amount(_actual(one), one.unit, one.currency),
        likely=_likely(one),
        days=ngettext("%(num)d day", "%(num)d days", found.rest.days),
        alone=[
            _alone(found, place)
            for place, lever in enumerate(found.course.levers)
            # How many there are is no merit of a rate.
            if lever.id != levers.MORE
        ],
        least=_least(found),
        form=form or ScenarioForm(formdata=None, data={"begun": str(new_id())}),
    )


@access.needs("commenter")
def save(goal_id: int) -> Answer:
    """Keep what was assumed as a scenario."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    one = standing.one(session, goal, frame.eyes())
    found = levers.of(session, one, now=frame.now())
    form = ScenarioForm()
    if isinstance(found, words.Message):
        flash(texts.say(found))
        return _back(goal)
    given, errors = _given(found)
    if form.validate() and not errors:
        try:
            keeping.save(
                session,
                found,
                given,
                form.name.data or "",
                form.note.data,
                by=frame.me().id,
                now=frame.now(),
                scenario_id=_id_of(form, given),
            )
        except Refusal as error:
            form.refuse(error)
        else:
            flash(_("The scenario is kept. What comes stands beside it."))
            return _back(goal)
    return page(goal_id, form), 422


@access.needs("commenter")
def remove(goal_id: int, scenario_id: int) -> Response:
    """Take a scenario away; one click brings it back."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    row = keeping.find(session, goal, scenario_id)
    keeping.remove(session, row, frame.now())
    undo = url_for("goals.bring_back_scenario", goal_id=goal.id, scenario_id=row.id)
    flash(_("The scenario is deleted."), f"undo:{undo}")
    return _back(goal)


@access.needs("commenter")
def bring_back(goal_id: int, scenario_id: int) -> Response:
    """Bring a deleted scenario back."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    keeping.bring_back(session, keeping.find(session, goal, scenario_id))
    flash(_("The scenario is back."))
    return _back(goal)


def _likely(one: Standing) -> str | None:
    """Return where the goal's forecast says that it ends, None where it has none."""
    seen = one.evaluation
    if seen is None or seen.likely_end is None:
        return None
    return texts.amount(seen.likely_end, one.unit, one.currency)


def _back(goal: Goal) -> Response:
    return redirect(url_for("goals.whatif", goal_id=goal.id), 303)


def _id_of(form: ScenarioForm, given: dict[str, Decimal]) -> int | None:
    begun = id_from(form.begun.data)
    if begun is None:
        return None
    said = (form.name.data, form.note.data, sorted(given.items()))
    return repeated_id(begun, *map(str, said))


def _given(found: Levers) -> tuple[dict[str, Decimal], dict[str, str]]:
    """Return the levers that were moved, and what is wrong with those that cannot be read.

    A number that is still the one offered stays as exact as it is.
    """
    given: dict[str, Decimal] = {}
    errors: dict[str, str] = {}
    for lever in found.course.levers:
        text = request.values.get(lever.id, "").strip()
        unit = found.units[lever.id]
        if not text or text == typed(lever.value, unit):
            continue
        value = parsed(text, unit)
        if value is None:
            errors[lever.id] = _("Write a number of zero or more, such as 12.5 or 1,200.")
        elif lever.most is not None and value > lever.most:
            errors[lever.id] = _("This cannot be more than %(most)s.", most="100%")
        else:
            given[lever.id] = value
    return given, errors


def _field(found: Levers, lever: Lever, given: dict[str, Decimal], errors: dict[str, str]) -> Field:
    unit = found.units[lever.id]
    known = sorted(one for one in lever.past if one is not None)
    before = ""
    if known:
        before = _(
            "%(low)s to %(high)s before",
            low=_written(found, known[0], unit),
            high=_written(found, known[-1], unit),
        )
    value = given.get(lever.id, lever.value)
    text = typed(value, unit) if lever.id not in errors else request.values.get(lever.id, "")
    reach = max([lever.value * REACH, value, *known])
    most = min(reach, lever.most) if lever.most is not None else reach
    return Field(
        lever.id,
        texts.say(found.names[lever.id]),
        _unit_words(found, unit),
        text,
        _written(found, lever.value, unit),
        before,
        typed(most, unit),
        errors.get(lever.id, ""),
    )


def _unit_words(found: Levers, unit: str) -> str:
    if unit == "rate":
        return "%"
    if unit == "money":
        return found.one.currency or frame.here().currency
    return _("days") if unit == "days" else ""


def _written(found: Levers, value: Decimal | None, unit: str) -> str:
    return _plain(value, unit, found.one)


def _actual(one: Standing) -> Decimal | None:
    return one.evaluation.actual if one.evaluation is not None else None


def _lands(found: Levers, value: Decimal | None) -> str:
    return texts.compact(value, found.one.unit, found.one.currency)


def _away(found: Levers, landing: Decimal | None) -> str:
    if landing is None:
        return ""
    return texts.signed(landing - found.target, found.one.unit, found.one.currency)


def _effects(found: Levers, given: dict[str, Decimal]) -> list[tuple[str, str, bool]]:
    """Return what each lever that was moved adds, in words, and whether that helps."""
    return [
        (
            texts.say(found.names[lever]),
            texts.signed(part, found.one.unit, found.one.currency),
            (part >= 0) == found.is_high_good,
        )
        for lever, part in moves.effects(found.course, given).items()
    ]


def _alone(found: Levers, place: int) -> Way:
    """Return what one lever would have to be with all others as so far, and whether it ever was."""
    lever = found.course.levers[place]
    name = texts.say(found.names[lever.id])
    unit = found.units[lever.id]
    wanted = found.course.needed(place, found.target)
    if wanted is None:
        return Way(_("%(driver)s alone cannot do it.", driver=name))
    told = {
        "driver": name,
        "value": _written(found, wanted, unit),
        "base": _written(found, lever.value, unit),
    }
    if found.reaches(found.course.landing()):
        said = _(
            "%(driver)s could go from %(base)s to %(value)s before the target is missed.", **told
        )
        return Way(said, _address(found, {lever.id: wanted}))
    if lever.most is not None and wanted > lever.most:
        return Way(_("%(driver)s alone cannot do it: it would have to be %(value)s.", **told))
    alone = _("%(driver)s of %(value)s alone would do, instead of %(base)s.", **told)
    return Way(f"{alone} {_ever(lever, wanted)}", _address(found, {lever.id: wanted}))


def _ever(lever: Lever, wanted: Decimal) -> str:
    """Return whether a lever was ever as far."""
    hits, periods = lever.reached(wanted)
    if not periods:
        return _("Nobody knows whether that was ever reached: there is no earlier period.")
    if not hits:
        return ngettext(
            "It was not reached in the period before.",
            "It was never reached in the last %(num)d periods.",
            periods,
        )
    return ngettext(
        "It was reached in the period before.",
        "It was reached in %(hits)s of the last %(num)d periods.",
        periods,
        hits=hits,
    )


def _least(found: Levers) -> Way | None:
    """Return the mix that reaches the target with the least unusual change, None without one."""
    mix = found.course.least_change(found.target)
    if mix is None or found.reaches(found.course.landing()):
        return None
    told = []
    for lever, base in zip(mix, found.course.levers, strict=True):
        unit = found.units[lever.id]
        change = texts.written(words.Signed(words.Rate(lever.value / base.value - 1)))
        name, value = texts.say(found.names[lever.id]), _written(found, lever.value, unit)
        told.append(f"{name} {value} ({change})")
    return Way(texts.listed(told), _address(found, {one.id: one.value for one in mix}))


def _address(found: Levers, values: dict[str, Decimal]) -> str:
    """Return the address that tries some values, rounded so that the target is still reached."""
    is_reached = found.reaches(found.course.landing())
    written = {}
    for lever in found.course.levers:
        if lever.id in values:
            value = values[lever.id]
            rounding = ROUND_CEILING if (value > lever.value) != is_reached else ROUND_FLOOR
            written[lever.id] = typed(value, found.units[lever.id], rounding)
    return url_for("goals.whatif", goal_id=found.one.goal.id, **written)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Kept:
    """A scenario as the page shows it; `levers` are (name, as before, assumed, came)."""

    one: Compared
    levers: list[tuple[str, str, str, str]]
    base: str
    landing: str
    actual: str
    target: str
    verdict: str


def _kept(one: Standing, each: Compared) -> Kept:
    row = each.row
    shown = levers.words_of(one, [lever.id for lever in each.levers])
    lines = []
    for lever in each.levers:
        name, unit = shown[lever.id]

        def amount(value: Decimal | None, unit: str = unit) -> str:
            return _plain(value, unit, one)

        lines.append(
            (texts.say(name), amount(lever.base), amount(lever.assumed), amount(lever.came))
        )

    def whole(value: Decimal | None) -> str:
        return texts.compact(value, one.unit, one.currency)

    verdict = ""
    if each.is_over and each.actual is not None:
        verdict = _(
            "It came to %(actual)s, %(away)s from what was assumed.",
            actual=whole(each.actual),
            away=texts.signed(each.actual - row.landing, one.unit, one.currency),
        )
    return Kept(
        each,
        lines,
        whole(row.base_landing),
        whole(row.landing),
        whole(each.actual),
        whole(row.target),
        verdict,
    )


def _plain(value: Decimal | None, unit: str, one: Standing) -> str:
    if value is not None and (unit == "number" or (unit == "count" and abs(value) < 1000)):
        return texts.written(round(value, 3 if unit == "number" else 1))
    currency = (one.currency or frame.here().currency) if unit == "money" else None
    return texts.compact(value, unit, currency)

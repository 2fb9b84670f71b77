"""Holidays: which days are free, adding some, taking a country's public ones, removing, undoing."""

from datetime import date

from babel import Locale
from babel.core import get_global
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import queue
from app.accounts import people
from app.web import frame, texts
from app.web.forms.base import options
from app.web.forms.holidays import HolidayForm, PublicForm
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import calendar, countries, formatting
from goals.calendar import Period
from goals.records import holidays, undo
from goals.records.connections import SyncRun
from integrations import public_holidays
from integrations.files import by_hand

blueprint = Blueprint("holidays", __name__)


@blueprint.get("/data/holidays")
def page() -> tuple[str, int]:
    """List the holidays of a year beside the forms for more of them."""
    year = _year(request.args.get("year", ""))
    return _show(year, _adding(), _taking(year), 200)


@blueprint.post("/data/holidays")
def add() -> Response | tuple[str, int]:
    """Keep a holiday that somebody typed."""
    form = _adding()
    day = form.read() if form.validate() else None
    if day is None:
        year = frame.today().year
        return _show(year, form, _taking(year), 422)
    _keep([(day, form.country.data or "", form.name.data or "")], label=texts.day(day))
    return redirect(url_for("holidays.page", year=day.year), 303)


@blueprint.post("/data/holidays/public")
def take() -> Response | tuple[str, int]:
    """Keep the public holidays of a country and a year."""
    form = _taking(None)
    year = calendar.common_year(form.year.data) if form.year.data else 0
    found = []
    if form.validate() and calendar.FIRST_COMMON_YEAR <= year <= calendar.LAST_COMMON_YEAR:
        found = public_holidays.of(form.of.data or "", year, frame.here().locale)
    if not found:
        form.year.errors = [_("No public holidays are known for this country and year.")]
        return _show(frame.today().year, _adding(), form, 422)
    rows = [(one.day, form.of.data or "", one.name) for one in found]
    _keep(rows, label=f"{form.of.data} {year}")
    return redirect(url_for("holidays.page", year=year), 303)


@blueprint.post("/data/holidays/<int:holiday_id>/remove")
def remove(holiday_id: int) -> Response:
    """Take a holiday out; people work on that day."""
    session = frame.session()
    found = holidays.find(session, holiday_id)
    if found is None:
        abort(404)
    day, label = found.day, found.name or texts.day(found.day)
    run_id = by_hand.remove_holidays(
        session, [found], label=label, by=frame.me().id, now=frame.now()
    )
    queue.schedule(session, "review", "", frame.now())
    flash(
        _("%(name)s is a working day again.", name=label),
        f"undo:{url_for('holidays.take_back', run_id=run_id)}",
    )
    return redirect(url_for("holidays.page", year=day.year), 303)


@blueprint.post("/data/holidays/undo/<int:run_id>")
def take_back(run_id: int) -> Response:
    """Undo what was entered, taken or removed together."""
    session = frame.session()
    run = session.get(SyncRun, (frame.here().id, run_id))
    about = (run.result or {}).get("record") if run is not None else None
    if run is None or (run.kind, about) != ("manual", "holiday"):
        abort(404)
    undone = undo.undo(session, run_id, frame.now())
    queue.schedule(session, "review", "", frame.now())
    if undone.restored:
        flash(_("Free again."))
    elif undone.removed:
        flash(ngettext("One holiday is gone.", "%(num)d holidays are gone.", undone.removed))
    else:
        flash(_("Nothing was taken back: these holidays were changed since."))
    return redirect(url_for("holidays.page", year=request.form.get("year")), 303)


def _keep(rows: list[tuple[date, str, str]], *, label: str) -> None:
    """Keep holidays, each day of a country once, and say how many are new."""
    session = frame.session()
    result = by_hand.write(
        session,
        "holiday",
        ("external_id", "on", "country", "name"),
        [(f"{place or '-'} {day}", day.isoformat(), place, name) for day, place, name in rows],
        label=label,
        by=frame.me().id,
        now=frame.now(),
    )
    counts = result.counts()
    kept = counts["created"] + counts["updated"]
    if not kept:
        flash(_("Nothing has changed: these holidays were there already."))
        return
    queue.schedule(session, "review", "", frame.now())
    said = ngettext("One holiday is kept.", "%(num)d holidays are kept.", kept)
    flash(said, f"undo:{url_for('holidays.take_back', run_id=result.import_id)}")


def _year(text: str) -> int:
    digits = calendar.western_digits(text).strip()
    year = calendar.common_year(int(digits)) if digits.isdecimal() and len(digits) == 4 else 0
    known = calendar.FIRST_COMMON_YEAR <= year <= calendar.LAST_COMMON_YEAR
    return year if known else frame.today().year


def _here() -> str | None:
    """Return the country of the workspace: the one chosen, else that of its time zone."""
    found: str | None = get_global("zone_territories").get(frame.here().zone)
    return frame.here().country or found


def _countries() -> list[tuple[str, str]]:
    """Return the countries whose public holidays are known, the workspace's own first."""
    names = Locale.parse(frame.locale()).territories
    here = _here()
    known = set(public_holidays.countries())
    found = [(code, names[code]) for code in countries.CODES if code in known]
    return sorted(found, key=lambda one: (one[0] != here, one[1]))


def _adding() -> HolidayForm:
    form = HolidayForm()
    form.offer(_countries())
    return form


def _taking(year: int | None) -> PublicForm:
    form = PublicForm()
    form.of.choices = options(_countries())
    if year is not None:
        form.of.data, form.year.data = _here() or "", year
    return form


def _show(year: int, form: HolidayForm, public: PublicForm, status: int) -> tuple[str, int]:
    session, here = frame.session(), frame.here()
    whole = Period(date(year, 1, 1), date(year + 1, 1, 1))
    page = render_template(
        "holidays/page.html",
        year=year,
        written_year=_written(year),
        years=[(one, _written(one)) for one in (year - 1, year, year + 1)],
        form=form,
        public=public,
        listed=holidays.of_year(session, year),
        working=holidays.workdays(session, whole).count(whole),
        country=Locale.parse(frame.locale()).territories.get(here.country or ""),
        weekdays=Locale.parse(frame.locale()).days["stand-alone"]["wide"],
        country_name=_named,
        names=_people(session),
    )
    return page, status


def _named(written: str) -> str:
    """Return a country by its name where it is written as a code."""
    return str(Locale.parse(frame.locale()).territories.get(written.upper(), written))


def _written(year: int) -> str:
    return formatting.year(year, frame.locale(), frame.here().calendar)


def _people(session: Session) -> dict[int, str]:
    return {member.id: person.name for member, person in people.everybody(session)}

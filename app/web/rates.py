"""Exchange rates: what converts, what waits for a rate, entering and taking back."""

from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import get_territory_currencies
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import queue
from app.accounts import people
from app.web import frame, texts
from app.web.forms.rates import RateForm
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import countries, formatting
from goals.metrics import refresh, waiting
from goals.metrics.waiting import Waiting
from goals.records import rates, undo
from goals.records.connections import SyncRun
from goals.records.rates import Kept
from integrations.files import by_hand

blueprint = Blueprint("rates", __name__)
#: Waiting amounts that are listed; the rest is only counted.
LISTED = 50


@dataclass(frozen=True)
class Line:
    """A currency with its newest rate (None: it has none) and the amounts that wait."""

    currency: str
    name: str
    newest: Kept | None
    waiting: Waiting | None


@blueprint.get("/data/rates")
def page() -> Response | str:
    """List the currencies that have rates or wait for one; choose one to enter a rate of."""
    session, base = frame.session(), frame.here().currency
    chosen = request.args.get("currency", "")
    if chosen in _currencies():
        return redirect(url_for("rates.currency", currency=chosen), 303)
    newest = rates.newest(session)
    waits = {one.currency: one for one in waiting.by_currency(session)}
    codes = [*waits, *(code for code in newest if code not in waits)]
    lines = [
        Line(code, _name(code), newest.get(code), waits.get(code)) for code in codes if code != base
    ]
    return render_template(
        "rates/page.html",
        lines=lines,
        waiting=sum(one.count for one in waits.values()),
        base=base,
        others=rates.to_others(session),
        offered=_offered({one.currency for one in lines}),
        first=lines[0].currency if lines else "",
        names=_people(session),
        written=_written,
    )


@blueprint.get("/data/rates/<currency>")
def currency(currency: str) -> tuple[str, int]:
    """Show the rates of a currency beside the form for one more, and what waits for one."""
    _check(currency)
    listed = rates.of_currency(frame.session(), currency)
    form = RateForm(formdata=None, day=texts.day(frame.today()))
    wanted = request.args.get("correct", "")
    one = next((one for one in listed if str(one.id) == wanted and not one.is_removed), None)
    if one is not None:
        form.day.data, form.per_base.data = texts.day(one.day), _plain(one.per_base)
        form.seen.data = str(one.run_id)
    return _show(currency, form, listed, 200, is_correcting=one is not None)


@blueprint.post("/data/rates/<currency>")
def enter(currency: str) -> Response | tuple[str, int]:
    """Keep a rate; what it converts is counted again."""
    _check(currency)
    session, base = frame.session(), frame.here().currency
    listed = rates.of_currency(session, currency)
    form = RateForm()
    given = form.read(listed, base) if form.validate() else None
    if given is None:
        return _show(currency, form, listed, 422)
    day, value = given
    result = by_hand.write(
        session,
        "rate",
        ("on", "currency", "per_base"),
        [(day.isoformat(), currency, format(value, "f"))],
        label=currency,
        by=frame.me().id,
        now=frame.now(),
    )
    counts = result.counts()
    if counts["created"] + counts["updated"]:
        _follow(session)
        said = _(
            "From %(day)s on, 1 %(base)s is %(value)s %(currency)s.",
            day=texts.day(day),
            base=base,
            value=_written(value),
            currency=currency,
        )
        address = url_for("rates.take_back", currency=currency, run_id=result.import_id)
        flash(f"{said} {_still(session, currency)}".strip(), f"undo:{address}")
    else:
        flash(_("Nothing has changed: this rate was there already."))
    return redirect(url_for("rates.currency", currency=currency), 303)


@blueprint.post("/data/rates/<currency>/undo/<int:run_id>")
def take_back(currency: str, run_id: int) -> Response:
    """Take back a rate that was entered; what it replaced converts again."""
    session = frame.session()
    run = session.get(SyncRun, (frame.here().id, run_id))
    about = (run.result or {}).get("record") if run is not None else None
    if run is None or (run.kind, about, run.label) != ("manual", "rate", currency):
        abort(404)
    undone = undo.undo(session, run_id, frame.now())
    _follow(session)
    if undone.kept and not (undone.removed or undone.restored):
        flash(_("Nothing was taken back: this rate was corrected since."))
    else:
        flash(_("Taken back. What was there before counts again."))
    return redirect(url_for("rates.currency", currency=currency), 303)


def _follow(session: Session) -> None:
    """Count what a rate touches again, and have the goals judged."""
    refresh.true_up(session)
    queue.schedule(session, "review", "", frame.now())


def _still(session: Session, currency: str) -> str:
    """Return what waits for an earlier rate all the same, "" where nothing does."""
    waits = _waiting(session, currency)
    if waits is None:
        return ""
    return ngettext(
        "One amount still waits for an earlier rate.",
        "%(num)d amounts still wait for an earlier rate.",
        waits.count,
    )


def _waiting(session: Session, currency: str) -> Waiting | None:
    return next((one for one in waiting.by_currency(session) if one.currency == currency), None)


def _show(
    currency: str, form: RateForm, listed: list[Kept], status: int, *, is_correcting: bool = False
) -> tuple[str, int]:
    session, base = frame.session(), frame.here().currency
    form.per_base.label.text = _("1 %(base)s in %(currency)s", base=base, currency=currency)
    example = next((one.per_base for one in listed if not one.is_removed), None)
    form.per_base.description = _(
        "How many %(currency)s one %(base)s buys, not the other way round.",
        currency=currency,
        base=base,
    )
    page = render_template(
        "rates/currency.html",
        currency=currency,
        name=_name(currency),
        base=base,
        form=form,
        rates=listed,
        example=example,
        waiting=_waiting(session, currency),
        amounts=waiting.of_currency(session, currency, LISTED),
        names=_people(session),
        written=_written,
        is_correcting=is_correcting,
    )
    return page, status


def _check(currency: str) -> None:
    if currency not in _currencies():
        abort(404)


def _currencies() -> dict[str, str]:
    """Return the names of all currencies but the base one, by their code."""
    names = Locale.parse(frame.locale()).currencies
    base = frame.here().currency
    return {code: str(name) for code, name in names.items() if code != base}


def _offered(known: set[str]) -> list[tuple[str, str]]:
    """Return the currencies that are money somewhere today, and those that are known, by name."""
    today = frame.today()
    money = {
        one for code in countries.CODES for one in get_territory_currencies(code, today, today)
    }
    found = [one for one in _currencies().items() if one[0] in money | known]
    return sorted(found, key=lambda one: one[1].casefold())


def _name(currency: str) -> str:
    return _currencies().get(currency, currency)


def _people(session: Session) -> dict[int, str]:
    return {member.id: person.name for member, person in people.everybody(session)}


def _written(value: Decimal) -> str:
    """Return a rate with all its decimals."""
    return formatting.exact(value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"

"""Two sources side by side: what both hold, what every metric says by each, and the cut-over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as AnyResponse

from app import queue
from app.accounts import people
from app.web import access, downloads, frame, texts, vocabulary
from app.web.forms.parallel import CutOverForm
from app.web.texts import gettext as _
from goals import calendar, words
from goals.calendar import Period, add_months
from goals.errors import Refusal
from goals.metrics import cut_overs, limits, refresh
from goals.metrics.overlap import doubled, report
from goals.metrics.overlap.matching import DIFFERENCES, KEYS, Pair
from goals.metrics.overlap.report import Compared, Overlap
from goals.records.connections import Connection, CutOver
from goals.table import workspace_of
from goals.tracking.goal import Goal
from goals.words import N_
from integrations import connections
from integrations.holding import holder, is_table

#: Records on a page.
PAGE = 50
LAST_PAGE = 10**9
#: The months that are looked at unless days are asked for.
MONTHS = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """Which two sources are compared, over which days; `unread` are texts that are no days.

    `sources` are those that can be chosen.
    """

    old: Connection
    new: Connection
    window: Period
    unread: Mapping[str, str]
    sources: Sequence[Connection]

    def address(self, endpoint: str, **more: Any) -> str:
        """Return an address about the same two sources and days."""
        days = {"from": self.window.first.isoformat(), "to": self.window.last.isoformat()}
        return url_for(endpoint, old=self.old.id, new=self.new.id, **{**days, **more})


def candidates(session: Session) -> list[tuple[Connection, Connection]]:
    """Return the pairs of sources that have some kind of record in common, the older first."""
    ordered = sorted(connections.every(session), key=lambda one: (one.created_at, one.id))
    return [pair for pair in combinations(ordered, 2) if report.kinds(session, *pair)]


def warnings(session: Session, records: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Return what is said of sources that count the same records, with the way to the report."""
    return [
        (
            _(
                "%(old)s and %(new)s hold the same %(records)s (%(n)s of the %(of)s newest that "
                "were looked at), so numbers count them twice.",
                old=one.old.name,
                new=one.new.name,
                records=vocabulary.records(one.record),
                n=one.n,
                of=one.of,
            ),
            url_for("data.parallel", old=one.old.id, new=one.new.id),
        )
        for one in doubled.found(session, records)
    ]


def _asked(session: Session) -> Asked | None:
    """Return what the address asks for, None where no two sources can be compared."""
    pairs = candidates(session)
    if not pairs:
        return None
    known = {str(one.id): one for pair in pairs for one in pair}
    old, new = (known.get(_kept(session, request.args.get(name, ""))) for name in ("old", "new"))
    if old is None or new is None or old.id == new.id:
        old, new = pairs[0]
    given = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    days = {name: calendar.parse_day(text) for name, text in given.items()}
    today = frame.today()
    last = days["to"] or today
    first = days["from"] or add_months(last.replace(day=1), -MONTHS)
    unread = {name: text for name, text in given.items() if text and days[name] is None}
    sources = sorted(known.values(), key=lambda one: one.name.casefold())
    return Asked(old, new, Period.of(min(first, last), max(first, last)), unread, sources)


def _kept(session: Session, asked: str) -> str:
    """Return the id of the connection that holds what the one that is asked for brings."""
    every = {str(one.id): one for one in connections.every(session)}
    return str(holder(session, every[asked]).id) if asked in every else ""


def _needed(session: Session) -> Asked:
    found = _asked(session)
    if found is None:
        raise Refusal("unknown_connection", N_("There are no two sources to compare."))
    return found


def _of_goals(session: Session) -> set[str]:
    statement = select(col(Goal.metric)).where(
        col(Goal.workspace_id) == workspace_of(session), col(Goal.archived_at).is_(None)
    )
    return set(session.exec(statement.distinct()))


def page() -> str:
    """Show what two sources hold alike, and what each of them says."""
    session = frame.session()
    asked = _asked(session)
    if asked is None:
        return render_template("data/parallel.html", asked=None)
    first, last = asked.window.first, asked.window.last
    shared = report.kinds(session, asked.old, asked.new)
    found = [report.of_kind(session, asked.old, asked.new, one, first, last) for one in shared]
    compared = report.by_source(
        session, asked.old, asked.new, first, last, today=frame.today(), also=_of_goals(session)
    )
    holding = cut_overs.of_pair(session, asked.old.id, asked.new.id)
    return render_template(
        "data/parallel.html",
        asked=asked,
        together=_together(session, asked),
        span=texts.written(words.DayRange(first, last)),
        overlaps=[_line(one) for one in found],
        metrics=compared,
        holding=holding,
        until=holding.day - _DAY if holding is not None and holding.day is not None else None,
        is_doubled=holding is None and _holds_alike(found),
        form=CutOverForm(formdata=None),
        ledger=_ledger(session, asked),
    )


def _together(session: Session, asked: Asked) -> list[str]:
    """Return the names of queries, taps and files whose records are kept under one of the two."""
    return [
        one.name
        for one in connections.every(session)
        if is_table(one)
        and (kept := holder(session, one).id) != one.id
        and kept in (asked.old.id, asked.new.id)
    ]


def _holds_alike(found: Sequence[Overlap]) -> bool:
    """Tell whether both sources count the same records, owners and accounts left aside."""
    return any(one.counts["both"] for one in found if one.record not in ("owner", "account"))


@dataclass(frozen=True)
class Line:
    """A kind of record as a row of the report."""

    record: str
    title: str
    counts: Mapping[str, int]
    keys: list[str]


def _line(one: Overlap) -> Line:
    return Line(
        one.record,
        vocabulary.records(one.record),
        one.counts,
        [_("by %(key)s: %(n)s", key=texts.say(by), n=n) for by, n in one.keys],
    )


def _ledger(session: Session, asked: Asked) -> list[tuple[CutOver, str]]:
    names = {member.id: person.name for member, person in people.everybody(session)}
    pair = (asked.old.id, asked.new.id)
    return [
        (one, names.get(one.set_by or 0) or _("the command line"))
        for one in reversed(limits.ledger(session))
        if (one.old_id, one.new_id) == pair
    ]


# --- The records -----------------------------------------------------------------------------

#: What a list of records is called.
TITLES = {
    "both": N_("In both"),
    "different": N_("In both, but different"),
    "only_old": N_("Only in %(source)s"),
    "only_new": N_("Only in %(source)s"),
}


def _group(asked: Asked) -> tuple[str, str, list[Pair]]:
    record, group = request.args.get("record", ""), request.args.get("group", "")
    found = report.of_kind(
        frame.session(), asked.old, asked.new, record, asked.window.first, asked.window.last
    )
    return record, group, found.group(group)


def records() -> str:
    """List the records of a kind that both sources have, that one lacks, or that differ."""
    asked = _needed(frame.session())
    record, group, found = _group(asked)
    number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    start = (number - 1) * PAGE
    source = asked.old if group == "only_old" else asked.new
    return render_template(
        "data/parallel_records.html",
        asked=asked,
        record=record,
        group=group,
        noun=vocabulary.records(record),
        title=_(TITLES[group], source=source.name),
        span=texts.written(words.DayRange(asked.window.first, asked.window.last)),
        pairs=found[start : start + PAGE],
        total=len(found),
        page=number,
        pages=max(1, -(-len(found) // PAGE)),
        first=start + 1,
        differences=differences,
    )


def differences(one: Pair, source: str) -> str:
    """Return in what two records differ, in words; `source` is the new one."""
    if one.old is None or one.new is None:
        return ""
    told = (
        _(
            "%(what)s: %(old)s, in %(source)s %(new)s",
            what=texts.gettext(DIFFERENCES[name]),
            old=_value(one.old, name),
            source=source,
            new=_value(one.new, name),
        )
        for name in one.differs
    )
    return "; ".join(told)


def _value(held: Any, name: str) -> str:
    if name == "amount":
        return texts.amount(held.amount, "money", held.currency or frame.here().currency)
    value = held.days.get(name) if name in held.days else getattr(held, name)
    return (texts.day(value) if isinstance(value, date) else value) or "–"


def records_csv() -> Response:
    """Return a whole list of records, not only those on the page."""
    asked = _needed(frame.session())
    record, group, found = _group(asked)
    own = "external_id name account owner status stage amount currency day url".split()
    columns = [f"{side}_{name}" for side in ("old", "new") for name in own]
    lines = (
        [
            *(getattr(held, name, None) for held in (one.old, one.new) for name in own),
            "" if one.by is None else texts.say(one.by),
            ", ".join(one.differs),
        ]
        for one in found
    )
    return downloads.as_csv(f"{record}-{group}.csv", [*columns, "matched_by", "differs"], lines)


# --- The cut-over ----------------------------------------------------------------------------


@access.needs("owner")
def cut_over() -> AnyResponse | tuple[str, int]:
    """Show what a cut-over would change, and set it when that was seen."""
    session = frame.session()
    asked = _needed(session)
    is_posted = request.method == "POST"
    form = CutOverForm() if is_posted else CutOverForm(request.args, meta={"csrf": False})
    day = form.read() if form.validate() else None
    plan: list[Compared] = []
    try:
        if day is not None and is_posted:
            return _set(session, asked, day)
        if day is not None:
            parted = cut_overs.planned(session, asked.old, asked.new, day)
            plan = _planned(session, asked, parted)
    except Refusal as error:
        form.refuse(error)
        day = None
    found = render_template(
        "data/cut_over.html",
        asked=asked,
        form=form,
        day=day,
        until=None if day is None else day - _DAY,
        plan=plan,
        changed=[one for one in plan if not one.is_same],
        lost=[] if day is None else _lost(session, asked),
        alone=[
            vocabulary.records(one)
            for one in KEYS
            if one in asked.old.records and one not in asked.new.records
        ],
        span=texts.written(words.DayRange(asked.window.first, asked.window.last)),
    )
    return found, 200 if day is not None else 422


def _planned(session: Session, asked: Asked, parted: Any) -> list[Compared]:
    base = replace(refresh.base_of(session), limits=parted)
    return report.planned(
        session,
        base,
        asked.window.first,
        asked.window.last,
        records={*asked.old.records, *asked.new.records},
        today=frame.today(),
        also=_of_goals(session),
    )


def _lost(session: Session, asked: Asked) -> list[Pair]:
    """Return the deals that are open in the old source alone and would count nowhere."""
    if "deal" not in report.kinds(session, asked.old, asked.new):
        return []
    found = report.of_kind(session, asked.old, asked.new, "deal", date.min, date.max)
    return [
        one for one in found.group("only_old") if one.old is not None and one.old.status == "open"
    ]


def _set(session: Session, asked: Asked, day: date | None) -> AnyResponse:
    now = frame.now()
    is_new = cut_overs.set_day(session, asked.old, asked.new, day, by=frame.me().id, now=now)
    if is_new:
        queue.schedule(session, "review", "", now)
    if is_new and day is None:
        flash(_("Both sources count on every day again."))
    elif is_new:
        shown = texts.day(day)
        flash(_("From %(day)s on %(new)s counts.", day=shown, new=asked.new.name))
    return redirect(asked.address("data.parallel"), 303)


@access.needs("owner")
def back() -> AnyResponse:
    """Take a cut-over back: both sources count on every day again."""
    session = frame.session()
    return _set(session, _needed(session), None)

"""The log of alerts: what was sent, what waits, what could not be delivered, what did not fire."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import Response, render_template, request
from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from app.accounts import people
from app.web import downloads, frame, slack_preview, texts
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import words
from goals.alerts import closings, effects, looking_back, ruling, upkeep
from goals.alerts.outbox import CHART, STATUS, SUMMARY, Channel, Outbox
from goals.alerts.rule import AlertRule, RuleCheck
from goals.table import workspace_of
from goals.tracking import standing
from goals.words import N_, Message
from strategy import reminders

#: Lines of one page.
MOST = 40
#: Lines of a file.
MOST_IN_FILE = 20_000
#: The parts of the log, and the states of messages that belong to each. What was told by another
#: message is where that one is.
PARTS: Mapping[str, tuple[str, ...]] = {
    "all": ("new", "sending", "done", "dead", "held"),
    "sent": ("done",),
    "waiting": ("new", "sending", "held"),
    "not": (),
    "dead": ("dead",),
}
_WORDS = {
    "alert": N_("Alert"),
    "worse": N_("It got worse"),
    "better": N_("It got better"),
    "still": N_("It is still so"),
    "recovery": N_("Recovery"),
    "achieved": N_("Achieved"),
    "progress": N_("Marks on the way"),
    "checkin": N_("Check-in due"),
    "missed": N_("Check-in missed"),
    "source": N_("Source failing"),
    "source_over": N_("Source works again"),
    "stale": N_("Old data"),
    "stale_over": N_("Data fresh again"),
    "escalation": N_("Escalation"),
    "digest": N_("Digest"),
    "rule_off": N_("A rule switched itself off"),
    upkeep.KIND: N_("Slack needs somebody"),
    "test": N_("Test"),
    SUMMARY: N_("Several at once"),
    CHART: N_("Chart"),
    looking_back.KIND: N_("Look back"),
    effects.KIND: N_("Action looked back on"),
    STATUS: N_("Where we stand"),
    reminders.KIND: N_("Tasks"),
}


@dataclass(frozen=True)
class Line:
    """A line of the log; `mark` says how it looks: done, todo, bad or none."""

    title: str
    about: str | None
    rule: str | None
    at: datetime
    to: str
    state: str
    mark: str
    why: str | None
    story_id: int | None


def page() -> str:
    """Show the newest lines of a part of the log, those of goals the reader may see."""
    session = frame.session()
    part = request.args.get("part", "all")
    part = part if part in PARTS else "all"
    text = request.args.get("page", "1")
    number = int(text) if text.isdecimal() and 0 < len(text) < 5 and int(text) else 1
    goals = {one.goal.id: one.goal.name for one in standing.board(session, frame.eyes())}
    lines = _lines(session, part, goals, number * MOST + 1)
    shown = lines[(number - 1) * MOST : number * MOST]
    return render_template(
        "alerts/log.html",
        part=part,
        parts=_parts(session, goals),
        lines=shown,
        page=number,
        has_more=len(lines) > number * MOST,
    )


def file() -> Response:
    """Return a part of the log as a file that spreadsheets open."""
    session = frame.session()
    part = request.args.get("part", "all")
    part = part if part in PARTS else "all"
    goals = {one.goal.id: one.goal.name for one in standing.board(session, frame.eyes())}
    columns = [
        _("When"),
        _("Message"),
        _("About"),
        _("Rule"),
        _("To"),
        _("What happened"),
        _("Why"),
    ]
    lines = _lines(session, part, goals, MOST_IN_FILE)
    return downloads.as_csv(
        f"alerts-{part}.csv",
        columns,
        (
            (
                one.at.isoformat(timespec="seconds"), one.title, one.about or "", one.rule or "",
                one.to, one.state, one.why or "",
            )
            for one in lines
        ),
    )  # fmt: skip


def _lines(session: Session, part: str, goals: Mapping[int, str], most: int) -> list[Line]:
    found: list[Line] = []
    rules = {one.id: one for one in _rules(session)}
    if PARTS[part]:
        messages = _messages(PARTS[part], goals).order_by(col(Outbox.id).desc()).limit(most)
        channels, names = _channels(session), _people(session)
        rows = list(session.exec(messages))
        told_by = _tellers(session, rows)
        for row in rows:
            teller = told_by.get(row.told_by or 0)
            found.append(_message(row, rules, goals, channels, names, teller))
    if part in ("all", "not"):
        checks = _checks(goals).order_by(col(RuleCheck.at).desc(), col(RuleCheck.id).desc())
        found += [_check(row, rules, goals) for row in session.exec(checks.limit(most))]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _messages(states: tuple[str, ...], goals: Mapping[int, str]):  # type: ignore[no-untyped-def]
    """Return the messages that the reader may know of: those to others only as an owner."""
    mine = str(frame.me().id)
    teller = aliased(Outbox)
    told = (
        select(teller.id)
        .where(
            teller.workspace_id == frame.here().id,
            teller.id == Outbox.told_by,
            col(teller.state).in_(states),
        )
        .exists()
    )
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == frame.here().id,
        or_(col(Outbox.state).in_(states), told),
        or_(col(Outbox.goal_id).in_(goals), col(Outbox.goal_id).is_(None)),
    )
    if frame.may("owner"):
        return statement
    to_all = col(Outbox.channel_kind).not_in(("direct", "email"))
    return statement.where(or_(to_all, col(Outbox.destination) == mine))


def _tellers(session: Session, rows: Iterable[Outbox]) -> dict[int, Outbox]:
    """Return the messages that told of some others, by id."""
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.id).in_({one.told_by for one in rows if one.told_by is not None}),
    )
    return {one.id: one for one in session.exec(statement)}


def _checks(goals: Mapping[int, str]):  # type: ignore[no-untyped-def]
    return select(RuleCheck).where(
        col(RuleCheck.workspace_id) == frame.here().id,
        col(RuleCheck.fired).is_(False),
        or_(col(RuleCheck.goal_id).in_(goals), col(RuleCheck.goal_id).is_(None)),
    )


def _parts(session: Session, goals: Mapping[int, str]) -> list[tuple[str, str, int | None]]:
    """Return the parts of the log with their words and how many lines each has."""
    named = {
        "all": _("All"),
        "sent": _("Sent"),
        "waiting": _("Waiting"),
        "not": _("Did not fire"),
        "dead": _("Not delivered"),
    }
    found: list[tuple[str, str, int | None]] = []
    for part, label in named.items():
        number = None
        if part != "all":
            chosen = _checks(goals) if part == "not" else _messages(PARTS[part], goals)
            number = session.exec(select(func.count()).select_from(chosen.subquery())).one()
        found.append((part, label, number))
    return found


def _rules(session: Session) -> list[AlertRule]:
    statement = select(AlertRule).where(col(AlertRule.workspace_id) == workspace_of(session))
    return list(session.exec(statement))


def _channels(session: Session) -> dict[str, Channel]:
    return slack_preview.channels_by_id(session)


def _people(session: Session) -> dict[str, str]:
    return {str(member.id): person.name for member, person in people.everybody(session)}


def _message(
    row: Outbox,
    rules: Mapping[int, AlertRule],
    goals: Mapping[int, str],
    channels: Mapping[str, Channel],
    names: Mapping[str, str],
    teller: Outbox | None,
) -> Line:
    left = teller or row
    state, why = slack_preview.state_of(left)
    mark = {"done": "done", "dead": "bad"}.get(left.state, "todo")
    if teller is not None:
        why = _("told with others in one message")
    elif row.is_repeat and row.state == "done":
        why = _("may have arrived before; the message says so")
    if row.deferred_until is not None and row.state == "new":
        why = _("quiet until %(at)s", at=texts.instant(row.deferred_until))
    if why is None and (last := closings.day(row)) is not None:
        # The same goal closes again and again: only its days tell one from the other.
        first = date.fromisoformat(row.facts["goal"]["first_day"])
        why = texts.written(words.DayRange(first, last))
    about = goals.get(row.goal_id or 0) or _about(row)
    rule = rules.get(row.rule_id or 0)
    return Line(
        title=texts.say(Message(_WORDS.get(row.kind, N_("Message")))),
        about=about,
        rule=None if rule is None else texts.say(ruling.name(rule)),
        at=left.sent_at or row.created_at,
        to=_to(row, channels, names),
        state=state,
        mark=mark,
        why=why,
        story_id=row.story_id,
    )


def _about(row: Outbox) -> str | None:
    if row.kind == SUMMARY:
        told = row.facts[SUMMARY]
        n = int(told["n_goals"]) + int(told.get("n_closed", 0))
        return ngettext("%(num)d goal", "%(num)d goals", n)
    if "source" in row.facts:
        return str(row.facts["source"]["name"])
    if "stale" in row.facts:
        return ", ".join(row.facts["stale"]["names"])
    return None


def _to(row: Outbox, channels: Mapping[str, Channel], names: Mapping[str, str]) -> str:
    if row.channel_kind == "direct":
        return _("direct message to %(name)s", name=names.get(row.destination, "–"))
    if row.channel_kind == "email":
        return _("e-mail to %(name)s", name=names.get(row.destination, "–"))
    if row.channel_kind == "webhook":
        return _("an address")
    if not row.destination:
        return _("this page")
    channel = channels.get(row.destination)
    return f"#{channel.name}" if channel is not None and channel.name else row.destination


def _check(row: RuleCheck, rules: Mapping[int, AlertRule], goals: Mapping[int, str]) -> Line:
    rule = rules.get(row.rule_id)
    return Line(
        title="–" if rule is None else texts.say(ruling.name(rule)),
        about=goals.get(row.goal_id or 0),
        rule=_("version %(n)s", n=row.version),
        at=row.at,
        to=_("nobody"),
        state=_("Did not fire"),
        mark="none",
        why=texts.say(words.from_json(row.why)),
        story_id=None,
    )

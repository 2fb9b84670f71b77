"""The start page: how many goals need somebody, which, and what is to be done next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup
from sqlmodel import Session, col, exists, select

from app.web import frame, home_facts, home_sources, presets, rows, surroundings, texts, wall
from app.web.texts import gettext as _
from goals import words
from goals.alerts.outbox import Channel
from goals.charts import small
from goals.records.connections import Connection
from goals.tracking import glance, silence, status
from goals.tracking.glance import Glance
from goals.tracking.visibility import Audience
from strategy.worksheets.tables import Answer

blueprint = Blueprint("home", __name__)
blueprint.add_url_rule("/wall", "wall", wall.page)

#: Drawn pages kept in a process.
MOST = 200


@dataclass(frozen=True)
class Begun:
    """What is done of the first steps."""

    has_answers: bool
    has_source: bool
    has_slack: bool

    @property
    def done(self) -> int:
        """Return how many of the four steps are complete; the goal itself is still missing."""
        return sum((self.has_answers, self.has_source, self.has_slack))


@blueprint.get("/")
def page() -> str | bytes:
    """Show the goals under way, those that need somebody first; begin where there is none."""
    eyes = frame.eyes()
    every, lost = frame.unchanged(("home", frame.here().id, eyes), lambda: _read(eyes))
    if not every:
        return render_template(
            "home/empty.html",
            begun=_begun(frame.session()),
            examples=_examples(),
            offered=[(one, "") for one in presets.PRESETS.values()],
        )
    return surroundings.around("home/page.html", _content(every, lost))


def _read(eyes: Audience) -> tuple[tuple[Glance, ...], tuple[home_sources.Lost, ...]]:
    """Return all that the page is drawn of but for the rows of goals, and by which it is known."""
    session = frame.session()
    every = tuple(glance.glances(session, eyes))
    return every, home_sources.lost(session, every)


def _content(every: tuple[Glance, ...], lost: tuple[home_sources.Lost, ...]) -> bytes:
    """Return the page inside its frame, drawn anew only when something on it has changed."""
    team = request.args.get("team", type=int)
    group = request.args.get("status", "")
    kept: dict[Any, bytes] = current_app.extensions.setdefault("headway_home", {})
    silent = _silence(every[0])
    role = (frame.may("editor"), frame.may("owner"))
    key = (every, team, group, frame.today(), frame.reader(), role, silent, lost)
    found = kept.get(key)
    if found is None:
        if len(kept) >= MOST:
            kept.clear()
        found = kept[key] = _drawn(every, team, group, silent, lost)
    return found


def _drawn(
    every: tuple[Glance, ...],
    team: int | None,
    group: str,
    silent: str,
    lost: tuple[home_sources.Lost, ...],
) -> bytes:
    today = frame.today()
    running = [one for one in every if not _is_past(one, today)]
    past = [one for one in every if _is_past(one, today)]
    teams = _teams(running)
    if team in teams:
        running = [one for one in running if one.team_id == team]
    else:
        team = None
    group = group if group in home_facts.GROUPS else ""
    needing = [one for one in running if one.status in status.BAD]
    chosen = needing
    if group:
        chosen = [one for one in running if one.status in home_facts.GROUPS[group]]
    rest = [one for one in running if one.status not in status.BAD and not group]
    results = [] if running else past[:5]
    wanted = {rows.CARD: chosen, rows.LINE: rest, rows.CLOSED: results}
    shown = rows.glanced(frame.session(), wanted)
    page = render_template(
        "home/_content.html",
        total=len(running),
        needing=len(needing),
        summary=home_facts.summary(running, today),
        tiles=home_facts.tiles(running, today, group),
        group=group,
        team=team,
        teams=teams,
        chosen=shown[rows.CARD],
        rest=shown[rows.LINE],
        results=shown[rows.CLOSED],
        steps=home_facts.steps(running, every[0]),
        stamp=_stamp(every[0].heard_at),
        silent=silent,
        lost=lost,
        evaluated=max((one.evaluated_at for one in every if one.evaluated_at), default=None),
    )
    return page.encode()


def _is_past(one: Glance, today: date) -> bool:
    """Tell whether a goal is over and its result no longer news."""
    return one.is_closed and today - one.last_day > home_facts.FRESH


def _teams(goals: Iterable[Glance]) -> dict[int, str]:
    """Return the teams that have goals, by name."""
    found = {
        one.team_id: one.team_name
        for one in goals
        if one.team_id is not None and one.team_name is not None
    }
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def _stamp(heard_at: datetime | None) -> str:
    """Return to when the data go, "" while nothing has been read."""
    if heard_at is None:
        return ""
    return texts.written(words.Instant(heard_at, named=True))


def _silence(one: Glance) -> str:
    """Return how long ago the sources were last synced where that is too long, else ""."""
    heard_at = one.synced_at
    if heard_at is not None and one.newest_on is not None:
        heard_at = max(heard_at, frame.here().end_of(one.newest_on))
    told = silence.of_board(one.synced_at, heard_at, one.interval, frame.now())
    return "" if told is None else texts.say(told)


def _begun(session: Session) -> Begun:
    here = frame.here().id
    answers = exists().where(
        col(Answer.workspace_id) == here, col(Answer.removed_at).is_(None), col(Answer.version) > 0
    )
    sources = exists().where(col(Connection.workspace_id) == here)
    channels = exists().where(
        col(Channel.workspace_id) == here, col(Channel.kind) == "slack", col(Channel.is_on)
    )
    return Begun(*session.exec(select(answers, sources, channels)).one())


def _examples() -> list[Markup]:
    """Return three made-up goals on the ruler, for those who have none yet."""
    return [
        Markup(small.ruler(0.30, 0.80, _("Example of a goal that is off track"))),
        Markup(small.ruler(0.39, 0.47, _("Example of a goal that is at risk"))),
        Markup(small.ruler(0.88, 0.86, _("Example of a goal that is on track"))),
    ]

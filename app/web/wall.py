"""The wall: the goals that everybody in the company may see, large, for a screen in a room."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlmodel import Session

from app.web import frame, home_facts
from app.web.rows import Picture
from goals.tracking import silence, standing
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience
from goals.words import Message

#: Whoever walks by looks at it: nothing that is kept to a team or to a person stands there.
EVERYBODY = Audience(clearance="workspace")
#: As many as can be read from the other end of a room; the others are counted.
MOST = 9
#: Up to so many goals stand in so many columns.
COLUMNS = ((1, 1), (4, 2), (MOST, 3))


@dataclass(frozen=True)
class Wall:
    """What hangs there: the worst goals, how many of all there are of each group, and the rest.

    `evaluated` is None before the first review; `silent` says that sources are too old, None
    while they are not.
    """

    goals: list[tuple[Standing, Picture]]
    counts: dict[str, int]
    columns: int
    left_out: int
    evaluated: datetime | None
    silent: Message | None


def page() -> str:
    """Show the goals that everybody may see, worst first; dark unless the reader chose light."""
    theme = "light" if frame.theme() == "light" else "dark"
    return render_template("home/wall.html", wall=_wall(frame.session()), theme=theme)


def _wall(session: Session) -> Wall:
    today = frame.today()
    running = [
        one
        for one in standing.board(session, EVERYBODY)
        if not one.is_over or today - one.terms.last_day <= home_facts.FRESH
    ]
    shown = running[:MOST]
    return Wall(
        goals=[(one, Picture.of(one)) for one in shown],
        counts={
            key: sum(one.status in held for one in running)
            for key, held in home_facts.GROUPS.items()
        },
        columns=next(columns for most, columns in COLUMNS if len(shown) <= most),
        left_out=len(running) - len(shown),
        evaluated=max(
            (one.evaluation.evaluated_at for one in running if one.evaluation), default=None
        ),
        silent=silence.of_goals(session, running, frame.now()),
    )

"""The alerts about a goal along its days: those that were raised, or would have been."""

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template
from markupsafe import Markup

from app.web import frame, texts
from app.web.texts import gettext as _
from goals.alerts import ruling
from goals.alerts.replay import of_goal
from goals.alerts.replay.of_goal import Along, Line
from goals.charts import strip
from goals.tracking import goals as use_cases

#: Days that are written out for each rule, the latest first.
MOST = 6


@dataclass(frozen=True)
class Row:
    """What one rule told of the goal: drawn along its days, and in words."""

    rule_id: int
    rule: str
    drawn: Markup
    sent: list[tuple[int, str]]
    would: str


def page(goal_id: int) -> str:
    """Show them on a page of their own, of which the goal's page takes the part."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    found = of_goal.along(session, goal, today=frame.today(), now=frame.now())
    rows = [] if found is None else [_row(found, one) for one in found.lines]
    return render_template("goals/alerts.html", goal=goal, along=found, rows=rows)


def _row(found: Along, line: Line) -> Row:
    # The strip ends with the window, as the chart above it does.
    end = found.ends
    today = found.last + timedelta(days=1)
    marks = [(one.first, one.last or today, "bad") for one in line.sent]
    marks += [(day, day, "none") for day in line.missed_out]
    name = texts.say(ruling.name(line.rule))
    sent = [(one.story.id, texts.day(one.first)) for one in reversed(line.sent)][:MOST]
    would = [texts.day(one) for one in reversed(line.missed_out)][:MOST]
    said = []
    if sent:
        said.append(_("raised on %(days)s", days=", ".join(day for _id, day in sent)))
    if would:
        said.append(_("would have been raised on %(days)s", days=", ".join(would)))
    label = f"{name}: {'; '.join(said)}"
    window = (found.first, found.last)
    drawn = Markup(strip.strip(found.first, end, marks, label, window=window))
    return Row(line.rule.id, name, drawn, sent, ", ".join(would))

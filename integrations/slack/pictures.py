"""A goal's chart in Slack: a picture that is uploaded first and then shown by a message.

A message never waits for its picture and never fails by it: without one it says the same in
words. An upload is seen by nobody until a message shows it, so that one that is repeated after
a crash shows it once.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx2
import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts.outbox import CHART
from goals.alerts.summaries import CHANGES
from goals.charts import goal as drawing
from goals.charts import png
from goals.tracking import picture, standing
from goals.tracking.goal import Goal
from goals.words import Reader
from integrations.slack import calls
from integrations.slack.blocks.mrkdwn import ALT, Picture, clip
from integrations.slack.parts import Parts
from integrations.slack.teams import Installed

log = structlog.get_logger()

SCOPE = "files:write"
#: Kinds of messages that bring the chart of their goal.
KINDS = CHANGES | {CHART}
#: The words for a picture are rather short: Slack takes so many with an upload.
MOST_WORDS = min(ALT, 900)
#: Where an upload was refused, nothing is uploaded for so many seconds.
REST = 300.0
#: What keeps a goal's chart from being drawn, and the message from nothing.
_UNDRAWN = (LookupError, TypeError, ValueError, ArithmeticError, OSError, ImportError)


@dataclass(frozen=True)
class Drawing:
    """What is to be drawn of a goal, and the same in words."""

    chart: drawing.GoalChart
    words: str


def may(team: Installed) -> bool:
    """Tell whether the app may upload pictures; where Slack did not say, it is tried."""
    return not team.scopes or SCOPE in team.scopes


def planned(
    session: Session, facts: Mapping[str, Any], reader: Reader, now: datetime
) -> Drawing | None:
    """Return what to draw beside a message, None where the goal stands otherwise by now.

    A chart with other numbers than the message beside it would be worse than none.
    """
    goal = session.exec(
        select(Goal).where(
            col(Goal.workspace_id) == workspace.of(session).id,
            col(Goal.id) == int(facts["goal"]["id"]),
            col(Goal.archived_at).is_(None),
        )
    ).first()
    if goal is None:
        return None
    one = standing.one(session, goal)
    try:
        if not _is_same(one, facts["goal"]):
            return None
        found = picture.of(session, one, reader, workspace.of(session).local_day(now))
        if found is None or not any(value is not None for _, value in found.chart.actual):
            return None
        said = clip(drawing.sentence(found.chart, reader), MOST_WORDS)
    except _UNDRAWN:
        log.exception("slack_chart_not_drawn", goal=goal.id)
        return None
    return Drawing(found.chart, said)


def _is_same(one: standing.Standing, told: Mapping[str, Any]) -> bool:
    seen = one.evaluation
    if seen is None or one.status != told["status"]:
        return False
    shown = (seen.actual, seen.expected, one.terms.target_value)
    return all(
        told.get(key) is value if value is None else _number(told.get(key)) == value
        for key, value in zip(("actual", "expected", "target"), shown, strict=True)
    )


def _number(told: str | None) -> Decimal | None:
    return None if told is None else Decimal(told)


def uploaded(
    parts: Parts, team: Installed, client: WebClient, found: Drawing, reader: Reader
) -> Picture | None:
    """Return a goal's chart as Slack knows it by now, None where it did not take it."""
    refused = f"files:{team.team_id}"
    if time.monotonic() - parts.recent.get(refused, -REST) < REST:
        return None
    try:
        drawn = png.goal_png(found.chart, reader)
    except _UNDRAWN:
        log.exception("slack_chart_not_drawn")
        return None
    try:
        place = client.files_getUploadURLExternal(
            filename="goal.png", length=len(drawn), alt_txt=found.words
        )
        url, file_id = str(place["upload_url"]), str(place["file_id"])
        if not calls.is_slacks(url, parts.config.api_url):
            return None
        httpx2.post(url, content=drawn, timeout=calls.UPLOAD).raise_for_status()
        client.files_completeUploadExternal(files=[{"id": file_id, "title": found.chart.title}])
    except (SlackApiError, KeyError, httpx2.HTTPError, httpx2.InvalidURL, *calls.BROKEN) as error:
        code = calls.code_of(error)
        log.info("slack_chart_not_uploaded", code=code)
        if code == "missing_scope":
            parts.recent[refused] = time.monotonic()
        return None
    return Picture(file_id, found.words)

"""KPIs: choosing one by what it should improve, who follows how many, and which are idle."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from sqlmodel import Session, col, select

from app.web import frame, vocabulary
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals.metrics import catalogue, entries, library
from goals.metrics.catalogue import Metric
from goals.records.connections import Connection
from goals.table import workspace_of
from goals.tracking import kpis, standing
from strategy.worksheets import book as books
from strategy.worksheets.rules import teams

blueprint = Blueprint("kpis", __name__)

#: What can be improved, and the numbers that show it, the plainest first.
AIMS: tuple[tuple[Any, str], ...] = (
    (_l("Sell more"), "revenue new_revenue new_customers win_rate avg_deal_size quota_attainment"
     " upsell_rate pipeline_velocity"),
    (_l("Bring in more and better leads"), "leads_new lead_conversion mql_to_sql"
     " lead_qualification_pct opt_in_rate subscribers web_traffic"),
    (_l("Close sooner"), "sales_cycle stage_length stage_dropoff followup_coverage"
     " leads_per_rep"),
    (_l("Keep customers"), "churn_rate retention_rate repeat_rate renewal_rate nrr grr clv"),
    (_l("Spend less per sale"), "cac cpl cost_per_sale ltv_cac cac_payback"),
    (_l("Serve customers better"), "resolution_time open_cases nps csat service_requests"),
    (_l("Work from the same data"), "crm_adoption data_quality productivity"),
    (_l("Build the team"), "headcount"),
)  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A number to choose; `lacks` is the record it waits for, "" for none or for readings."""

    metric: Metric
    has_data: bool
    lacks: str


@dataclass(frozen=True)
class Aim:
    """Something to improve with the numbers that show it."""

    title: Any
    offers: list[Offer]

    @property
    def ready(self) -> int:
        """Return how many of its numbers have data."""
        return sum(one.has_data for one in self.offers)


def aims(session: Session, known: Collection[str]) -> list[Aim]:
    """Return what can be improved, with the data that each number needs."""
    here = _delivered(session)
    found = [
        Aim(title, [_offer(catalogue.METRICS[name], known, here) for name in names.split()])
        for title, names in AIMS
    ]
    own = [one for one in library.made(session) if one.archived_at is None]
    if own:
        found.append(Aim(_("Made here"), [_offer(one, known, here) for one in own]))
    return found


def _offer(metric: Metric, known: Collection[str], here: Collection[str]) -> Offer:
    has_data = metric.id in known
    lacking = next((kind for kind in metric.needs if kind not in here), None)
    if lacking is None and not metric.takes_readings:
        lacking = metric.needs[0]
    lacks = "" if has_data or lacking in (None, "reading") else vocabulary.records(lacking or "")
    return Offer(metric, has_data, lacks)


def _delivered(session: Session) -> set[str]:
    statement = select(Connection.records).where(
        col(Connection.workspace_id) == workspace_of(session)
    )
    return {kind for kinds in session.exec(statement) for kind in kinds}


def warning(session: Session) -> int:
    """Return how many numbers the reader follows where they are too many, else 0."""
    board = standing.board(session, frame.eyes())
    mine = [one for one in kpis.followers(board, frame.today()) if one.owner_id == frame.me().id]
    return len(mine[0].metrics) if mine and mine[0].too_many else 0


@blueprint.get("/goals/kpis")
def page() -> str:
    """Show who follows which numbers, and those that nobody does anything with."""
    session = frame.session()
    today = frame.today()
    board = standing.board(session, frame.eyes())
    book = books.load(session)
    planned = [
        row
        for row in book.of(teams.KPIS)
        if row.value.get("name") and teams.goal_of(book, row) is None
    ]
    return render_template(
        "kpis/page.html",
        followers=kpis.followers(board, today),
        idle=kpis.idle(board, today),
        unused=[(catalogue.METRICS[one.metric], one) for one in kpis.unused(session, board, today)],
        planned=planned,
        archived=sum(one.archived for one in entries.fed(session)),
        most=kpis.MOST,
        days=kpis.LONG.days,
        store=teams.KPIS.split("."),
    )

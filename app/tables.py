"""Every table of the product, so that one import makes the metadata complete."""

from app import due
from app.accounts import tables as accounts
from goals import workspace
from goals.alerts import muting, outbox, rule
from goals.metrics import evidence, faults, rollup
from goals.metrics.custom import table as custom
from goals.questions import aliases
from goals.records import (
    commerce,
    company,
    connections,
    demand,
    figures,
    marketing,
    record,
    rules,
    sales,
    service,
)
from goals.table import Scoped, Table
from goals.tracking import evaluation, goal, mentions, retrospectives, unreviewed
from goals.tracking.checkins import table as checkins
from goals.tracking.remedies import table as remedies
from goals.tracking.scenarios import table as scenarios
from integrations.slack import tables as slack
from strategy.worksheets import tables as worksheets

ROOMS = (
    workspace,
    connections,
    record,
    rules,
    sales,
    demand,
    marketing,
    service,
    commerce,
    company,
    figures,
    rules,
    rollup,
    evidence,
    custom,
    faults,
    goal,
    evaluation,
    unreviewed,
    checkins,
    remedies,
    scenarios,
    retrospectives,
    mentions,
    rule,
    muting,
    aliases,
    outbox,
    worksheets,
    slack,
    accounts,
    due,
)

metadata = Table.metadata
#: The tables whose rows a statement may touch only for one workspace. Members are read
#: across workspaces at sign-in and when a Slack user is recognised.
SCOPED = frozenset(
    table
    for table in metadata.tables.values()
    if "workspace_id" in table.primary_key.columns and table.name != "member"
)

__all__ = ["ROOMS", "SCOPED", "Scoped", "metadata"]

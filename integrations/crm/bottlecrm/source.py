"""BottleCRM: what is read, and what its rows mean.

It lists by limit and offset and tells no row's last change, so that each run reads everything.
A page begins a little before the end of the one before it: a row that is deleted meanwhile moves
the later ones forward, and none of them is to be missed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from goals.records.source import Entry, Stage
from integrations import auth
from integrations.rest import fields, values
from integrations.rest.fields import Item, Take
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch, Row, Stream
from integrations.vendor import Vendor

#: Rows of a page, and how many of them are asked for again with the next one.
PAGE, AGAIN = 500, 20

OWNER = {
    "name": Take("user_details.name"),
    "email": Take("user_details.email"),
    "is_active": Take("is_active", fields.flag),
}
ACCOUNT = {
    "name": Take("name"),
    "industry": Take("industry"),
    "country": Take("country_display"),
    "created_on": Take("created_at", fields.day),
}
DEAL = {
    "name": Take("name"),
    "account": Take("account.id"),
    "amount": Take("amount", fields.money),
    "currency": Take("currency"),
    "created_on": Take("created_at", fields.day),
    "expected_close_on": Take("closed_on", fields.day),
    "probability": Take("probability", fields.percent),
    "source": Take("lead_source"),
}
TICKET = {
    "opened_at": Take("created_at", fields.moment),
    "first_reply_at": Take("first_response_at", fields.moment),
    "solved_at": Take("resolved_at", fields.moment),
    "account": Take("account.id"),
    "topic": Take("case_type"),
    "priority": Take("priority"),
    "status": Take("status"),
}
QUOTA = {
    "owner": Take("assigned_to"),
    "first_day": Take("period_start", fields.day),
    "last_day": Take("period_end", fields.day),
    "amount": Take("target_value", fields.money),
    "currency": Take("currency"),
}


def listed(path: str, *parts: str) -> Callable[[Any, Asked], Batch]:
    """Return what asks for a page; `parts` lead to its lists, and beside each stands a count."""

    def ask(source: "Source", asked: Asked) -> Batch:
        start = int(asked.after or 0)
        params = {"limit": asked.limit or PAGE, "offset": max(0, start - AGAIN)}
        answer = source.client.get(path, dict[str, Any], params)
        items: list[Item] = []
        total = most = 0
        for one in parts:
            found = fields.part(answer, one)
            if not isinstance(found, list):
                raise source.changed()
            items += [row for row in found if isinstance(row, dict)]
            count = int(fields.part(answer, f"{one}_count") or 0)
            total, most = total + count, max(most, count)
        following = params["offset"] + params["limit"]
        is_over = asked.limit is not None or following >= most
        return Batch(items, None if is_over else str(following), total)

    return ask


def pipelines(source: "Source", asked: Asked) -> Batch:
    """Look whether the pipelines can be read, which the source asks for by itself."""
    source.all_stages()
    return Batch(())


def owned(source: Any, row: Row, item: Item) -> Row:
    """Complete a row with the first of those it is assigned to."""
    assigned = item.get("assigned_to")
    first = assigned[0] if isinstance(assigned, list) and assigned else {}
    return row | {"owner": values.text(fields.part(first, "id"))}


def deal(source: "Source", row: Row, item: Item) -> Row:
    """Complete a deal: pipeline, stage, status, and the end of what is over.

    The day that BottleCRM calls closed is the expected one until a deal is over; where nobody
    set it, the deal ended when it came into its last stage.
    """
    stage = source.stages.get(f"{item.get('pipeline')}/{item.get('stage')}")
    status = str(item.get("stage_kind") or (stage and stage.status) or "open")
    row = owned(source, row, item) | {
        "pipeline": stage.pipeline if stage is not None else None,
        "stage": str(item.get("stage_label") or item.get("stage") or "") or None,
        "status": status if status in ("won", "lost") else "open",
        "closed_on": None,
    }
    if row["status"] != "open":
        moved = item.get("stage_changed_at")
        ended = values.day(str(moved), source.zone, is_instant=True) if moved else None
        row |= {"closed_on": row["expected_close_on"] or ended, "expected_close_on": None}
    return row


def stand(source: "Source", row: Row, item: Item) -> Entry | None:
    """Return the stage in which a deal stands, and since when."""
    since = item.get("stage_changed_at") or item.get("created_at")
    if row["stage"] is None or since is None:
        return None
    at = values.instant(str(since))
    on = values.day(str(since), source.zone, is_instant=True)
    return Entry(row["stage"], on, at, row["status"])


def quota(source: Any, row: Row, item: Item) -> Row | None:
    """Return the goal of a person for revenue; other goals are no quotas."""
    return row if item.get("goal_type") == "REVENUE" and row["owner"] is not None else None


class Source(RestSource):
    """BottleCRM as a source of records; only ever reads."""

    vendor = Vendor("BottleCRM")
    table = (
        Stream("pipelines", "stage", pipelines, {}),
        Stream(
            "users",
            "owner",
            listed("/api/users/", "active_users.active_users", "inactive_users.inactive_users"),
            OWNER,
            needed=False,
        ),
        Stream(
            "accounts",
            "account",
            listed(
                *("/api/accounts/", "active_accounts.open_accounts"),
                "closed_accounts.close_accounts",
            ),
            ACCOUNT,
        ),
        Stream(
            "opportunities",
            "deal",
            listed("/api/opportunities/", "opportunities"),
            DEAL,
            finish=deal,
            stands=stand,
        ),
        Stream(
            "cases", "ticket", listed("/api/cases/", "cases"), TICKET, finish=owned, needed=False
        ),
        Stream(
            "goals",
            "quota",
            listed("/api/opportunities/goals/", "goals"),
            QUOTA,
            finish=quota,
            needed=False,
        ),
    )

    def token(self) -> Callable[[bool], str | None]:
        """Return the personal access token, which does not change."""
        return auth.fixed(self.terms.secrets.get("token", ""))

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the pipelines with their stages."""
        answer = self.client.get("/api/opportunities/pipelines/", dict[str, Any])
        found = answer.get("pipelines")
        if not isinstance(found, list):
            raise self.changed()
        return [
            Stage(
                pipeline=str(one.get("name")),
                name=str(stage.get("label")),
                external_id=f"{one.get('id')}/{stage.get('code')}",
                position=int(stage.get("order") or 0),
                status=stage.get("kind"),
            )
            for one in found
            for stage in one.get("stages") or ()
        ]

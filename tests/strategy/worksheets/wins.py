"""Won deals for the tests of what best customers have in common."""

from datetime import date
from decimal import Decimal

from goals.records.connections import Connection
from goals.records.record import DirtyDay
from goals.records.sales import Account, Deal
from goals.table import key
from tests.strategy.desk import NOW


def add(desk, deals):
    """Let deals be won: (source, amount, day), all by one clinic in the north."""
    with desk.session() as session:
        made = Connection(
            workspace_id=desk.workspace_id,
            name="Files",
            provider="file",
            records=["deal"],
            created_at=NOW,
        )
        session.add(made)
        session.flush()
        book = {
            "workspace_id": desk.workspace_id,
            "connection_id": made.id,
            "fingerprint": 1,
            "recorded_at": NOW,
            "run_id": 1,
        }
        buyer = Account(
            id=key(made.id, "account", "Buyer"),
            external_id="Buyer",
            name="Buyer",
            region="North",
            customer_type="Clinic",
            **book,
        )
        session.add(buyer)
        for number, (source, amount, day) in enumerate(deals):
            closed = date.fromisoformat(day)
            session.add(
                Deal(
                    id=key(made.id, "deal", str(number)),
                    external_id=str(number),
                    status="won",
                    stage="Won",
                    source=source,
                    account_id=buyer.id,
                    amount=Decimal(amount),
                    created_on=closed,
                    closed_on=closed,
                    **book,
                )
            )
            for column in ("closed_on", "created_on"):
                session.merge(
                    DirtyDay(
                        workspace_id=desk.workspace_id, record="deal", column=column, day=closed
                    )
                )

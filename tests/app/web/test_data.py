"""The page of sources: what it says of each connection."""

import pytest

from goals.records.connections import Connection, SyncRun
from goals.table import new_id
from goals.words import Message
from integrations.crm.hubspot.scopes import LEFT_OUT
from integrations.runs import Stream
from tests.support.site import plain


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Leads are not read: the key needs the scope crm.objects.leads.read."),
        ("th", "crm.objects.leads.read"),
        ("zh_Hans", "crm.objects.leads.read"),
    ],
)
def test_a_connection_says_what_it_does_without(sites, locale, said):
    missing = Message(LEFT_OUT["leads"], {"scope": "crm.objects.leads.read"})
    streams = [Stream("deals", "deal", pages=1), Stream("leads", "lead", left_out=missing)]
    streams.append(Stream("archived_leads", "lead", left_out=missing))
    with sites.session() as session:
        made = Connection(
            id=new_id(),
            workspace_id=sites.here,
            name="CRM",
            provider="hubspot",
            last_success_at=sites.now,
            created_at=sites.now,
        )
        session.add(made)
        session.flush()
        session.add(
            SyncRun(
                workspace_id=sites.here,
                connection_id=made.id,
                status="done",
                started_at=sites.now,
                finished_at=sites.now,
                streams=[one.to_json() for one in streams],
            )
        )
    visitor = sites.browser()
    visitor.post("/language", lang=locale)
    text = plain(visitor.get("/data"))
    assert text.count(said) == 1
    # The sign itself, this one, and what came in by hand.
    assert visitor.get("/data").count("s-c-working") == 3

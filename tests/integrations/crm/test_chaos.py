"""A bad network between HubSpot and us: no wrong row, no lost row, and words for it."""

import io
import json
import logging
import resource
import sys

import pytest
import structlog
from sqlmodel import col, select

from app.logs import configure
from goals.errors import SourceError
from goals.records.connections import Connection, SyncRun
from integrations import auth, http
from integrations.crm.hubspot import limits, shapes
from integrations.http import Client
from tests.fakes.chaos import CUTS, Chaos, Plan, bomb, flood, html, page
from tests.fakes.chaos import unframed as without_length
from tests.support.crm import CANARY, Office, changes

DEALS = b"/crm/objects/2026-09/deals?"
PATH = "/crm/objects/2026-09/deals"


@pytest.fixture
def chaos(hub):
    with Chaos(hub.port) as made:
        yield made


@pytest.fixture
def far(shop, hub, clock, chaos):
    """An office that reaches HubSpot only through the bad network; every office has its own."""

    def make():
        return Office(shop, hub, clock, base_url=chaos.url, history="off")

    return make


@pytest.fixture
def clean(far, hub):
    """Fill an account, and return what an undisturbed pull stores."""
    company = hub.add_company("อัคมี")
    for number in range(120):
        hub.add_deal(f"Deal {number}", amount=number, company=company)
    office = far()
    office.done()
    return office.everything_named()


@pytest.fixture
def client(hub, chaos, clock):
    token = auth.fixed(hub.token)
    with Client(
        limits.vendor("UTC"), chaos.url, token=token, clock=clock, allow_private=True
    ) as made:
        yield made


@pytest.mark.parametrize("unframed", [False, True], ids=["with a length", "without"])
def test_an_answer_that_ends_at_any_byte_is_asked_for_again(hub, chaos, client, unframed):
    hub.add_deal("ดีล 交易", amount="1234.5")
    params = {"limit": 2, "properties": "dealname,amount"}
    whole = client.get(PATH, shapes.Listing, params)
    answer = chaos.answers[-1]
    size = len(without_length(answer) if unframed else answer)
    for cut in range(size):
        before = len(hub.requests)
        chaos.plan(Plan(DEALS, cut=cut, how=CUTS[cut % 3], unframed=unframed))
        assert client.get(PATH, shapes.Listing, params) == whole, cut
        assert len(hub.requests) - before == 2, cut
    assert size > 400


BODIES = {
    "html": html,
    "gzip bomb": lambda: bomb(80),
    "200 megabytes": lambda: flood(200),
    "no utf-8": lambda: page(b'{"results":[{"id":"1","properties":{"dealname":"\xff\xfe"}}]}'),
    "nan": lambda: page(b'{"results":[{"id":"1","properties":{"amount":NaN}}]}'),
    "infinity": lambda: page(b'{"results":[{"id":"1","properties":{"amount":-Infinity}}]}'),
    "another form": lambda: page(b'{"results":{"id":"1"}}'),
    "a list": lambda: page(b"[]"),
    "nothing": lambda: page(b""),
    "null": lambda: page(b"null"),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_page_is_told_in_words_and_the_next_pull_has_all(far, chaos, clean, name):
    office = far()
    # The second page: the first one has been taken in by then.
    chaos.plan(Plan(b"after=", times=None, instead=BODIES[name]))
    run = office.pull()
    assert run.status == "partial"
    told = run.to_json("en")["error"]
    assert told["code"] in ("not_data", "not_understood", "answer_too_large")
    assert told["message"].startswith("HubSpot ") and told["message"].endswith(".")
    assert len(office.rows("deal")) == 100
    chaos.clear()
    office.later()
    assert office.everything_named() == clean


@pytest.mark.parametrize("how", CUTS)
def test_a_line_that_breaks_in_every_answer_is_told_and_the_next_pull_has_all(
    far, chaos, clean, how
):
    office = far()
    chaos.plan(Plan(b"after=", times=None, cut=900, how=how))
    run = office.pull()
    assert (run.status, run.error["code"]) == ("partial", "unreachable")
    assert "could not be reached" in run.to_json("en")["error"]["message"]
    chaos.clear()
    office.later()
    assert office.everything_named() == clean


def test_a_slow_line_and_late_answers_lose_nothing(far, chaos, clean):
    office = far()
    chaos.plan(Plan(b"/owners", drip=0.0005))
    chaos.plan(Plan(b"after=", delay=0.3))
    office.done()
    assert office.everything_named() == clean


def test_an_answer_that_drips_for_ever_is_given_up(hub, chaos, client, monkeypatch):
    hub.add_deal("One")
    monkeypatch.setattr(http, "PATIENCE", 0.3)
    chaos.plan(Plan(DEALS, times=None, drip=0.01))
    with pytest.raises(SourceError) as caught:
        client.get(PATH, shapes.Listing, {"limit": 1})
    assert caught.value.code == "unreachable"


def test_numbers_that_no_column_holds_cost_their_row_and_no_other(far, chaos, hub):
    good = hub.add_deal("Good", amount=7)
    body = chaos_body(hub, [("901", "1e400"), ("902", "-1e400"), ("903", "1e-400")])
    office = far()
    chaos.plan(Plan(DEALS, times=1, instead=lambda: page(body)))
    run = office.done()
    deals = next(one for one in run.streams if one.name == "deals")
    assert deals.rejected == 2
    assert {key: row.amount for key, row in office.rows("deal").items()} == {"903": 0, good: 7}


def chaos_body(hub, odd):
    """Return a last page of deals with amounts as JSON numbers, and the account's own."""
    rows = [
        f'{{"id":"{key}","properties":{{"amount":{amount},"dealstage":"1084510"}}}}'
        for key, amount in odd
    ]
    rows += [json.dumps(one) for one in hub.objects("deals")]
    return f'{{"results":[{",".join(rows)}]}}'.encode()


def test_of_a_key_that_comes_twice_the_last_one_counts_and_nothing_is_mixed(far, chaos, hub):
    body = (
        b'{"results":[{"id":"7","id":"8","properties":{"amount":"1","dealstage":"1084510"},'
        b'"properties":{"amount":"2","dealstage":"1084511"}}]}'
    )
    office = far()
    chaos.plan(Plan(DEALS, instead=lambda: page(body)))
    office.done()
    assert {k: (r.amount, r.stage) for k, r in office.rows("deal").items()} == {
        "8": (2, "Engaging")
    }


def test_a_flood_is_not_kept_in_memory(hub, chaos, client):
    hub.add_deal("One")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for body in (lambda: flood(200), lambda: bomb(300)):
        chaos.plan(Plan(DEALS, instead=body))
        with pytest.raises(SourceError) as caught:
            client.get(PATH, shapes.Listing, {"limit": 1})
        assert caught.value.code == "answer_too_large"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown / (1 if sys.platform == "darwin" else 1024) < 400


# --- Secrets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["html", "no utf-8", "another form", "broken", "refused"])
def test_no_secret_reaches_logs_runs_or_what_is_told(far, chaos, hub, name, capfd, caplog):
    """The token goes out with each request: nothing that is written down may hold it."""
    out = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(out))
    caplog.set_level(logging.DEBUG)
    hub.add_deal("One")
    office = far()
    if name == "refused":
        hub.revoke_token()
    elif name == "broken":
        chaos.plan(Plan(b"/", times=None, cut=200, how="reset"))
    else:
        chaos.plan(Plan(DEALS, times=None, instead=BODIES[name]))
    try:
        run = office.pull()
    finally:
        configure()
    assert run.error is not None
    with office.session() as session:
        here = col(SyncRun.workspace_id) == office.here
        kept = [repr(one.model_dump()) for one in session.exec(select(SyncRun).where(here))]
        here = col(Connection.workspace_id) == office.here
        kept += [repr(one.model_dump()) for one in session.exec(select(Connection).where(here))]
    told = [
        out.getvalue(),
        caplog.text,
        *capfd.readouterr(),
        json.dumps(run.to_json(), default=str),
    ]
    assert "sync_stopped" in told[0]
    assert not [text for text in (*told, *kept) if CANARY in text]
    assert changes(run) in (0, 1)

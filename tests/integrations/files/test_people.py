"""People whom a file names before their CRM is here, or by their e-mail address."""

from datetime import date

import pytest

from goals.metrics import readings
from goals.metrics.query import Query
from goals.records import writer
from goals.records.connections import Connection
from goals.table import new_id
from tests.support.records import NOW

QUOTAS = "owner,from,to,amount\n{who},2026-10-01,2026-12-31,200\n"


def sync_crm(room, **owner):
    """Let a CRM bring a person and what she sold."""
    run = room.run("owner")
    with room.session() as session:
        made = Connection(
            workspace_id=room.here, id=new_id(), name="CRM", provider="hubspot", created_at=NOW
        )
        session.add(made)
        session.flush()
        writer.write(session, made.id, run, "owner", [{"external_id": "7", **owner}], NOW)
        deal = {
            "external_id": "1", "owner": "7", "status": "won", "stage": "Won", "amount": 50,
            "created_on": date(2026, 10, 1), "closed_on": date(2026, 10, 9),
        }  # fmt: skip
        writer.write(session, made.id, run, "deal", [deal], NOW)


def attainment(room):
    query = Query("quota_attainment", date(2026, 10, 1), date(2026, 12, 31))
    with room.session() as session:
        return readings.read(session, query, today=NOW.date(), now=NOW).figure.numerator


@pytest.mark.parametrize("who", ["Ann Bell", "Ann@Acme.example"])
def test_quotas_that_came_before_the_crm_find_its_people_when_sent_again(room, who):
    assert room.read(QUOTAS.format(who=who), "quota").stubs == 1
    sync_crm(room, name="Ann Bell", email="ann@acme.example")
    assert attainment(room) == 0
    again = room.read(QUOTAS.format(who=who), "quota")
    assert (again.created, again.updated, again.stubs) == (0, 1, 0)
    assert [str(one.problem) for one in again.problems.listed] == []
    assert attainment(room) == 50
    assert room.read(QUOTAS.format(who=who), "quota").unchanged == 1


def test_an_address_of_nobody_makes_a_stub_as_a_name_does(room):
    sync_crm(room, name="Ann Bell", email="ann@acme.example")
    assert room.read(QUOTAS.format(who="bo@acme.example"), "quota").stubs == 1
    assert attainment(room) == 0

"""Sales processes: each is a pipeline with its own stages, and record types tell whose is whose."""

import pytest

from goals.records.sales import PipelineStage
from tests.support.crm import changes

DIRECT = ("Prospecting", "Proposal/Price Quote", "Closed Won", "Closed Lost")
PARTNER = ("Qualification", "Closed Won", "Closed Lost")


@pytest.fixture
def types(org):
    """Two processes, the first with two record types."""
    new, renewal = org.add_process("Direct sales", DIRECT, "New business", "Renewal")
    [partner] = org.add_process("Partner sales", PARTNER, "Partner")
    return {"new": new, "renewal": renewal, "partner": partner}


def pipelines(books):
    """Return the stages of each pipeline, in their order."""
    found: dict[str, list[str]] = {}
    for one in sorted(books._all(PipelineStage), key=lambda one: one.position):
        found.setdefault(one.pipeline, []).append(one.name)
    return found


def test_a_deal_stands_in_the_pipeline_of_its_sales_process(books, org, types):
    deals = {name: org.add_deal(name, RecordTypeId=id_) for name, id_ in types.items()}
    books.done()
    rows = books.rows("deal")
    assert {name: rows[id_].pipeline for name, id_ in deals.items()} == {
        "new": "Direct sales",
        "renewal": "Direct sales",
        "partner": "Partner sales",
    }


def test_each_pipeline_has_the_stages_that_its_process_lets_through(books, org, types):
    books.done()
    assert pipelines(books) == {
        "Direct sales": ["Prospecting", "Proposal", "Closed Won", "Closed Lost"],
        "Partner sales": ["Qualification", "Closed Won", "Closed Lost"],
    }


def test_deals_of_no_record_type_keep_the_pipeline_of_all_stages(books, org, types):
    deal = org.add_deal("Old")
    books.done()
    assert books.rows("deal")[deal].pipeline == "Sales"
    assert len(pipelines(books)["Sales"]) == 5


def test_where_nobody_tells_the_stages_of_a_process_it_has_all_of_them(books, org, types):
    org.tells_picklists = False
    books.done()
    assert {name: len(found) for name, found in pipelines(books).items()} == {
        "Direct sales": 5,
        "Partner sales": 5,
    }


def test_an_organisation_that_hides_its_record_types_has_one_pipeline(books, org, types):
    org.hidden.add("RecordType")
    deal = org.add_deal("Deal", RecordTypeId=types["new"])
    books.done()
    assert books.rows("deal")[deal].pipeline == "Sales"
    assert list(pipelines(books)) == ["Sales"]


def test_a_process_that_is_called_otherwise_takes_its_deals_along(books, org, types):
    deal = org.add_deal("Deal", RecordTypeId=types["partner"])
    books.done()
    assert changes(books.later()) == 0
    [process] = [
        id_ for id_, one in org.data["BusinessProcess"].items() if one["Name"] == "Partner sales"
    ]
    org.change("BusinessProcess", process, Name="Channel")
    books.later()
    assert books.rows("deal")[deal].pipeline == "Channel"
    assert sorted(pipelines(books)) == ["Channel", "Direct sales"]


def test_processes_that_come_later_move_the_deals_that_are_there(books, org):
    deal = org.add_deal("Deal")
    books.done()
    assert books.rows("deal")[deal].pipeline == "Sales"
    [kind] = org.add_process("Direct sales", DIRECT, "New business")
    org.change("Opportunity", deal, RecordTypeId=kind)
    books.later()
    assert books.rows("deal")[deal].pipeline == "Direct sales"
    assert len(pipelines(books)["Direct sales"]) == len(DIRECT)

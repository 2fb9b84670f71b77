"""An independent client reads the same organisation: simple-salesforce, which others wrote."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.support.salesforce import fill


class Plain(HTTPAdapter):
    """Speaks plain HTTP where the client, which knows nothing else, says https."""

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, *args, **options)


@pytest.fixture
def witness(org):
    with requests.Session() as session:
        session.mount("https://", Plain())
        yield Salesforce(
            instance=org.url.removeprefix("http://"),
            session_id=org.session(),
            session=session,
            version="66.0",
        )


def test_the_witness_and_we_read_the_same(org, books, witness):
    org.page = 3
    ids = fill(org)
    org.delete("Opportunity", ids["deals"][2])
    books.done()
    query = "SELECT Id, Name, Amount, IsDeleted, Account.Name FROM Opportunity"
    found = list(witness.query_all_iter(query, include_deleted=True))
    living = {one["Id"]: one for one in found if not one["IsDeleted"]}
    rows = books.rows("deal")
    assert (len(found), living.keys()) == (7, rows.keys())
    assert {one["Name"] for one in living.values()} == {one.name for one in rows.values()}
    total = sum(Decimal(str(one["Amount"])) for one in living.values())
    assert total == sum(one.amount for one in rows.values())
    assert {one["Account"]["Name"] for one in living.values()} == {"Acme"}
    assert witness.query("SELECT COUNT() FROM Opportunity")["totalSize"] == 6


def test_the_witness_reads_histories_jobs_and_deletes_as_we_do(org, books, witness):
    ids = fill(org)
    books.done()
    deal = ids["deals"][1]
    query = (
        "SELECT StageName, CreatedDate FROM OpportunityHistory"
        f" WHERE OpportunityId = '{deal}' ORDER BY CreatedDate"
    )
    told = [one["StageName"] for one in witness.query_all(query)["records"]]
    ours = [stage for stage, _ in books.visits(books.rows("deal")[deal])]
    assert list(dict.fromkeys(told)) == ours
    [part] = witness.bulk2.Opportunity.query("SELECT Id, Amount FROM Opportunity")
    table = list(csv.DictReader(io.StringIO(part)))
    assert {one["Id"] for one in table} == books.rows("deal").keys()
    org.purge("Opportunity", deal)
    gone = witness.Opportunity.deleted(org.now - timedelta(days=1), org.now + timedelta(days=1))
    assert [one["id"] for one in gone["deletedRecords"]] == [deal]


def test_the_witness_sees_fields_limits_and_refusals(org, witness):
    described = witness.Opportunity.describe()
    assert {one["name"] for one in described["fields"]} == org.fields["Opportunity"].keys()
    assert witness.limits()["DailyApiRequests"]["Max"] == org.allowance
    usage: Any = witness.api_usage
    assert usage["api-usage"].total == org.allowance
    with pytest.raises(SalesforceMalformedRequest) as caught:
        witness.query("SELECT Nothing FROM Opportunity")
    assert "INVALID_FIELD" in str(caught.value.content)

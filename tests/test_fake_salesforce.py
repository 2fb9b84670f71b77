"""The fake Salesforce keeps Salesforce's rules."""

import json
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.fakes.salesforce.org import CLIENT, FakeSalesforce

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROOT = "/services/data/v66.0"


@pytest.fixture
def org():
    with FakeSalesforce("secret", now=NOW) as made:
        yield made


def ask(org, path, token=None, body=None, **headers):
    """Return status, headers and content of an answer."""
    sign = {"Authorization": f"Bearer {token or org.session()}"}
    asked = Request(org.url + path, body, {**sign, **headers})
    try:
        with urlopen(asked) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except HTTPError as error:
        with error:
            return error.code, error.headers, json.loads(error.read() or b"null")


def query(org, text, path="queryAll", token=None):
    return ask(org, f"{ROOT}/{path}?{urlencode({'q': text})}", token)


def code(answer):
    return answer[0], answer[2][0]["errorCode"]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM ForecastingQuota", "INVALID_TYPE"),
        ("SELECT Nothing FROM Lead", "INVALID_FIELD"),
        ("SELECT Id,Id FROM Lead", "INVALID_FIELD"),
        ("SELECT Nobody.Name FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE SystemModstamp>'2026-11-02T00:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE CreatedDate>2026-11-02", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Name=5", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Id>'a' AND Id<'b' OR Id='c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead LIMIT 1 ORDER BY Id", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead; DROP", "MALFORMED_QUERY"),
    ],
)
def test_queries_that_salesforce_refuses_are_refused(org, text, refusal):
    assert code(query(org, text)) == (400, refusal)


def test_a_query_finds_orders_and_pages_what_it_asks_for(org):
    org.page = 2
    ids = [org.add("Lead", Name=name) for name in ("O'Neil", "Ann", "Bob")]
    org.delete("Lead", ids[2])
    token = org.session()
    text = "SELECT Id FROM Lead ORDER BY Name DESC"
    status, headers, found = query(org, text, token=token)
    assert status == 200
    assert headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert [one["Id"] for one in found["records"]] == [ids[0], ids[2]]
    assert (found["totalSize"], found["done"]) == (3, False)
    assert code(ask(org, found["nextRecordsUrl"])) == (401, "INVALID_SESSION_ID")
    rest = ask(org, found["nextRecordsUrl"], token)[2]
    assert [one["Id"] for one in rest["records"]] == [ids[1]]
    assert rest["done"]
    living = query(org, "SELECT COUNT() FROM Lead", "query")[2]
    assert (living["totalSize"], living["records"]) == (2, [])
    named = query(org, "SELECT Name FROM Lead WHERE Name='O\\'Neil'")[2]["records"]
    assert [one["Name"] for one in named] == ["O'Neil"]
    org.forget_cursors()
    ended = ask(org, found["nextRecordsUrl"], token)
    assert code(ended) == (400, "INVALID_QUERY_LOCATOR")


def test_whoever_has_no_session_learns_nothing(org):
    assert code(ask(org, f"{ROOT}/limits", token="none")) == (401, "INVALID_SESSION_ID")
    token = org.session()
    assert ask(org, f"{ROOT}/limits", token)[0] == 200
    org.expire()
    assert ask(org, f"{ROOT}/limits", token)[0] == 401


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"grant_type": "client_credentials", "client_secret": "secret"}, 200),
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, 400),
        ({"grant_type": "password", "username": "a", "password": "b"}, 400),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b"},
            400,
        ),
    ],
)
def test_a_token_is_given_to_the_app_alone_and_has_no_end(org, form, status):
    body = urlencode({"client_id": CLIENT, **form}).encode()
    told, _, answer = ask(org, "/services/oauth2/token", body=body)
    assert told == status
    assert "expires_in" not in answer


def test_long_addresses_unknown_releases_and_old_deletes_are_refused(org):
    assert query(org, f"SELECT Id FROM Lead WHERE Name='{'x' * 17_000}'")[0] == 414
    assert ask(org, "/services/data/v99.0/limits")[0] == 404
    window = urlencode({"start": "2026-09-01T00:00:00+00:00", "end": "2026-11-02T00:00:00+00:00"})
    path = f"{ROOT}/sobjects/Lead/deleted/?{window}"
    assert code(ask(org, path)) == (400, "INVALID_REPLICATION_DATE")


def test_a_job_gives_its_table_only_once_it_is_done_and_only_as_csv(org):
    org.add("Lead", Name="Ann")
    org.looks = 0
    body = json.dumps({"operation": "queryAll", "query": "SELECT Id FROM Lead"}).encode()
    job = ask(org, f"{ROOT}/jobs/query", body=body)[2]["id"]
    path = f"{ROOT}/jobs/query/{job}"
    assert code(ask(org, f"{path}/results")) == (400, "INVALIDJOBSTATE")
    assert ask(org, path)[2]["state"] == "JobComplete"
    assert ask(org, f"{path}/results", Accept="application/json")[0] == 406
    count = json.dumps({"operation": "query", "query": "SELECT COUNT() FROM Lead"}).encode()
    assert ask(org, f"{ROOT}/jobs/query", body=count)[0] == 400


def test_opportunities_write_down_their_stages(org):
    deal = org.add_deal("Deal")
    org.advance(60)
    org.change("Opportunity", deal, Name="Other")
    org.change("Opportunity", deal, StageName="Closed Won")
    found = query(org, "SELECT StageName,Probability FROM OpportunityHistory")[2]["records"]
    told = [(one["StageName"], one["Probability"]) for one in found]
    assert told == [("Prospecting", 10), ("Closed Won", 100)]
    assert org.data["Opportunity"][deal]["IsWon"] is True

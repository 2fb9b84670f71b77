"""Zoho's own client reads the same organization: what it understands is not our reading of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store.token_store import TokenStore
from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.dc.data_center import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.initializer import Initializer
from zohocrmsdk.src.com.zoho.crm.api.pipeline import PipelineOperations
from zohocrmsdk.src.com.zoho.crm.api.record import (
    GetDeletedRecordsParam,
    GetRecordsHeader,
    GetRecordsParam,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.related_records import (
    GetRelatedRecordsParam,
    RelatedRecordsOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.users import GetUsersParam, UsersOperations

from tests.fakes.zoho import CLIENT, REFRESH, SECRET
from tests.support.zoho import bureau, fill, zoho

__all__ = ["bureau", "zoho"]


class Forgetful(TokenStore):
    """Keeps no token anywhere; the client's own stores write files."""

    def find_token(self, token: Any) -> None: ...

    def find_token_by_id(self, id: Any) -> None: ...

    def save_token(self, token: Any) -> None: ...

    def delete_token(self, id: Any) -> None: ...

    def delete_tokens(self) -> None: ...

    def get_tokens(self) -> list[Any]:
        return []


@pytest.fixture(autouse=True)
def witness(zoho, tmp_path, monkeypatch):
    """Sign the client in at the fake; it keeps one sign-in for the whole process."""
    monkeypatch.setattr(Initializer, "initializer", None)
    Initializer.initialize(
        DataCenter.Environment(zoho.url, f"{zoho.url}/oauth/v2/token", zoho.url),
        OAuthToken(CLIENT, SECRET, refresh_token=REFRESH, find_user=False),
        store=Forgetful(),
        sdk_config=SDKConfig(),
        resource_path=str(tmp_path),
    )


def asked(words):
    """Return the client's way of writing what a question carries."""
    made = ParameterMap()
    for word, value in words.items():
        made.add(word, value)
    return made


def listed(module, fields, **more):
    """Return all records of a module, page by page."""
    found, token = [], None
    while True:
        words = {GetRecordsParam.fields: fields, GetRecordsParam.per_page: 2}
        words |= {getattr(GetRecordsParam, name): value for name, value in more.items()}
        if token is not None:
            words[GetRecordsParam.page_token] = token
        answer = RecordOperations(module).get_records(asked(words), HeaderMap()).get_object()
        found += answer.get_data()
        token = answer.get_info().get_next_page_token()
        if not answer.get_info().get_more_records():
            return found


def test_the_witness_and_we_read_the_same_deals(zoho, bureau):
    fill(zoho)
    for number in range(5):
        zoho.add("Deals", Deal_Name=f"ดีล {number}", Amount=10.25 * number, Stage="Qualification")
    bureau.done()
    told = listed("Deals", "Deal_Name,Amount,Stage,Closing_Date,Modified_Time")
    rows = bureau.rows("deal")
    assert len(told) == 8
    assert {str(one.get_id()) for one in told} == rows.keys()
    for one in told:
        row = rows[str(one.get_id())]
        assert one.get_key_value("Deal_Name") == row.name
        assert one.get_key_value("Stage").get_value() == row.stage
        amount = one.get_key_value("Amount")
        assert (None if amount is None else Decimal(str(amount))) == row.amount
        day = row.closed_on or row.expected_close_on
        assert one.get_key_value("Closing_Date") == day
        assert one.get_modified_time() == zoho.stamp()


def test_the_witness_sees_converted_leads_only_when_it_asks_for_them(zoho, bureau):
    fill(zoho)
    bureau.done()
    assert [one.get_key_value("Full_Name") for one in listed("Leads", "Full_Name")] == ["Someone"]
    both = listed("Leads", "Full_Name", converted="both")
    assert {str(one.get_id()) for one in both} == bureau.rows("lead").keys()


def test_the_witness_reads_the_stages_of_a_deal_as_we_do(zoho, bureau):
    won = fill(zoho)
    bureau.done()
    words = asked({GetRelatedRecordsParam.fields: "Stage,Modified_Time"})
    operations = RelatedRecordsOperations("Stage_History", "Deals")
    told = operations.get_related_records(int(won), words, HeaderMap()).get_object().get_data()
    visited = [
        (one.get_key_value("Stage").get_value(), one.get_modified_time()) for one in reversed(told)
    ]
    deal = bureau.rows("deal")[won]
    assert [name for name, _ in visited] == [name for name, _ in bureau.visits(deal)]
    stays = [one for one in bureau.rows("stage_event").values() if one.deal_id == deal.id]
    assert sorted(at for _, at in visited) == sorted(one.entered_at for one in stays)


def test_the_witness_knows_the_same_pipelines_and_people(zoho, bureau):
    fill(zoho)
    bureau.done()
    pipelines = PipelineOperations(1).get_pipelines().get_object().get_pipeline()
    assert [one.get_display_value() for one in pipelines] == ["Standard (Standard)", "Partners"]
    names = {one.get_display_value() for pipeline in pipelines for one in pipeline.get_maps()}
    assert names == bureau.stages().keys()
    words = asked({GetUsersParam.type: "AllUsers"})
    users = UsersOperations().get_users(words, HeaderMap()).get_object().get_users()
    assert {one.get_full_name() for one in users} == {
        one.name for one in bureau.rows("owner").values()
    }


def test_the_witness_learns_of_what_was_deleted_and_that_nothing_changed(zoho, bureau):
    won = fill(zoho)
    bureau.done()
    zoho.advance(60)
    zoho.delete("Deals", won)
    words = asked({GetDeletedRecordsParam.type: "all"})
    gone = RecordOperations("Deals").get_deleted_records(words, HeaderMap()).get_object()
    assert [str(one.get_id()) for one in gone.get_data()] == [won]
    bureau.later(60)
    assert won not in bureau.rows("deal")
    since = HeaderMap()
    since.add(GetRecordsHeader.if_modified_since, datetime.fromisoformat("2026-11-03T00:00:00Z"))
    words = asked({GetRecordsParam.fields: "Deal_Name"})
    answer = RecordOperations("Deals").get_records(words, since)
    assert (answer.get_status_code(), answer.get_object()) == (304, None)


def test_the_witness_is_refused_as_we_are(zoho):
    refused = RecordOperations("Deals").get_records(ParameterMap(), HeaderMap()).get_object()
    assert refused.get_code().get_value() == "REQUIRED_PARAM_MISSING"
    assert refused.get_status().get_value() == "error"

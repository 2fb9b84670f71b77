import pytest

from goals.errors import Refusal
from goals.records import kinds, mapping, synonyms
from goals.records import synonyms_thai_chinese as asian

DEAL = kinds.DEAL.all_fields()
FULL = {
    "columns": {"external_id": "opportunity_id", "custom.size": "size", "closed_on": "close"},
    "stages": {"New": "open", "Won": "won"},
    "events": [{"stage": "New", "on": "begun"}, {"stage": "@stage", "on": "close"}],
    "constants": {"currency": "USD"},
    "aliases": {"product": {"GTXPro": "GTX Pro"}},
    "key": ["external_id"],
    "format": {"encoding": "utf-8", "date_order": "mdy", "decimal": ".", "thousands": ""},
}


def refusal(told, record="deal"):
    with pytest.raises(Refusal) as caught:
        mapping.read(told, record, kinds.KINDS[record].all_fields())
    assert (caught.value.code, caught.value.misused) == ("bad_mapping", False)
    return caught.value.message.params


def test_blanks_around_the_name_of_a_column_are_none_of_it():
    told = {"columns": {"external_id": " Deal ID "}, "events": [{"stage": "New", "on": "begun "}]}
    made = mapping.read(told, "deal", DEAL)
    assert (made.columns, made.events) == ({"external_id": "Deal ID"}, [("New", "begun")])


def test_a_mapping_is_read_and_written_back():
    assert mapping.read(FULL, "deal", DEAL).to_json() == FULL


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"colums": {}}, "colums"),
        ({"columns": {"colour": "c"}}, "colour"),
        ({"constants": {"colour": "red"}}, "colour"),
        ({"aliases": {"colour": {"a": "b"}}}, "colour"),
        ({"key": ["colour"]}, "colour"),
        ({"format": {"dates": "mdy"}}, "dates"),
        ({"events": [{"stage": "New", "on": "x", "at": "y"}]}, "at"),
    ],
)
def test_what_is_not_known_is_named(told, named):
    assert named in refusal(told)["names"]


@pytest.mark.parametrize(
    "told",
    [
        [],
        {"columns": []},
        {"columns": {"name": {}}},
        {"stages": {"New": "maybe"}},
        {"events": {"stage": "New"}},
        {"events": [{"stage": "New"}]},
        {"key": "external_id"},
        {"format": {"date_order": "ydm"}},
        {"format": {"decimal": "'"}},
        {"format": {"delimiter": "::"}},
        {"format": {"decimal": ",", "thousands": ","}},
    ],
)
def test_what_makes_no_sense_is_refused(told):
    refusal(told)


def test_only_deals_have_events():
    refusal({"events": [{"stage": "New", "on": "x"}]}, "lead")
    refusal({"stages": {"New": "open"}}, "lead")


def test_several_orders_leave_the_choice_to_the_file():
    read = mapping.read({"format": {"date_order": "ymd|mdy|dmy"}}, "deal", DEAL)
    assert read.format == {}


def suggest(header, record="deal", remembered=None):
    fields = kinds.KINDS[record].all_fields()
    return mapping.suggest(header, record, fields, remembered)


def test_columns_with_the_names_of_fields_are_sure():
    found = suggest(["External ID", "Amount", "closed-on", "colour"])
    assert found.sure
    assert found.mapping.columns == {
        "external_id": "External ID",
        "amount": "Amount",
        "closed_on": "closed-on",
    }


def test_columns_with_the_names_of_custom_fields_are_kept():
    found = suggest(["external_id", "custom.Tier", "custom."])
    assert found.mapping.columns == {"external_id": "external_id", "custom.Tier": "custom.Tier"}
    assert not suggest(["custom.Tier"], "contact").sure


@pytest.mark.parametrize("sign", ['"', "\n", "\r"])
def test_cells_cannot_be_told_apart_by_what_ends_them(sign):
    with pytest.raises(Refusal):
        mapping.read({"format": {"delimiter": sign}}, "deal", DEAL)


def test_well_known_names_are_suggested_but_not_sure():
    header = "opportunity_id sales_agent product account deal_stage engage_date close_date"
    found = suggest([*header.split(), "close_value"])
    assert not found.sure
    assert found.mapping.columns == {
        "external_id": "opportunity_id",
        "owner": "sales_agent",
        "product": "product",
        "account": "account",
        "stage": "deal_stage",
        "created_on": "engage_date",
        "closed_on": "close_date",
        "amount": "close_value",
    }


def test_remembered_names_are_sure():
    assert suggest(["Opp No.", "x"], remembered={"Opp No.": "external_id"}).sure


def test_a_file_of_which_nothing_is_known_is_not_sure():
    found = suggest(["a", "b"], "contact")
    assert (found.sure, found.mapping.columns) == (False, {})


def test_what_is_missing_is_named():
    assert suggest(["id"], "owner").missing == ["name"]


@pytest.mark.parametrize("record", [name for name in synonyms.SYNONYMS if name != "*"])
def test_synonyms_are_plain_words_for_fields_that_exist(record):
    fields = {one.name for one in kinds.KINDS[record].all_fields()}
    assert set(synonyms.SYNONYMS[record]) <= fields
    called = [word for words in synonyms.of(record).values() for word in words]
    assert [word for word in called if synonyms.plain(word) != word] == []


@pytest.mark.parametrize(
    ("column", "field"),
    [
        (column, field)
        for field, columns in {
            "closed_on": "closed|Close|Closed Date|Won date|Sign date|Deal - Won time|วันที่ปิดการขาย"
            "|วันที่เซ็นสัญญา|成交日期|签约日期|結單日期",
            "expected_close_on": "Expected close|คาดว่าจะปิด|预计成交日期",
            "amount": "Deal value|ACV|Amount (THB)|Contract Value [USD]|มูลค่า (บาท)|金额（元）",
            "stage": "Stage name|Deal Stage|ขั้นตอนการขาย|销售阶段",
            "owner": "rep|Sales rep|Salesperson|Sales Person|Deal owner|พนักงานขาย|负责人|業務員",
            "account": "Customer name|ลูกค้า|ชื่อบริษัท|客户名称",
            "external_id": "Opportunity ID|Deal ID|รหัสดีล|商机编号",
            "name": "Deal - Title|ชื่อดีล|商机名称",
            "created_on": "Created Date|วันที่สร้าง|创建日期",
            "status": "Deal status|สถานะ|状态",
            "lost_reason": "Closed Lost Reason|เหตุผลที่แพ้|丢单原因",
        }.items()
        for column in columns.split("|")
    ],
)
def test_a_column_of_deals_is_known_by_what_people_call_it(column, field):
    found = mapping.suggest([column], "deal", DEAL)
    assert (found.mapping.columns, found.sure) == ({field: column}, False)


def test_the_day_of_the_deal_goes_before_that_which_is_expected():
    header = ["Expected close date", "Close date", "closed", "Amount", "Deal value"]
    found = mapping.suggest(header, "deal", DEAL, flags=["closed"]).mapping.columns
    assert found == {
        "amount": "Amount", "closed_on": "Close date", "expected_close_on": "Expected close date",
    }  # fmt: skip


def test_a_column_of_yes_and_no_is_no_date():
    assert mapping.suggest(["closed"], "deal", DEAL, flags=["closed"]).mapping.columns == {}


def test_every_name_of_a_field_is_one_that_the_record_has():
    for record in kinds.KINDS.values():
        own = {one.name for one in record.all_fields()}
        for listed in (synonyms.SYNONYMS, asian.SYNONYMS):
            assert set(listed.get(record.name, {})) <= own, record.name

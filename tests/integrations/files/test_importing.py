from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from goals.records import stages, undo
from goals.records.connections import Connection, SyncRun
from tests.support.records import NOW

LATER = NOW + timedelta(days=1)
COLUMNS = {
    "external_id": "opportunity_id",
    "owner": "sales_agent",
    "stage": "deal_stage",
    "created_on": "engage_date",
    "closed_on": "close_date",
    "amount": "close_value",
    "product": "product",
}
MAPPING = {
    "columns": COLUMNS,
    "stages": {"Prospecting": "open", "Engaging": "open", "Won": "won", "Lost": "lost"},
    "events": [{"stage": "Engaging", "on": "engage_date"}, {"stage": "@stage", "on": "close_date"}],
    "constants": {"currency": "usd", "pipeline": "Sales"},
    "aliases": {"product": {"GTXPro": "GTX Pro"}},
}
HEADER = "opportunity_id,sales_agent,product,deal_stage,engage_date,close_date,close_value\n"
WON = "D1,Ann,GTXPro,Won,2016-10-20,2017-03-01,1054\n"
FILE = (
    HEADER
    + WON
    + "D2,Bo,GTX Pro,Lost,2016-10-25,2017-03-11,0\n"
    + "D3,Ann,MG,Engaging,2016-10-25,,\n"
    + "D4,,MG,Prospecting,,,\n"
)


def counts(result):
    return tuple(result.counts().values())


def problems(result):
    return [(one["line"], one["column"], one["value"]) for one in result.to_json()["problems"]]


def events(room):
    names = {row.id: name for name, row in room.rows("deal").items()}
    return {
        (names[one.deal_id], one.stage, one.status, str(one.entered_on), str(one.left_on))
        for one in room.rows("stage_event").values()
    }


def test_a_file_becomes_deals_with_stubs_and_stage_events(room):
    result = room.read(FILE, mapping=MAPPING, label="deals.csv")
    assert counts(result) == (4, 4, 0, 0, 0, 4)
    won = room.rows("deal")["D1"]
    assert (won.stage, won.status, won.pipeline, won.currency) == ("Won", "won", "Sales", "USD")
    assert (won.amount, won.created_on, won.closed_on) == (
        Decimal(1054),
        date(2016, 10, 20),
        date(2017, 3, 1),
    )
    assert {row.name for row in room.rows("product").values()} == {"GTX Pro", "MG"}
    assert {row.status for row in room.rows("deal").values()} == {"won", "lost", "open"}
    assert events(room) == {
        ("D1", "Engaging", "open", "2016-10-20", "2017-03-01"),
        ("D1", "Won", "won", "2017-03-01", "None"),
        ("D2", "Engaging", "open", "2016-10-25", "2017-03-11"),
        ("D2", "Lost", "lost", "2017-03-11", "None"),
        ("D3", "Engaging", "open", "2016-10-25", "None"),
    }


def test_the_result_has_the_shape_of_the_contract(sqlite_room):
    result = sqlite_room.read(FILE, mapping=MAPPING).to_json()
    assert (
        list(result)
        == (
            "record rows created updated unchanged rejected stubs dry_run detected problems "
            "rejects_file import_id"
        ).split()
    )
    assert result["detected"] == {
        "encoding": "utf-8",
        "delimiter": ",",
        "date_order": "ymd",
        "decimal": ".",
        "thousands": "",
    }
    assert (result["problems"], result["rejects_file"]) == ([], None)


def test_the_same_file_again_changes_nothing(room):
    room.read(FILE, mapping=MAPPING)
    room.days(forget=True)
    before = room.everything()
    assert counts(room.read(FILE, mapping=MAPPING, now=LATER)) == (4, 0, 0, 4, 0, 0)
    assert (room.everything(), room.versions(), room.days()) == (before, [], set())


def test_one_changed_row_is_one_update_one_version_and_its_days(room):
    room.read(FILE, mapping=MAPPING)
    room.days(forget=True)
    changed = FILE.replace("2017-03-11,0", "2017-03-11,25")
    assert counts(room.read(changed, mapping=MAPPING, now=LATER)) == (4, 0, 1, 3, 0, 0)
    [version] = room.versions()
    assert (version.record, version.data["amount"]) == ("deal", 0)
    assert room.days() == {
        ("deal", "created_on", "2016-10-25"),
        ("deal", "closed_on", "2017-03-11"),
        ("stage_event", "entered_on", "2016-10-25"),
        ("stage_event", "entered_on", "2017-03-11"),
        ("stage_event", "left_on", "2017-03-11"),
    }


def test_the_us_order_of_dates_gives_the_same_records(room):
    room.read(FILE, mapping=MAPPING)
    american = (
        FILE.replace("2016-10-20", "10/20/2016")
        .replace("2016-10-25", "10/25/2016")
        .replace("2017-03-01", "3/1/2017")
        .replace("2017-03-11", "3/11/2017")
    )
    result = room.read(american, mapping=MAPPING, now=LATER)
    assert (counts(result), result.detected.date_order) == ((4, 0, 0, 4, 0, 0), "mdy")


def test_an_import_can_be_undone(room):
    room.read(FILE, mapping=MAPPING)
    before = room.everything()
    second = room.read(FILE.replace("Lost", "Won") + WON.replace("D1", "D9"), mapping=MAPPING)
    with room.session() as session:
        undone = undo.undo(session, second.import_id, LATER)
    assert (undone.record, undone.removed, undone.restored, undone.kept) == ("deal", 1, 1, 0)
    assert room.everything() == before


def test_a_dry_run_counts_and_leaves_nothing_behind(room):
    result = room.read(FILE, mapping=MAPPING, dry_run=True)
    assert (counts(result), result.import_id) == ((4, 4, 0, 0, 0, 4), None)
    assert (room.rows("deal", living=False), room.rows("owner"), room.days()) == ({}, {}, set())
    with room.session() as session:
        assert session.get_one(Connection, (room.here, room.connection)).last_success_at is None


def test_an_import_is_a_run_of_the_connection_of_files(room):
    result = room.read(FILE, mapping=MAPPING, label="deals.csv")
    with room.session() as session:
        run = session.get_one(SyncRun, (room.here, result.import_id))
        connection = session.get_one(Connection, (room.here, run.connection_id))
        assert (run.kind, run.status, run.label) == ("import", "done", "deals.csv")
        assert run.result["created"] == 4
        assert (connection.provider, connection.interval) == ("file", None)
        assert connection.records == ["deal", "stage_event"]
        assert (connection.newest_on, connection.last_success_at) == (date(2017, 3, 11), NOW)
        assert stages.meanings(session, connection.id)["Engaging"] == "open"


def test_rows_with_problems_are_left_out_and_the_others_kept(room):
    bad = FILE + "D5,Ann,MG,Won,2016-13-01,2017-03-01,12\nD6,Ann,MG,Won\nD7,A,M,Won,,2017-03-01,x\n"
    left_out = []
    result = room.read(
        bad, mapping=MAPPING, rejects=lambda header, cells, why: left_out.append(cells[0])
    )
    assert counts(result) == (7, 4, 0, 0, 3, 4)
    assert problems(result) == [
        (6, "engage_date", "2016-13-01"),
        (7, None, None),
        (8, "close_value", "x"),
    ]
    assert left_out == ["D5", "D6", "D7"]
    assert not result.failed


def test_an_import_fails_if_every_row_is_rejected(room):
    result = room.read(HEADER + "D1,,,Won,soon,,\n", mapping=MAPPING)
    assert result.failed
    assert not room.read(HEADER, mapping=MAPPING).failed


def test_a_stage_without_a_meaning_is_one_problem_for_all_its_rows(room):
    rows = "D5,A,M,Talks,,,\nD6,A,M,Talks,,,\nD7,A,M,Closed Won,,2017-01-01,5\n"
    result = room.read(HEADER + rows, mapping={"columns": COLUMNS})
    assert counts(result)[:5] == (3, 1, 0, 0, 2)
    [problem] = result.to_json()["problems"]
    assert (problem["line"], problem["column"], problem["value"]) == (2, "deal_stage", "Talks")
    assert "2 rows" in problem["problem"]
    assert '"stages": {"Talks": "open"}' in problem["fix"]


def test_a_stage_that_an_earlier_import_explained_is_known(room):
    room.read(FILE, mapping=MAPPING)
    again = room.read(HEADER + "D5,A,M,Engaging,2017-01-01,,\n", mapping={"columns": COLUMNS})
    assert again.rejected == 0


def test_without_events_a_deal_was_open_from_its_creation_to_its_close(room):
    told = {"columns": COLUMNS, "stages": MAPPING["stages"]}
    room.read(FILE, mapping=told)
    assert events(room) == {
        ("D1", "Open", "open", "2016-10-20", "2017-03-01"),
        ("D1", "Won", "won", "2017-03-01", "None"),
        ("D2", "Open", "open", "2016-10-25", "2017-03-11"),
        ("D2", "Lost", "lost", "2017-03-11", "None"),
        ("D3", "Engaging", "open", "2016-10-25", "None"),
    }


def test_a_closed_deal_without_a_day_is_never_open(room):
    room.read(HEADER + "D1,A,M,Won,2016-10-20,,5\n", mapping=MAPPING)
    assert events(room) == set()


def test_a_status_column_tells_what_stages_do_not(room):
    data = "external_id,stage,status,created_on,closed_on\nD1,Talks,lost,2026-01-01,2026-02-01\n"
    assert room.read(data).rejected == 0
    assert room.rows("deal")["D1"].status == "lost"
    assert {stage for _, stage, *_ in events(room)} == {"Open", "Lost"}


def test_an_absent_column_keeps_values_and_histories_and_a_blank_cell_clears(room):
    room.read(FILE, mapping=MAPPING)
    before = events(room)
    result = room.read("opportunity_id,close_value\nD1,7\nD2,\n", mapping=MAPPING, now=LATER)
    assert counts(result)[:5] == (2, 0, 2, 0, 0)
    assert {one["column"] for one in result.to_json()["problems"]} == {
        *COLUMNS.values(),
        "close_date",
    } - {"opportunity_id", "close_value"}
    rows = room.rows("deal")
    assert (rows["D1"].amount, rows["D2"].amount) == (7, None)
    assert (rows["D1"].stage, events(room)) == ("Won", before)


def test_a_file_without_the_stage_leaves_histories_alone(room):
    room.read(FILE, mapping=MAPPING)
    before = events(room)
    data = "opportunity_id,engage_date,close_date\nD1,2016-10-20,2017-03-01\n"
    assert room.read(data, mapping=MAPPING, now=LATER).unchanged == 1
    assert events(room) == before


def test_custom_fields_are_kept(room):
    room.read("external_id,size\nD1,big\n", mapping={
        "columns": {"external_id": "external_id", "custom.size": "size"},
        "constants": {"custom.batch": "7"},
    })  # fmt: skip
    assert room.rows("deal")["D1"].custom == {"batch": "7", "size": "big"}


def test_references_are_external_ids_before_names(room):
    room.read("external_id,name\n1,Ann\nAnn,Bo\n2,Cy\n", "owner")
    room.read("external_id,owner\nD1,Ann\nD2,Cy\nD3,Dee\n")
    owners = {row.id: name for name, row in room.rows("owner").items()}
    found = {name: owners[row.owner_id] for name, row in room.rows("deal").items()}
    assert found == {"D1": "Ann", "D2": "2", "D3": "Dee"}


def test_a_name_that_several_have_is_told(room):
    room.read("external_id,name\n1,Ann\n2,Ann\n", "owner")
    result = room.read("external_id,owner\nD1,Ann\n")
    assert problems(result) == [(None, "owner", "Ann")]
    assert room.rows("deal")["D1"].owner_id == room.id("owner", "1")


def test_owners_may_come_after_their_deals(room):
    deals, owners = "external_id,owner\nD1,Ann\n", "external_id,name,region\n7,Ann,West\n"
    room.read(deals)
    room.read(owners, "owner")
    first = room.everything()
    assert room.read(deals, now=LATER).unchanged == 1
    assert (first["deal"]["D1"]["owner_id"], set(first["owner"])) == ("7", {"7"})


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_files_does_not_matter(sqlite_room, order):
    files = [
        ("owner", "external_id,name,region\n7,Ann,West\n8,Bo,\n", None),
        ("product", "external_id,name,list_price\n1,GTX Pro,4821\n", None),
        ("deal", FILE, MAPPING),
        ("deal", HEADER + "D8,Cy,MG,Won,2017-01-01,2017-02-01,3\n", MAPPING),
    ]
    for place in order:
        record, data, mapping = files[place]
        sqlite_room.read(data, record, mapping)
    assert set(sqlite_room.rows("owner")) == {"7", "8", "Cy"}
    assert set(sqlite_room.rows("product")) == {"1", "MG"}
    owners = {row.id: name for name, row in sqlite_room.rows("owner").items()}
    deals = sqlite_room.rows("deal")
    assert {name: owners.get(row.owner_id) for name, row in deals.items()} == {
        "D1": "7",
        "D2": "8",
        "D3": "7",
        "D4": None,
        "D8": "Cy",
    }
    again = [sqlite_room.read(data, record, mapping) for record, data, mapping in files]
    assert [one.created + one.updated for one in again] == [0, 0, 0, 0]


def test_names_are_keys_where_there_is_no_id(room):
    room.read("external_id,owner\nD1,Ann\n")
    result = room.read("name,region\nAnn,West\n", "owner")
    assert counts(result) == (1, 0, 1, 0, 0, 0)
    assert room.rows("owner")["Ann"].region == "West"


def test_an_account_and_its_parent(room):
    room.read("external_id,name,parent\n1,Acme,Group\n2,Group,\n", "account")
    rows = room.rows("account")
    assert (set(rows), rows["1"].parent_id) == ({"1", "2"}, rows["2"].id)


def test_leads_without_ids_are_told_apart_by_all_they_hold(room):
    data = "created_on,source\n2026-01-01,Web\n2026-01-01,Web\n2026-01-02,Web\n"
    assert counts(room.read(data, "lead")) == (3, 3, 0, 0, 0, 0)
    american = "created_on,source\n1/1/2026,Web\n1/1/2026,Web\n1/2/2026,Web\n"
    told = {"columns": {n: n for n in ("created_on", "source")}, "format": {"date_order": "mdy"}}
    assert counts(room.read(american, "lead", told)) == (3, 0, 0, 3, 0, 0)


def test_a_key_that_stands_twice_may_say_the_same_only(room):
    data = "external_id,name\nD1,a\nD2,b\nD1,a\nD2,c\n"
    result = room.read(data)
    assert counts(result) == (4, 2, 0, 1, 1, 0)
    assert problems(result) == [(5, "external_id", "D2")]
    assert room.rows("deal")["D2"].name == "b"


def test_a_named_key_makes_the_id(room):
    told = {
        "columns": {"name": "n", "created_on": "d", "source": "s"},
        "key": ["name", "created_on"],
    }
    room.read("n,d,s\nAnn,2026-01-01,Web\n", "lead", told)
    assert room.read("n,d,s\nAnn,2026-01-01,Fair\n", "lead", told).updated == 1
    assert set(room.rows("lead")) == {"Ann | 2026-01-01"}


def test_stage_events_of_a_file_make_histories(room):
    room.read(FILE, mapping=MAPPING)
    rows = ["D1,New,2016-10-01", "D1,Talks,2016-10-01", "D1,New,2016-10-01", "D1,Won,2017-03-01"]
    data = "deal,stage,entered_on\n" + "\n".join(rows) + "\nD9,New,2017-01-01\n"
    told = {
        "columns": {"deal": "deal", "stage": "stage", "entered_on": "entered_on"},
        "stages": {"New": "open", "Talks": "open"},
    }
    assert counts(room.read(data, "stage_event", told)) == (5, 5, 0, 0, 0, 1)
    mine = {one for one in events(room) if one[0] == "D1"}
    assert {stage for _, stage, *_ in mine} == {"New", "Talks", "Won"}
    again = room.read(data, "stage_event", told, now=LATER)
    assert counts(again) == (5, 0, 0, 5, 0, 0)
    room.read(FILE, mapping=MAPPING, now=LATER)
    assert {one for one in events(room) if one[0] == "D1"} == mine


def test_readings_and_rates(room):
    data = "metric,on,value,where\nnps,2026-01-31,41.5,region=West\nnps,2026-01-31,40,\n"
    assert room.read(data, "reading").created == 2
    rows = room.rows("reading")
    assert set(rows) == {"nps | 2026-01-31 | region=West", "nps | 2026-01-31 | "}
    assert rows["nps | 2026-01-31 | region=West"].segment == {"region": "West"}
    assert room.read("on,currency,per_base\n2026-01-01,thb,33.125\n", "rate").created == 1
    assert room.rows("rate")["THB | 2026-01-01 | USD"].per_base == Decimal("33.125")


def test_a_reading_of_an_unknown_goal_is_left_out(room):
    data = "metric,on,value,goal\nnps,2026-01-31,41.5,Nothing\n"
    assert problems(room.read(data, "reading")) == [(2, "goal", "Nothing")]


def test_lead_events_hold_instants_in_the_workspaces_zone(room):
    room.read("lead,at,kind\nL1,2026-01-02 10:00,form\n", "lead_event")
    [row] = room.rows("lead_event").values()
    assert row.at == datetime(2026, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_record_that_lacks_what_it_needs_is_left_out(room, blank):
    result = room.read(f"name,email\n{blank},a@b.example\nAnn,\n", "owner")
    assert (result.created, problems(result)) == (1, [(2, "name", None)])


def test_only_so_many_problems_are_listed(sqlite_room):
    data = "external_id,amount\n" + "".join(f"D{n},x\n" for n in range(130))
    result = sqlite_room.read(data)
    listed = result.to_json()["problems"]
    assert (result.rejected, len(listed)) == (130, 101)
    assert listed[-1]["problem"] == "30 more problems are not listed."


def test_more_rows_than_a_portion_are_one_import(sqlite_room):
    data = "external_id,owner\n" + "".join(f"D{n},O{n % 7}\n" for n in range(4_500))
    assert counts(sqlite_room.read(data)) == (4500, 4500, 0, 0, 0, 7)
    assert counts(sqlite_room.read(data)) == (4500, 0, 0, 4500, 0, 0)

"""A workbook is imported as a CSV file is: the same records, problems, and way back."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.records import undo
from integrations.files import reading
from integrations.files.rejects import RejectsFile
from tests.support.records import NOW
from tests.support.workbooks import workbook

HEADER = ["external_id", "name", "stage", "amount", "created_on", "closed_on", "custom.note"]
WON = [
    "0042",
    "ปั๊มน้ำ",
    "Won",
    1054.25,
    date(2026, 7, 1),
    datetime.fromisoformat("2026-07-05T09:30"),
    "=1+1",
]


def counts(result):
    return tuple(result.counts().values())


def said(result):
    return [(one["line"], one["column"], one["value"]) for one in result.to_json()["problems"]]


def test_typed_cells_become_the_values_of_records(room):
    data = workbook(HEADER, [*WON[:6], "x"], ["D2", "水泵", "Lost", 0, date(2026, 7, 2)])
    result = room.read(data)
    assert counts(result) == (2, 2, 0, 0, 0, 0)
    won = room.rows("deal")["0042"]
    assert (won.name, won.amount, won.created_on) == (
        "ปั๊มน้ำ",
        Decimal("1054.25"),
        date(2026, 7, 1),
    )
    assert (won.closed_on, won.custom) == (date(2026, 7, 5), {"note": "x"})
    assert result.to_json()["detected"] == {
        "encoding": None,
        "delimiter": None,
        "date_order": "ymd",
        "decimal": ".",
        "thousands": "",
        "sheet": "Deals",
    }


def test_the_same_workbook_again_changes_nothing_and_can_be_undone(room):
    data = workbook(HEADER, [*WON[:6], None])
    first = room.read(data)
    before = room.everything()
    assert counts(room.read(data)) == (1, 0, 0, 1, 0, 0)
    assert room.everything() == before
    with room.session() as session:
        undo.undo(session, first.import_id, NOW)
    assert room.rows("deal") == {}


def test_a_dry_run_leaves_nothing_behind(room):
    before = room.everything()
    result = room.read(workbook(HEADER, [*WON[:6], None]), dry_run=True)
    assert (result.created, result.import_id, room.everything()) == (1, None, before)


def test_problems_are_said_at_the_row_and_column_that_people_see(room):
    data = workbook(
        ["Deals of July"],
        [],
        HEADER,
        ["D1", "a", "Won", "#N/A", date(2026, 7, 1), "=TODAY()", "x"],
        [],
        ["D2", "b", "Won", "many", "#REF!", None, "=1+1"],
        ["D3", "c", "Won", 5, None, None, "x"],
    )
    result = room.read(data)
    assert (result.created, result.rejected) == (1, 2)
    assert said(result) == [
        (4, "amount", "#N/A"),
        (4, "closed_on", "=TODAY()"),
        (6, "created_on", "#REF!"),
        (6, "custom.note", "=1+1"),
        (6, "amount", "many"),
    ]
    assert (result.letters["amount"], result.letters["custom.note"]) == ("D", "G")


def test_a_cell_that_is_merged_over_several_rows_is_named(room):
    def merged(book):
        for cells in ("A1:B1", "C3:C5", "E3:E4", "D5:E5"):
            book.active.merge_cells(cells)

    data = workbook(
        ["Deals", "of 2026"],
        ["external_id", "name", "owner", "amount", "remarks"],
        ["1", "One", "Ann", 5, "kept"],
        ["2", "Two", None, 6, None],
        ["3", "Three", None, 7, None],
        more=merged,
    )
    result = room.read(data)
    assert (result.rows, result.rejected) == (3, 0)
    [told] = result.problems.to_json("en")
    assert (told["line"], told["column"]) == (3, "owner")
    assert "merged cell" in told["problem"]
    assert "fill them down" in told["fix"]


def test_a_fault_in_a_column_that_is_left_out_does_not_matter(room):
    data = workbook(["external_id", "stage", "margin"], ["D1", "Won", "#DIV/0!"])
    assert counts(room.read(data)) == (1, 1, 0, 0, 0, 0)


def test_a_formula_without_a_result_is_no_blank_day_of_an_event(room):
    mapping = {
        "columns": {"external_id": "id", "stage": "stage"},
        "events": [{"stage": "@stage", "on": "day"}],
    }
    result = room.read(workbook(["id", "stage", "day"], ["D1", "Won", "=TODAY()"]), mapping=mapping)
    assert said(result) == [(2, "day", "=TODAY()")]


def test_numbers_of_cells_have_a_point_however_the_texts_are_written(room):
    mapping = {
        "columns": {"external_id": "id", "stage": "stage", "amount": "amount"},
        "format": {"decimal": ",", "encoding": "cp874", "delimiter": ";"},
    }
    rows = ["D1", "Won", 1234.125], ["D2", "Won", "1.234,5"]
    room.read(workbook(["id", "stage", "amount"], *rows), mapping=mapping)
    found = {name: row.amount for name, row in room.rows("deal").items()}
    assert found == {"D1": Decimal("1234.125"), "D2": Decimal("1234.5")}


def test_the_columns_of_a_csv_file_are_remembered_for_a_workbook(room):
    mapping = {"columns": {"external_id": "รหัส", "stage": "สถานะ"}}
    room.read("รหัส,สถานะ\nD1,Won\n", mapping=mapping)
    assert counts(room.read(workbook(["รหัส", "สถานะ"], ["D2", "Won"]))) == (1, 1, 0, 0, 0, 0)


def test_a_share_is_read_by_its_format(room):
    data = workbook(
        ["external_id", "stage", "probability"],
        ["D1", "Won", 0.6],
        ["D2", "Won", 1],
        ["D3", "Won", 1.5],
        formats={f"C{row}": "0%" for row in (2, 3, 4)},
    )
    result = room.read(data)
    assert {name: row.probability for name, row in room.rows("deal").items()} == {
        "D1": 0.6,
        "D2": 1,
    }
    assert said(result) == [(4, "probability", "150%")]


# --- The rows that were left out -------------------------------------------------------------


def left_out(room, tmp_path, data, **told):
    with RejectsFile(tmp_path / "rejects", "en") as rejects:
        room.read(data, rejects=rejects.add, **told)
    return rejects.path


def test_rejected_rows_of_a_workbook_come_back_as_a_workbook_to_be_corrected(room, tmp_path):
    rows = ["007", "=HYPERLINK(1)", "Won", "x", date(2026, 7, 1), None, "a"], [*WON[:6], None]
    path = left_out(room, tmp_path, workbook(HEADER, *rows))
    assert path.suffix == ".xlsx"
    page = openpyxl.load_workbook(path)["Deals"]
    cells = [[one.value for one in row] for row in page.iter_rows()]
    assert cells[0] == [*HEADER, "problem"]
    assert cells[1][:6] == ["007", "=HYPERLINK(1)", "Won", "x", "2026-07-01", None]
    assert "formula" not in {one.data_type for one in page[2]} and page["B2"].data_type != "f"
    page["B2"], page["D2"] = "Pump", "12.5"
    page.parent.save(path)
    assert counts(room.read(path.read_bytes())) == (1, 1, 0, 0, 0, 0)
    assert room.rows("deal")["007"].amount == Decimal("12.5")


def test_rejected_rows_of_a_text_keep_its_delimiter_and_run_nothing(room, tmp_path):
    text = 'external_id;name;stage;amount\nD1;=cmd|x;Won;x\nD2;-5;Won;-7\n"D3";@สวัสดี;Won;x\n'
    mapping = {
        "columns": {"external_id": "external_id", "name": "name", "amount": "amount"},
        "format": {"delimiter": ";", "encoding": "cp874"},
    }
    path = left_out(room, tmp_path, text.encode("cp874"), mapping=mapping)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert [row[1] for row in rows] == ["name", "'=cmd|x", "'@สวัสดี"]
    corrected = path.read_bytes().replace(b";x;", b";1;")
    assert counts(room.read(corrected, mapping=mapping))[:2] == (2, 2)
    assert {row.name for row in room.rows("deal").values()} == {"=cmd|x", "-5", "@สวัสดี"}


def test_a_sheet_whose_name_cannot_be_given_again_costs_no_rows(room, tmp_path):
    data = workbook(["external_id", "stage", "amount"], ["D1", "Won", "x"], name="History")
    page = openpyxl.load_workbook(left_out(room, tmp_path, data)).active
    assert page["A2"].value == "D1"


# --- A workbook and a CSV file of the same table ---------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8)
ROWS = st.lists(
    st.tuples(
        WORDS,
        st.sampled_from(["Won", "Lost", "Odd"]),
        st.none() | st.decimals(0, 10**6, places=2) | st.sampled_from(["many"]),
        st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
        WORDS,
    ),
    max_size=6,
)
COLUMNS = ["external_id", "stage", "amount", "created_on", "custom.note"]


def as_csv(rows):
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(["" if one is None else str(one) for one in row] for row in rows)
    return file.getvalue().encode()


def contents(room):
    return {
        name: (row.stage, row.status, row.amount, row.created_on, row.custom)
        for name, row in room.rows("deal").items()
    }


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS)
def test_a_workbook_made_of_a_csv_file_holds_the_same_records(sqlite_room, rows):
    def formatted(book):
        for row in book.active.iter_rows():
            for one in row:
                if isinstance(one.value, str):
                    one.data_type = "s"

    found = []
    for data in (as_csv(rows), workbook(COLUMNS, *rows, more=formatted)):
        result = sqlite_room.read(data)
        found.append((contents(sqlite_room), result.rows, result.rejected, said(result)))
        with sqlite_room.session() as session:
            if result.import_id is not None and not result.failed:
                undo.undo(session, result.import_id, NOW)
    assert found[0] == found[1]


@pytest.mark.parametrize("size", [0, 1, 27, 703])
def test_columns_have_the_letters_of_a_spreadsheet(size):
    from openpyxl.utils import get_column_letter

    names = [f"c{n}" for n in range(size + 1)]
    found = reading.open_sheet(io.BytesIO(workbook(names, names)), {}).letters()
    assert found[names[-1]] == get_column_letter(size + 1)

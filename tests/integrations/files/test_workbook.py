"""Workbooks are read as people see them, whatever else is in the archive."""

from datetime import date, datetime, time

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from integrations.files.workbook import formats
from integrations.files.workbook.formats import Look, Meaning
from tests.support.workbooks import (
    SHEET,
    lines,
    packed,
    parts,
    refusal,
    sheet,
    with_cells,
    workbook,
)


def cell(value, code=None, **more):
    """Return what a cell with a value and a format is read as."""
    data = workbook(["a", "b"], [1, value], formats={"B2": code} if code else None, **more)
    [line] = sheet(data).rows()
    return line.cells[1]


def faults(data):
    [line] = sheet(data).rows()
    return {place: problem.id for place, (problem, _) in line.faults.items()}


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("00420", None, "00420"),
        ("  kept ", None, "  kept "),
        ("รหัสลูกค้า", None, "รหัสลูกค้า"),
        ("客户", None, "客户"),
        (420, "00000", "00420"),
        (420, None, "420"),
        (0.1 + 0.2, None, "0.3"),
        (3162.2999999999997, None, "3162.3"),
        (1e21, None, "1000000000000000000000"),
        (-5.25, "#,##0.00_);[Red](#,##0.00)", "-5.25"),
        (1054, "[$฿-41E]#,##0.00", "1054"),
        (12, '0 "days"', "12"),
        (7, "0 บาท", "7"),
        (0.63, "0%", "63%"),
        (0.1234, "0.00%", "12.34%"),
        (True, None, "true"),
        (False, None, "false"),
        (date(2026, 3, 15), None, "2026-03-15"),
        (datetime.fromisoformat("2026-03-15T13:45:07"), None, "2026-03-15T13:45:07"),
        (datetime.fromisoformat("2026-03-15"), "dd mmm yyyy", "2026-03-15"),
        (46096, "[$-D07041E]d/m/bbbb", "2026-03-15"),
        (46096, 'yyyy"年"m"月"d"日"', "2026-03-15"),
        (46096, "ว/ด/ปปปป", "2026-03-15"),
        (46096.5, "G/通用格式", "46096.5"),
        (46096.999999999, "yyyy-mm-dd hh:mm", "2026-03-16"),
        (time(9, 30), None, "09:30:00"),
        (1.5, "[h]:mm", "36:00:00"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (60, "yyyy-mm-dd", "1900-02-29"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (-3, "yyyy-mm-dd", "-3"),
        (9e9, "yyyy-mm-dd", "9000000000"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value, code, text):
    assert cell(value, code) == text


@pytest.mark.parametrize(
    ("number", "code", "meaning"),
    [
        (14, None, Meaning.DAY),
        (22, None, Meaning.DAY),
        (30, None, Meaning.DAY),
        (71, None, Meaning.DAY),
        (9, None, Meaning.SHARE),
        (20, None, Meaning.CLOCK),
        (46, None, Meaning.SPAN),
        (2, None, Meaning.FIGURE),
        (164, "mm:ss.0", Meaning.CLOCK),
        (164, "mmm", Meaning.DAY),
        (164, "h:mm AM/PM", Meaning.CLOCK),
        (164, "0.00E+00", Meaning.FIGURE),
        (164, '"dmy" 0', Meaning.FIGURE),
        (164, "[Red]General", Meaning.FIGURE),
        (164, "@", Meaning.FIGURE),
        (164, "", Meaning.FIGURE),
    ],
)
def test_the_format_says_what_a_number_means(number, code, meaning):
    assert formats.look(number, code).meaning is meaning


def test_whole_numbers_are_kept_to_the_last_digit():
    data = with_cells("<row><c><v>1234567890123456789</v></c><c><v>1E400</v></c></row>")
    assert lines(data) == [(2, ["1234567890123456789", "1E400"])]


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    def old_mac(book):
        book.epoch = CALENDAR_MAC_1904

    assert cell(date(2026, 3, 15), more=old_mac) == "2026-03-15"
    assert formats.text_of("0", Look(Meaning.DAY), from_1904=True) == ("1904-01-01", False)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!"])
def test_an_error_of_the_spreadsheet_is_a_problem_of_its_cell(error):
    data = workbook(["a", "b"], ["x", error])
    assert faults(data) == {1: "This cell shows an error of the spreadsheet."}
    assert lines(data) == [(2, ["x", error])]


def test_a_formula_counts_by_its_stored_result():
    data = with_cells(
        '<row r="2"><c r="A2" t="str"><f>UPPER("x")</f><v>X</v></c>'
        '<c r="B2"><f>1+1</f><v>2</v></c></row>'
    )
    assert lines(data) == [(2, ["X", "2"])]
    assert faults(data) == {}


def test_a_formula_that_results_in_nothing_is_a_blank_cell():
    data = with_cells(
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
    )
    assert lines(data) == [(2, ["1", ""])]
    assert faults(data) == {}


def test_a_formula_without_a_stored_result_is_a_problem():
    data = workbook(["a", "b"], ["x", "=1+1"])
    assert faults(data) == {1: "This cell holds a formula without a stored result."}
    assert lines(data) == [(2, ["x", "=1+1"])]


def test_rows_have_the_numbers_that_the_sheet_shows_and_blank_ones_are_left_out():
    data = workbook([], ["a", "b"], [], [None, None], [1, 2], ["  "], [3])
    assert lines(data) == [(5, ["1", "2"]), (7, ["3", ""])]


def test_a_title_and_groups_of_columns_above_the_names_are_passed_by():
    def merged(book):
        book.active.merge_cells("A1:D1")
        book.active.merge_cells("A3:B3")

    data = workbook(
        ["Sales 2026"],
        [],
        ["Deal", None, "Money"],
        ["id", "name", "amount", "note"],
        ["D1", "Pump", 5, "x"],
        more=merged,
    )
    found = sheet(data)
    assert (found.header, found.tab.header_row) == (["id", "name", "amount", "note"], 4)
    assert lines(data) == [(5, ["D1", "Pump", "5", "x"])]


def test_what_stands_beside_the_table_is_no_part_of_it():
    data = workbook(["a", None, "c", "d"], [1, 2, 3, 4, "remark"], [None] * 4 + ["another"])
    assert sheet(data).header == ["a", "", "c", "d"]
    assert lines(data) == [(2, ["1", "2", "3", "4"])]
    assert sheet(data).letters()["c"] == "C"


def test_the_first_sheet_with_a_table_is_read_and_another_where_it_is_named():
    def more(book):
        book.create_sheet("Cover", 0).append(["Our deals"])
        book.create_sheet("Empty", 0)
        book.create_sheet("客户").append(["x", "y"])
        book["客户"].append([5, 6])
        book.create_sheet("Secret", 0).append(["s"])
        book["Secret"].append([7])
        book["Secret"].sheet_state = "hidden"

    data = workbook(["a", "b"], [1, 2], more=more)
    assert sheet(data).tab.name == "Deals"
    assert sheet(data).tab.names == ["Empty", "Cover", "Deals", "客户", "Secret"]
    assert lines(data, sheet="客户") == [(2, ["5", "6"])]
    assert lines(data, sheet="secret") == [(2, ["7"])]
    error = refusal(data, sheet="Sales")
    assert (error.code, error.fix.params["names"]) == ("unknown_sheet", sheet(data).tab.names)


def test_a_text_has_no_sheets():
    assert refusal(b"a,b\n1,2\n", sheet="Deals").code == "unknown_sheet"


def test_a_workbook_in_which_nothing_can_be_seen_names_its_sheets():
    def more(book):
        book.create_sheet("Secret").append(["a"])
        book["Secret"].sheet_state = "veryHidden"

    error = refusal(workbook(more=more))
    assert (error.code, error.fix.params["names"]) == ("empty_file", ["Deals", "Secret"])


def test_macros_links_and_pictures_are_not_looked_at():
    contents = parts(workbook(["a", "b"], [1, 2]))
    contents["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0macro"
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="x1" Type="http://x/sharedStrings" TargetMode="External"'
        b' Target="http://127.0.0.1:9/strings.xml"/></Relationships>',
    )
    assert lines(packed(contents)) == [(2, ["1", "2"])]


def test_texts_are_read_without_how_they_are_spoken_and_with_their_escaped_characters():
    data = with_cells(
        '<row><c t="inlineStr"><is><r><t>東</t></r><r><t>京</t></r>'
        '<rPh sb="0" eb="1"><t>トウ</t></rPh>'
        '</is></c><c t="inlineStr"><is><t>a_x000A_b_x005F_c</t></is></c></row>'
    )
    assert lines(data) == [(2, ["東京", "a\nb_c"])]


@pytest.mark.parametrize("prefix", [b"x:", b""])
def test_names_of_elements_may_have_a_prefix(prefix):
    xml = (
        b'<?xml version="1.0"?><P:worksheet xmlns:P="http://purl.oclc.org/ooxml/x"><P:sheetData>'
        b"<P:row><P:c><P:v>1</P:v></P:c><P:c><P:v>2</P:v></P:c></P:row>"
        b"<P:row><P:c><P:v>3</P:v></P:c></P:row></P:sheetData></P:worksheet>"
    )
    name = prefix.strip(b":")
    xml = xml.replace(b"xmlns:P", b"xmlns:" + name if name else b"xmlns").replace(b"P:", prefix)
    contents = {**parts(workbook(["a"])), SHEET: xml}
    assert lines(packed(contents)) == [(2, ["3", ""])]


# --- What cannot be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "columns", "number"),
    [
        # Names of which some stand below a group's.
        (
            (["id", "Amount", None, "Owner"], [None, "USD", "THB", None]),
            ["id", "USD", "THB", "Owner"],
            2,
        ),
        # Groups above names that come once in each.
        (
            ([None, "2025", None, "2026"], ["id", "amount", "deals", "amount"]),
            ["id", "2025 amount", "deals", "2026 amount"],
            2,
        ),
        # A title is no group, and a row of data is no second row of names.
        (
            (["Our deals"], ["id", "amount", "stage", "owner"]),
            ["id", "amount", "stage", "owner"],
            2,
        ),
        (
            (["id", "amount", None, "owner"], ["d0", "x", "y", "Ann"]),
            ["id", "amount", "", "owner"],
            1,
        ),
    ],
)
def test_a_header_may_stand_in_two_rows(rows, columns, number):
    found = sheet(workbook(*rows, ["d1", 5, 7, "Bob"]))
    assert (found.header, found.tab.header_row) == (columns, number)
    assert list(found.rows())[-1].cells == ["d1", "5", "7", "Bob"]


def test_below_a_header_of_two_rows_only_data_is_read():
    rows = (["id", "Amount", None], [None, "USD", "THB"], ["d1", 5, 7])
    [line] = sheet(workbook(*rows)).rows()
    assert (line.number, line.cells) == (3, ["d1", "5", "7"])

"""Workbooks are read as people see them, whatever else is in the archive."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from integrations.files import reading
from integrations.files.result import NotImported
from integrations.files.workbook import formats, package, rows
from integrations.files.workbook import shared as texts
from integrations.files.workbook.formats import Look, Meaning
from tests.support.workbooks import (
    SHEET,
    STRINGS,
    changed,
    packed,
    parts,
    shared,
    with_cells,
    workbook,
)

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sheet(data, **told):
    return reading.open_sheet(io.BytesIO(data), told)


def lines(data, **told):
    return [(one.number, one.cells) for one in sheet(data, **told).rows()]


def cell(value, code=None, **more):
    """Return what a cell with a value and a format is read as."""
    data = workbook(["a", "b"], [1, value], formats={"B2": code} if code else None, **more)
    [line] = sheet(data).rows()
    return line.cells[1]


def faults(data):
    [line] = sheet(data).rows()
    return {place: problem.id for place, (problem, _) in line.faults.items()}


def refusal(data, **told):
    with pytest.raises(NotImported) as caught:
        list(sheet(data, **told).rows())
    return caught.value


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

FINE = workbook(["a", "b"], [1, 2])


def zipped_with_a_password():
    data = bytearray(FINE)
    with zipfile.ZipFile(io.BytesIO(FINE)) as archive:
        start = archive.start_dir
    data[start + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (OLD + bytes(600), "not_text", "old kind (.xls)"),
        (
            OLD + bytes((1 << 16) - 20) + "EncryptedPackage".encode("utf-16-le") + bytes(99),
            "protected_file",
            "password",
        ),
        (zipped_with_a_password(), "protected_file", "password"),
        (FINE[:200], "not_text", "damaged"),
        (FINE[: len(FINE) // 2], "not_text", "damaged"),
        (packed({"a.csv": "a,b\n1,2\n"}), "not_text", "archive"),
        (packed({}), "not_text", "archive"),
        (
            packed(
                {
                    "_rels/.rels": '<R><Relationship Id="1" Type="x/officeDocument"'
                    ' Target="xl/workbook.bin"/></R>',
                    "xl/workbook.bin": b"x",
                }
            ),
            "not_text",
            ".xlsb",
        ),
        (
            packed(
                {
                    "_rels/.rels": '<R><Relationship Id="1" Type="x/officeDocument"'
                    ' Target="word/document.xml"/></R>',
                    "word/document.xml": b"<x/>",
                }
            ),
            "not_text",
            "archive",
        ),
        (changed(FINE, b"</row>", b""), "not_text", "damaged"),
        (changed(FINE, b'r="2"', b'r="300000000"'), "not_text", "damaged"),
        (changed(FINE, b'r="2"', b'r="-1"'), "not_text", "damaged"),
        (changed(FINE, b'r="A2"', b'r="ZZZ2"'), "not_text", "damaged"),
        (changed(FINE, b'r="A2"', b'r="?"'), "not_text", "damaged"),
        (changed(shared(["a"], [1]), b"<v>0</v>", b"<v>99</v>"), "not_text", "damaged"),
    ],
)
def test_what_cannot_be_read_says_what_it_is_and_what_to_do(data, code, words):
    error = refusal(data)
    assert (error.code, words in error.message.id) == (code, True)
    assert error.fix is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_would_blow_a_file_up_or_read_another_are_refused(encoding):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY a "aaaa">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="str"><v>&a;&f;'
        "</v></c></row></sheetData></worksheet>"
    )
    contents = {**parts(FINE), SHEET: text.encode(encoding)}
    assert refusal(packed(contents)).code == "not_text"


def test_a_part_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(package, "MOST_BYTES", 100_000)
    bomb = changed(FINE, b"</sheetData>", b" " * 200_000 + b"</sheetData>")
    assert len(bomb) < 10_000
    assert refusal(bomb).code == "too_large"


def test_an_archive_that_understates_its_sizes_is_damaged():
    bomb = changed(FINE, b"</sheetData>", b" " * 200_000 + b"</sheetData>")
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo(SHEET).file_size
    data = bomb.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little"))
    assert refusal(data).code == "not_text"


@pytest.mark.parametrize(
    ("make", "part", "wrong"), [(workbook, SHEET, [2]), (shared, STRINGS, [2, 3])]
)
def test_an_endless_cell_costs_the_rows_that_have_it(make, part, wrong):
    data = make(["a", "b"], ["LONG", 1], ["SHORT" if make is workbook else "LONG", 2], [3, 4])
    found = list(sheet(changed(data, b"LONG", b"x" * 10_000_000, part)).rows())
    assert [one.number for one in found if one.problem is not None] == wrong
    assert found[-1].cells == ["3", "4"]


def test_texts_that_cells_share_are_found_by_their_number():
    data = shared(["ชื่อ", "值"], ["สมชาย", "值"], ["值", 3])
    assert sheet(data).header == ["ชื่อ", "值"]
    assert lines(data) == [(2, ["สมชาย", "值"]), (3, ["值", "3"])]


def test_a_sheet_has_as_many_rows_as_excel_allows():
    last = rows.MOST_ROWS
    data = with_cells(f'<row r="{last}"><c r="A{last}"><v>1</v></c></row>')
    assert lines(data) == [(last, ["1", ""])]


def test_a_workbook_under_another_name_is_one_all_the_same(room):
    data = workbook(["external_id", "stage", "amount"], ["0042", "Won", 3162.2999999999997])
    room.read(data, label="deals.csv")
    assert room.rows("deal")["0042"].amount == Decimal("3162.3")


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="2"/>' * (rows.MOST_ROWS + 1),
        f'<row r="2">{"<c/>" * (rows.MOST_COLUMNS + 1)}</row>',
        '<row r="2">' + '<c r="A2"/>' * (rows.MOST_COLUMNS + 1) + "</row>",
    ],
    ids=["rows", "columns", "places"],
)
def test_a_sheet_that_would_never_end_is_damaged(xml):
    assert refusal(with_cells(xml)).code == "not_text"


def test_more_texts_than_memory_may_hold_are_refused(monkeypatch):
    monkeypatch.setattr(texts, "MOST_TEXTS", 2)
    assert refusal(shared(["a", "b", "c"], [1, 2, 3])).code == "too_large"


PARTS = [one for one in parts(shared(["ก", "b"], ["x", 1.5])) if one.endswith((".xml", ".rels"))]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PARTS),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1),
)
def test_a_workbook_with_any_byte_wrong_is_read_or_refused(part, changes):
    contents = parts(shared(["ก", "b"], ["x", 1.5]))
    broken = bytearray(contents[part])
    for place, byte in changes:
        broken[int(place * len(broken))] = byte
    try:
        list(sheet(packed({**contents, part: bytes(broken)})).rows())
    except NotImported as error:
        assert error.fix is not None

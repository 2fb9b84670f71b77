import csv
import io

import pytest

from integrations.files import reading
from integrations.files.result import NotImported


def sheet(data, **told):
    return reading.open_sheet(io.BytesIO(data.encode() if isinstance(data, str) else data), told)


def rows(data, **told):
    return [(one.number, one.cells) for one in sheet(data, **told).rows()]


def problems(data):
    return {one.number: one.problem.id for one in sheet(data).rows() if one.problem is not None}


def code(data, **told):
    with pytest.raises(NotImported) as caught:
        sheet(data, **told)
    return caught.value.code


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_have_the_numbers_of_their_lines(end):
    assert rows(end.join(["a,b", "1,2", "", "3,4"])) == [(2, ["1", "2"]), (4, ["3", "4"])]


def test_a_cell_may_run_over_lines():
    data = 'a,b\n1,"x\ny, z"\n2,"he said ""no"""\n'
    assert rows(data) == [(2, ["1", "x\ny, z"]), (4, ["2", 'he said "no"'])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_that_is_certain_needs_no_word(encoding):
    data = "ชื่อ,ยอด\r\nสมชาย,100\r\n".encode(encoding)
    found = sheet(data)
    assert (found.header, found.encoding) == (["ชื่อ", "ยอด"], encoding)
    assert rows(data) == [(2, ["สมชาย", "100"])]


@pytest.mark.parametrize("encoding", ["cp874", "gb18030", "big5", "cp932", "utf-16-le"])
def test_another_encoding_is_asked_for_and_then_used(encoding):
    text = {"cp874": "สวัสดี", "utf-16-le": "plain"}.get(encoding, "中文")
    data = f"a,b\n1,{text}\n2,3\n".encode(encoding)
    with pytest.raises(NotImported) as caught:
        sheet(data)
    assert caught.value.code == "unknown_encoding"
    assert encoding in caught.value.extra["choices"]
    assert rows(data, encoding=encoding)[0] == (2, ["1", text])


def test_an_encoding_that_does_not_fit_the_file_is_refused():
    assert code(b"a\n\xff\xfe\xfd\n", encoding="utf-8") == "unknown_encoding"
    assert code(b"a\n1\n", encoding="klingon") == "bad_mapping"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty_file"),
        (b" \r\n\n", "empty_file"),
        (b"PK\x03\x04workbook", "not_text"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "not_text"),
        (b'<?xml version="1.0"?><Workbook/>', "not_text"),
        (b"\x89PNG\r\n", "not_text"),
        (bytes(range(16)) * 8 + bytes(64), "not_text"),
        (b",,\n, ,\n", "bad_header"),
    ],
)
def test_what_is_no_table_is_refused(data, expected):
    assert code(data) == expected


def test_a_header_alone_has_no_rows():
    assert rows("a,b\n") == []


def test_a_row_with_another_number_of_cells_is_a_problem_of_that_row():
    assert list(problems("a,b\n1,2\n3\n4,5,6\n7,8\n")) == [3, 4]


def test_blank_cells_behind_the_last_column_do_not_matter():
    assert rows("a,b\n1,2,,\n") == [(2, ["1", "2"])]


def test_a_quote_that_is_never_closed_costs_one_row():
    data = 'a,b\n1,2\n3,"4\n' + "".join(f"{n},{n}\n" for n in range(5, 9000))
    found = sheet(data)
    assert list(problems(data)) == [3]
    assert [one.number for one in found.rows()] == list(range(2, 8999))


def test_text_behind_a_closing_quote_costs_one_row():
    assert list(problems('a,b\n"x"y,2\n3,4\n')) == [2]


@pytest.mark.parametrize("length", [csv.field_size_limit() + 1, 10_000_000])
def test_an_endless_cell_costs_one_row(length):
    data = f"a,b\n1,{'x' * length}\n3,4\n"
    assert list(problems(data)) == [2]
    assert [one.cells for one in sheet(data).rows() if one.problem is None] == [["3", "4"]]


def test_a_table_can_be_gone_through_again():
    found = sheet("a,b\n1,2\n")
    assert [list(found.rows()), list(found.rows())] == [list(found.rows())] * 2


@pytest.mark.parametrize("encoding", ["base64", "rot13", "undefined", "no-such"])
def test_what_is_no_encoding_of_text_is_refused(encoding):
    with pytest.raises(NotImported) as caught:
        reading.open_sheet(io.BytesIO(b"a,b\n1,2\n"), {"encoding": encoding})
    assert caught.value.code == "bad_mapping"


def test_bytes_that_are_text_in_no_encoding_are_no_text():
    with pytest.raises(NotImported) as caught:
        reading.open_sheet(io.BytesIO(bytes(range(256)) * 20), {})
    assert caught.value.code == "not_text"


def test_rows_of_nothing_but_delimiters_are_blank():
    assert rows(",,\na,b\n,\n , \n1,2\n,,,\n") == [(5, ["1", "2"])]


def test_a_mark_says_more_than_the_encoding_that_was_told():
    data = "ชื่อ,ยอด\nสมชาย,100\n".encode("utf-8-sig")
    assert rows(data, encoding="cp874") == [(2, ["สมชาย", "100"])]


def test_a_title_above_the_names_of_the_columns_is_none_of_them():
    grouped = "Deal,,Days,\nDeal ID,Amount,Begun,Closed\nD1,10,2026-03-01,2026-04-01\n"
    found = sheet(grouped)
    assert (found.header, found.header_line) == (["Deal ID", "Amount", "Begun", "Closed"], 2)
    assert rows(grouped) == [(3, ["D1", "10", "2026-03-01", "2026-04-01"])]
    titled = sheet("Deals of March\n\nDeal ID,Amount,Stage\nD1,10,Won\n")
    assert (titled.header, titled.header_line) == (["Deal ID", "Amount", "Stage"], 3)


@pytest.mark.parametrize("below", ["D1,10,Won", "North,South,", "North,North,South"])
def test_a_header_with_few_names_stays_one_above_rows_of_values(below):
    found = sheet(f"id,,\n{below}\n")
    assert (found.header, found.header_line) == (["id", "", ""], 1)

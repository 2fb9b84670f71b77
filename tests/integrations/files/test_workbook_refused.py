"""What is no workbook, or would be an endless one, is refused in words that say what to do."""

import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.files.result import NotImported
from integrations.files.workbook import package, rows
from integrations.files.workbook import shared as texts
from tests.support.workbooks import (
    SHEET,
    STRINGS,
    changed,
    lines,
    packed,
    parts,
    refusal,
    shared,
    sheet,
    with_cells,
    workbook,
)

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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

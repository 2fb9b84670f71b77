import json
import os

import pytest

from app.cli import main
from goals.records import kinds
from goals.records.kinds_around import AROUND
from tests.support.around import ROWS, file_of
from tests.support.workbooks import workbook

HEADER = "external_id,stage,amount\n"


@pytest.fixture
def write(tmp_path):
    def make(text, name="deals.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return make


def test_a_file_is_imported(command, write):
    code, told = command("import", write(HEADER + "D1,Won,5\n"), "--as", "deal")
    assert (code, told["created"], told["rejects_file"]) == (0, 1, None)
    assert command("import", write(HEADER + "D1,Won,5\n"), "--as", "deal")[1]["unchanged"] == 1


def test_a_dry_run_leaves_nothing_behind(command, write, tmp_path):
    file = write(HEADER + "D1,Won,5\nD2,Won,x\n")
    code, told = command("import", file, "--as", "deal", "--dry-run")
    assert (code, told["created"], told["rejected"], told["dry_run"]) == (0, 1, 1, True)
    assert told["import_id"] is None
    assert not (tmp_path / "deals.csv.rejects.csv").exists()
    assert command("import", file, "--as", "deal")[1]["created"] == 1


def test_rejected_rows_are_written_next_to_the_file_to_be_corrected(command, write, tmp_path):
    code, told = command("import", write(HEADER + "D1,Won,5\nD2,Won,x\n"), "--as", "deal")
    rejects = tmp_path / "deals.csv.rejects.csv"
    assert (code, told["rejects_file"]) == (0, str(rejects))
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "external_id,stage,amount,problem"
    corrected = write(text.replace(",x,", ",7,"), "again.csv")
    code, told = command("import", corrected, "--as", "deal")
    assert (code, told["rows"], told["created"]) == (0, 1, 1)


@pytest.mark.parametrize("words", [("{pipe}",), ("{file}", "--mapping", "{pipe}")])
def test_a_pipe_is_refused_before_anybody_waits_for_it(command, write, tmp_path, words):
    places = {"file": write(HEADER + "D1,Won,5\n"), "pipe": tmp_path / "pipe"}
    os.mkfifo(places["pipe"])
    words = [one.format(**places) for one in words]
    code, told = command("import", *words, "--as", "deal")
    assert (code, told["error"]["code"]) == (1, "unreadable_file")
    assert "pipe" in told["error"]["message"]


def test_an_import_with_every_row_rejected_fails(command, write):
    code, told = command("import", write(HEADER + "D1,Unheard,5\n"), "--as", "deal")
    assert (code, told["rejected"]) == (1, 1)


def test_a_mapping_file_is_used(command, write):
    mapping = write(json.dumps({"columns": {"external_id": "No."}}), "mapping.json")
    code, told = command("import", write("No.\nD1\n"), "--as", "deal", "--mapping", mapping)
    assert (code, told["created"]) == (0, 1)


def test_without_a_sure_mapping_the_suggestion_is_shown(command, write):
    code, told = command("import", write("opportunity_id\nD1\n"), "--as", "deal")
    assert (code, told["error"]["code"], told["error"]["field"]) == (1, "mapping_needed", "mapping")
    assert told["suggested"] == {"columns": {"external_id": "opportunity_id"}}


@pytest.mark.parametrize(
    ("text", "code", "exit_code"),
    [
        ("external_id,created_on\nD1,3/4/2026\n", "ambiguous_dates", 1),
        ("", "empty_file", 1),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(command, write, text, code, exit_code):
    found, told = command("import", write(text), "--as", "deal")
    assert (found, told["error"]["code"]) == (exit_code, code)


def test_a_mapping_that_is_no_json_is_refused(command, write):
    mapping = write("columns: {}", "mapping.yaml")
    code, told = command("import", write(HEADER), "--as", "deal", "--mapping", mapping)
    assert (code, told["error"]["code"]) == (1, "bad_mapping")


def test_an_unknown_record_and_a_missing_file_are_refused(command, write, tmp_path):
    code, told = command("import", write(HEADER), "--as", "invoice")
    assert (code, told["error"]["code"]) == (2, "unknown_record")
    code, told = command("import", tmp_path / "none.csv", "--as", "deal")
    assert (code, told["error"]["code"]) == (1, "unreadable_file")


def test_the_result_is_told_in_words_too(command, write, capsys):
    assert main.main(["import", str(write(HEADER + "D1,Won,x\nD2,Won,1\n")), "--as", "deal"]) == 0
    told = capsys.readouterr().out
    assert "created 1" in told
    assert "line 2, amount: This is not an amount of money." in told
    assert "rejects.csv" in told


def test_rejected_rows_that_cannot_be_written_down_are_said_and_cost_no_other_row(
    command, write, tmp_path
):
    (tmp_path / "deals.csv.rejects.csv").mkdir()
    code, told = command("import", write(HEADER + "D1,Won,5\nD2,Won,x\n"), "--as", "deal")
    assert (code, told["created"], told["rejected"], told["rejects_file"]) == (0, 1, 1, None)
    assert "could not be written" in told["problems"][0]["problem"]


def test_a_mapping_file_that_is_not_there_is_named(command, write, tmp_path):
    missing = tmp_path / "none.json"
    code, told = command("import", write(HEADER), "--as", "deal", "--mapping", missing)
    assert (code, told["error"]["field"]) == (1, "mapping")


def test_a_reading_of_no_metric_is_rejected(command, write):
    file = write("metric,on,value\nnps,2026-01-31,40\nhappiness,2026-01-31,9\n")
    code, told = command("import", file, "--as", "reading")
    assert (code, told["created"], told["rejected"]) == (0, 1, 1)
    [problem] = told["problems"]
    assert (problem["line"], problem["column"], problem["value"]) == (3, "metric", "happiness")


@pytest.mark.parametrize("record", list(ROWS))
def test_every_kind_of_record_around_deals_is_imported(command, write, record):
    assert set(ROWS) == {kind.name for kind in AROUND}
    file = write(file_of(ROWS[record]), f"{record}.csv")
    code, told = command("import", file, "--as", record)
    stubs = len(kinds.KINDS[record].references())
    assert (code, told["record"], told["created"], told["stubs"]) == (0, record, 1, stubs)
    code, told = command("import", file, "--as", record)
    assert (code, told["created"], told["unchanged"], told["stubs"]) == (0, 0, 1, 0)


def test_a_word_that_cannot_stand_there_is_named_with_those_that_can(command, write):
    file = write("on,amount,category\n2026-02-03,5,hr\n2026-02-03,5,sales\n", "spend.csv")
    code, told = command("import", file, "--as", "spend")
    assert (code, told["created"], told["rejected"]) == (0, 1, 1)
    [problem] = told["problems"]
    assert (problem["line"], problem["column"], problem["value"]) == (2, "category", "hr")
    assert "marketing, sales" in problem["fix"]


# --- Workbooks -------------------------------------------------------------------------------

ROW = ["external_id", "stage", "amount"]


@pytest.fixture
def store(tmp_path):
    def make(data, name="deals.xlsx"):
        file = tmp_path / name
        file.write_bytes(data)
        return file

    return make


def test_a_sheet_of_a_workbook_is_imported_and_its_rejected_rows_are_a_workbook(command, store):
    def more(book):
        book.create_sheet("ดีล").append(ROW)
        book["ดีล"].append(["007", "Won", 5])
        book["ดีล"].append(["008", "Won", "#N/A"])

    file = store(workbook(["x"], ["y"], more=more))
    code, told = command("import", file, "--as", "deal", "--sheet", "ดีล")
    assert (code, told["created"], told["rejected"]) == (0, 1, 1)
    assert told["detected"]["sheet"] == "ดีล"
    assert told["rejects_file"] == f"{file}.rejects.xlsx"
    problem = told["problems"][0]
    assert (problem["line"], problem["column"], problem["value"]) == (3, "amount", "#N/A")
    code, told = command("import", told["rejects_file"], "--as", "deal", "--dry-run")
    assert (code, told["rows"], told["rejected"]) == (1, 1, 1)


def test_a_problem_of_a_workbook_is_told_with_its_row_and_the_letter_of_its_column(
    command, store, capsys
):
    file = store(workbook([], ROW, ["D1", "Won", "many"], ["D2", "Won", 1]))
    main.main(["import", str(file), "--as", "deal"])
    said = capsys.readouterr().out
    assert "Read from the sheet Deals.\n  row 3, C amount: This is not an amount" in said


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(command, store):
    file = store(workbook(ROW, ["D1", "Won", 5]))
    code, told = command("import", file, "--as", "deal", "--sheet", "Sales")
    assert (code, told["error"]["code"]) == (1, "unknown_sheet")
    assert "Deals" in told["error"]["fix"]


def test_a_workbook_is_read_by_a_connection_too(command, store):
    file = store(workbook(ROW, ["D1", "Won", 5]))
    command("connection", "add", "csv", "Desk", "--set", f"path={file}", "--set", "record=deal")
    assert command("connection", "check", "Desk")[1]["ok"] is True
    code, told = command("sync", "Desk")
    assert (code, told["runs"][0]["streams"][0]["created"]) == (0, 1)

import json

import pytest

from app.cli import main

HEADER = "external_id,stage,amount\n"


@pytest.fixture
def headway(tmp_path, monkeypatch, capsys):
    """Run a command in an installation of its own: exit code and JSON."""
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("HEADWAY_DATABASE_URL", raising=False)

    def run(*words):
        code = main.main([*map(str, words), "--json"])
        told = capsys.readouterr()
        return code, json.loads(told.out)

    assert main.main(["db", "upgrade"]) == 0
    assert main.main(["workspace", "create", "Acme"]) == 0
    capsys.readouterr()
    return run


@pytest.fixture
def write(tmp_path):
    def make(text, name="deals.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return make


def test_a_file_is_imported(headway, write):
    code, told = headway("import", write(HEADER + "D1,Won,5\n"), "--as", "deal")
    assert (code, told["created"], told["rejects_file"]) == (0, 1, None)
    assert headway("import", write(HEADER + "D1,Won,5\n"), "--as", "deal")[1]["unchanged"] == 1


def test_a_dry_run_leaves_nothing_behind(headway, write, tmp_path):
    file = write(HEADER + "D1,Won,5\nD2,Won,x\n")
    code, told = headway("import", file, "--as", "deal", "--dry-run")
    assert (code, told["created"], told["rejected"], told["dry_run"]) == (0, 1, 1, True)
    assert told["import_id"] is None
    assert not (tmp_path / "deals.csv.rejects.csv").exists()
    assert headway("import", file, "--as", "deal")[1]["created"] == 1


def test_rejected_rows_are_written_next_to_the_file_to_be_corrected(headway, write, tmp_path):
    code, told = headway("import", write(HEADER + "D1,Won,5\nD2,Won,x\n"), "--as", "deal")
    rejects = tmp_path / "deals.csv.rejects.csv"
    assert (code, told["rejects_file"]) == (0, str(rejects))
    text = rejects.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "external_id,stage,amount,problem"
    corrected = write(text.replace(",x,", ",7,"), "again.csv")
    code, told = headway("import", corrected, "--as", "deal")
    assert (code, told["rows"], told["created"]) == (0, 1, 1)


def test_an_import_with_every_row_rejected_fails(headway, write):
    code, told = headway("import", write(HEADER + "D1,Unheard,5\n"), "--as", "deal")
    assert (code, told["rejected"]) == (1, 1)


def test_a_mapping_file_is_used(headway, write):
    mapping = write(json.dumps({"columns": {"external_id": "No."}}), "mapping.json")
    code, told = headway("import", write("No.\nD1\n"), "--as", "deal", "--mapping", mapping)
    assert (code, told["created"]) == (0, 1)


def test_without_a_sure_mapping_the_suggestion_is_shown(headway, write):
    code, told = headway("import", write("opportunity_id\nD1\n"), "--as", "deal")
    assert (code, told["error"]["code"], told["error"]["field"]) == (1, "mapping_needed", "mapping")
    assert told["suggested"] == {"columns": {"external_id": "opportunity_id"}}


@pytest.mark.parametrize(
    ("text", "code", "exit_code"),
    [
        ("external_id,created_on\nD1,3/4/2026\n", "ambiguous_dates", 1),
        ("", "empty_file", 1),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(headway, write, text, code, exit_code):
    found, told = headway("import", write(text), "--as", "deal")
    assert (found, told["error"]["code"]) == (exit_code, code)


def test_a_mapping_that_is_no_json_is_refused(headway, write):
    mapping = write("columns: {}", "mapping.yaml")
    code, told = headway("import", write(HEADER), "--as", "deal", "--mapping", mapping)
    assert (code, told["error"]["code"]) == (1, "bad_mapping")


def test_an_unknown_record_and_a_missing_file_are_refused(headway, write, tmp_path):
    code, told = headway("import", write(HEADER), "--as", "invoice")
    assert (code, told["error"]["code"]) == (2, "unknown_record")
    code, told = headway("import", tmp_path / "none.csv", "--as", "deal")
    assert (code, told["error"]["code"]) == (1, "unreadable_file")


def test_the_result_is_told_in_words_too(headway, write, capsys):
    assert main.main(["import", str(write(HEADER + "D1,Won,x\nD2,Won,1\n")), "--as", "deal"]) == 0
    told = capsys.readouterr().out
    assert "created 1" in told
    assert "line 2, amount: This is not an amount of money." in told
    assert "rejects.csv" in told

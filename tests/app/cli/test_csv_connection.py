"""A CSV file as a source: the same records as an import, read again when it changes."""

import json
import os

import pytest

OWNERS = "name,region\nAnn,North\nBo,South\n"
DEALS = "external_id,owner,stage,created_on,closed_on,amount\n"
WON = "D1,Ann,Won,2026-07-02,2026-07-09,500\nD2,Bo,Won,2026-07-03,2026-07-10,300\n"


@pytest.fixture
def connected(command, tmp_path):
    """Two files that are connected, the one naming the rows of the other."""
    (tmp_path / "owners.csv").write_text(OWNERS, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(DEALS + WON, encoding="utf-8")
    for record in ("owner", "deal"):
        path = tmp_path / f"{record}s.csv"
        code, _ = command(
            "connection", "add", "csv", record, "--set", f"path={path}", "--set", f"record={record}"
        )
        assert code == 0
    return tmp_path


def stream(told, connection):
    [run] = [one for one in told["runs"] if one["connection"] == connection]
    [found] = run["streams"]
    return run["status"], found


def revenue(command, *words):
    days = ("--from", "2026-07-01", "--to", "2026-07-31")
    return command("metric", "value", "revenue", *days, *words)[1]


def test_rows_of_one_file_refer_to_those_of_another(command, connected):
    code, told = command("sync")
    assert code == 0
    status, found = stream(told, "deal")
    assert (status, found["read"], found["created"], found["rejected"]) == ("done", 2, 2, 0)
    found = revenue(command, "--by", "region")
    assert {one["key"]: one["value"] for one in found["segments"]} == {"North": 500, "South": 300}


def test_a_file_that_has_not_changed_is_not_read_again(command, connected):
    command("sync")
    _, found = stream(command("sync")[1], "deal")
    assert (found["pages"], found["read"]) == (0, 0)
    _, found = stream(command("sync", "--full")[1], "deal")
    assert (found["read"], found["unchanged"]) == (2, 2)


def test_a_pipe_or_a_device_keeps_no_worker_waiting(command, connected):
    (connected / "owners.csv").unlink()
    (connected / "deals.csv").unlink()
    os.mkfifo(connected / "owners.csv")
    (connected / "deals.csv").symlink_to(os.devnull)
    for name in ("owner", "deal"):
        code, told = command("connection", "check", name)
        assert (code, told["checks"][0]["ok"]) == (1, False)
        code, told = command("sync", name)
        assert (code, told["runs"][0]["error"]["code"]) == (1, "file_unreadable")


def test_a_row_that_changed_is_one_update(command, connected):
    command("sync")
    (connected / "deals.csv").write_text(DEALS + WON.replace("300", "350"), encoding="utf-8")
    _, found = stream(command("sync", "deal")[1], "deal")
    assert (found["updated"], found["unchanged"]) == (1, 1)
    assert revenue(command)["value"] == 850


def test_importing_the_file_by_hand_changes_nothing_more(command, connected):
    command("sync")
    code, told = command("import", connected / "deals.csv", "--as", "deal")
    assert (code, told["created"], told["unchanged"]) == (0, 0, 2)


def test_a_mapping_is_followed_and_read_again_when_it_changes(command, tmp_path):
    (tmp_path / "d.csv").write_text("No.,Sum A,Sum B\nD1,1,2\n", encoding="utf-8")
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"columns": {"external_id": "No.", "amount": "Sum A"}}))
    settings = (f"path={tmp_path / 'd.csv'}", "record=deal", f"mapping={mapping}")
    words = [word for one in settings for word in ("--set", one)]
    assert command("connection", "add", "csv", "Mapped", *words)[0] == 0
    assert stream(command("sync")[1], "Mapped")[1]["created"] == 1
    mapping.write_text(json.dumps({"columns": {"external_id": "No.", "amount": "Sum B"}}))
    assert stream(command("sync")[1], "Mapped")[1]["updated"] == 1


def test_a_file_that_is_gone_fails_the_sync_and_keeps_what_came(command, connected):
    command("sync")
    (connected / "deals.csv").unlink()
    code, told = command("sync", "deal")
    [run] = told["runs"]
    assert (code, run["status"], run["error"]["code"]) == (1, "failed", "file_unreadable")
    assert "deals.csv cannot be read" in run["error"]["message"]
    assert revenue(command)["value"] == 800
    code, told = command("connection", "check", "deal")
    assert (code, told["ok"]) == (1, False)


def test_a_file_without_a_usable_row_says_why(command, connected):
    (connected / "deals.csv").write_text(DEALS + "D1,Ann,Won,x,,1\n", encoding="utf-8")
    code, told = command("sync", "deal")
    [run] = told["runs"]
    assert (code, run["error"]["code"]) == (1, "every_row_rejected")
    assert run["error"]["fix"]


def test_a_kind_of_record_that_there_is_not_is_refused(command, tmp_path):
    words = ("--set", f"path={tmp_path / 'a.csv'}", "--set", "record=invoice")
    code, told = command("connection", "add", "csv", "X", *words)
    assert (code, told["error"]["code"], told["error"]["field"]) == (2, "unknown_record", "record")
    code, told = command("connection", "add", "csv", "X", "--set", "record=deal")
    assert (code, told["error"]["code"], told["error"]["field"]) == (2, "setting_missing", "path")

import pytest

from app.cli import main


def error(told):
    return told["error"]


def test_a_setting_that_names_no_database_is_named_with_a_way_out(command, monkeypatch):
    for url in ("mysql://me:secret@here/x", "me:secret@nowhere"):
        monkeypatch.setenv("HEADWAY_DATABASE_URL", url)
        for words in (("status",), ("doctor",), ("db", "upgrade")):
            code, told = command(*words)
            assert (code, error(told)["code"]) == (1, "bad_setting")
            assert "HEADWAY_DATABASE_URL" in error(told)["message"]
            assert "secret" not in str(told)


def test_backups_answer_in_json_too(command, tmp_path):
    file = str(tmp_path / "all.backup")
    code, told = command("db", "backup", file)
    assert (code, told["action"], told["file"]) == (0, "backup", file)
    assert command("db", "restore", file, "--force")[1]["action"] == "restore"


def test_a_name_and_another_value_for_it_are_not_taken_for_one(command):
    words = ("metric", "value", "revenue", "--to", "2026-01-31")
    code, told = command(*words, "--where", "owner=Ann", "--where", "owner=Bob")
    assert (code, error(told)["field"]) == (2, "where")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_no_business_has_are_no_days(command, day):
    for option in ("--at", "--matured", "--as-of", "--today"):
        words = ("metric", "value", "revenue", "--to", "2026-01-31", option, day)
        assert command(*words)[0] == 2


def test_a_language_that_is_not_spoken_is_no_language_of_a_workspace(command):
    assert command("workspace", "create", "Deux", "--locale", "fr")[0] == 2
    assert command("workspace", "create", "Two", "--locale", "zh")[1]["locale"] == "zh_Hans"


def test_a_look_at_one_workspace_leaves_the_others_out(command):
    command("workspace", "create", "Beta")
    found = command("doctor", "--workspace", "Beta")[1]["findings"]
    assert [one["message"] for one in found if one["code"] == "few_owners"] == [
        "Beta has no owner."
    ]
    code, told = command("doctor", "--workspace", "Gamma")
    assert (code, error(told)["code"]) == (2, "unknown_workspace")


def test_a_worker_for_a_workspace_that_is_not_there_says_so(command, monkeypatch):
    monkeypatch.setenv("HEADWAY_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", "A" * 43 + "=")
    assert command("worker", "--once", "--workspace", "Acme") == (0, {"done": 1})
    code, told = command("worker", "--once", "--workspace", "Gamma")
    assert (code, error(told)["code"]) == (2, "unknown_workspace")


def test_a_refusal_always_says_what_to_do(command):
    code, told = command("workspace", "create", "Acme")
    assert (code, error(told)["code"]) == (1, "workspace_exists")
    assert error(told)["fix"]


def test_a_refusal_speaks_the_language_asked_for(command):
    message = error(command("goal", "show", "x", "--lang", "th")[1])["message"]
    assert error(command("goal", "show", "x", "--lang=th")[1])["message"] == message
    assert error(command("goal", "show", "x")[1])["message"] != message


def test_a_source_is_not_connected_without_what_opens_it(command, monkeypatch):
    code, told = command("connection", "add", "hubspot", "H")
    assert (code, error(told)["code"], error(told)["field"]) == (2, "secret_missing", "token")
    monkeypatch.setenv("SECRET", "s")
    some = ("--set", "client_id=1", "--secret", "client_secret=SECRET")
    code, told = command("connection", "add", "hubspot", "H", *some)
    assert (code, error(told)["field"]) == (2, "refresh_token")
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", "A" * 43 + "=")
    assert command("connection", "add", "hubspot", "H", "--secret", "token=SECRET")[0] == 0


def test_a_seed_is_a_whole_number(command):
    code, told = command("connection", "add", "sample", "S", "--set", "seed=seven")
    assert (code, error(told)["code"], error(told)["field"]) == (2, "setting_wrong", "seed")
    assert command("connection", "add", "sample", "S", "--set", "seed=8")[0] == 0


def test_an_amount_stands_beside_its_currency_before_the_first_review(command):
    command("member", "add", "ann@acme.example", "--name", "Ann", "--role", "owner")
    terms = ("--from", "2026-01-01", "--to", "2026-03-31", "--owner", "ann@acme.example")
    for metric, kind, unit, currency in (
        (("revenue",), "cumulative", "money", "USD"),
        (("open_deals", "--set", "measure=value"), "level", "money", "USD"),
        (("open_deals",), "level", "count", None),
    ):
        words = ("--kind", kind, "--direction", "up", "--target", "5", *terms)
        told = command("goal", "add", "--name", "G", "--metric", *metric, *words)[1]
        assert (told["unit"], told["currency"]) == (unit, currency)


@pytest.mark.parametrize("port", ["99999", "-1", "web"])
def test_a_port_that_there_is_not_is_a_wrong_word(command, port):
    for word in ("demo", "serve"):
        assert main.main([word, f"--port={port}"]) == 2


GOAL = ("--name", "G", "--metric", "revenue", "--kind", "cumulative", "--direction", "up")
WINDOW = ("--from", "2026-01-01", "--to", "2026-03-31", "--owner", "ann@acme.example")


@pytest.mark.parametrize("number", ["1e300", "9" * 400, "1e-300"])
def test_a_goal_of_a_number_that_is_a_slip_is_refused(command, number):
    command("member", "add", "ann@acme.example", "--name", "Ann", "--role", "owner")
    code, told = command("goal", "add", *GOAL, *WINDOW, "--target", number)
    assert (code, error(told)["field"]) == (2, "target")
    assert command("goal", "add", *GOAL, *WINDOW, "--target", "0")[0] == 0


@pytest.mark.parametrize("second", ["2026-02-28,nan", "2026-02-28,60", "2026-01-31,0.5"])
def test_a_plan_with_a_point_that_is_no_share_or_twice_there_is_refused(command, tmp_path, second):
    command("member", "add", "ann@acme.example", "--name", "Ann", "--role", "owner")
    plan = tmp_path / "plan.csv"
    plan.write_text(f"day,share\n2026-01-31,0.2\n{second}\n")
    code, told = command("goal", "add", *GOAL, *WINDOW, "--target", "5", "--plan", plan)
    assert (code, error(told)["code"]) == (2, "plan_line")
    assert "3" in error(told)["message"]

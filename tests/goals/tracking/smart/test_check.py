"""What the workspace knows around a goal: history, source, parent, and what a target takes."""


def lint(acme, *more, kind="cumulative", code=0):
    terms = (
        "--kind", kind, "--direction", "up", "--from", "2026-04-01", "--to", "2026-06-30",
        "--owner", "olga@acme.example", "--today", "2026-04-01", "--action", "Call",
    )  # fmt: skip
    acme.json("goal", "add", "--name", "Ours", *terms, *more)
    return {
        one["rule"]: one
        for one in acme.json("goal", "lint", "Ours", "--today", "2026-04-01", code=code)["findings"]
    }


def test_a_number_that_nothing_delivers_fails(acme):
    more = ("--metric", "new_revenue", "--target", "10", "--why", "Rent.")
    rules = lint(acme, *more, code=1)
    assert rules["smart-M7"]["severity"] == "fail"
    assert rules["smart-T3"]["severity"] == "warn"


def test_a_hand_made_number_without_readings_is_weak(acme):
    more = ("--metric", "nps", "--target", "40", "--baseline", "20", "--why", "Rent.")
    rules = lint(acme, *more, kind="level")
    assert rules["smart-M7"]["severity"] == "weak"


def test_a_part_is_compared_with_the_goal_it_belongs_to(acme):
    more = ("--metric", "headcount", "--target", "40", "--baseline", "20")
    rules = lint(acme, *more, "--parent", "Sell more", kind="level")
    assert rules["smart-R2"]["severity"] == "warn" and "smart-R1" not in rules


def test_a_leap_beyond_all_history_is_told(acme):
    rules = lint(acme, "--metric", "revenue", "--target", "900000", "--why", "Rent.")
    assert rules["smart-A3"]["severity"] == "warn"


def test_a_change_is_placed_among_all_of_its_length_with_receipts(acme):
    window = ("--from", "2026-04-01", "--to", "2026-04-30")
    acme.json("goal", "add", "--name", "April", "--metric", "revenue", "--kind", "cumulative",
              "--direction", "up", "--target", "5000", *window, "--owner", "olga@acme.example",
              "--today", "2026-04-01", "--action", "Call", "--why", "Rent.")  # fmt: skip
    found = acme.json("goal", "lint", "April", "--today", "2026-04-01")["findings"]
    [one] = [one for one in found if one["rule"] == "smart-A3"]
    # The first deal was won within January, which is not whole: February 500, March 0.
    assert "the only change over as long a time was −฿500" in one["evidence"]
    assert one["evidence"].count("rcp_") == 2


def test_more_months_make_more_changes_to_compare_with(acme):
    acme.json("goal", "add", "--name", "May", "--metric", "revenue", "--kind", "cumulative",
              "--direction", "up", "--target", "300", "--from", "2026-05-01", "--to",
              "2026-05-31", "--owner", "olga@acme.example", "--today", "2026-05-01", "--action",
              "Call", "--why", "Rent.", "--baseline", "200")  # fmt: skip
    said = acme.say("goal", "lint", "May", "--today", "2026-05-01")[1]
    assert "smart-A3" in said and "the best of 2 changes over as long a time was" in said


def test_a_delivery_with_many_rows_left_out_is_below_the_gate(acme):
    lines = ["external_id,name,stage,amount,created_on,closed_on"]
    lines += [f"E{n},Deal,Won,100,2026-03-0{n},2026-03-1{n}" for n in range(1, 5)]
    (acme.folder / "more.csv").write_text("\n".join([*lines, "E9,Deal,Won,much,2026-03-09,"]))
    mapping = acme.folder / "more.json"
    mapping.write_text(
        '{"columns":{"external_id":"external_id","name":"name","stage":"stage","amount":"amount",'
        '"created_on":"created_on","closed_on":"closed_on"},"stages":{"Won":"won"},'
        '"key":["external_id"]}'
    )
    acme.json("import", acme.folder / "more.csv", "--as", "deal", "--mapping", mapping)
    rules = lint(acme, "--metric", "revenue", "--target", "3000", "--why", "Rent.")
    assert rules["smart-M7"]["severity"] == "weak"
    assert "1 of the 5 rows" in rules["smart-M7"]["evidence"]


def test_a_number_that_answers_after_the_window_is_told(acme):
    acme.json("goal", "add", "--name", "Ten days", "--metric", "win_rate", "--kind", "level",
              "--direction", "up", "--target", "0.7", "--baseline", "0.6", "--from",
              "2026-04-01", "--to", "2026-04-10", "--owner", "olga@acme.example", "--today",
              "2026-04-01", "--action", "Call", "--why", "Rent.")  # fmt: skip
    found = acme.json("goal", "lint", "Ten days", "--today", "2026-04-01")["findings"]
    [one] = [one for one in found if one["rule"] == "smart-T3"]
    assert "only after 20\u00a0days" in one["message"]


def test_a_conversion_without_a_span_is_not_defined(acme):
    rules = lint(acme, "--metric", "lead_conversion", "--target", "0.3", "--baseline", "0.2",
                 "--why", "Rent.", kind="level", code=1)  # fmt: skip
    assert rules["smart-M8"]["severity"] == "warn"

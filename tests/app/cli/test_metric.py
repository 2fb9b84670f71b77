import pytest

LISTED = {"id", "name", "unit", "direction", "kind", "params", "needs", "available"}
READING = {
    "metric", "version", "params", "from", "to", "where", "by", "value", "numerator",
    "denominator", "n", "unit", "currency", "as_of", "complete", "note", "receipt", "runs",
}  # fmt: skip
QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31")


def value(acme, metric, *words):
    return acme.json("metric", "value", metric, *words, "--today", "2026-04-30")


def test_every_metric_is_listed_with_what_it_needs(acme):
    found = acme.json("metric", "list")["metrics"]
    assert all(set(one) == LISTED for one in found)
    by_id = {one["id"]: one for one in found}
    assert (by_id["win_rate"]["unit"], by_id["win_rate"]["needs"]) == ("rate", ["deal"])
    assert (by_id["revenue"]["available"], by_id["leads_new"]["available"]) == (True, False)


def test_a_metric_is_shown_with_its_params_and_formula(acme):
    shown = acme.json("metric", "show", "win_rate")
    assert set(shown) >= LISTED
    assert shown["params"] == {
        "basis": ["closed", "all", "created", "created_closed"],
        "weight": ["count", "value", "list_value"],
    }
    assert shown["formula"]


@pytest.mark.parametrize(
    ("alias", "implied"),
    [
        ("win_rate_created", {"basis": "created", "weight": "count"}),
        ("win_rate_value", {"basis": "closed", "weight": "value"}),
        ("close_rate_pipeline", {"basis": "all", "weight": "count"}),
    ],
)
def test_another_name_stands_for_a_variant(acme, alias, implied):
    shown = acme.json("metric", "show", alias)
    assert (shown["id"], shown["set"]) == ("win_rate", implied)
    assert value(acme, alias, *QUARTER)["params"] == implied


def test_a_reading_has_the_keys_of_the_contract(acme):
    told = value(acme, "win_rate", *QUARTER)
    assert set(told) == READING
    assert (told["value"], told["numerator"], told["denominator"], told["n"]) == (0.6, 3, 5, 5)
    [run] = told["runs"]
    assert (run["connection"], run["kind"], run["status"]) == ("Files", "import", "done")
    assert (told["from"], told["to"], told["by"]) == ("2026-01-01", "2026-03-31", None)
    assert (told["as_of"], told["complete"]) == ("2026-04-30T16:59:59.999999Z", True)
    assert [one["code"] for one in told["note"]] == ["small_n"]
    assert told["receipt"].startswith("rcp_")


@pytest.mark.parametrize(
    ("metric", "words", "expected"),
    [
        ("revenue", (), 600),
        ("revenue", ("--where", "owner=Ann"), 400),
        ("revenue", ("--where", "owner=Bob", "--where", "source=Referral"), 200),
        ("avg_deal_size", (), 200),
        ("avg_deal_size", ("--set", "stat=median"), 200),
        ("win_rate", ("--where", "source=Referral"), 1),
        ("sales_cycle", (), 20),
        ("sales_cycle", ("--set", "stat=median"), 20),
        # Of 10, 20 and 30 days, nine tenths of the way lie eight tenths between the last two.
        ("sales_cycle", ("--set", "stat=p90"), 28),
        ("sales_cycle", ("--set", "outcome=lost"), 7),
        ("open_deals", (), 1),
        ("open_deals", ("--set", "measure=value"), 400),
        ("open_deals", ("--set", "measure=age"), 30),
        ("leads_new", (), 0),
        ("lead_conversion", (), None),
        ("nps", (), None),
    ],
)  # fmt: skip
def test_values_are_those_worked_out_by_hand(acme, metric, words, expected):
    assert value(acme, metric, *QUARTER, *words)["value"] == expected


def test_the_first_and_the_last_day_both_count(acme):
    told = value(acme, "revenue", "--from", "2026-01-15", "--to", "2026-02-09")
    assert told["value"] == 400
    told = value(acme, "revenue", "--from", "2026-01-16", "--to", "2026-02-08")
    assert told["value"] == 0


def test_a_day_is_short_for_a_window_of_that_day(acme):
    told = value(acme, "open_deals", "--at", "2026-02-10")
    assert (told["from"], told["to"], told["value"]) == ("2026-02-10", "2026-02-10", 2)


def test_segments_come_with_the_total_on_top(acme):
    told = value(acme, "win_rate", *QUARTER, "--by", "owner")
    assert set(told) == READING | {"segments"}
    assert (told["by"], told["value"]) == ("owner", 0.6)
    figures = [(one["key"], one["numerator"], one["denominator"]) for one in told["segments"]]
    assert figures == [("Ann", 2, 3), ("Bob", 1, 2)]
    assert all(
        set(one) == {"key", "value", "numerator", "denominator", "n"} for one in told["segments"]
    )


def test_a_member_without_deals_has_no_rate_and_a_sum_of_zero(acme):
    march = ("--from", "2026-03-01", "--to", "2026-03-31", "--by", "owner")
    rates = {one["key"]: one["value"] for one in value(acme, "win_rate", *march)["segments"]}
    sums = {one["key"]: one["value"] for one in value(acme, "revenue", *march)["segments"]}
    assert (rates, sums) == ({"Ann": None, "Bob": 0}, {"Ann": 0, "Bob": 0})


def test_money_is_a_number_beside_its_currency(acme):
    told = value(acme, "revenue", *QUARTER)
    assert (told["value"], told["unit"], told["currency"]) == (600, "money", "THB")


def test_rates_are_not_rounded(acme):
    _, out, _ = acme.say("metric", "value", "win_rate", *QUARTER, "--where", "owner=Ann", "--json")
    assert '"value":0.66666666666666' in out


def test_a_window_that_is_not_over_is_partial(acme):
    told = acme.json("metric", "value", "revenue", *QUARTER, "--today", "2026-02-10")
    assert (told["complete"], [one["code"] for one in told["note"]]) == (False, ["partial"])


def test_outcomes_of_a_cohort_count_up_to_a_day(acme):
    words = ("--set", "basis=created", "--from", "2026-02-01", "--to", "2026-02-28")
    early = value(acme, "win_rate", *words, "--matured", "2026-02-20")
    late = value(acme, "win_rate", *words)
    assert (early["numerator"], late["numerator"], late["denominator"]) == (0, 1, 2)


def test_before_anything_was_recorded_the_answer_says_so(acme):
    told = value(acme, "revenue", *QUARTER, "--as-of", "2026-02-10")
    assert told["value"] in (None, 0)
    assert told["note"]


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("win_rat", *QUARTER), "unknown_metric", "metric"),
        (("win_rate",), "usage", "to"),
        (("win_rate", "--at", "2026-01-01", "--to", "2026-01-02"), "usage", "at"),
        (("win_rate", "--from", "2026-02-02", "--to", "2026-02-01"), "usage", "from"),
        (("win_rate", "--from", "01.02.2026", "--to", "2026-02-01"), "usage", None),
        (("win_rate", *QUARTER, "--set", "basis=half"), "param_value", "basis"),
        (("win_rate", *QUARTER, "--set", "colour=red"), "unknown_param", "colour"),
        (("win_rate", *QUARTER, "--set", "basis"), "usage", "set"),
        (("win_rate", *QUARTER, "--as-of", "yesterday"), "usage", "as-of"),
        (("win_rate", *QUARTER, "--as-of", "2026-01-01T09:00:00"), "usage", "as-of"),
    ],
)
def test_what_was_not_understood_exits_2_at_its_word(acme, words, code, field):
    error = acme.error("metric", "value", *words, code=2)
    assert (error["code"], error["field"]) == (code, field)


@pytest.mark.parametrize("words", [("--by", "colour"), ("--where", "colour=red")])
def test_an_unknown_dimension_exits_2(acme, words):
    error = acme.error("metric", "value", "revenue", *QUARTER, *words, code=2)
    assert error["fix"] is not None
    assert error["field"] == words[0].removeprefix("--")


def test_an_unknown_metric_cannot_be_shown(acme):
    assert acme.error("metric", "show", "luck", code=2)["code"] == "unknown_metric"


def test_names_and_notes_are_told_in_the_language_asked_for(acme):
    english = acme.json("metric", "show", "win_rate", "--lang", "en")["name"]
    thai = acme.json("metric", "show", "win_rate", "--lang", "th")["name"]
    assert english == "Win rate" != thai


def test_a_reading_is_compared_only_when_that_is_asked_for(acme):
    asked = ("revenue", "--from", "2026-02-01", "--to", "2026-02-28")
    assert set(value(acme, *asked)) == READING
    found = value(acme, *asked, "--compare", "previous")
    assert set(found) == READING | {"compared"}
    compared = found["compared"]
    assert (compared["against"], compared["partial"], compared["like_for_like"]) == (
        "previous", False, None
    )  # fmt: skip
    january = value(acme, "revenue", "--from", "2026-01-01", "--to", "2026-01-31")["value"]
    assert compared["then"] == {
        "from": "2026-01-01", "to": "2026-01-31", "value": january, "days": 31, "working_days": 22,
    }  # fmt: skip
    assert compared["difference"] == found["value"] - january
    assert (compared["days"], compared["working_days"]) == (28, 20)


def test_a_running_period_is_compared_like_for_like(acme):
    words = ("revenue", "--from", "2026-03-01", "--to", "2026-03-10", "--compare", "last_year")
    found = acme.json("metric", "value", *words, "--today", "2026-03-10")["compared"]
    assert found["partial"] is True
    assert found["like_for_like"]["then"]["to"] == "2025-03-10"
    assert found["then"]["to"] == "2025-03-31"
    assert (found["then"]["value"], found["change"]) == (None, None)


def test_a_text_shows_earlier_periods_below_the_value(acme):
    days = ("--from", "2026-03-01", "--to", "2026-03-10", "--today", "2026-03-10")
    _, out, _ = acme.say("metric", "value", "revenue", *days)
    assert "10 days, 7 working" in out
    assert "Period before, as many days, 1 Feb to 10 Feb 2026:" in out
    assert "The period is not over: 10 of 31 days have passed." in out
    assert acme.error("metric", "value", "revenue", *days, "--compare", "never", code=2)

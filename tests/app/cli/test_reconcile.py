"""metric reconcile on the command line, over the small company."""

QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31", "--today", "2026-04-30")


def reconcile(acme, metric, *words):
    return acme.json("metric", "reconcile", metric, *QUARTER, *words)


def test_the_answer_leads_from_theirs_to_ours(acme):
    told = reconcile(acme, "revenue", "--counts", "all")
    assert set(told) == {
        "metric", "params", "from", "to", "where", "connection", "report", "currency", "receipt",
        "parts",
    }  # fmt: skip
    [part] = told["parts"]
    assert part["part"] == "numerator" and part["record"] == "deal"
    steps = {one["step"]: one for one in part["steps"]}
    # Two deals were lost in the quarter, worth what the report adds.
    assert (steps["counts"]["left"], steps["counts"]["n"]) == (2, -2)
    assert part["ours"] == {"n": 3, "amount": 600}
    assert part["theirs"]["amount"] + sum(one["amount"] for one in part["steps"]) == 600
    assert all(one["title"] and one["why"] for one in part["steps"])
    assert part["shows"] is None


def test_a_number_that_was_read_is_split_into_explained_and_not(acme):
    [part] = reconcile(acme, "revenue", "--shows", "610")["parts"]
    assert part["shows"] == {"shows": 610, "gap": -10, "explained": 0, "unexplained": -10}


def test_the_parts_of_a_rate_are_told_apart(acme):
    told = reconcile(acme, "win_rate")
    assert [(one["part"], one["ours"]["n"]) for one in told["parts"]] == [
        ("numerator", 3), ("denominator", 5),
    ]  # fmt: skip
    [one] = reconcile(acme, "win_rate", "--part", "denominator")["parts"]
    assert one["ours"] == {"n": 5, "amount": None}


def test_what_cannot_be_compared_is_refused_with_a_way_out(acme):
    for words, code, exits in (
        (("data_quality",), "no_report", 1),
        (("revenue", "--connection", "Nobody"), "unknown_connection", 2),
        (("revenue", "--zone", "Mars"), "zone_unknown", 2),
        (("revenue", "--shows", "many"), "usage", 2),
    ):
        error = acme.error("metric", "reconcile", *words, *QUARTER, code=exits)
        assert error["code"] == code and error["fix"]

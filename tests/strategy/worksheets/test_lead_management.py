"""Lead management: points that are fair and can be reached, and no lead without somebody."""

import pytest

from strategy.worksheets import setting, starters
from strategy.worksheets.rules import every, lead_management, sensitive

SCORES = "lead_management.scores"


def found(desk):
    with desk.session() as session:
        about = setting.of(session)
    return {one.rule: one for one in every.findings(desk.book(), about, lead_management.SECTION)}


def score(desk, scored, points="10"):
    return desk.add(SCORES, scored=scored, scored_kind="event", points=points)


@pytest.mark.parametrize(
    "text",
    [
        "Age above 40",
        "Gender is female",
        "Nationality",
        "Married with two children",
        "Customer is 30 years old",
        "ลูกค้าอายุเกิน 40 ปี",
        "เพศหญิง",
        "สัญชาติ",
        "有孩子",
        "年龄大于40岁",
        "国籍",
    ],
)
def test_a_protected_trait_is_warned_about(desk, text):
    item = score(desk, text)
    finding = found(desk)["lead-trait"]
    assert (finding.severity, finding.item, finding.field) == ("warn", item, "scored")
    assert finding.evidence and finding.evidence in text


@pytest.mark.parametrize(
    "text",
    [
        "Visits the page with prices",
        "Age of the deal",
        "Company age over 5 years",
        "Average order",
        "Agency with ten people",
        "อายุสัญญาเกิน 1 ปี",
        "มีลูกค้ามากกว่า 10 ราย",
        "สัญญาหมดอายุ",
        "公司年龄超过5年",
    ],
)
def test_what_only_sounds_like_one_is_none(text):
    assert sensitive.trait(text) is None


def test_traits_are_looked_for_in_segments_and_distribution_too(desk):
    desk.add(
        "lead_management.segments",
        segment_name="Families",
        category="demographic",
        traits=["Moved lately", "Married"],
    )
    finding = found(desk)["lead-trait"]
    assert (finding.question, finding.evidence) == ("lead_management.segments", "Married")


@pytest.mark.parametrize("language", ["en", "th", "zh_Hans"])
def test_the_ten_rules_to_start_with_are_fair_and_go_both_ways(desk, language):
    with desk.session() as session:
        starters.take(session, SCORES, reader=language, by=desk.dana, now=desk.now)
    points = [row.value["points"] for row in desk.book().of(SCORES)]
    assert points == "25 25 15 10 10 5 5 -5 -10 -25".split()
    assert list(found(desk)) == ["score-threshold"]
    desk.save("lead_management.threshold", threshold="50", warm_from="25")
    assert found(desk) == {}


def test_a_threshold_can_be_reached(desk):
    score(desk, "Books an appointment", "25")
    score(desk, "Unsubscribes", "-25")
    desk.save("lead_management.threshold", threshold="50")
    finding = found(desk)["score-reach"]
    assert (finding.severity, finding.evidence) == ("fail", "50")
    score(desk, "Replies", "25")
    assert "score-reach" not in found(desk)


def test_one_sign_alone_and_points_that_only_rise_are_warned_about(desk):
    item = score(desk, "Asks for a visit", "50")
    desk.save("lead_management.threshold", threshold="50")
    assert found(desk)["score-alone"].item == item
    score(desk, "Replies")
    assert "score-down" not in found(desk)
    score(desk, "Clicks")
    assert found(desk)["score-down"].severity == "warn"
    score(desk, "Unsubscribes", "-5")
    assert "score-down" not in found(desk)


def test_warm_begins_below_hot(desk):
    desk.save("lead_management.threshold", threshold="50", warm_from="50")
    assert found(desk)["score-bands"].field == "warm_from"
    desk.save("lead_management.threshold", warm_from="25")
    assert found(desk) == {}


def test_a_hand_over_has_a_limit_and_a_way_back(desk):
    desk.save("lead_management.handover", late_lead="The next person gets it")
    assert {"handover-time", "handover-back"} <= set(found(desk))
    desk.save("lead_management.handover", accept_hours="4", rejection_reasons=["Too small"])
    assert found(desk) == {}


def test_rules_share_out_every_lead(desk):
    desk.save("lead_management.distribution", method="rules")
    assert {"sharing-rules", "sharing-rest"} <= set(found(desk))
    rule = {"factor": "geography", "rule_condition": "Postcode", "goes_to": "Nearest shop"}
    desk.add("lead_management.rules", rule_name="Nearest shop", **rule)
    desk.save("lead_management.distribution", catch_all="Head of sales")
    assert found(desk) == {}
    desk.save("lead_management.distribution", method="turns")
    assert list(found(desk)) == ["sharing-method"]


def test_a_sequence_stops_when_somebody_unsubscribes(desk):
    item = desk.add(
        "lead_management.nurture", sequence="Spring", sequence_type="welcome", trigger="Signs up"
    )
    desk.save("lead_management.letters", item, exit_rule=["purchase"])
    assert found(desk)["sequence-end"].item == item
    desk.save("lead_management.letters", item, exit_rule=["purchase", "unsubscribe"])
    assert found(desk) == {}


def test_who_spoke_to_a_lead_follows_it_up(desk):
    item = desk.add(
        "lead_management.follow_up",
        lead_type="sql",
        approach="marketing",
        follow_up_action="An advertisement",
    )
    assert found(desk)["follow-up-person"].item == item
    desk.save("lead_management.follow_up", item, approach="person")
    assert found(desk) == {}

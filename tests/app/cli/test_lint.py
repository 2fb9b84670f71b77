"""A goal in a sentence, from the command line."""

import pytest

GOOD = (
    "Raise our win rate from 22% to 28% by the end of Q3 by coaching each rep on two calls a "
    "week, so that we depend less on discounts."
)
LINT = {"letters", "verdict", "findings", "rewrite", "read"}


def test_a_good_sentence_is_smart_and_read_in_full(acme):
    found = acme.json("lint", GOOD, "--today", "2026-03-02")
    assert set(found) == LINT
    assert (found["verdict"], found["rewrite"]) == ("smart", None)
    assert found["letters"] == dict.fromkeys("SMART", "pass")
    assert found["read"] == {
        "metric": "win_rate", "direction": "up", "target": 0.28, "change_type": "target",
        "deadline": "2026-09-30",
    }  # fmt: skip


def test_a_vague_sentence_fails_with_rules_and_a_wording_that_passes(acme):
    found = acme.json("lint", "Eliminate customer churn.", "--today", "2026-03-02", code=1)
    assert found["letters"] == dict.fromkeys("SMART", "fail")
    by_rule = {one["rule"]: one for one in found["findings"]}
    assert by_rule["smart-A1"]["evidence"] == "“Eliminate”"
    assert all(set(one) == {"rule", "letter", "severity", "message", "evidence", "fix"}
               for one in found["findings"])  # fmt: skip
    acme.json("lint", found["rewrite"], "--today", "2026-03-02")


@pytest.mark.parametrize(
    ("text", "deadline", "target"),
    [
        (
            "เพิ่มอัตราการชนะจาก 22% เป็น 28% ภายในสิ้นไตรมาส 3 โดยโค้ชทีมขาย "
            "เพื่อให้ลดส่วนลดได้",
            "2026-09-30",
            0.28,
        ),
        ("三季度末之前通过培训销售把赢单率从22%提高到28%，以便少打折。", "2026-09-30", 0.28),
    ],
)  # fmt: skip
def test_thai_and_chinese_are_read_whatever_the_answers_language(acme, text, deadline, target):
    found = acme.json("lint", text, "--today", "2026-03-02", "--lang", "en")
    assert (found["read"]["deadline"], found["read"]["target"]) == (deadline, target)


def test_what_cannot_be_told_is_null_and_no_failure(acme):
    found = acme.json("lint", "Same as last time, see the slides.")
    assert found["letters"] == dict.fromkeys("SMART")


def test_a_dash_begins_no_option_behind_two_dashes(acme):
    code, out, _ = acme.say("lint", "--today", "2026-03-02", "--", "-10% churn by June")
    assert code == 1 and "smart-A4" in out

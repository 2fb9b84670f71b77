"""Messages as blocks: within Slack's limits, safe, and readable aloud, whatever goes in."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goals import words
from goals.questions.answer import Answer, Choice
from goals.tracking.evaluation import STATUSES
from goals.words import Message
from integrations.slack.blocks import alerts, answers, mrkdwn
from integrations.slack.blocks.status import marked
from tests.fakes.slack.blockkit import block_problems
from tests.fakes.slack.state import State
from tests.fakes.slack.text import pieces, plain

BASE = "https://headway.example"
READERS = [
    words.Reader("en", currency="THB"),
    words.Reader("th", "buddhist", "Asia/Bangkok", "THB"),
    words.Reader("zh_Hans", currency="THB"),
]
TEXTS = st.text(min_size=1, max_size=300) | st.text(
    alphabet="<>&|*_~`!@# \n\u0e17\u0e35\u0e48\u200d👨👩\U0001f1f9\U0001f1edé", max_size=300
)


def facts(name: str = "Sell ฿42 M of new business", **also: object) -> dict[str, object]:
    goal = {
        "id": "7",
        "name": name,
        "metric": "revenue",
        "status": "at_risk",
        "since": "2026-11-16",
        "actual": "16200000",
        "expected": "17900000",
        "projection": "41000000",
        "target": "42000000",
        "unit": "money",
        "currency": "THB",
        "last_day": "2026-12-31",
        "owner": "Alex Morgan",
        "data_to": "2026-11-22",
        "reason": None,
        **also,
    }
    change = {"before": "on_track", "after": goal["status"], "day": date(2026, 11, 22).isoformat()}
    return {"goal": goal, "change": change}


@given(TEXTS, st.integers(2, 60))
def test_a_clipped_text_fits_and_ends_between_characters(text: str, most: int) -> None:
    cut = mrkdwn.clip(text, most)
    assert len(mrkdwn.escape(cut).encode("utf-16-le", "surrogatepass")) // 2 <= most
    if cut != text:
        kept = cut.removesuffix("\u2026")
        whole = mrkdwn.clusters(text)
        assert any("".join(whole[:count]).rstrip() == kept for count in range(len(whole) + 1))


@pytest.mark.parametrize(
    ("text", "count"),
    [("ที่นี่", 2), ("น้ำ", 1), ("👨‍👩‍👧‍👦x", 2), ("🇹🇭🇨🇳", 2)]
    + [("👍🏽", 1), ("e\u0301a", 2), ("한국", 2)],
    ids=["vowels", "sara am", "family", "flags", "tone of skin", "accent", "hangul"],
)
def test_what_readers_take_for_one_character_stays_whole(text: str, count: int) -> None:
    assert len(mrkdwn.clusters(text)) == count


@given(TEXTS)
def test_what_somebody_typed_makes_no_mark_up(text: str) -> None:
    for shown in (mrkdwn.escape(text), mrkdwn.name(text)):
        assert "<" not in shown
        assert ">" not in shown
        assert not re.search(r"&(?!amp;|lt;|gt;)", shown)


STYLED = ["_it_", "~no~", "*b*", "`x`", "a *b* _c_", ":tada:", "> quoted", "*", "<_&_>"]


def read(blocks: list[dict[str, object]]) -> list[str]:
    """Return the texts of blocks as Slack shows them."""
    return [
        plain(State(), text, styled=kind == "mrkdwn") if kind in ("mrkdwn", "rich") else text
        for kind, text in pieces(blocks)
    ]


@given(TEXTS | st.sampled_from(STYLED))
def test_what_somebody_typed_is_read_as_it_was_typed(text: str) -> None:
    shown = mrkdwn.name(text)
    assume(shown)
    typed = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    lines = f"{mrkdwn.bold(shown)} {shown}", mrkdwn.link(f"{BASE}/goals/1", text)
    block = mrkdwn.section(*lines)
    assert block_problems([block], "message") == []
    assert read([block]) == [f"{typed} {typed}\n{typed}"]
    assert read([mrkdwn.context(shown, "x")]) == [f"{typed} · x"]


@pytest.mark.parametrize("name", [one for one in STYLED if not one.startswith(">")])
def test_names_with_marks_stay_bold_links_with_all_their_marks(name: str) -> None:
    post = alerts.alert("alert", facts(name, owner=name), READERS[0], BASE)
    assert block_problems(post.blocks, "message") == []
    [head] = post.blocks[0]["elements"]
    bold = {"style": {"bold": True}}
    link = {"type": "link", "url": f"{BASE}/goals/7", "text": name, **bold}
    assert head["elements"][:3] == [
        {"type": "text", "text": "▲ At risk:", **bold},
        {"type": "text", "text": " "},
        link,
    ]
    assert f"Owner: {name}" in read(post.blocks)[1]
    assert f"At risk: {mrkdwn.escape(name)}." in post.text


@pytest.mark.parametrize("name", ["win_rate of EU", "Q3-Q4", "50% & more", "at 9:30", "ที่_นี่"])
def test_names_without_marks_need_no_rich_text(name: str) -> None:
    rich = mrkdwn.section(mrkdwn.link(BASE, name))["type"] == "rich_text"
    assert rich is (not name.isascii())


@given(
    TEXTS,
    st.sampled_from(STATUSES),
    st.sampled_from(["alert", "worse", "better", "recovery", "achieved"]),
    st.sampled_from(READERS),
    st.booleans(),
)
def test_every_alert_is_within_the_limits(
    name: str, status: str, kind: str, reader: words.Reader, in_thread: bool
) -> None:
    post = alerts.alert(
        kind, facts(name, status=status), reader, BASE, in_thread=in_thread, is_repeat=True
    )
    assert block_problems(post.blocks, "message") == []
    assert 2 <= len(post.blocks) <= 7
    assert post.text.strip()
    assert len(post.text) < 4000


@pytest.mark.parametrize("missing", ["actual", "expected", "projection", "target", "data_to"])
def test_what_is_not_known_is_left_out_and_never_zero(missing: str) -> None:
    lacking: dict[str, object] = {missing: None}
    post = alerts.alert("alert", facts("Sell more", **lacking), READERS[0], BASE)
    text = json.dumps([post.text, post.blocks], ensure_ascii=False)
    assert "None" not in text
    assert "฿0" not in text
    assert block_problems(post.blocks, "message") == []


AHEAD = {"chance": "0.13", "low_end": "36900000", "likely_end": "41000000", "high_end": "45300000"}


def test_an_alert_says_chance_and_likely_end_where_they_are_known() -> None:
    post = alerts.alert("alert", facts(**AHEAD), READERS[0], BASE)
    assert post.blocks[0]["text"]["text"].replace("\u00a0", " ").partition("\n")[2] == (
        "Now *฿16.2 M* · plan today ฿17.9 M · chance *13%* · likely end ฿41.0 M (36.9 to 45.3)"
    )
    assert post.text.replace("\u00a0", " ").endswith(
        "plan today ฿17.9 M, chance 13%, likely end ฿41.0 M (36.9 to 45.3)."
    )


@pytest.mark.parametrize("missing", AHEAD)
def test_a_chance_without_its_range_falls_back_to_the_pace(missing: str) -> None:
    lacking: dict[str, object] = {**AHEAD, missing: None}
    post = alerts.alert("alert", facts("Sell more", **lacking), READERS[0], BASE)
    assert "at this pace it ends at" in post.text and "chance" not in post.text


def test_an_alert_says_what_the_page_says() -> None:
    post = alerts.alert("alert", facts(), READERS[0], BASE, owner="<@U1>")
    head, terms, evidence, buttons = post.blocks
    assert head["text"]["text"].replace("\u00a0", " ") == (
        "*▲ At risk:* <https://headway.example/goals/7|*Sell ฿42 M of new business*>\n"
        "Now *฿16.2 M* · plan today ฿17.9 M · at this pace it ends at *฿41.0 M*"
    )
    assert terms["text"]["text"].replace("\u00a0", " ") == (
        "Target ฿42.0 M by 31 Dec 2026. Owner: <@U1>"
    )
    assert evidence["elements"][0]["text"] == (
        "Since 16 Nov 2026, was: On track · data to 22 Nov 2026 · Revenue"
    )
    assert [one["text"]["text"] for one in buttons["elements"]] == ["Check in", "Why", "Open"]
    assert buttons["elements"][-1]["url"] == "https://headway.example/goals/7"
    assert post.text.replace("\u00a0", " ") == (
        "At risk: Sell ฿42 M of new business. Now ฿16.2 M, plan today ฿17.9 M,"
        " at this pace it ends at ฿41.0 M."
    )


@given(st.lists(TEXTS, min_size=1, max_size=5), TEXTS, st.sampled_from(READERS))
def test_every_choice_is_within_the_limits(
    labels: list[str], question: str, reader: words.Reader
) -> None:
    found = Answer(
        "choose",
        "status",
        Message("Which one do you mean?"),
        choices=tuple(Choice(label, question or "x") for label in labels),
    )
    post = answers.answer(found, reader, BASE, notes=(Message("Seen only by you."),))
    assert block_problems(post.blocks, "message") == []
    assert post.text.strip()


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_a_mark_and_always_the_word(status: str) -> None:
    mark, _, word = marked(status, READERS[0]).partition(" ")
    assert mark in "✓●▲◆■○"
    assert word == words.render(words.status(status), READERS[0])


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "evil.example/x"])
def test_a_name_that_looks_like_an_address_is_no_link(text: str) -> None:
    assert "<" not in mrkdwn.link(f"{BASE}/goals/1", text)


def test_the_marks_and_words_of_the_design_are_kept() -> None:
    """The shapes before the words are those of the design's example messages, where present."""
    folder = Path(__file__).parents[4] / "shared" / "design" / "slack"
    used = set("▲●◆✓")
    for file in folder.glob("*.json"):
        used |= set(re.findall("[▲●◆✓■○]", file.read_text(encoding="utf-8")))
    ours = {marked(status, READERS[0])[0] for status in STATUSES}
    assert used <= ours


@pytest.mark.parametrize("reader", READERS[1:], ids=["th", "zh"])
@pytest.mark.parametrize(
    ("kind", "status"),
    [("alert", "at_risk"), ("worse", "off_track"), ("better", "at_risk"),
     ("recovery", "on_track"), ("recovery", "achieved"), ("worse", "missed")],
)  # fmt: skip
def test_a_message_speaks_one_language(kind: str, status: str, reader: words.Reader) -> None:
    given = facts("7", status=status, owner=None)
    for in_thread in (False, True):
        said = alerts.alert(kind, given, reader, BASE, in_thread=in_thread, is_repeat=True)
        text = json.dumps([said.text, said.blocks], ensure_ascii=False)
        shown = re.findall(r'"(?:text)": "([^"]*)"', text) + [said.text]
        english = re.findall(r"[A-Za-z]{2,}", " ".join(shown).replace(BASE, ""))
        assert set(english) <= {"goals", "revenue", "Slack", "plain_text", "mrkdwn"}


def test_a_goal_that_is_over_is_not_said_to_be_so_now() -> None:
    said = alerts.alert("worse", facts(status="missed"), READERS[0], BASE, in_thread=True)
    assert said.blocks[0]["text"]["text"].startswith("*■ Missed.*")


def test_a_milestone_says_its_reason_and_when_it_is_due_instead_of_numbers():
    due = words.Day(date(2027, 1, 31))
    reason = words.to_json(Message("Not done yet, due in 3 days, on %(day)s.", {"day": due}))
    aim = words.to_json(Message("Due on %(day)s.", {"day": due}))
    said_of = facts(kind="milestone", status="missed", reason=reason, aim=aim, unit="done")
    said = " ".join(read(alerts.alert("alert", said_of, READERS[0], BASE).blocks))
    assert "Not done yet, due in 3 days, on 31 Jan 2027." in said
    assert "Due on 31 Jan 2027." in said
    assert "Now" not in said and "plan today" not in said


def test_a_changed_goal_says_how_it_stands_against_the_original_target():
    kept = words.to_json(Message("Against the original target of 9 it is at 50% of the way."))
    said = " ".join(
        read(alerts.alert("alert", facts(against_original=kept), READERS[0], BASE).blocks)
    )
    assert "Against the original target of 9 it is at 50% of the way." in said

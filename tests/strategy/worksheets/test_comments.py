"""Comments beside questions: threads, mentions, what is open, and what can be undone."""

import pytest

from goals.errors import Refusal
from strategy.worksheets import book, commenting, items, setting

USP = "proposition.usp"


def say(desk, text, parent=None, by=None, question=USP, item=""):
    with desk.session() as session:
        about = setting.of(session)
        made = commenting.add(
            session,
            question,
            item,
            text,
            about,
            parent_id=parent,
            by=by or desk.dana,
            now=desk.now,
        )
        return made.id


def threads(desk, question=USP, item=""):
    with desk.session() as session:
        return commenting.threads(session, question, item, setting.of(session))


def texts(found):
    return ["".join(part.text for part in one.first.parts) for one in found]


def do(desk, act, *more, **values):
    with desk.session() as session:
        act(session, *more, **values)


def test_a_thread_holds_its_answers_in_order(any_desk):
    first = say(any_desk, "Which line do we mean?")
    say(any_desk, "The filling line.", parent=first, by=any_desk.nok)
    reply = say(any_desk, "Good.", parent=first)
    say(any_desk, "A reply to a reply stands in the same thread.", parent=reply)
    (thread,) = threads(any_desk).open
    assert (thread.first.by_name, thread.first.by) == ("Dana", any_desk.dana)
    assert [one.by_name for one in thread.replies] == ["Nok", "Dana", "Dana"]
    assert thread.first.at < thread.replies[0].at


def test_a_resolved_thread_is_no_longer_open_until_somebody_speaks_up(any_desk):
    first = say(any_desk, "Is it true?")
    do(any_desk, commenting.resolve, first, by=any_desk.nok, now=any_desk.now)
    found = threads(any_desk)
    assert (texts(found.open), texts(found.resolved)) == ([], ["Is it true?"])
    assert found.resolved[0].resolved_by == "Nok"
    say(any_desk, "Not quite.", parent=first)
    assert texts(threads(any_desk).open) == ["Is it true?"]
    do(any_desk, commenting.resolve, first, by=any_desk.nok, now=any_desk.now)
    do(any_desk, commenting.reopen, first)
    assert texts(threads(any_desk).open) == ["Is it true?"]


def test_a_deleted_comment_comes_back(any_desk):
    first = say(any_desk, "One")
    reply = say(any_desk, "Two", parent=first)
    do(any_desk, commenting.remove, reply, now=any_desk.now)
    assert threads(any_desk).open[0].replies == ()
    do(any_desk, commenting.remove, first, now=any_desk.now)
    assert threads(any_desk).open == ()
    with pytest.raises(Refusal):
        say(any_desk, "Three", parent=first)
    do(any_desk, commenting.bring_back, first)
    do(any_desk, commenting.bring_back, reply)
    assert len(threads(any_desk).open[0].replies) == 1


def test_comments_stay_with_their_question_and_row(desk):
    goal = desk.add("business_goals.goals", statement="Sell more")
    say(desk, "About the row", question="business_goals.goals", item=goal)
    say(desk, "About the list", question="business_goals.goals")
    assert texts(threads(desk, "business_goals.goals", goal).open) == ["About the row"]
    assert texts(threads(desk, "business_goals.goals").open) == ["About the list"]
    first = say(desk, "About the USP")
    with pytest.raises(Refusal):
        say(desk, "Elsewhere", parent=first, question="proposition.wants")


def test_a_section_counts_its_open_threads(desk):
    goal = desk.add("business_goals.goals", statement="Sell more")
    say(desk, "About the row", question="business_goals.measure", item=goal)
    first = say(desk, "One")
    say(desk, "An answer", parent=first)
    done = say(desk, "Two")
    do(desk, commenting.resolve, done, by=desk.nok, now=desk.now)
    assert (desk.section("proposition").comments, desk.hub().comments) == (1, 2)
    with desk.session() as session:
        items.remove_item(session, "business_goals.goals", goal, by=desk.dana, now=desk.now)
    assert (desk.section("business_goals").comments, desk.hub().comments) == (0, 1)


def test_comments_are_no_part_of_a_version(desk):
    desk.write_proposition()
    say(desk, "A secret remark")
    assert "A secret remark" not in str(book.freeze(desk.book()))


NAMES = {"1": "Dana K.", "2": "Nok", "3": "Dana", "4": "王伟", "5": "Nok Suda"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Nok, please look", ["2", "5"]),
        ("ask @nok suda about it", ["5"]),
        ("@Dana K. and @DANA", ["1", "3"]),
        ("@Dana K. alone", ["1"]),
        ("see a@nok.example", ["2", "5"]),
        ("@Nokia is a firm", []),
        ("请@王伟看一下", ["4"]),
        ("nobody @ all", []),
    ],
)
def test_a_name_after_an_at_sign_mentions_its_member(text, ids):
    expected = ids if text[:3] != "see" else []
    assert sorted(commenting.mentioned(text, NAMES)) == sorted(expected)


def test_the_parts_of_a_text_make_up_the_whole():
    text = "Hi @Nok Suda!\nSee https://example.org"
    parts = list(commenting.parts(text, NAMES))
    assert "".join(one.text for one in parts) == text
    assert [one.text for one in parts if one.mention] == ["@Nok Suda"]


@pytest.mark.parametrize(
    ("text", "code"), [(" \n ", "comment_empty"), ("a" * 2001, "comment_long")]
)
def test_an_empty_or_endless_comment_is_refused(desk, text, code):
    with pytest.raises(Refusal) as refused:
        say(desk, text)
    assert refused.value.code == code


def test_a_comment_of_another_workspace_does_not_exist(desk):
    with pytest.raises(Refusal, match="comment"):
        do(desk, commenting.resolve, 12345, by=desk.dana, now=desk.now)

"""Worksheets while people write: saved by themselves, by two at once, and in rows."""

from strategy.worksheets import items, keeping, library
from tests.support.site import plain
from tests.support.worksheets import GOALS, TEXT, USP, add_goal, answer, usp, version


def test_writing_saves_itself_and_answers_with_the_time_and_the_coach(site):
    answer_ = site.browser().post(f"{USP}/autosave", 200, **usp(TEXT)).json
    assert answer_["version"] == 1 and answer_["said"] == "Saved 23:59"
    assert "Your sentence has 1 of the 2 parts" in plain(f"<main>{answer_['coach']}</main>")


def test_what_is_too_long_is_not_saved_by_itself(site):
    answer_ = site.browser().post(f"{USP}/autosave", 422, **usp("x" * 6000)).json
    assert answer_["said"].startswith("Not saved: Shorten this to")


def both_wrote(site, mine="Mine is other.", **also):
    """Let two people change one sentence, and return the second one with the page."""
    first = site.browser()
    first.post(USP, **usp("The base."))
    site.add("Wei", "editor")
    second = site.browser("wei@acme.example")
    first.post(USP, **usp("Theirs is new.", "1", writer="first"))
    return second, second.post(USP, 409, **usp(mine, "1", writer="second", **also)).text


def test_two_texts_stand_side_by_side_and_neither_is_lost(sites):
    second, html = both_wrote(sites)
    text = plain(html)
    assert "both changed this" in text and "Both started from: The base." in text
    assert "Yours" in text and "Keep mine" in text and "Or make one text of both" in text
    assert answer(sites, "proposition.usp")["usp_sentence"] == "Theirs is new."
    kept = plain(second.get(f"{USP}/history"))
    assert "Not kept: another text was saved at the same time Wei" in kept and "other" in kept


def test_two_windows_of_one_person_are_not_two_people(site):
    visitor = site.browser()
    visitor.post(USP, **usp("The base."))
    visitor.post(USP, **usp("One.", "1", writer="first"))
    html = visitor.post(USP, 409, **usp("Two.", "1", writer="second")).text
    assert "You changed this in two places" in plain(html) and "Owner both" not in plain(html)
    assert version(html)


def test_keeping_ones_own_text_replaces_the_other(site):
    second, html = both_wrote(site)
    chosen = {"field": "usp_sentence", "mine.usp_sentence": "Mine is other."}
    second.post(f"{USP}/resolve", version=version(html), do="mine", **chosen)
    assert answer(site, "proposition.usp")["usp_sentence"] == "Mine is other."


def test_keeping_the_other_text_changes_nothing(site):
    second, html = both_wrote(site)
    second.post(f"{USP}/resolve", version=version(html), do="theirs")
    assert answer(site, "proposition.usp")["usp_sentence"] == "Theirs is new."


def test_one_text_can_be_made_of_both(site):
    second, html = both_wrote(site)
    chosen = {"field": "usp_sentence", "usp_sentence": "One of both."}
    second.post(f"{USP}/resolve", version=version(html), do="both", **chosen)
    assert answer(site, "proposition.usp")["usp_sentence"] == "One of both."


def test_a_conflict_while_writing_says_so_and_keeps_the_text(site):
    first = site.browser()
    first.post(USP, **usp("The base."))
    first.post(USP, **usp("Theirs.", "1", writer="other"))
    said = first.post(f"{USP}/autosave", 409, **usp("Mine.", "1", writer="tab")).json
    assert said["choose"] == "Compare"
    with site.session() as session:
        kept = keeping.find(session, library.worksheets().find("proposition.usp"), "")
        assert kept is not None
        assert "set_aside" in [one.action for one in keeping.versions(session, kept)]


def test_changes_in_different_boxes_are_both_kept(site):
    first = site.browser()
    first.post(USP, **usp("The base.", proof=""))
    first.post(USP, **usp("Theirs.", "1", writer="other"))
    mine = usp("The base.", "1", writer="tab") | {"proof": "A prize."}
    said = first.post(f"{USP}/autosave", 200, **mine).json
    assert said["fill"] == {"usp_sentence": ["Theirs."]}
    assert answer(site, "proposition.usp") == {"usp_sentence": "Theirs.", "proof": "A prize."}


def test_a_row_that_was_removed_meanwhile_can_come_back_with_the_text(site):
    visitor = site.browser()
    item = add_goal(visitor, "The first words")
    where = f"{GOALS}?item={item}"
    seen = version(visitor.get(where))
    visitor.post(f"{GOALS}/remove?item={item}")
    text = visitor.post(where, 409, statement="Newer words", kind="metric", version=seen).text
    assert "removed this while you were writing" in plain(text)
    chosen = {"field": "statement", "mine.statement": "Newer words", "removed": "1"}
    visitor.post(f"{GOALS}/resolve?item={item}", version=seen, do="mine", **chosen)
    assert answer(site, "business_goals.goals", item)["statement"] == "Newer words"


def test_rows_are_added_moved_removed_and_brought_back(site):
    visitor = site.browser()
    first, second = add_goal(visitor, "Alpha"), add_goal(visitor, "Beta")
    visitor.post(f"{GOALS}/move?item={second}", do="up")
    text = plain(visitor.get(GOALS))
    assert text.index("Beta") < text.index("Alpha")
    visitor.post(f"{GOALS}/remove?item={first}")
    html = visitor.get(GOALS)
    assert "“Alpha” is removed." in html and "1 removed" in plain(html)
    visitor.post(f"{GOALS}/return?item={first}")
    assert "Alpha" in plain(visitor.get(GOALS)).partition("Add a business goal")[0]


def test_no_more_rows_than_make_sense_can_be_added(site):
    visitor = site.browser()
    with site.session() as session:
        for _number in range(12):
            items.add_item(session, "business_goals.goals", by=None, now=site.now)
    visitor.post(f"{GOALS}/add")
    assert "There are 12 already. Remove one to add another." in visitor.get(GOALS)

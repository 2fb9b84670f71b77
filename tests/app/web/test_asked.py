"""Words for goals: from a question that was not understood to its answer, in one click."""

import re
from urllib.parse import parse_qsl, urlsplit

from goals.questions import aliases
from goals.workspace import Member, Person
from tests.support import company
from tests.support.site import plain

QUESTION = "how is the gizmo number doing"


def sell(site, **terms):
    with site.session() as session:
        return company.revenue_goal(session, **terms).id


def ask(visitor, question, *before):
    answer = visitor.post("/ask", q=question, before=list(before))
    address = urlsplit(answer.headers["Location"])
    asked = [("q", question), *(("before", one) for one in before)]
    assert (address.path, parse_qsl(address.query)) == ("/ask", asked)
    return visitor.get(answer.headers["Location"])


def test_a_question_that_was_not_understood_is_answered_after_one_click(site):
    goal = sell(site, name="Sell pumps")
    visitor = site.browser()
    assert "I cannot answer that" in plain(ask(visitor, QUESTION))
    ask(visitor, QUESTION)
    page = visitor.get("/ask/words")
    assert QUESTION in plain(page)
    [word] = re.findall(r'name="word" value="(gizmo[^"]*)"', page)
    visitor.post("/ask/words", word=word, of=f"goal:{goal}")
    page = visitor.get("/ask/words")
    assert QUESTION not in plain(page) and "Sell pumps" in plain(page)
    answered = plain(ask(visitor, QUESTION))
    assert "Sell pumps" in answered and "I cannot answer that" not in answered
    [remove] = re.findall(r'action="(/ask/words/\d+/remove)"', page)
    visitor.post(remove)
    assert "I cannot answer that" in plain(ask(visitor, QUESTION))


def test_only_a_question_that_is_sent_is_kept_not_an_address_that_is_opened(site):
    visitor = site.browser()
    assert "I cannot answer that" in plain(visitor.get("/ask?q=how+is+the+gizmo+doing"))
    with site.session() as session:
        assert not aliases.waiting(session)


def test_how_often_a_question_was_asked_is_counted_and_it_can_be_forgotten(site):
    visitor = site.browser()
    for _ in range(3):
        ask(visitor, "how is the weather in Oslo")
    with site.session() as session:
        [one] = aliases.waiting(session)
        assert (one.count, one.locale) == (3, "en")
    [forget] = re.findall(r'action="(/ask/questions/\d+/forget)"', visitor.get("/ask/words"))
    visitor.post(forget)
    assert "Every question was understood." in plain(visitor.get("/ask/words"))


def test_a_word_stands_for_one_thing(site):
    goal = sell(site, name="Sell pumps")
    visitor = site.browser()
    visitor.post("/ask/words", word="gizmo", of=f"goal:{goal}")
    answer = visitor.post("/ask/words", 422, word="Gizmo", of=f"goal:{goal}")
    assert "That word stands for something already." in plain(answer.text)


def test_nothing_is_meant_before_somebody_has_chosen(site):
    sell(site, name="Sell pumps")
    visitor = site.browser()
    page = visitor.get("/ask/words")
    assert re.search(r'<select[^>]*name="of"[^>]*>\s*<option[^>]*value=""', page)
    answer = visitor.post("/ask/words", 422, word="gizmo", of="")
    assert "Choose what it stands for." in plain(answer.text)
    with site.session() as session:
        assert aliases.every(session) == []


def test_only_owners_see_what_others_asked(site):
    with site.database.system() as system:
        person = Person(email="view@acme.example", name="Vi Viewer", created_at=company.NOW)
        system.add(person)
        system.flush()
        system.add(
            Member(
                workspace_id=site.here, person_id=person.id, role="viewer", created_at=company.NOW
            )
        )
    visitor = site.browser("view@acme.example")
    assert "/ask/words" not in visitor.get("/ask")
    assert visitor.get("/ask/words", 403)


def test_a_short_question_on_the_page_goes_on_from_the_one_before(site):
    sell(site, name="Sell pumps")
    visitor = site.browser()
    page = ask(visitor, "how is sell pumps")
    assert 'name="before" value="how is sell pumps"' in page
    page = plain(ask(visitor, "who owns it?", "how is sell pumps"))
    assert "Sell pumps" in page and "I cannot answer that" not in page

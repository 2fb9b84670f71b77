"""The strategy against what no form of ours sends, and against what people may well paste."""

import re
from html.parser import HTMLParser

import pytest
from sqlmodel import col, select

from strategy.document import formats
from strategy.worksheets import items, keeping, library
from strategy.worksheets.tables import Answer
from tests.support import company
from tests.support.forms import sent
from tests.support.site import plain
from tests.support.worksheets import (
    EVIL,
    GOALS,
    PERIOD,
    USP,
    WORLD,
    add_goal,
    answer,
    fill,
    period,
    usp,
    version,
)

JSON = {"Accept": "application/json"}
PAGES = (
    "/strategy",
    "/strategy?q=pwn",
    "/strategy?q=<script>",
    "/strategy/coverage",
    "/strategy/journey/map",
    "/strategy/crm_selection/scores",
    "/strategy/implementation/plan",
    "/strategy/team_goals/tree",
    "/strategy/data_governance/good",
    "/strategy/approve",
    "/strategy/versions",
    "/strategy/document",
    "/strategy/goals",
)


class Looked(HTMLParser):
    """Collects what would run."""

    def __init__(self, html):
        super().__init__()
        self.runs = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        runs = any(name.startswith("on") for name in given) or tag in ("img", "iframe")
        runs |= tag == "script" and "src" not in given
        leads = [given.get(name) or "" for name in ("href", "src", "action", "formaction")]
        if runs or any(one.strip().lower().startswith("javascript:") for one in leads):
            self.runs.append(self.get_starttag_text())


def harmless(html):
    assert Looked(html).runs == []
    # Long enough that no id of the page holds it by chance.
    assert "6049417283" not in html
    return html


def autosave(visitor, path, **given):
    data = {"csrf_token": visitor.token(), "writer": "tab", **given}
    return visitor.client.post(path, data=data, headers=JSON)


# --- What wants to run ---------------------------------------------------------------------------


def test_what_stands_in_every_field_runs_nowhere_and_breaks_no_page(site):
    fill(site, (*EVIL, *WORLD))
    visitor = site.browser()
    for path in (*PAGES, *(f"/strategy/{one.key}" for one in library.worksheets().sections)):
        harmless(visitor.get(path))
    for asked in library.worksheets().asked.values():
        if asked.question.asked_on is None:
            row = "?item=row0" if asked.has_rows else ""
            html = harmless(visitor.get(f"/strategy/{asked.section.key}/{asked.question.key}{row}"))
            assert 'dir="auto"' in html


def test_a_hostile_text_is_shown_as_it_was_typed_wherever_it_goes(site):
    visitor = site.browser()
    text = EVIL[0]
    said = autosave(visitor, f"{USP}/autosave", **usp(text, version="0")).json
    harmless(said["coach"])
    visitor.post(USP, **usp(f"{text} twice", "1", writer="tab"))
    visitor.post(f"{USP}/comments", comment=f"@{text}")
    visitor.post("/strategy/approve", name=text[:80], note=text, with_open="y")
    theirs = harmless(visitor.post(USP, 409, **usp(f"{text} mine", "1", writer="other")).text)
    assert f"{text} mine" in sent(theirs).values()
    for path in (USP, f"{USP}/history", "/strategy/versions", "/strategy/proposition"):
        assert "<script>pwn()</script>" in plain(harmless(visitor.get(path))).replace(
            "&lt;", "<"
        ).replace("&gt;", ">")
    link = sent_link(visitor)
    assert "77777*77779" in harmless(site.app.test_client().get(link).text)


def sent_link(visitor):
    page = visitor.post("/strategy/share", 200, days="7").text
    return "/strategy/shared/" + re.findall(r"/strategy/shared/([^\"&<\s]+)", page)[0]


def test_every_format_of_a_hostile_strategy_is_written(site):
    fill(site, (*EVIL, *WORLD))
    client = site.browser().client
    for ending in ("docx", "pptx", "xlsx", "md", "html", "json"):
        sent_file = client.get(f"/strategy/document/{ending}")
        assert sent_file.status_code == 200, ending
        if ending == "html":
            harmless(sent_file.text)


# --- What is too long ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["long text " * 60_000, "ภาษาไทย" * 30_000, "x" * 10_000_000], ids=["en", "th", "10 MB"]
)
def test_a_text_that_is_far_too_long_comes_back_with_what_to_do(site, text):
    visitor = site.browser()
    html = visitor.post(USP, 422, **usp(text)).text
    assert "Shorten this to" in plain(html.replace(text.strip(), ""))
    assert 'href="#f-usp_sentence"' in html and text.strip() in html
    said = autosave(visitor, f"{USP}/autosave", **usp(text))
    assert said.status_code == 422 and said.json["said"].startswith("Not saved: Shorten this to")
    assert answer(site, "proposition.usp") == {}


def test_no_box_cuts_off_what_is_pasted_into_it(site):
    html = site.browser().get(USP)
    boxes = re.findall(r"<textarea[^>]*>", html)
    assert boxes and not [one for one in boxes if "maxlength" in one]


def test_a_comment_that_is_too_long_stands_in_its_box_again(site):
    text = "word " * 120_000
    html = site.browser().post(f"{USP}/comments", 422, comment=text).text
    assert "Shorten this to" in plain(html.replace(text, "")) and text.strip() in html


def test_the_largest_table_of_scores_is_taken(site):
    visitor = site.browser()
    with site.session() as session:
        for store, count in (("crm_needs.requirements", 60), ("crm_selection.vendors", 6)):
            for number in range(count):
                made = Answer(
                    workspace_id=site.here,
                    question=store,
                    item=f"{number:x}",
                    position=number,
                    value={"requirement": f"Need {number}", "name": f"Vendor {number}"},
                    version=1,
                    updated_at=site.now,
                )
                session.add(made)
    where = "/strategy/crm_selection/scores"
    given = {name: value for name, value in sent(visitor.get(where)).items() if name != "do"}
    assert len(given) > 1000
    said = autosave(visitor, f"{where}/autosave", **given)
    assert said.status_code == 200, said.text[:300]


# --- Two hundred personas ------------------------------------------------------------------------


def test_two_hundred_personas_are_written_listed_and_sent(site):
    visitor = site.browser()
    with site.session() as session:
        for number in range(200):
            session.add(
                Answer(
                    workspace_id=site.here,
                    question="personas.who",
                    item=f"p{number}",
                    position=number,
                    value={"name": f"Persona Nr {number}", "segment": "b2b"},
                    version=1,
                    updated_at=site.now,
                )
            )
    visitor.post("/strategy/personas/who/add")
    for path in ("/strategy/personas/who", "/strategy/personas", "/strategy/document"):
        assert "Persona Nr 199" in visitor.get(path)
    for path in ("/strategy", "/strategy/coverage", "/strategy/approve", "/strategy?q=persona"):
        visitor.get(path)
    page = visitor.get("/strategy/personas/who?item=p7")
    said = autosave(
        visitor, "/strategy/personas/who/autosave?item=p7", name="Renamed", version=version(page)
    )
    assert said.status_code == 200
    for ending in ("docx", "xlsx", "md", "json"):
        assert visitor.client.get(f"/strategy/document/{ending}").status_code == 200


def test_a_format_that_would_take_too_long_says_how_long_and_offers_another(site, monkeypatch):
    visitor = site.browser()
    visitor.post(USP, **usp("We measure each line. " * 15))
    slow = formats.Format("pdf", "PDF", "application/pdf", "pdf", pace=10)
    monkeypatch.setitem(formats.FORMATS, "pdf", slow)
    gone_to = visitor.client.get("/strategy/document/pdf")
    assert gone_to.status_code == 303
    html = visitor.get(gone_to.location)
    assert re.search(r"it would take about \d+ seconds", html)


# --- What no form of ours sends ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [("30", "2", "2027"), ("29", "2", "2027"), ("0", "13", "-1"), ("١", "x", "9" * 40)],
)
def test_a_day_that_does_not_exist_is_said_at_its_boxes(site, day, month, year):
    given = {"first_day.day": day, "first_day.month": month, "first_day.year": year}
    html = site.browser().post(PERIOD, 422, **period(**given)).text
    assert 'href="#f-first_day"' in html and f'value="{month}"' in html
    assert answer(site, "business_goals.period") == {}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-inf", "1e999999", "9" * 90, "٣٫٥", "0x10"])
def test_a_number_that_is_none_is_said_at_its_box_and_kept_while_writing(site, number):
    visitor = site.browser()
    item = add_goal(visitor)
    where = f"/strategy/business_goals/measure?item={item}"
    given = {"metric": "revenue", "direction": "up", "change": "relative", "number": number}
    html = visitor.post(where, 422, version=version(visitor.get(where)), **given).text
    assert 'href="#f-number"' in html and number in html
    for path in ("/strategy", "/strategy/goals", "/strategy/business_goals", "/strategy/coverage"):
        visitor.get(path)


@pytest.mark.parametrize("path", ["/strategy/x", "/strategy/proposition/x", "/strategy/x/usp"])
def test_an_unknown_section_or_question_is_not_there(site, path):
    visitor = site.browser()
    visitor.get(path, 404)
    visitor.post(path if path.count("/") > 2 else f"{path}/assignee", 404, **usp("x"), member="1")


@pytest.mark.parametrize("item", ["nobody", "%00", "'; drop table answer; --", "a" * 5000, "é"])
def test_an_unknown_row_is_not_there_and_nothing_is_made(site, item):
    visitor = site.browser()
    for path in ("", "/autosave", "/resolve", "/move", "/remove", "/return", "/history"):
        given = visitor.client.post(
            f"{GOALS}{path}?item={item}",
            data={"csrf_token": visitor.token(), "statement": "x", "kind": "metric", "do": "up"},
        )
        assert given.status_code == 404, path
    with site.session() as session:
        here = col(Answer.workspace_id) == site.here
        assert session.exec(select(Answer).where(here)).all() == []


def test_a_row_of_another_company_is_not_there(site):
    there = company.make(site.database, name="Elsewhere")
    with site.database.session(there) as session:
        theirs = items.add_item(session, "business_goals.goals", by=None, now=site.now)
    visitor = site.browser()
    visitor.get(f"{GOALS}?item={theirs}", 404)
    visitor.post(f"{GOALS}?item={theirs}", 404, statement="Ours", kind="metric", version="1")
    visitor.post(f"{GOALS}/remove?item={theirs}", 404)
    with site.database.session(there) as session:
        kept = keeping.find(session, library.worksheets().find("business_goals.goals"), theirs)
        assert kept is not None and kept.value == {} and kept.removed_at is None


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "1e3", "NaN", ""])
def test_a_version_that_is_none_loses_no_text(site, number):
    visitor = site.browser()
    visitor.post(USP, **usp("The first."))
    visitor.client.post(
        USP, data={"csrf_token": visitor.token(), **usp("The second.", number, writer="x")}
    )
    history = plain(visitor.get(f"{USP}/history"))
    assert "first" in history and "second" in history


def test_lists_for_a_text_unknown_fields_and_odd_buttons_change_nothing_else(site):
    visitor = site.browser()
    given = usp("One.", do="example:99999999999999999999")
    given |= {"usp_sentence": ["One.", "Two."], "unknown": "x", "__proto__": "y"}
    visitor.client.post(USP, data={"csrf_token": visitor.token(), **given})
    kept = answer(site, "proposition.usp")
    assert kept.get("usp_sentence") == "One." and "unknown" not in kept


def test_signs_that_no_database_keeps_are_left_out_and_the_rest_stays(sites):
    visitor = sites.browser()
    data = b"usp_sentence=a%00b%ED%A0%80c%F0%9F%98%80&proof=&version=0&writer=w&csrf_token="
    sent_form = data + visitor.token().encode()
    kind = "application/x-www-form-urlencoded"
    answered = visitor.client.post(USP, data=sent_form, content_type=kind)
    assert answered.status_code == 303
    kept = answer(sites, "proposition.usp")["usp_sentence"]
    assert "a" in kept and "b" in kept and kept.endswith("c😀")


def test_a_question_that_other_answers_make_needless_says_so_and_keeps_its_text(site):
    visitor = site.browser()
    item = add_goal(visitor, kind="milestone")
    where = f"/strategy/business_goals/measure?item={item}"
    assert "This is not asked beside your other answers." in plain(visitor.get(where))
    said = autosave(visitor, f"/strategy/business_goals/measure/autosave?item={item}", number="10%")
    assert said.status_code == 200
    assert answer(site, "business_goals.goals", item)["number"] == "10%"


# --- What went wrong on the way ------------------------------------------------------------------


def test_a_page_that_refuses_a_form_shows_what_was_written(site):
    site.add("Vera", "viewer")
    visitor = site.browser("vera@acme.example")
    text = plain(visitor.post(USP, 403, **usp("Words of Vera's own.")).text)
    assert "You may look but not change this" in text and "Words of Vera's own." in text
    said = autosave(visitor, f"{USP}/autosave", **usp("Words of Vera's own."))
    assert said.status_code == 403 and said.json["said"].startswith("You may look")


def test_a_form_that_is_too_old_is_sent_again_only_from_a_page_of_ours(site):
    visitor = site.browser()
    given = usp("Typed on Monday.", csrf_token="old")
    page = visitor.client.post(USP, data=given)
    assert page.status_code == 400 and "This form is too old" in plain(page.text)
    visitor.post(USP, **sent(page.text))
    foreign = visitor.client.post(USP, data=given, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 400 and "Send again" not in foreign.text
    nobody = visitor.client.post(USP, data=given, headers={"Origin": "null"})
    assert nobody.status_code == 400 and "Send again" not in nobody.text


def test_a_script_is_given_a_new_token_for_a_form_that_is_too_old(site):
    visitor = site.browser()
    client = visitor.client
    said = client.post(f"{USP}/autosave", data=usp("Mine.", csrf_token="old"), headers=JSON)
    assert said.status_code == 400
    again = usp("Mine.", csrf_token=said.json["token"])
    assert client.post(f"{USP}/autosave", data=again, headers=JSON).status_code == 200

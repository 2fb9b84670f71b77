"""The strategy as a document on its page, as files, and back in from one."""

import io
import json
import re

import pytest

from goals.alerts import review
from strategy.document import formats
from strategy.worksheets import approval
from tests.support import company
from tests.support.site import plain
from tests.support.worksheets import PERIOD, TEXT, USP, answer, period, usp

PAGE = "/strategy/document"


@pytest.fixture
def written(site):
    visitor = site.browser()
    visitor.post(PERIOD, **period())
    visitor.post(USP, **usp(TEXT))
    return site


def approve(site):
    with site.session() as session:
        approval.approve(session, "", None, by=None, now=site.now, allow_open=True)


def test_the_hub_leads_to_the_document(written):
    assert f'href="{PAGE}"' in written.browser().get("/strategy")


def test_the_page_shows_what_is_written_and_offers_every_format(written):
    html = written.browser().get(PAGE)
    text = plain(html)
    assert "Strategy 2027" in text and TEXT in text
    assert "Draft of version 1, not approved." in text
    assert "Not written yet" in text
    for ending in formats.FORMATS:
        assert f'href="{PAGE}/{ending}"' in html


def test_a_strategy_without_an_answer_says_so(site):
    assert "Nothing of the strategy is written yet." in plain(site.browser().get(PAGE))


def test_what_was_approved_is_shown_unless_the_draft_is_asked_for(written):
    approve(written)
    visitor = written.browser()
    visitor.post(USP, **usp("A newer sentence that is not approved.", expected="1"))
    assert TEXT in plain(visitor.get(PAGE))
    assert "1 answer has changed since." in plain(visitor.get(PAGE))
    draft = visitor.get(f"{PAGE}?version=draft")
    assert "A newer sentence" in plain(draft)
    assert f'href="{PAGE}/md?version=draft"' in draft
    visitor.get(f"{PAGE}?version=9", 404)
    for nonsense in ("x", "-1", "0", "9" * 40, "%00", "１"):
        assert TEXT in plain(visitor.get(f"{PAGE}?version={nonsense}"))


@pytest.mark.parametrize("ending", ["docx", "pptx", "xlsx", "md", "html", "json"])
def test_a_file_is_sent_with_its_name_and_kind_and_not_kept(written, ending):
    sent = written.browser().client.get(f"{PAGE}/{ending}")
    assert sent.status_code == 200 and len(sent.data) > 200
    assert sent.content_type == formats.FORMATS[ending].media_type
    assert sent.headers["Cache-Control"] == "no-store"
    name = f"acme-strategy-draft1.{ending}"
    assert sent.headers["Content-Disposition"] == f"attachment; filename={name}"


def test_a_pdf_is_sent_or_the_page_says_what_to_do(written):
    sent = written.browser().client.get(f"{PAGE}/pdf")
    if sent.status_code == 303:
        assert sent.location.endswith(PAGE)
    else:
        assert sent.data.startswith(b"%PDF-") and sent.content_type == "application/pdf"


def test_the_page_names_what_the_pdf_cannot_show(written):
    visitor = written.browser()
    assert "No font here" not in plain(visitor.get(PAGE))
    visitor.post(USP, **usp("Only we measure \U0010fffd twice.", version="1"))
    offered = "/document/pdf" in visitor.get(PAGE)
    assert ("No font here can show \U0010fffd" in plain(visitor.get(PAGE))) == offered


def test_an_unknown_format_leads_nowhere(written):
    written.browser().get(f"{PAGE}/exe", 404)


def test_any_member_may_read_it_and_only_editors_may_import(written):
    visitor = written.browser(written.add("Vic", "viewer"))
    assert TEXT in plain(visitor.get(PAGE))
    assert visitor.client.get(f"{PAGE}/md").status_code == 200
    assert "/strategy/import" not in visitor.get(PAGE)
    visitor.get("/strategy/import", 403)


def test_a_goal_stands_in_it_for_those_who_may_see_it(written):
    with written.session() as session:
        goal = company.revenue_goal(session)
        goal.name, goal.visibility = "Secret goal", "private"
        session.add(goal)
        review.review(session, now=written.now, today=written.now.date())
    assert "Secret goal" in plain(written.browser().get(PAGE))
    assert b"Secret goal" in written.browser().client.get(f"{PAGE}/json").data
    visitor = written.browser(written.add("Vic", "viewer"))
    assert "Secret goal" not in plain(visitor.get(PAGE))
    for ending in ("json", "md", "html"):
        assert b"Secret goal" not in visitor.client.get(f"{PAGE}/{ending}").data


def test_the_document_speaks_the_readers_language(written):
    visitor = written.browser()
    visitor.post("/language", lang="zh_Hans", next="/")
    assert "业务目标" in plain(visitor.get(PAGE))
    assert "业务目标" in visitor.client.get(f"{PAGE}/md").text


def test_what_was_sent_as_json_comes_in_again(written, site):
    content = written.browser().client.get(f"{PAGE}/json").data
    visitor = written.browser()
    visitor.post(USP, **usp("Something else entirely, much later.", expected="1"))
    sent = send(visitor, content)
    assert sent.status_code == 303 and sent.location.endswith("/strategy/versions")
    assert "1 answer changed." in visitor.get("/strategy/versions")
    assert answer(written, "proposition.usp")["usp_sentence"] == TEXT
    send(visitor, content)
    assert "The answers were the same already." in visitor.get("/strategy/versions")


def send(visitor, content, name="strategy.json"):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get("/strategy/import"))
    fields = {"csrf_token": token.group(1), "file": (io.BytesIO(content), name)}
    return visitor.client.post("/strategy/import", data=fields)


@pytest.mark.parametrize("content", [b"", b"not json", b"{}", b"\x89PNG\r\n", b"[" * 9999])
def test_another_file_is_refused_in_words(written, content):
    visitor = written.browser()
    sent = send(visitor, content)
    assert sent.status_code == 422
    assert "There is a problem" in plain(sent.text)
    assert answer(written, "proposition.usp")["usp_sentence"] == TEXT


def test_what_is_not_asked_here_is_named(written):
    visitor = written.browser()
    content = json.dumps({"headway_strategy": 1, "answers": {"no.such": []}}).encode()
    send(visitor, content)
    assert "Not asked here, and left out: no.such" in visitor.get("/strategy/versions")

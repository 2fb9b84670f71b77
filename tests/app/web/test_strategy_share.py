"""The strategy for somebody without an account, who has a link."""

import re
from datetime import timedelta

from app.accounts import sign_in
from strategy.worksheets import approval, items, saving
from tests.support import company
from tests.support.site import plain
from tests.support.worksheets import PERIOD, TEXT, USP, answer, period, usp, version

SHARE = "/strategy/share"


def make(visitor, days="7"):
    html = visitor.client.post(SHARE, data={"csrf_token": visitor.token(), "days": days}).text
    return re.findall(r'value="[^"]*(/strategy/shared/[^"]+)"', html)[0]


def written(site):
    visitor = site.browser()
    visitor.post(PERIOD, **period())
    visitor.post(USP, **usp(TEXT))
    return visitor


def stranger(site):
    return site.app.test_client()


def test_somebody_without_an_account_reads_the_strategy(site):
    visitor = written(site)
    visitor.post(f"{USP}/comments", comment="A remark among us")
    page = stranger(site).get(make(visitor))
    text = plain(page.text)
    assert page.status_code == 200
    assert "Strategy 2027" in text and TEXT in text and "Acme" in text
    assert "Draft of version 1, not approved." in text
    assert "A remark among us" not in page.text and "@acme.example" not in page.text
    assert 'name="robots" content="noindex, nofollow"' in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert (
        "<form"
        not in page.text.partition("<main")[2].replace("/language", "", 1).partition("</nav>")[2]
    )


def test_the_approved_version_is_shown_and_named(site):
    visitor = written(site)
    with site.session() as session:
        approval.approve(session, "Spring", None, by=None, now=site.now, allow_open=True)
    html = visitor.get(USP)
    visitor.post(USP, **usp("Not ripe yet.", version(html)))
    assert answer(site, "proposition.usp")["usp_sentence"] == "Not ripe yet."
    text = plain(stranger(site).get(make(visitor)).text)
    assert "Version 1, Spring, approved 14 Aug 2026" in text
    assert TEXT in text and "Not ripe yet." not in text
    assert "changed since" not in text


def test_it_reads_as_the_document_does_without_what_is_open(site):
    visitor = written(site)
    html = stranger(site).get(make(visitor)).text
    article = html.partition('<article class="doc"')[2].partition("</article>")[0]
    shown = visitor.get("/strategy/document")
    assert f'<dd translate="no"><span class="said" dir="auto">{TEXT}</span></dd>' in article
    assert "Not written yet" in plain(shown) and "Not written yet" not in plain(html)


def test_a_stranger_reads_no_name_of_a_goal_and_nothing_counted_from_records(site):
    visitor = written(site)
    with site.session() as session:
        goal = company.revenue_goal(session, name="Open goal")
        gap = items.add_item(session, "gaps.rows", by=None, now=site.now)
        saving.save_answer(
            session, "gaps.rows", gap, {"area": "sales"}, 1, by=None, now=site.now, autosave=True
        )
        saving.save_answer(
            session, "gaps.close", gap, {"linked_goal_id": str(goal.id)}, 2, by=None, now=site.now,
            autosave=True,
        )  # fmt: skip
    assert "Open goal" in plain(visitor.get("/strategy/document"))
    text = plain(stranger(site).get(make(visitor)).text)
    assert "Open goal" not in text
    assert "A goal that not everybody may see" in text


def test_the_end_of_a_link_is_told_where_the_company_is_and_to_scripts_for_where_the_reader_is(
    site,
):
    html = stranger(site).get(make(written(site))).text
    assert "This link works until 21 Aug 2026 23:59, UTC" in plain(html)
    assert re.search(r'<time datetime="2026-08-21T23:59:59[^"]*" data-here="en">', html)


def test_a_link_that_was_revoked_or_has_expired_leads_nowhere(site):
    visitor = written(site)
    revoked, short = make(visitor), make(visitor, "1")
    second, first = re.findall(r'action="(/strategy/share/\d+/revoke)"', visitor.get(SHARE))
    assert first != second
    visitor.post(first)
    assert stranger(site).get(revoked).status_code == 404
    assert stranger(site).get(short).status_code == 200
    site.now += timedelta(days=1)
    page = stranger(site).get(short)
    assert page.status_code == 404
    assert "It has expired or was revoked." in plain(page.text)
    assert TEXT not in page.text


def test_the_list_tells_the_state_of_every_link(site):
    visitor = written(site)
    link = make(visitor)
    assert "Not opened yet Works until 21 Aug 2026 23:59" in plain(visitor.get(SHARE))
    stranger(site).get(link)
    html = visitor.get(SHARE)
    assert "Last opened 14 Aug 2026 23:59" in plain(html)
    assert link.rpartition(".")[2] not in html


def test_a_link_needs_a_time_for_which_it_works(site):
    html = site.browser().post(SHARE, 422, days="365").text
    assert "There is a problem Choose for how long the link should work." in plain(html)


def test_only_editors_share(site):
    site.add("Vic", "viewer")
    site.add("Cam", "commenter")
    for name in ("vic", "cam"):
        visitor = site.browser(f"{name}@acme.example")
        visitor.get(SHARE, 403)
        visitor.post(SHARE, 403, days="7")
        assert SHARE not in visitor.get("/strategy")


def test_a_token_of_one_workspace_opens_nothing_of_another(site):
    link = make(written(site))
    token = link.rpartition("/")[2]
    elsewhere = f"/strategy/shared/{site.here + 1:x}.{token.partition('.')[2]}"
    assert stranger(site).get(elsewhere).status_code == 404


def test_guessing_is_braked_for_an_address(site):
    link = make(written(site))
    client = stranger(site)
    for _ in range(sign_in.PER_ADDRESS):
        assert client.get("/strategy/shared/nothing").status_code == 404
    assert client.get(link).status_code == 429
    site.now += timedelta(minutes=16)
    assert client.get(link).status_code == 200


def test_a_reader_chooses_the_language_and_sees_the_days_of_the_company(site):
    link = make(written(site))
    client = stranger(site)
    client.set_cookie("headway_lang", "th")
    page = client.get(link)
    assert '<html lang="th"' in page.text
    assert TEXT in page.text
